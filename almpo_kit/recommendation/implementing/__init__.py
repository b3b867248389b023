"""How to run programmes: whom, how long, in which order, how, and how many; drawn from the evidence base, or said to be absent."""
