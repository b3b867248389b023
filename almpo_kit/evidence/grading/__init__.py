"""Risk of bias, and the strength of evidence."""
