"""Rounds of a consultation: what the panel answers, whether it agrees, whether it still moves, what it is shown."""
