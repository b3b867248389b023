"""The text of a PDF with the place of each sentence. Runs only in the confined process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from almpo_kit.sources.documents.cleaning import TURNING, clean, unmapped
from almpo_kit.sources.documents.pages.flow import run_together
from almpo_kit.sources.documents.pages.lines import Line
from almpo_kit.sources.documents.pages.reading_order import in_order
from almpo_kit.sources.documents.pages.running_heads import without_running_heads
from almpo_kit.sources.documents.pages.sentence_places import placed_sentences
from almpo_kit.sources.documents.pages.title import title_by_size
from almpo_kit.sources.documents.process.pdf_lines import pages_of

#: What a page says beside its lines.
_POINT = re.compile(r"[\s\u2022\u25a0-\u25ff\u2219\u22c4\u25e6\u00d7\u25cf+]+")
_PLOT = 15
_KEPT = ("page", "fault", "hidden", "hidden_signs", "ocr", "picture", "cut", "turned", "unchecked")


def load() -> None:
    """Load the library before the limits are set."""
    import pypdfium2.raw  # noqa: F401


def records_of(data: bytes, order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the file says of itself, a record each page, and last the text.

    Yields
    ------
    dict
        ``pages, encrypted, meta`` or ``fault``; then ``page, signs, hidden, hidden_signs, ocr, picture, cut, …``;
        ``full`` (the page at which the text was long enough); last ``text, passages`` (rows without the document's
        name), ``title`` (the largest letters of the first page), ``running`` (what was left out), ``unmapped``.
    """
    pages, heights = list[list[Line]](), list[float]()
    odd, turning, first = 0, 0, ""
    for record in pages_of(data, order):
        if "lines" not in record:
            yield record
            continue
        pieces = []
        for text, x0, y0, x1, y1, size in record["lines"]:
            odd, turning = odd + unmapped(text), turning + len(TURNING.findall(text))
            if said := clean(text).strip():
                pieces.append(Line(said, x0, y0, x1, y1, size, record["page"]))
        pages.append(in_order(_without_points(pieces)))
        heights.append(record.get("height", 1.0))
        first = first or title_by_size(pages[-1], heights[-1]) if record["page"] <= 2 else first
        signs = sum(len(p.text) - p.text.count(" ") for p in pieces)
        yield {k: record[k] for k in _KEPT if k in record} | {"signs": signs}
    if pages:
        yield _text(pages, heights) | {"title": first, "unmapped": odd, "turning": turning}


def _without_points(pieces: list[Line]) -> list[Line]:
    """Without the points of a plot: they are signs to the file, and nothing to read."""
    points = [bool(p.text) and not _POINT.sub("", p.text) for p in pieces]
    return (
        pieces if sum(points) < _PLOT else [p for p, point in zip(pieces, points, strict=True) if not point]
    )


def _text(pages: list[list[Line]], heights: list[float]) -> dict[str, Any]:
    kept, running = without_running_heads(pages, heights)
    text, placed = run_together([line for lines in kept for line in lines])
    rows = [row[1:5] + row[6:] for row in placed_sentences("", text, placed)]
    return {"text": text, "passages": rows, "running": running[:20]}
