"""Loops of the search, on arrays."""
