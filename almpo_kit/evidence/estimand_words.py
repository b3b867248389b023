"""Whose effect an average is, in words, and what is said where averages of different effects stand together."""

from __future__ import annotations

from collections.abc import Iterable

from almpo_kit.evidence.words import listed
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.finding import Check


def whom(estimand: str) -> str:
    """``, for those who took part (ATT)``; "" where the frame does not speak of it."""
    return f", {ESTIMANDS[estimand].whom}" if estimand in ESTIMANDS else ""


def apart(estimands: Iterable[str], what: str) -> tuple[Check, ...]:
    """A failed check where the averages of several ``what`` (horizons) are effects on different people."""
    found = {*estimands}
    kinds = [e.whom for e in ESTIMANDS.values() if e.key in found]
    if len(kinds) < 2:
        return ()
    words = (
        f"The averages are effects on different people: {listed(kinds)}. A difference between {what} need not "
        f"be one between the {what}; compare only averages of the same kind."
    )
    return (Check("estimand", "failed", words),)
