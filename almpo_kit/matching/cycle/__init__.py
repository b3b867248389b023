"""Where a labour market stands in its cycle, where it may go, and what shocks would do to mismatch."""
