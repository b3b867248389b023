"""Holding an analysis to its plan."""
