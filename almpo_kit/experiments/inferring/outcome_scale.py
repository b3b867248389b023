"""In which words and numbers an effect on an outcome is said."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Headline
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome


@dataclass(frozen=True)
class OutcomeScale:
    """Column of the outcome, its name in words, what an effect is multiplied by where it is said, and what a gain of 1 is."""

    column: str
    name: str
    factor: float
    unit: str
    digits: int
    binary: bool
    counted: str = ""

    def said(self, value: float) -> str:
        """A value with its unit: ``4.1 points``."""
        return f"{number(self.factor * value, self.digits)} {self.unit}".strip()

    def with_ends(self, value: float, low: float, high: float, level: float) -> str:
        """``4.1 points (95%: 0.6 to 7.6)``; only the value where the ends are not known."""
        if not (abs(low) < float("inf") and abs(high) < float("inf")):
            return self.said(value)
        ends = f"{number(self.factor * low, self.digits)} to {number(self.factor * high, self.digits)}"
        return f"{self.said(value)} ({100 * level:g}%: {ends})"

    def headline(self, value: float, low: float, high: float, level: float) -> Headline | None:
        """The number for the card; None without an interval."""
        v, a, b = (self.factor * x for x in (value, low, high))
        if not all(abs(x) < float("inf") for x in (v, a, b)):
            return None
        # One scale for outcomes in points, so that cards compare; others have the scale of their own numbers.
        reach = 30.0 if self.binary else max(abs(a), abs(b), 1e-9) * 1.2
        return Headline(float(v), float(a), float(b), self.unit, (-reach, reach), level)


def outcome_scale(outcomes: pd.DataFrame, outcome: TrialOutcome | None, verb: str) -> OutcomeScale:
    """The scale of an outcome; without one, column ``y`` counts as shares where it has only 0 and 1.

    Raises
    ------
    FrameError
        No such column, or words in it.
    DesignError
        A duration.
    """
    column = outcome.name if outcome is not None and outcome.name in outcomes else "y"
    if column not in outcomes:
        wanted = f"{outcome.name!r} or 'y'" if outcome is not None else "'y'"
        raise FrameError(f"{verb}() needs the outcome in a column {wanted}; there are {list(outcomes)[:12]}.")
    if outcome is not None and outcome.kind == "duration":
        raise DesignError(
            f"{verb}() compares means, and {outcome.name!r} is a duration; give whether somebody had left by a month (0 or 1)."
        )
    try:
        values = pd.to_numeric(outcomes[column]).astype(float)
    except (TypeError, ValueError):
        raise FrameError(f"{verb}(): column {column!r} must hold numbers (empty where not known).") from None
    if values.isin([float("inf"), float("-inf")]).any():
        raise FrameError(f"{verb}(): column {column!r} holds infinite values; leave unknown ones empty.")
    known = values.dropna()
    zero_one = bool(len(known)) and bool(known.isin([0.0, 1.0]).all())
    if outcome is not None and outcome.kind == "binary" and len(known) and not zero_one:
        raise FrameError(f"{verb}(): {column!r} is a share of people, so it holds 0 and 1 only.")
    binary = outcome.kind == "binary" if outcome is not None else zero_one
    name = outcome.name.replace("_", " ") if outcome is not None else "the outcome"
    if binary:
        of_work = outcome is not None and outcome.outcome.startswith("employment")
        return OutcomeScale(column, name, 100.0, "points", 1, True, "jobs" if of_work else "")
    largest = float(known.abs().max()) if len(known) else 0.0
    unit = outcome.unit.replace("_", " ") if outcome is not None else ""
    return OutcomeScale(column, name, 1.0, unit, 0 if largest >= 1000 else 1 if largest >= 10 else 2, False)
