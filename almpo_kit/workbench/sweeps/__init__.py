"""Series of a report: one for each place or value, made side by side, skipped while nothing changed, and listed."""
