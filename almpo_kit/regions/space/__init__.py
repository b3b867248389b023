"""Space: who is whose neighbour, whether neighbours resemble each other, where, and models that allow for it."""
