"""The E-value: how strongly a hidden cause would have to raise both taking part and the outcome."""

from __future__ import annotations

import math
from collections.abc import Callable

from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.e_value_of import (
    e_value,
    e_value_of_limit,
    ratio_of_difference,
    ratio_of_hazards,
    ratio_of_odds,
    ratio_of_standardised,
)
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.rendering import number

KEY = "e_value"
_RATIOS: dict[str, Callable[[float], float]] = {
    "log_risk_ratio": float,
    "log_odds_ratio": ratio_of_odds,
    "log_hazard_ratio": ratio_of_hazards,
}


def as_ratio(target: Target) -> tuple[float, float, float, str]:
    """The effect as a risk ratio with its limits, and how it was made one."""
    known = OUTCOMES.get(target.outcome)
    if target.unit in _RATIOS:
        turn = _RATIOS[target.unit]
        low, mid, high = (turn(math.exp(v)) for v in (target.low, target.estimate, target.high))
        how = (
            ""
            if target.unit == "log_risk_ratio"
            else " The effect was turned into a risk ratio approximately."
        )
        return mid, low, high, how
    if target.unit == "percentage_points" and known is not None and known.measure == "chance":
        low, mid, high = (
            ratio_of_difference(v, target.base) for v in (target.low, target.estimate, target.high)
        )
        # A limit beyond what is possible (a chance below nothing) is as far from 1 as can be.
        low = 0.0 if math.isnan(low) and math.isfinite(mid) else low
        return mid, low, high, " The chance in the comparison arm is taken as known."
    if target.spread > 0:
        mid, low, high = ratio_of_standardised(target.estimate / target.spread, target.se / target.spread)
        return (
            mid,
            low,
            high,
            " The effect was turned into a risk ratio approximately, by the spread of the outcome.",
        )
    return math.nan, math.nan, math.nan, ""


def e_value_of_target(target: Target) -> Attempt:
    """VanderWeele and Ding's E-value of the estimate and of the limit of its interval nearest to no effect."""
    ratio, low, high, how = as_ratio(target)
    point = e_value(ratio)
    if not math.isfinite(point):
        sentence = "no E-value: the effect cannot be told as a risk ratio (nobody in the comparison arm has the outcome)."
        return target.attempt(KEY, "not tried", "informs", sentence, about="E-value")
    limit = 1.0 if target.conclusion == "open" else e_value_of_limit(ratio, low, high)
    sentence = (
        f"the E-value is {number(point, 2)}. A hidden cause that makes both taking part and the outcome {number(point, 2)} "
        f"times as likely, beyond all recorded covariates, could explain the estimate away; a weaker one could not. "
    )
    sentence += (
        "The interval includes no effect as it stands, so its E-value is 1: nothing hidden is needed."
        if limit == 1
        else f"To make the interval include no effect, {number(limit, 2)} times would be enough."
    )
    sentence += how
    return target.attempt(KEY, "informs", "informs", sentence, about="E-value", value=point, low=limit)
