"""Numbers as people type them: 4.5 and 4,5 are the same, and what could be two numbers is refused."""

from __future__ import annotations

import re
from typing import Final

from almpo_kit.vocabulary.errors import ParameterError

#: A number with at most one decimal sign; spaces part thousands.
_NUMBER: Final = re.compile(r"(-?)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[.,](\d+))?")
#: 60.000 is sixty in one country and sixty thousand in another.
_EITHER: Final = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")


def typed_number(text: str, what: str) -> float:
    """A number that somebody typed.

    >>> typed_number("4,5", "effect"), typed_number("60 000", "cost")
    (4.5, 60000.0)

    Raises
    ------
    ParameterError
        No number, or one that could be two.
    """
    given = str(text).strip().removeprefix("€").strip()
    if _EITHER.fullmatch(given):
        whole = given.replace(".", "").replace(",", "")
        raise ParameterError(
            f"{what}: {given} can be {given.replace(',', '.')} or {whole}; write {whole}, or leave the zeros out."
        )
    found = _NUMBER.fullmatch(given)
    if found is None:
        shown = given[:30] or "nothing"
        raise ParameterError(f"{what}: {shown!r} is no number; write e.g. 4.5 or 60000.")
    sign, whole, part = found.groups()
    return float(f"{sign}{re.sub(r'\D', '', whole)}.{part or 0}")


def typed_count(text: str, what: str) -> int:
    """A whole number that somebody typed.

    Raises
    ------
    ParameterError
    """
    value = typed_number(text, what)
    if value != int(value):
        raise ParameterError(f"{what}: {text.strip()} is not whole; write e.g. 40.")
    return int(value)


def typed_share(text: str, what: str) -> float:
    """A percentage that somebody typed, as a share: 32 is 0.32. One below 1 is asked about, unless % stands behind it.

    Raises
    ------
    ParameterError
    """
    given = str(text).strip()
    value = typed_number(given.removesuffix("%"), what)
    if 0 < abs(value) < 1 and not given.endswith("%"):
        raise ParameterError(
            f"{what}: {given} would be less than one in a hundred. Write {100 * value:g} if you mean {100 * value:g}%, or {given}% if "
            "you mean that."
        )
    return value / 100
