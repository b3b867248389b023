"""Keeping the evidence base alive: screen, code, settle, retrain, compare, promote, watch, answer."""

from almpo_kit.learning.agreeing.settling import Disagreements, disagreements, settled

__all__ = [
    "Disagreements",
    "disagreements",
    "settled",
]
