"""The co-design room of a facilitator: set up, people, rounds, agreement, goals, groups, belief beside evidence, strategy."""
