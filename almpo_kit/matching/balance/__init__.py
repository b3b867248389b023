"""Where vacancies and unemployed people are, by region and occupation, and how sure that is."""
