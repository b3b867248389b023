"""What runs apart from the workbench, confined: the parsers that touch bytes of strangers."""
