"""Standard errors and intervals for estimates from clustered people."""
