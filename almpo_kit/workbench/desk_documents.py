"""A document as the evidence desk shows it: its lines, and the stretches that speak for something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Lines of one document that are sent to a browser; the file itself holds the rest.
_MOST_LINES = 1_500
_LONGEST_TITLE = 110


def document_state(
    row: pd.Series, passages: pd.DataFrame, marks: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """A document as plain values for the browser.

    Parameters
    ----------
    row : Series
        One row of ``documents``.
    passages : DataFrame, shape (n_passages, 10)
        Of this document, in order.
    marks : iterable of mapping
        ``start, end`` in the document's text, ``key`` of what they speak for, ``words``.

    Returns
    -------
    dict
        ``id, title, meta, lines, marks``.
    """
    shown = passages.head(_MOST_LINES)
    lines: list[dict[str, Any]] = [
        {"page": int(page), "start": int(start), "end": int(end), "text": str(text)}
        for page, start, end, text in zip(*(shown[c] for c in ("page", "start", "end", "text")), strict=True)
    ]
    # A reference's text begins with its title, which stands above it already.
    title = text_of(row, "title")
    if title and text_of(row, "text").startswith(title):
        lines = [line for line in lines if line["page"] or line["end"] > len(title) + 1]
    meta = meta_words(row)
    if len(passages) > _MOST_LINES:
        meta = f"{meta} · the first {_MOST_LINES:,} of {len(passages):,} sentences are shown".strip(" ·")
    return {
        "id": str(row["document_id"]),
        "title": title,
        "meta": meta,
        "lines": lines,
        "marks": [
            {"start": int(m["start"]), "end": int(m["end"]), "key": str(m["key"]), "words": str(m["words"])}
            for m in marks
        ],
    }


def text_of(row: pd.Series, column: str) -> str:
    """A cell as text, "" where it is missing."""
    value = row.get(column)
    return "" if value is None or value != value else str(value)


def meta_words(row: pd.Series) -> str:
    """``Lechner · 2011 · doi 10.1000/1 · from references.ris``."""
    year = row.get("year")
    parts = [
        text_of(row, "authors")[:120],
        "" if year is None or year != year else str(int(year)),
        f"doi {text_of(row, 'doi')}" if text_of(row, "doi") else "",
        f"from {text_of(row, 'origin')}" if text_of(row, "origin") else "",
    ]
    return " · ".join(p for p in parts if p)


def short_title(row: pd.Series) -> str:
    """A title that fits on a line."""
    title = text_of(row, "title") or text_of(row, "text")[:_LONGEST_TITLE] or "No title"
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
