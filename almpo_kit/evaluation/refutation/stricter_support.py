"""Only persons whose chance of each arm is not extreme: the answer must not hang on where the line is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.refutation.again import Again, large_enough
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.judging import STRICTER, turned
from almpo_kit.evaluation.refutation.target import Target, concluded, ends
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
KEY = "stricter_support"


def stricter_support(again: Again, targets: tuple[Target, ...], propensity: Array | None) -> list[Attempt]:
    """Estimate on the persons whose chances of the arms lie above a bound, for each bound.

    Parameters
    ----------
    propensity : Array, shape (n, k) or None
        Chances of each arm for the kept persons.
    """
    if propensity is None:
        return [
            _not_done(t, b, "the method has no chances of taking part") for t in targets for b in STRICTER
        ]
    attempts = []
    for bound in STRICTER:
        kept = inside(propensity, bound, again.estimate.fit.estimand)
        cut = again.estimate.sample.rows(np.flatnonzero(kept))
        if not large_enough(cut):
            attempts += [
                _not_done(t, bound, f"fewer than {SMALLEST} persons of an arm are left") for t in targets
            ]
            continue
        try:
            fit = again(cut)
        except OutOfTime:
            attempts += [_not_done(t, bound, "the time allowed was used up") for t in targets]
        except AlmpoError as error:
            attempts += [_not_done(t, bound, f"nothing can be estimated on them ({error})") for t in targets]
        else:
            attempts += [_judged(t, bound, fit, kept) for t in targets]
    return attempts


def inside(propensity: Array, bound: float, estimand: str) -> Array:
    """Persons inside a stricter support.

    Effects on those who took part need comparison persons for them: their chance of the comparison must not be near
    nothing. Effects on everybody need every arm for everybody.
    """
    near = propensity[:, 0] if estimand == "att" else propensity.min(axis=1)
    return np.asarray(near >= bound)


def _whom(kept: Array) -> str:
    out = int(len(kept) - kept.sum())
    if out == 0:
        return "which leaves out nobody"
    if out < SMALLEST:
        return "which leaves out very few"
    return f"which leaves {number(100 * float(kept.mean()), 0)}% of the persons"


def _not_done(target: Target, bound: float, why: str) -> Attempt:
    sentence = f"not tried with stricter bounds ({number(bound, 2)}) on the chance of each arm: {why}."
    return target.attempt(KEY, "not tried", "informs", sentence, about=f"chance at least {bound:g}")


def _judged(target: Target, bound: float, fit: Fit, kept: Array) -> Attempt:
    low, high = (float(e[target.c, target.h]) for e in ends(fit))
    value = float(fit.estimate[target.c, target.h])
    broken = turned(target.conclusion, concluded(low, high), value - target.estimate, target.se, 1.0)
    sentence = (
        f"only persons whose chance of each arm compared is at least {number(bound, 2)} were kept, {_whom(kept)}. For them the "
        f"estimate is {target.interval(value, low, high)}; it was {target.said}. "
    )
    sentence += (
        "Another conclusion would be drawn: the result hangs on persons who hardly have a counterpart."
        if broken
        else "The conclusion does not hang on persons who hardly have a counterpart. It is an answer about fewer persons."
    )
    return target.attempt(
        KEY,
        "broken" if broken else "held",
        "doubts",
        sentence,
        about=f"chance at least {bound:g}",
        value=value,
        low=low,
        high=high,
    )
