"""When the evidence was measured, beside the month that the panel was asked about."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from almpo_kit.codesign.beliefs.quantities import is_real
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check

#: Months by which an estimate may lie off the question and still speak of the same time.
NEAR = 6.0


def checked_horizons(horizons: Iterable[float]) -> tuple[float, ...]:
    """Months of the estimates; those that are not known are left out.

    Raises
    ------
    ParameterError
        Something that is no number of months.
    """
    months = tuple(horizons)  # Once: a generator is empty after it was looked at.
    real = all(map(is_real, months))
    if not real or any(not 0 <= m <= 600 for m in months if not math.isnan(m)):
        raise ParameterError(
            f"belief_against_evidence(): horizons={list(months)[:3]!r}; give the month of each estimate, counted as the question "
            "counts, e.g. horizons=[12, 18, 24]."
        )
    return tuple(float(m) for m in months if not math.isnan(m))


def apart(asked: float, horizons: Sequence[float]) -> bool:
    """Whether fewer than half of the estimates lie near the month asked about."""
    return bool(horizons) and _near(asked, horizons) < len(horizons) / 2


def same_horizon(asked: float, horizons: Sequence[float]) -> Check:
    """Says which month was asked about and which the evidence has; failed where most lie further than ``NEAR`` off.

    Parameters
    ----------
    asked : float
        Months.
    horizons : sequence of float
        Months of the estimates, one at least.
    """
    n, near = len(horizons), _near(asked, horizons)
    held = f"{n} {'estimate is' if n == 1 else 'estimates are'} of {_spread(horizons)}"
    share = {0: "none", n: "all"}.get(near, f"{near} ({near / n:.0%})")
    said = (
        f"The question is about {asked:g} months on; {held}; within {NEAR:g} months of the question: {share}."
    )
    if not apart(asked, horizons):
        return Check("same horizon", "passed", said)
    more = " Effects change with time: the two may differ for that alone. Ask about a time that studies have, or look for studies of it."
    return Check("same horizon", "failed", said + more)


def apart_words(asked: float, horizons: Sequence[float]) -> str:
    """A sentence for the answer; empty where evidence and question are of the same time."""
    if not apart(asked, horizons):
        return ""
    return f" Most of the evidence is of another time: asked was {asked:g} months on, the estimates are of {_spread(horizons)}."


def _near(asked: float, horizons: Sequence[float]) -> int:
    return sum(abs(m - asked) <= NEAR for m in horizons)


def _spread(horizons: Sequence[float]) -> str:
    low, middle, high = min(horizons), float(np.median(horizons)), max(horizons)
    if low == high:
        return f"{low:g} months"
    return f"{low:g} to {high:g} months (the middle one {round(middle, 1):g})"
