"""Loops over pairs, compiled when first used, and arrays of distances. They validate nothing."""
