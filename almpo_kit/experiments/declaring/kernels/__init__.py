"""Simulated trials on plain arrays; nothing is validated here."""
