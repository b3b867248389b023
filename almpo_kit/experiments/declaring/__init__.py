"""A trial declared as an object, simulated and diagnosed before anybody is drawn."""
