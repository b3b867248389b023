"""Arithmetic of stopping: arrays in, arrays out; nothing is checked here."""
