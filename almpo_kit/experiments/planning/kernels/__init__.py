"""Bounds on arrays; they validate nothing."""
