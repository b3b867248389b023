"""Arithmetic of rankings on arrays; nothing is checked here."""
