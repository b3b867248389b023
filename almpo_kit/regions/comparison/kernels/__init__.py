"""Arithmetic on arrays; nothing here checks its input or knows what a region is."""
