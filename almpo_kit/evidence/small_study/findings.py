"""What every finding on small-study bias carries, and how it puts numbers into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.small_study.estimates import Estimates
from almpo_kit.evidence.telling import one_band, scope_checks
from almpo_kit.evidence.words import amount, band_words, digits, foundation, only, outcome_words, sign_of
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

#: Below this many degrees of freedom a t interval has no end that anybody could read.
_LEAST_DF = 0.5


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SmallStudyFinding(Finding):
    """A look at small-study bias: ``n_estimates`` from ``n_samples`` samples, effects in ``unit``,
    intervals at ``level``. ``favourable`` is +1 where more is better for the person, −1 where less is."""

    n_estimates: int
    n_samples: int
    favourable: int
    level: float
    unit: str
    outcome: str = ""
    band: str | None = None


@dataclass(frozen=True)
class Span:
    """An estimate with its interval; ``df`` is infinite for the normal."""

    estimate: float
    se: float
    df: float
    low: float
    high: float

    def words(self, unit: str, level: float) -> str:
        """``2.4 points (95%: 0.6 to 4.2)``."""
        if not np.isfinite([self.low, self.high]).all():
            return f"{number(self.estimate, digits(unit))} {sign_of(unit)}".strip() + ", without an interval"
        return amount(self.estimate, self.low, self.high, unit, level)


def span(estimate: float, se: float, df: float, level: float) -> Span:
    """An estimate with its interval; none (not a number) where next to nothing is left to judge it by."""
    reach = critical(level, df) * se if df >= _LEAST_DF else np.nan
    return Span(estimate, se, df, estimate - reach, estimate + reach)


def shared(e: Estimates, level: float, method: str, **options: Any) -> dict[str, Any]:
    """The fields that all of these findings have."""
    return {
        "n_estimates": len(e.y),
        "n_samples": e.n_samples,
        "favourable": e.favourable,
        "level": level,
        "unit": only(e.frame, "unit"),
        "outcome": only(e.frame, "outcome"),
        "band": one_band(e.frame),
        "rests_on": foundation(e.frame, e.n_samples),
        "provenance": provenance(e.frame, method=method, options={"level": level, **options}),
    }


def subject(e: Estimates) -> str:
    """``the average effect on the chance of being in work 1 to 2 years after entry``."""
    outcome = only(e.frame, "outcome")
    what = f" on {outcome_words(outcome)}{band_words(one_band(e.frame))}" if outcome else ""
    return f"the average effect{what}"


def scope(e: Estimates) -> tuple[Check, ...]:
    """What makes the estimates not the usual question's."""
    return scope_checks(e.frame)


def guarded(sentence: str, thin: str) -> dict[str, Any]:
    """The sentence and the certainty, told as a computation where evidence is too ``thin``."""
    if not thin:
        return {"sentence": sentence}
    words = f"Too little to say: {thin}. {sentence.rstrip('.')}; this is a computation, not a conclusion."
    return {"sentence": words, "certainty": "too little to say"}


def p_words(p: float) -> str:
    """``p = 0.03`` or ``p < 0.001``."""
    if not np.isfinite(p):
        return "no p-value can be given"
    return "p < 0.001" if p < 0.001 else f"p = {number(p, 3 if p < 0.01 else 2)}"


def two_sided(statistic: float, df: float) -> float:
    """Two-sided p-value of a t (or normal) statistic; NaN without any degrees of freedom."""
    if not df >= _LEAST_DF:
        return np.nan
    from scipy.special import ndtr, stdtr

    return float(2 * (ndtr(-abs(statistic)) if np.isinf(df) else stdtr(df, -abs(statistic))))
