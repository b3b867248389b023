"""Arithmetic of agreement: arrays in, arrays out; nothing is checked here."""
