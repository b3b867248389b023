"""How much each criterion counts: for one person, for a panel, and for the groups in it."""
