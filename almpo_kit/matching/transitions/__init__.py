"""Moves between occupations: how much of a job a person's skills already cover, what is missing, and the way there."""
