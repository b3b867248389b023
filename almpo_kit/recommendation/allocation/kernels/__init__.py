"""Loops over people and programmes, compiled when first used. They validate nothing and know arrays only."""
