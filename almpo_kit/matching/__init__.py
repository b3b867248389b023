"""Between job demand and supply: text to occupations and skills, moves, mismatch, assignment, cycle, places."""

__all__: list[str] = []
