"""What a panel expects, as distributions, and where that parts from the evidence."""
