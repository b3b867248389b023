"""Numbers, words and scales written as Vega writes them, so that both writers give the same bytes."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

#: What JavaScript's ``trim`` takes off; Python's ``strip`` would take four control characters more.
_SPACE = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


class UnlikeASheet(Exception):  # noqa: N818 (nothing has gone wrong: Vega draws it then)
    """The specification holds something that only Vega knows how to draw."""


def plain(value: float) -> str:
    """A number as JavaScript writes it.

    >>> plain(12.0), plain(0.00001), plain(1.5e-7)
    ('12', '0.00001', '1.5e-7')
    """
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    text = repr(value)
    if "e" not in text:
        return text
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(text), "f")
    head, power = text.split("e")
    return f"{head}e{int(power):+d}" if int(power) > 0 else f"{head}e{int(power)}"


def rounded(value: float) -> str:
    """A number of a path: three decimals, halves upwards."""
    return plain(math.floor(value * 1000 + 0.5) / 1000)


def finite(value: Any) -> float:
    """A number that can be placed."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnlikeASheet(f"{value!r} is no place")
    return float(value)


def word(value: Any) -> str:
    """A string, as text between tags."""
    if not isinstance(value, str):
        raise UnlikeASheet(f"{value!r} is no word")
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def trimmed(value: Any) -> str:
    """A label: a string without space around it."""
    return word(value).strip(_SPACE)


def quoted(value: Any) -> str:
    """A string of one line, as the value of an attribute."""
    if not value or any(c in str(value) for c in "\t\n\r"):
        raise UnlikeASheet(f"{value!r} is no line of words")
    return word(value).replace('"', "&quot;")


def scale(channel: dict[str, Any], field: str) -> Callable[[float], float]:
    """The linear scale of a position, in the order of operations of d3, to the last bit."""
    given = channel.get("scale") or {}
    known = {"axis": None, "field": field, "scale": given, "type": "quantitative"}
    if (
        channel != known
        or set(given) != {"domain", "range", "nice", "zero"}
        or given["nice"]
        or given["zero"]
    ):
        raise UnlikeASheet(f"{field} stands on another scale")
    (d0, d1), (r0, r1) = map(finite, given["domain"]), map(finite, given["range"])
    if d1 < d0:
        d0, d1, r0, r1 = d1, d0, r1, r0
    if d0 == d1:
        raise UnlikeASheet("a scale without length")
    length = d1 - d0

    def place(value: float) -> float:
        t = (value - d0) / length
        return r0 * (1 - t) + r1 * t

    return place
