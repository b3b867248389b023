"""Real trials of programmes with one person a row, as installed packages carry them."""
