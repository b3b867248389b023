"""Arrays in, arrays out: posteriors, chances of being best, shares, drift. Nothing is validated here."""
