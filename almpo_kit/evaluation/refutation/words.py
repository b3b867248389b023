"""How attempts word numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number


def amount(value: float, unit: str, se: float) -> str:
    """A value with its unit, no finer than its standard error warrants.

    >>> amount(1794.342, "usd_per_year", 671.0)
    '1\\u202f794 US$ a year'
    """
    size = abs(se) if math.isfinite(se) and se else abs(value)
    digits = 0 if size >= 20 else 1 if size >= 0.2 else 2 if size >= 0.02 else 3
    sign = UNITS[unit][0] if unit in UNITS else unit.replace("_", " ")
    text = number(value, digits)
    return f"{text}{'' if sign.startswith('%') else ' '}{sign}".strip()


def when(months: float) -> str:
    """``, 24 months after entry``; nothing where the month is not known."""
    if not math.isfinite(months):
        return ""
    side = "before" if months < 0 else "after"
    return f" {number(abs(months), 0)} month{'' if abs(months) == 1 else 's'} {side} entry"


def listed(items: Sequence[str], at_most: int = 6) -> str:
    """``a, b and c``; ``a, b and 9 more`` where there are many."""
    shown = (
        [*items[: at_most - 1], f"{len(items) - at_most + 1} more"] if len(items) > at_most else list(items)
    )
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def times(n: int) -> str:
    """``once``, ``20 times``."""
    return "once" if n == 1 else f"{n} times"
