"""What a pooled belief says, and why to doubt it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from almpo_kit.codesign.beliefs.beliefs_given import BeliefsGiven
from almpo_kit.codesign.beliefs.kernels.moments import most_worth
from almpo_kit.codesign.beliefs.quantities import in_words, unit_words
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Correlation of errors at which the worth of a large panel is told.
_SHARED = 0.3


def sentence(fields: Mapping[str, Any], given: BeliefsGiven) -> str:
    """The answer: what these people expect, never what people of the place expect."""
    unit = unit_words(fields["unit"])
    n, what = fields["n"], in_words(given.item.quantity)
    if fields["thin"]:
        return (
            f"{n} participants gave a complete answer on the {what}{worth_of(n, fields['effective'], fields['least'])}; the rules of this consultation ask for "
            f"{fields['least']} before anything is said of what the panel expects."
        )
    low, middle, high = (number(fields[k]) for k in ("low", "median", "high"))
    return (
        f"Put together, the {n} participants expect an {what} of {middle} {unit} (80% of their belief: {low} to {high}). "
        f"Of the variance of that belief, {number(100 * fields['disagreement'], 0)}% is difference between persons; the rest "
        "is doubt that each of them has."
    )


def worth_of(n: int, effective: float, least: int) -> str:
    """Where enough people answered, but their weights leave them worth too few."""
    return f", worth {number(effective, 1)} of equal weight" if n >= least else ""


def checks(fields: Mapping[str, Any], given: BeliefsGiven) -> tuple[Check, ...]:
    """What was checked about the answers and their pool."""
    found = [_enough(fields), *_left_out(given), _dependence(fields), _pooling(fields), _curves(fields)]
    found.append(
        Check(
            "calibration",
            "informational",
            "Nobody was asked questions with known answers, so nothing is corrected: people’s 80% ranges usually hold "
            "the truth less often than eight times in ten (Lichtenstein, Fischhoff & Phillips 1982; Soll & Klayman 2004).",
        )
    )
    found.append(
        Check(
            "whose belief",
            "informational",
            f"This is what {fields['n']} participants believe, not what was measured, and not what people of the place believe.",
        )
    )
    return tuple(found)


def _enough(fields: Mapping[str, Any]) -> Check:
    told = f"{fields['n']} complete answers (effective number {number(fields['effective'])}); the rules ask for {fields['least']}."
    return Check("enough answers", "failed" if fields["thin"] else "passed", told)


def _left_out(given: BeliefsGiven) -> list[Check]:
    found = []
    if given.disordered:
        told = (
            f"{given.disordered} answers were left out: their low, middle and high values are not in order."
        )
        found.append(Check("answers in order", "failed", told))
    if given.incomplete:
        told = f"{given.incomplete} answers were left out: a low, middle or high value is missing."
        found.append(Check("complete answers", "informational", told))
    if given.earlier:
        told = f"{given.earlier} answers are of an earlier round than round {given.round}: these people did not answer again."
        found.append(Check("same round", "informational", told))
    return found


def _dependence(fields: Mapping[str, Any]) -> Check:
    worth = most_worth(fields["effective"], _SHARED)
    return Check(
        "independent views",
        "informational",
        f"People who read and hear the same err together: were their errors correlated by {_SHARED}, this panel would be "
        f"worth {number(worth)} independent persons (Clemen & Winkler 1985). How much they err together cannot be told from answers.",
    )


def _pooling(fields: Mapping[str, Any]) -> Check:
    table = fields["table"].set_index("pooling")
    unit = unit_words(fields["unit"])
    told = "; ".join(
        f"{row.called}: {number(row.median)} ({number(row.low)} to {number(row.high)})"
        for row in table.itertuples()
    )
    return Check(
        "way of pooling",
        "informational",
        f"By two ways of pooling, in {unit}, with 80% of the belief: {told}. The average of chances keeps disagreement in "
        "the range, the average of quantiles averages it away (Lichtendahl et al. 2013).",
    )


def _curves(fields: Mapping[str, Any]) -> Check:
    moved, width = fields["moved"], fields["high"] - fields["low"]
    large = moved > 0.1 * width > 0
    told = (
        f"People gave three points; the curve through them is an assumption. Another kind of curve moves the ends of the pooled "
        f"80% range by {number(moved)} {unit_words(fields['unit'])} at most. Beyond that range it is the curve that speaks."
    )
    return Check("form of the curves", "failed" if large else "passed", told)
