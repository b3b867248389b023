"""Regions beside each other: peers, types, convergence, and moves between classes."""
