"""What stands on page after page: running heads, running feet, page numbers. It belongs to no sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from almpo_kit.sources.documents.pages.lines import Line

#: Outer part of a page, lines there, pages on which a line must stand.
_ZONE, _LINES, _PAGES = 0.14, 3, 3
_NUMBER = re.compile(
    r"[-–—|\[(\s]*(?:page|p\.|seite|s\.|pagina|página|strona)?\s*(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|of|von|de|di|sur|z)\s*\d{1,4})?[-–—|\])\s]*",
    re.I,
)


def without_running_heads(
    pages: Sequence[Sequence[Line]], heights: Sequence[float]
) -> tuple[list[list[Line]], list[str]]:
    """Pages without repeated lines at top and bottom; and an example of each that was left out.

    Parameters
    ----------
    pages : sequence of sequence of Line, shape (n_pages,)
        Lines in the order of reading.
    heights : sequence of float, shape (n_pages,)
    """
    marked = [_margin(lines, height) for lines, height in zip(pages, heights, strict=True)]
    seen = Counter(key for keys in marked for key in set(keys.values()))
    numbers = sum(any(key == "#" for key in keys.values()) for keys in marked)
    least = min(_PAGES, max(2, len(pages)))
    left_out: dict[str, str] = {}
    kept = []
    for lines, keys in zip(pages, marked, strict=True):
        gone = {i for i, key in keys.items() if (numbers >= 2 if key == "#" else seen[key] >= least)}
        for i in gone:
            left_out.setdefault(keys[i], lines[i].text)
        kept.append([line for i, line in enumerate(lines) if i not in gone])
    return kept, [text for key, text in left_out.items() if key != "#"]


def _margin(lines: Sequence[Line], height: float) -> dict[int, str]:
    """Lines near the upper and the lower edge, and what each has in common with its like on other pages."""
    order = sorted(range(len(lines)), key=lambda i: lines[i].middle)
    upper = [i for i in order[:_LINES] if lines[i].middle < _ZONE * height]
    lower = [i for i in order[-_LINES:] if lines[i].middle > (1 - _ZONE) * height]
    keys = {}
    for i in {*upper, *lower}:
        text = lines[i].text
        if _NUMBER.fullmatch(text):
            keys[i] = "#"
        # The heading of a table that goes on, "(1) (2) (3)", has no letters.
        elif sum(map(str.isalpha, text)) >= 4:
            side = "top" if i in upper else "foot"
            keys[i] = f"{side} {re.sub(r'[0-9]+', '#', text).casefold()} {lines[i].y0:.0f}"
    return keys
