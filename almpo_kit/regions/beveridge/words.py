"""Words of the Beveridge sentences: places, rates, intervals, lists of quarters."""

from __future__ import annotations

from collections.abc import Sequence

from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.rendering import number

_THE = {"NL", "US", "UK", "EU27_2020", "EU28", "EA19", "EA20", "DO"}


def place_name(code: str) -> str:
    """``Greece (EL)``, ``the Netherlands (NL)``; a region by its code."""
    known = PLACE_NAMES.get(code, "")
    known = known[:1].lower() + known[1:] if known.startswith("Euro ") else known
    return f"{'the ' if code in _THE else ''}{known} ({code})" if known else code


def opening(text: str) -> str:
    """The text as the beginning of a sentence: ``The Netherlands (NL)``."""
    return text[:1].upper() + text[1:]


def time_word(frequency: int, n: int = 2) -> str:
    """``quarter``, ``months`` or ``years``."""
    return {1: "year", 4: "quarter", 12: "month"}[frequency] + ("" if n == 1 else "s")


def rate(value: float) -> str:
    """``5.9%``."""
    return f"{number(value)}%"


def between(low: float, high: float, level: float, digits: int = 1) -> str:
    """``(95%: 0.6 to 4.2)``."""
    return f"({level:.0%}: {number(low, digits)} to {number(high, digits)})"


def amount(value: float) -> str:
    """``2.4 points``; a difference that is shown as 1.0 is ``1.0 points`` too."""
    return f"{number(value)} points"


def about(n: float) -> str:
    """A whole number for a quantity that is itself an estimate, and never none."""
    return f"{max(round(n), 1)}"


def spans(names: Sequence[str]) -> str:
    """Consecutive periods joined: ``2020-Q1 to 2020-Q3 and 2021-Q2``.

    >>> spans(["2020-Q1", "2020-Q2", "2020-Q4"])
    '2020-Q1 to 2020-Q2 and 2020-Q4'
    """
    runs: list[list[str]] = []
    for n in names:
        if runs and _next(runs[-1][-1]) == n:
            runs[-1].append(n)
        else:
            runs.append([n])
    return listed(r[0] if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs)


def _next(period: str) -> str:
    if len(period) == 4:
        return str(int(period) + 1)
    year, season = int(period[:4]), int(period[-1:] if "Q" in period else period[-2:])
    if "Q" in period:
        return f"{year + season // 4}-Q{season % 4 + 1}"
    return f"{year + season // 12}-{season % 12 + 1:02d}"
