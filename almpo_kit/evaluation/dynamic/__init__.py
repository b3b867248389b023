"""Programmes that people enter while they wait: entering now against waiting, and the timing of events."""
