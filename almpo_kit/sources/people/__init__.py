"""Registered jobseekers, vacancies and stocks of both, as people bring them: files or bytes, checked, nothing lost."""
