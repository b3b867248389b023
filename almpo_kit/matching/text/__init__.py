"""Text to ESCO: occupations and skills of titles, vacancies, profiles and CVs."""
