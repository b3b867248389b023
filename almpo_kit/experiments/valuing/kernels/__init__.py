"""Pure arrays: nothing is validated here."""
