"""Whether reading may stop: a bound on how many relevant documents there are, whenever one looks."""
