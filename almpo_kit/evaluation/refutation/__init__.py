"""What is tried to break a result, and what came of it, each attempt in a sentence."""
