"""Trials that move people towards what works, batch by batch."""
