"""Options in order: by several criteria, with the weights of people and the uncertainty of evidence."""
