"""Arithmetic of beliefs; nothing is checked here."""
