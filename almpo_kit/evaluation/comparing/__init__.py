"""Several estimates of one effect beside each other."""
