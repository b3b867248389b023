"""Kernels of preference diversity: arrays in, arrays out, nothing validated."""
