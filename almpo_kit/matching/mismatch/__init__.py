"""How far the unemployed and the vacancies are from where the other side is, and what that costs."""
