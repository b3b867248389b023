"""The causal graph: read from arrows or text, and asked what must be held constant."""
