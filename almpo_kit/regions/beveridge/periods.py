"""Quarters, months and years: reading them, counting them, naming them."""

from __future__ import annotations

import re

from almpo_kit.vocabulary.errors import DesignError

_QUARTER = re.compile(r"(\d{4})-?Q([1-4])$")
_YEAR = re.compile(r"(\d{4})$")
_MONTH = re.compile(r"(\d{4})-?M?(0[1-9]|1[0-2])$")

#: Quarters in which the pandemic ruled: from the WHO's declaration (11 March 2020) to the application of the EU
#: Digital COVID Certificate (1 July 2021, Regulation (EU) 2021/953). Short-time work kept unemployment low in them.
PANDEMIC = ("2020-Q1", "2021-Q2")
PANDEMIC_MONTHS = ("2020-03", "2021-06")
PANDEMIC_YEARS = ("2020", "2021")


def number(period: str, frequency: int) -> int | None:
    """Position of a quarter (frequency 4), month (12) or year (1) on an endless line; None where it is none.

    >>> number("2019-Q4", 4) - number("2018-Q4", 4)
    4
    """
    if frequency == 1:
        year = _YEAR.match(period)
        return int(year[1]) if year else None
    match = (_QUARTER if frequency == 4 else _MONTH).match(period)
    return int(match[1]) * frequency + int(match[2]) - 1 if match else None


def name(position: int, frequency: int) -> str:
    """``2019-Q4``, ``2019-12`` or ``2019``."""
    year, season = divmod(position, frequency)
    if frequency == 1:
        return f"{year}"
    return f"{year}-Q{season + 1}" if frequency == 4 else f"{year}-{season + 1:02d}"


def positions(asked: str | int, first: int, n: int, frequency: int) -> list[int]:
    """Positions, from the series' first period, of a year or of one period.

    Raises
    ------
    DesignError
        Neither a year nor a period of this frequency, or outside the series.
    """
    text = str(asked)
    if re.fullmatch(r"\d{4}", text):
        start, length = int(text) * frequency, frequency
    else:
        found = number(text, frequency)
        if found is None:
            like = "2019-Q4" if frequency == 4 else "2019-12"
            raise DesignError(f"{asked!r} is no period here; write a year ('2019') or a period ('{like}').")
        start, length = found, 1
    if start < first or start + length > first + n:
        span = f"{name(first, frequency)} to {name(first + n - 1, frequency)}"
        raise DesignError(f"{asked!r} lies outside the pairs held, {span}; choose inside it.")
    return list(range(start - first, start - first + length))


def pandemic(period: str) -> bool:
    """True for a quarter, month or year of the pandemic (:data:`PANDEMIC`)."""
    if len(period) == 4:
        return period in PANDEMIC_YEARS
    low, high = PANDEMIC if "Q" in period else PANDEMIC_MONTHS
    return low <= period <= high
