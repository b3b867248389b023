"""Plain values at the edge: names that a class has, whole numbers and real numbers within limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError


def as_mapping(cls: Any, plain: Any, what: str) -> dict[str, Any]:
    """The fields of a dataclass in plain values.

    Raises
    ------
    ParameterError
        No mapping, or names that the class does not have.
    """
    known = [f.name for f in fields(cls)]
    if not isinstance(plain, Mapping) or not set(plain) <= set(known):
        odd = (
            sorted(set(map(str, plain)) - set(known))
            if isinstance(plain, Mapping)
            else [type(plain).__name__]
        )
        raise ParameterError(f"this is no {what}: it has {', '.join(odd[:5])}; known are {', '.join(known)}.")
    return dict(plain)


def is_number(value: Any) -> bool:
    """Whether it is a finite number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def whole_number(name: str, value: Any, least: int, most: int) -> None:
    """Refuse what is no whole number between two others."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ParameterError(f"{name}={value!r} must be a whole number from {least} to {most}.")


def real_number(
    name: str, value: Any, low: float, high: float, *, open_low: bool = False, open_high: bool = False
) -> None:
    """Refuse what is no number between two others."""
    inside = is_number(value) and low <= value <= high
    inside = inside and not (open_low and value == low) and not (open_high and value == high)
    if not inside:
        above = "above" if open_low else "from"
        below = "below" if open_high else "to"
        raise ParameterError(f"{name}={value!r} must be a number {above} {low:g} {below} {high:g}.")
