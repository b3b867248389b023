"""Averages that are narrower than the studies' own precision allows: told without a direction.

Few samples that happen to agree give a robust (or rescaled) standard error far below the one of the model,
down to none at all. Such an interval is no evidence of anything but the agreement.
"""

from __future__ import annotations

import pandas as pd

from almpo_kit.evidence.certainty import SUSPICIOUS
from almpo_kit.evidence.kernels.intervals import Average
from almpo_kit.evidence.telling import one_band
from almpo_kit.evidence.words import amount, band_words, count, only, outcome_words
from almpo_kit.vocabulary.finding import Check


def too_narrow(se: float, model: float) -> bool:
    """Whether a standard error is far below the model's."""
    return bool(se < SUSPICIOUS * model)


def narrow_sentence(effects: pd.DataFrame, n: int, a: Average, level: float) -> str:
    """The average as a computation, and why no direction is read from it."""
    outcome = only(effects, "outcome")
    what = f" on {outcome_words(outcome)}{band_words(one_band(effects))}" if outcome else ""
    number = amount(a.mean, a.low, a.high, only(effects, "unit"), level)
    return (
        f"Across {count(n, 'independent sample')}, the computed average effect{what} is {number}; the interval is "
        "narrower than the studies' own precision allows, so no direction is read from it."
    )


def precision_check(se: float, model: float, kind: str, way_out: str = "") -> Check:
    """The failed check; ``kind`` of standard error: "robust", "rescaled"."""
    more = f" {way_out}" if way_out else ""
    words = (
        f"The {kind} standard error is {se / model:.0%} of the one that the studies' own precision gives, "
        f"because few samples happen to agree closely; the interval is too narrow.{more}"
    )
    return Check("precision", "failed", words)
