"""One effect as a sentence gives it, with every doubt about it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from almpo_kit.learning.numbers.amounts import Amount
from almpo_kit.learning.numbers.implied_errors import Crossed, Figures


@dataclass
class Candidate:
    """One effect as a sentence gives it; ``doubts`` say why it may be none or another."""

    amount: Amount | None
    outcome: str
    unit: str
    start: int
    end: int
    figures: Figures
    crossed: Crossed
    n: float = math.nan
    months: float = math.nan
    origin: str = ""
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    significant: bool | None = None
