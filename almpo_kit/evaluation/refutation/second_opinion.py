"""Another method on the same persons: it has to tell the same."""

from __future__ import annotations

import math

from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.refutation.again import Again
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.judging import METHODS_APART, METHODS_SHARE, turned
from almpo_kit.evaluation.refutation.target import Target, concluded, ends
from almpo_kit.vocabulary.errors import AlmpoError

KEY = "second_opinion"
#: Assignment -> methods that estimate the same thing in another way, the most different first.
OTHERS: dict[str, tuple[str, ...]] = {
    "rct": ("difference", "adjusted"),
    "matching": ("weighting", "regression", "doubly_robust"),
    "did": ("group_time", "event_study"),
    "synthetic_control": ("synthetic_control", "synthetic_differences"),
}
_NAMED = {
    "difference": "the plain difference of means",
    "adjusted": "regression adjustment",
    "weighting": "weighting by the chance of taking part",
    "regression": "linear regression",
    "doubly_robust": "doubly robust estimation",
}
#: How many are asked.
_ASKED = 2


def second_opinion(again: Again, targets: tuple[Target, ...]) -> list[Attempt]:
    """Estimate by one or two other methods on exactly the same persons."""
    estimate = again.estimate
    names = [m for m in OTHERS.get(estimate.design.plan.assignment, ()) if m != estimate.method][:_ASKED]
    chosen = estimate.design.plan.assignment == "matching"
    attempts: list[Attempt] = []
    for name in names:
        try:
            fit = again(estimate.sample, method=name)
        except OutOfTime:
            attempts += [_not_done(t, name, "the time allowed was used up") for t in targets]
        except AlmpoError as error:
            attempts += [_not_done(t, name, f"it cannot be applied here ({error})") for t in targets]
        else:
            attempts += [_judged(t, name, fit, chosen) for t in targets]
    return attempts


def _not_done(target: Target, name: str, why: str) -> Attempt:
    sentence = f"no second opinion by {_words(name)}: {why}. It counts as not tried."
    return target.attempt(KEY, "not tried", "informs", sentence, about=name)


def _words(name: str) -> str:
    return _NAMED.get(name, name.replace("_", " "))


def _judged(target: Target, name: str, fit: Fit, chosen: bool) -> Attempt:
    low, high = (float(e[target.c, target.h]) for e in ends(fit))
    value, se = float(fit.estimate[target.c, target.h]), float(fit.se[target.c, target.h])
    if not (math.isfinite(value) and math.isfinite(se)):
        return _not_done(target, name, "it gives no number here")
    apart = abs(value - target.estimate)
    far = apart > METHODS_APART * max(se, target.se) and apart > METHODS_SHARE * abs(target.estimate)
    broken = far or turned(
        target.conclusion, concluded(low, high), value - target.estimate, max(se, target.se), 1.0
    )
    sentence = f"another method, {_words(name)}, on the same data gives {target.interval(value, low, high)}; the estimate is {target.said}. "
    if broken:
        sentence += "The two would lead to different conclusions: what is found depends on how one computes."
    elif target.conclusion != concluded(low, high):
        sentence += (
            "They differ by no more than chance can make, but only one of them is clear about the direction."
        )
    else:
        sentence += "The two agree."
    if not broken and chosen:
        sentence += (
            " Both hold the same recorded covariates constant and share whatever bias comes from others."
        )
    return target.attempt(
        KEY, "broken" if broken else "held", "doubts", sentence, about=name, value=value, low=low, high=high
    )
