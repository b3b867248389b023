"""Arithmetic of coding on arrays; nothing is checked here."""
