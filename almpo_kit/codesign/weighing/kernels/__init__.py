"""Arithmetic of weights: arrays in, arrays out, nothing validated."""
