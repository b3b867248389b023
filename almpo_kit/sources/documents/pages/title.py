"""The title of a paper, by how it looks: the largest letters on the upper part of its first page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from almpo_kit.sources.documents.pages.lines import Line

#: Lines of one title, and signs.
_LINES, _LEAST, _MOST = 6, 12, 300
_UPPER = 0.7
#: The name of the journal or the series is often larger than the title.
_SERIES = re.compile(
    r"\bjournal of\b|working paper|discussion paper|^(?:research|policy|technical) (?:report|brief)s?$|\bseries\b",
    re.I,
)


def title_by_size(lines: Sequence[Line], height: float) -> str:
    """The lines in the largest letters, or ``""`` where no letters are larger than the others.

    Parameters
    ----------
    lines : sequence of Line
        Of one page, in the order of reading.
    height : float
        Of the page.
    """
    words = [r for r in lines if r.y0 < _UPPER * height and sum(map(str.isalpha, r.text)) >= 4]
    sizes = sorted({r.size for r in words}, reverse=True)
    if len(sizes) < 2:
        return ""
    usual = sorted(r.size for r in lines)[len(lines) // 2]
    for size in sizes:
        if size < 1.12 * usual:
            return ""
        group = _together([r for r in words if r.size > 0.93 * size and r.size <= size])
        said = " ".join(r.text.replace("\t", " ") for r in group)
        if _LEAST <= len(said) <= _MOST and not _SERIES.search(said):
            return said
    return ""


def _together(lines: Sequence[Line]) -> list[Line]:
    """The first of these lines and those that follow it closely."""
    group = list(lines[:1])
    for line in lines[1:_LINES]:
        if not 0 <= line.middle - group[-1].middle < 2.2 * line.size:
            break
        group.append(line)
    return group
