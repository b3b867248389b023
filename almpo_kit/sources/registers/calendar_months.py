"""Months as registers write them: 2024-05, 202405, 2024M05, 05/2024, days of a month; never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from almpo_kit.sources.people.cell_values import Said

_ISO = re.compile(r"(\d{4})[-/. ]?[Mm]?(\d{1,2})(?:[-/.](\d{1,2}))?(?:[ T]\d.*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)?")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})")
_DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})(?:[ T]\d.*)?")
_LONGEST = 40
_NOTHING = frozenset({"na", "n/a", "nan", "nat", "null", "none", ".", "-", "–", "?"})
_WRITE = "Write the month as 2024-05."


def month_rule(cells: Iterable[str], day_first: bool | None = None) -> Callable[[str], Said]:
    """How a column's cells are read.

    Parameters
    ----------
    cells : iterable of str
        All cells of the column: 25/03/2024 tells that days come first in it.
    day_first : bool, optional
        Said by the person, where the cells do not tell.
    """
    found = [m for m in (_DAY.fullmatch(c.strip()[:_LONGEST]) for c in cells) if m]
    if day_first is None and found:
        days_first = any(int(m[1]) > 12 or m[2] == "." for m in found)
        months_first = any(int(m[3]) > 12 for m in found)
        if days_first != months_first:
            day_first = days_first

    def rule(cell: str) -> Said:
        return _month(cell.strip(), day_first)

    return rule


def _month(text: str, day_first: bool | None) -> Said:
    if text.lower() in _NOTHING:
        return Said()
    if len(text) > _LONGEST:
        return Said(fault="it is far too long for a month", remedy=_WRITE)
    if found := _COMPACT.fullmatch(text) or _ISO.fullmatch(text):
        return _valid(int(found[1]), int(found[2]), int(found[3] or 1))
    if found := _MONTH_FIRST.fullmatch(text):
        return _valid(int(found[2]), int(found[1]), 1)
    if found := _DAY.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        if day_first is None and first != second:
            return Said(
                fault="it can mean two months: day or month may stand first",
                remedy="Pass day_first=True or day_first=False, or write it as 2024-05.",
            )
        day, month = (second, first) if day_first is False else (first, second)
        return _valid(int(found[4]), month, day)
    return Said(fault="it is no month", remedy=_WRITE)


def _valid(year: int, month: int, day: int) -> Said:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return Said(fault="it is no month of a calendar", remedy=_WRITE)
    if not 1900 <= year <= 2100:
        return Said(fault="its year lies outside 1900 to 2100", remedy="Correct it, or leave the cell empty.")
    return Said(f"{year}-{month:02d}")
