"""Loops over pairs, compiled when first used. They validate nothing and know arrays only."""
