"""Estimators on plain arrays; nothing is validated here."""
