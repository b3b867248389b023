"""Valid intervals after adaptive draws, at every look, and with spill-over."""
