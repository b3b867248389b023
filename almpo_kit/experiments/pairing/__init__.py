"""Optimal pairs of groups."""
