"""Arithmetic of mismatch on arrays; nothing here checks its input."""
