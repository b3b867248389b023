"""Arithmetic of drawing: arrays in, arrays out, nothing validated."""
