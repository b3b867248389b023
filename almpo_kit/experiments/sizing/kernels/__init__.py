"""Arithmetic of sizes: pure numbers and arrays, nothing validated."""
