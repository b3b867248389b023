"""Numbers in texts: effects with their standard errors, intervals, tests and horizons, cross-checked arithmetically."""
