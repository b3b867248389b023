"""How certain a pooled answer is: a short rule, published, with each step shown as a check.

======================  ==========================================================================
start                   "high" when randomised trials carry at least half of the weight in the
                        average, otherwise "moderate"
one step down           the interval of the mean includes zero
one step down           results differ a lot: the prediction interval includes zero although the
                        interval of the mean does not, or I² is above 75
one step down           fewer than 10 independent samples
one step down           the samples agree so closely that the robust standard error is below 0.7 of
                        the one that the studies' own precision gives (never in an answer, whose
                        interval is then the one of that precision)
one step down           amounts of money from several countries, or from start years more than three
                        apart
floor                   "low"
too little to say       below five independent samples, or four Satterthwaite degrees of freedom,
                        whatever minimum was asked for
======================  ==========================================================================

The intervals are those at 95%, whatever level is shown. The rule reads the average, its spread and the studies' designs. It does not read risk of bias inside a
study, nor results that were never published; those are for the person to weigh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.finding import Certainty, Check

MANY_SAMPLES = 10
LARGE_I2 = 75.0
HALF = 0.5
#: Robust standard error below this share of the model's: agreement beyond what the precision explains.
SUSPICIOUS = 0.7
_LADDER: tuple[Certainty, ...] = get_args(Certainty)[2::-1]  # low, moderate, high


@dataclass(frozen=True)
class Grounds:
    """What the rule reads: the two intervals, I² in per cent, independent samples, and the share of the
    weight (0 to 1) that randomised trials carry; the Satterthwaite degrees of freedom; the robust
    standard error as a share of the model's (1 where the model's own is used); and why amounts of money
    are not one unit ("" when they are)."""

    low: float
    high: float
    prediction_low: float
    prediction_high: float
    i2: float
    n_samples: int
    randomised: float
    df: float = np.inf
    se_ratio: float = 1.0
    mixed_money: str = ""


def grade(g: Grounds) -> tuple[Certainty, tuple[Check, ...]]:
    """Certainty of a pooled answer, and a check for each step of the rule (failed: one step down)."""
    start = 2 if g.randomised >= HALF else 1
    steps = (_direction(g), _agreement(g), _number(g), *_precision(g), *_money(g))
    thin = too_thin(g.n_samples, g.df)
    if thin:
        floor = Check("certainty: minimum", "failed", f"Too little for any certainty: {thin}.")
        return "too little to say", (floor, _design(g), *steps)
    down = sum(step.status == "failed" for step in steps)
    return _LADDER[max(0, start - down)], (_design(g), *steps)


def _step(name: str, holds: bool, good: str, bad: str) -> Check:
    return (
        Check(name, "passed", good) if holds else Check(name, "failed", f"{bad} This lowers the certainty.")
    )


def _design(g: Grounds) -> Check:
    start = "high" if g.randomised >= HALF else "moderate"
    words = f"Randomised trials carry {g.randomised:.0%} of the weight, so certainty starts at {start}."
    return Check("certainty: design", "informational", words)


def _includes_zero(low: float, high: float) -> bool:
    return low <= 0 <= high


def _direction(g: Grounds) -> Check:
    return _step(
        "certainty: direction",
        not _includes_zero(g.low, g.high),
        "The interval lies on one side of zero.",
        "The interval includes zero: the average could be no effect, or the opposite.",
    )


def _agreement(g: Grounds) -> Check:
    crosses = _includes_zero(g.prediction_low, g.prediction_high) and not _includes_zero(g.low, g.high)
    bad = (
        "Results differ between studies: the next one could well find no effect or the opposite."
        if crosses
        else f"Results differ between studies more than chance explains (I² {g.i2:.0f}%)."
    )
    return _step(
        "certainty: agreement", not crosses and g.i2 <= LARGE_I2, "The studies agree well enough.", bad
    )


def _number(g: Grounds) -> Check:
    samples = count(g.n_samples, "independent sample")
    return _step(
        "certainty: number of samples",
        g.n_samples >= MANY_SAMPLES,
        f"It rests on {samples}.",
        f"It rests on only {samples}; fewer than {MANY_SAMPLES} are easily moved by one more.",
    )


def _precision(g: Grounds) -> tuple[Check, ...]:
    if g.se_ratio >= SUSPICIOUS:
        return ()
    words = (
        "The interval is narrower than the precision of the studies allows, because few samples happen to "
        "agree closely. This lowers the certainty."
    )
    return (Check("certainty: precision", "failed", words),)


def _money(g: Grounds) -> tuple[Check, ...]:
    if not g.mixed_money:
        return ()
    return (Check("certainty: money", "failed", f"{g.mixed_money} This lowers the certainty."),)
