"""Programmes one after the other: what a person may expect of a sequence, month by month."""
