"""Keeping the evidence base alive: screen, code, settle, retrain, compare, promote, watch, answer."""

from almpo_kit.learning.agreeing.settling import Disagreements, disagreements, settled
from almpo_kit.learning.stopping.lots import Lot, draw_by_lot
from almpo_kit.learning.stopping.may_stop import StoppingAdvice, may_stop
from almpo_kit.learning.stopping.needed import ReadingNeeded, needed
from almpo_kit.learning.stopping.next_by import NextReading, next_by

__all__ = [
    "Disagreements",
    "Lot",
    "NextReading",
    "ReadingNeeded",
    "StoppingAdvice",
    "disagreements",
    "draw_by_lot",
    "may_stop",
    "needed",
    "next_by",
    "settled",
]
