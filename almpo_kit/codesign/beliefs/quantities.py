"""Quantities in words: what was asked of whom, in which unit, when."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, TypeGuard

from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS

#: Short forms that plans use -> units of the vocabulary.
_SHORT = {"pp": "percentage_points", "%": "percent", "points": "percentage_points"}


def unit_of(unit: Any) -> str:
    """A unit as the vocabulary writes it."""
    return _SHORT.get(str(unit).strip(), str(unit).strip())


def unit_words(unit: str) -> str:
    """The sign after a number."""
    return UNITS[unit][0] if unit in UNITS else unit


def in_words(quantity: Mapping[str, Any]) -> str:
    """``effect of training on the chance of being in work, 24 months on, all jobseekers``."""
    kind = PROGRAMME_TYPES.get(str(quantity["programme_type"]))
    outcome = OUTCOMES.get(str(quantity["outcome"]))
    programme = kind.label.lower() if kind else str(quantity["programme_type"])
    measured = outcome.label if outcome else str(quantity["outcome"])
    months = f"{float(quantity['horizon_months']):g} months on"
    group = TARGET_GROUPS.get(str(quantity.get("target_group", "")), "")
    return ", ".join(p for p in (f"effect of {programme} on the {measured}", months, group) if p)


def favourable(quantity: Mapping[str, Any]) -> int:
    """+1 where more is better for the person, −1 where less is, 0 where neither can be said."""
    outcome = OUTCOMES.get(str(quantity["outcome"]))
    return outcome.favourable if outcome else 0


def is_real(value: Any) -> TypeGuard[float]:
    """Whether this is a number, of Python's or numpy's kinds; True is none."""
    return isinstance(value, Real) and not isinstance(value, bool)
