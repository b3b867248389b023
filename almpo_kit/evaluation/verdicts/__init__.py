"""How far to believe a result: credible, fragile or not identified, by stated rules."""
