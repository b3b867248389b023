"""Differences over time: staggered roll-outs, event studies, synthetic controls."""
