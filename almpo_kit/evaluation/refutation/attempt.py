"""One attempt to break a result: what was done, what came of it, and how much it weighs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from almpo_kit.vocabulary.finding import Check

#: ``informs`` gives a number and no judgement; ``cannot tell`` was tried and is too imprecise to judge.
Result = Literal["held", "broken", "cannot tell", "not tried", "informs"]
#: What it means where the result is ``broken``: no comparison is left, or it must not be relied on.
Weight = Literal["breaks", "doubts", "informs"]

COLUMNS = (
    *("attempt", "about", "contrast", "arm", "comparison", "outcome", "unit", "months"),
    *("estimate", "value", "low", "high", "draws", "result", "held", "weighs", "sentence"),
)


@dataclass(frozen=True)
class Attempt:
    """One attempt on one contrast and outcome.

    Parameters
    ----------
    attempt : str
        Key, e.g. ``"placebo_treatment"``.
    about : str
        What it was done with, e.g. the covariate left out.
    contrast, arm, comparison : str
        Named always: ``"training against no programme"``.
    outcome, unit : str
    months : float
        NaN where not known.
    estimate : float
        The estimate under attack.
    value, low, high : float
        What the attempt gave, in the unit of the outcome (of ``about`` for an E-value or a robustness value).
    draws : int
        Repetitions it rests on; 0 where nothing is drawn.
    result : str
    weighs : str
    sentence : str
    """

    attempt: str
    about: str
    contrast: str
    arm: str
    comparison: str
    outcome: str
    unit: str
    months: float
    estimate: float
    value: float
    low: float
    high: float
    draws: int
    result: Result
    weighs: Weight
    sentence: str


def as_table(attempts: Sequence[Attempt]) -> pd.DataFrame:
    """One row an attempt; ``held`` is missing where nothing was judged."""
    rows = [asdict(a) for a in attempts]
    table = pd.DataFrame(rows, columns=[c for c in COLUMNS if c != "held"])
    held = {"held": True, "broken": False}
    table["held"] = pd.array([held.get(a.result) for a in attempts], dtype="boolean")
    return table[list(COLUMNS)]


def as_checks(attempts: Sequence[Attempt]) -> tuple[Check, ...]:
    """Failed: what broke, each by itself. Passed and informational: one a kind of attempt, with all its sentences."""
    broken = [Check(a.attempt, "failed", a.sentence) for a in attempts if a.result == "broken"]
    rest: dict[tuple[str, bool], list[str]] = {}
    for a in attempts:
        if a.result != "broken":
            rest.setdefault((a.attempt, a.result == "held"), []).append(a.sentence)
    kept = [
        Check(name, "passed" if held else "informational", " ".join(dict.fromkeys(sentences)))
        for (name, held), sentences in rest.items()
    ]
    return (*broken, *kept)


def real(value: float) -> bool:
    """True for a number that is one."""
    return math.isfinite(value)
