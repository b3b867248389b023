"""How hires depend on the unemployed and on vacancies."""
