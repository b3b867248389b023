"""What was noticed about an instrumental-variable estimate, in sentences."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.instruments.stages import Stages
from almpo_kit.evaluation.instruments.strength import USUAL_INTERVAL_HOLDS, WEAK
from almpo_kit.evaluation.protocol.p_values import p_words
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Fewer degrees of freedom than this and a t interval is a guess.
_FEW_DF = 4.0
_LEVEL = 0.05


def fit_checks(
    estimand: str,
    both: Stages,
    sample: Sample,
    fit: dict[str, Any],
    intervals: tuple[Array, Array] | None,
    strength: Array,
    details: dict[str, Any],
) -> tuple[Check, ...]:
    """The checks of a two-stage fit."""
    checks = [_whose(estimand, both), *strength_checks(both.programmes, strength, both.offered_arm)]
    checks += _interval_checks(intervals, details["weak_intervals"])
    few = float(np.nanmin(fit["df"]))
    if few < _FEW_DF:
        checks.append(
            Check(
                "degrees_of_freedom",
                "failed",
                f"The standard errors rest on only {number(few, 1)} degrees of freedom: too few groups, or very "
                "unequal ones. Intervals are wide for that reason and may still be wrong.",
            )
        )
    spare = details["overidentification"]
    if len(spare):
        worst = spare.iloc[int(spare["p_value"].to_numpy().argmin())]
        agree = float(worst["p_value"]) * len(spare) >= _LEVEL
        said = (
            "agree with each other" if agree else "contradict each other: at least one is no valid instrument"
        )
        checks.append(
            Check(
                "overidentification",
                "passed" if agree else "failed",
                f"The instruments {said} (smallest {p_words(float(worst['p_value']))} over {len(spare)} "
                f"outcome column(s), {int(worst['df'])} more than needed).",
            )
        )
    return tuple(checks)


def _whose(estimand: str, both: Stages) -> Check:
    one_sided = both.offered_arm and bool(
        (both.participation[(both.instruments == 0).all(axis=1)] == 0).all()
    )
    who = "those who take part when the offer moves them to, and would not otherwise"
    more = (
        " Nobody of the comparison took part, so these are all participants."
        if one_sided and both.whole
        else ""
    )
    asked = (
        f" An effect on others ({estimand.upper()}) was asked for and cannot be had from an instrument."
        if estimand not in ("late", "")
        else ""
    )
    share = "" if both.whole else " Effects are per whole programme, supposing half of it does half as much."
    return Check("whose_effect", "informational", f"The effect is that on {who}.{more}{share}{asked}")


def strength_checks(programmes: tuple[str, ...], strength: Array, offered: bool) -> list[Check]:
    """One check a programme: how strongly its participation was moved."""
    name = "conditional F" if len(programmes) > 1 else "effective F"
    mover = "The offer" if offered else "The instrument"
    checks = []
    for programme, f in zip(programmes, strength, strict=True):
        value = "without error" if np.isinf(f) else f"{name} {number(float(f), 1)}"
        if f >= WEAK:
            more = (
                ""
                if f >= USUAL_INTERVAL_HOLDS
                else " It is not so strong that the usual interval could be trusted."
            )
            said, status = f"{mover} moved participation in “{programme}” clearly ({value}).{more}", "passed"
        else:
            said = (
                f"{mover} hardly moved participation in “{programme}” ({value}, below {WEAK:g}): the estimate may be far "
                "off in the direction of the naive comparison."
            )
            status = "failed"
        checks.append(Check("strength" if len(programmes) == 1 else f"strength_{programme}", status, said))  # type: ignore[arg-type]
    return checks


def _interval_checks(intervals: tuple[Array, Array] | None, used: bool) -> list[Check]:
    if intervals is None or not used:
        return []
    low, high = intervals
    checks = [
        Check(
            "interval_kind",
            "informational",
            "Intervals are Anderson–Rubin intervals: all effects that the data do not reject. They hold however weak the "
            f"instrument is (the usual one needs an F of about {USUAL_INTERVAL_HOLDS:g}) and need not be symmetric.",
        )
    ]
    if np.isinf(low).any() or np.isinf(high).any():
        checks.append(
            Check(
                "unbounded_interval",
                "failed",
                "For some outcomes the data bound the effect on no side, or on one only: the instrument is too weak "
                "to say how large it is.",
            )
        )
    if (np.isnan(low) | np.isnan(high)).any():
        checks.append(
            Check(
                "empty_interval",
                "failed",
                "For some outcomes the data reject every effect: the instruments contradict each other, so one of them "
                "is not valid. No interval is given.",
            )
        )
    return checks
