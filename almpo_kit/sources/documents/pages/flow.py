"""From lines to running text: paragraphs, words that a line cut in two, and where each line came to stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from almpo_kit.sources.documents.pages.lines import Line

_CUT = re.compile(r"(?<=\w)[-\u2010\u2011]$")
_COMPOUND = re.compile(r"\b[\w]+(?:[-\u2010\u2011][\w]+)+\b")
_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[.!?:;…][\"'”’»)\]]*\d{0,3}$")
#: First halves that keep their hyphen where nothing else in the text tells.
_KEEPS = frozenset(
    (
        *("long", "short", "low", "high", "self", "non", "well", "job", "labour", "labor", "full"),
        *("part", "pre", "post", "co", "one", "two", "three", "first", "second", "large", "small"),
        *("middle", "welfare", "year", "cross", "in", "difference"),
    )
)


class Placed(NamedTuple):
    """Where in the text a line stands."""

    start: int
    end: int
    line: Line


def run_together(lines: Sequence[Line]) -> tuple[str, list[Placed]]:
    """Lines as one text: a blank line between paragraphs and between rows of a table, a space within.

    Parameters
    ----------
    lines : sequence of Line
        All pages, in the order of reading.
    """
    known = _words(lines)
    spacing, columns = _spacing(lines), _columns(lines)
    rows = [line.is_row for line in lines]
    parts: list[str] = []
    placed: list[Placed] = []
    at = 0
    for i, line in enumerate(lines):
        text = line.text
        if placed:
            apart = rows[i - 1] or rows[i]
            between = "\n\n" if apart else _between(lines[i - 1], line, spacing, columns)
            if between == " " and _CUT.search(parts[-1]) and text[:1].islower():
                between = ""
                if not _keeps(parts[-1], text, known):
                    parts[-1] = parts[-1][:-1]
                    at -= 1
                    placed[-1] = placed[-1]._replace(end=at)
            parts.append(between)
            at += len(between)
        parts.append(text)
        placed.append(Placed(at, at + len(text), line))
        at += len(text)
    return "".join(parts), placed


def _words(lines: Sequence[Line]) -> set[str]:
    """Words of the document as they stand within lines, compounds with their hyphens."""
    found: set[str] = set()
    for line in lines:
        text = line.text.casefold()
        found.update(_WORD.findall(text))
        found.update(_COMPOUND.findall(text))
    return found


def _keeps(before: str, after: str, known: set[str]) -> bool:
    """Whether the hyphen between two lines is part of the word."""
    head, tail = (
        re.findall(r"[\w-]+(?=-$)", before.replace("\u2010", "-").replace("\u2011", "-")),
        _WORD.match(after),
    )
    if not head or tail is None:
        return True
    first, second = head[-1].casefold(), tail[0].casefold()
    if f"{first}-{second}" in known:
        return True
    if f"{first}{second}" in known:
        return False
    return "-" in first or first in _KEEPS


def _spacing(lines: Sequence[Line]) -> dict[int, float]:
    """The usual distance from line to line of each page; papers are set in one, one and a half, two lines."""
    gaps: dict[int, list[float]] = {}
    for a, b in pairwise(lines):
        if (a.page, a.column) == (b.page, b.column) and 0 < b.middle - a.middle < 4 * a.size:
            gaps.setdefault(a.page, []).append(b.middle - a.middle)
    return {page: median(values) for page, values in gaps.items()}


def _columns(lines: Sequence[Line]) -> dict[tuple[int, int], tuple[float, float]]:
    edges: dict[tuple[int, int], tuple[float, float]] = {}
    for line in lines:
        key = line.page, line.column
        left, right = edges.get(key, (line.x0, line.x1))
        edges[key] = min(left, line.x0), max(right, line.x1)
    return edges


def _between(
    a: Line, b: Line, spacing: dict[int, float], columns: dict[tuple[int, int], tuple[float, float]]
) -> str:
    if not 0.88 < a.size / b.size < 1.14:
        return "\n\n"
    left, right = columns[a.page, a.column]
    ended, full = bool(_ENDS.search(a.text)), a.x1 > right - 0.2 * (right - left)
    if (a.page, a.column) != (b.page, b.column):
        # A sentence goes on in the next column or on the next page.
        goes_on = not ended and (full or b.text[:1].islower()) and not b.text[:1].isdigit()
        return " " if goes_on or _CUT.search(a.text) else "\n\n"
    if not 0 < b.middle - a.middle <= spacing.get(a.page, a.size) + 0.4 * a.size:
        return "\n\n"
    indented = b.x0 > left + 0.7 * b.size and a.x0 <= left + 0.4 * a.size
    return "\n\n" if ended and (indented or not full) else " "
