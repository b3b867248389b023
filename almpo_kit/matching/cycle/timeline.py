"""Years, quarters and months as positions on an endless line."""

from __future__ import annotations

import datetime
import re

_PERIOD = re.compile(r"(\d{4})(?:-?Q([1-4])|-?M?(0[1-9]|1[0-2]))?")

#: From the WHO's declaration (11 March 2020) to the application of the EU Digital COVID Certificate (1 July 2021,
#: Regulation (EU) 2021/953): short-time work held unemployment down in it.
PANDEMIC = {1: ("2020", "2021"), 4: ("2020-Q1", "2021-Q2"), 12: ("2020-03", "2021-06")}


def frequency_of(period: str) -> int | None:
    """1 for a year, 4 for a quarter, 12 for a month, None for anything else."""
    match = _PERIOD.fullmatch(period)
    return None if match is None else 4 if match[2] else 12 if match[3] else 1


def position(period: str) -> int:
    """Place of a period among those of its frequency.

    >>> position("2020-Q1") - position("2019-Q4")
    1
    """
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise ValueError(period)
    year, quarter, month = match.groups()
    return (
        int(year) * 4 + int(quarter) - 1
        if quarter
        else int(year) * 12 + int(month) - 1
        if month
        else int(year)
    )


def name(at: int, frequency: int) -> str:
    """``2019``, ``2019-Q4`` or ``2019-12``."""
    year, season = divmod(at, frequency)
    return (
        f"{year}"
        if frequency == 1
        else f"{year}-Q{season + 1}"
        if frequency == 4
        else f"{year}-{season + 1:02d}"
    )


def current(day: datetime.date, frequency: int) -> int:
    """Place of the period that a day lies in."""
    return day.year * frequency + (day.month - 1) * frequency // 12


def in_pandemic(at: int, frequency: int) -> bool:
    """True for a period of :data:`PANDEMIC`."""
    first, last = PANDEMIC[frequency]
    return position(first) <= at <= position(last)


def spans(places: list[int], frequency: int) -> str:
    """Periods in words, neighbours joined: ``2020-Q1 to 2020-Q3, 2021-Q2``."""
    runs: list[list[int]] = []
    for p in sorted(places):
        if runs and p == runs[-1][-1] + 1:
            runs[-1].append(p)
        else:
            runs.append([p])
    names = [[name(r[0], frequency), name(r[-1], frequency)] for r in runs]
    return ", ".join(a if a == b else f"{a} to {b}" for a, b in names)
