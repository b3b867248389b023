"""Taking evidence in: a file of any usual kind becomes a checked frame, or a list of what stands in the way."""
