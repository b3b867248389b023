"""How many people or groups a trial needs, and what it can see."""
