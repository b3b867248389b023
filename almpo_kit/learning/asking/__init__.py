"""Questions to the corpus: what a question asks for, and the passages that speak of it, or that none does."""
