"""Plain values at the edge: names that a class has, whole numbers and real numbers within limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from numbers import Integral, Real
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
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def whole_number(name: str, value: Any, least: int, most: int) -> None:
    """Refuse what is no whole number between two others."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) <= most:
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


def settle(given: Any, *, whole: tuple[str, ...] = (), real: tuple[str, ...] = ()) -> None:
    """Turn fields of a frozen value, once checked, into plain ints and floats.

    Otherwise 900 and 900.0, which are equal, would be written and digested differently, and a number of numpy not at all.
    """
    for name in whole:
        object.__setattr__(given, name, int(getattr(given, name)))
    for name in real:
        # Adding zero makes −0.0 an ordinary zero.
        object.__setattr__(given, name, float(getattr(given, name)) + 0.0)


def adding_to_one(shares: Mapping[Any, float]) -> dict[Any, float]:
    """Shares that add up to 1 but for rounding, divided by their sum; shares that do already are left as they are.

    Dividing again and again would change the last digit, and with it a digest.
    """
    total = math.fsum(shares.values())
    exact = abs(total - 1) < 1e-12
    return {k: float(v) if exact else float(v) / total for k, v in shares.items()}


def can_be_kept(text: str) -> bool:
    """Whether a text can be written as UTF-8 and into a database: no half of a surrogate pair, no zero byte."""
    return not any(0xD800 <= ord(c) < 0xE000 or c == "\0" for c in text)


def one_line(name: str, value: Any, most: int, *, empty: bool = False) -> str:
    """One line of text without spaces around it, that can be written as UTF-8.

    Raises
    ------
    ParameterError
    """
    right = isinstance(value, str) and len(value) <= most and (empty or bool(value.strip()))
    if not right or len(value.splitlines()) > 1 or not can_be_kept(value):
        raise ParameterError(
            f"{name}={value!r} must be one line of text of {0 if empty else 1} to {most} characters."
        )
    return str(value).strip()


def names_of_columns(name: str, value: Any) -> tuple[str, ...]:
    """Names of columns, each once.

    Raises
    ------
    ParameterError
    """
    if isinstance(value, str):
        raise ParameterError(f"{name} must be a list, e.g. [{value!r}].")
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v.strip() for v in value):
        raise ParameterError(f"{name} must be a list of names of columns, e.g. ['age', 'office'].")
    if len(set(value)) < len(value):
        raise ParameterError(f"{name} names a column twice: {', '.join(value)}; name each once.")
    return tuple(value)
