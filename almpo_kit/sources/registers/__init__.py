"""Registers of programmes as offices keep them: persons, their months and their entries, small or larger than memory."""
