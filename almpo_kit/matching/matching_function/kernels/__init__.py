"""Arithmetic of matching functions on arrays; nothing here checks its input."""
