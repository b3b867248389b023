"""A document as it was read, before it is taken in: its row, its sentences, and how well it could be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.documents.passage_blobs import packed
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, document_id
from almpo_kit.vocabulary.errors import FrameError

if TYPE_CHECKING:
    import pandas as pd

_TEXTS = [c for c in DOCUMENT_COLUMNS if c not in ("document_id", "year", "pages")]
_IDENTIFIER = re.compile(r"[0-9a-f]{64}")
#: Years in which something can have been published.
_YEARS = range(1500, 2200)


@dataclass(frozen=True)
class Draft:
    """One document.

    Parameters
    ----------
    row : Mapping
        ``DOCUMENT_COLUMNS``; text columns hold text, ``year`` a whole number or None.
    passages : DataFrame or None
        Its sentences; None for those of the text.
    degraded : str
        What could not be read as it should; "" where all could.
    label : str
        What the list says of its relevance, "" where nothing.
    name : str
        Of the file and, in a list, the place in it.
    """

    row: Mapping[str, Any]
    passages: pd.DataFrame | None = None
    degraded: str = ""
    label: str = ""
    name: str = ""

    @cached_property
    def blob(self) -> bytes:
        """The places of its sentences, as the library keeps them."""
        return packed(self.row["text"], self.passages)


@dataclass
class ReadFile:
    """What one file holds: documents, and entries that could not be read (place in the file, why)."""

    drafts: list[Draft] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    reader: str = ""


def row_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``documents`` from whatever names the columns: missing ones filled, texts cleaned, the identifier made.

    A reference is known by its title, abstract, authors, year and DOI; so the same reference in two lists is one document.

    Raises
    ------
    FrameError
        Neither title nor text.
    """
    row: dict[str, Any] = {c: storable(given.get(c)) for c in _TEXTS}
    # Screens show it as a link: "javascript:" is no address of a publication.
    row["url"] = row["url"] if row["url"].lower().startswith(("https://", "http://")) else ""
    row["year"] = _whole(given.get("year"), _YEARS)
    row["pages"] = _whole(given.get("pages"), range(10_000_000)) or 0
    row["text"] = row["text"] or "\n\n".join(t for t in (row["title"], row["abstract"]) if t.strip())
    if not row["text"].strip():
        raise FrameError("a document has neither title nor text; leave it out, or fill one of them in.")
    known = storable(given.get("document_id"))
    if not _IDENTIFIER.fullmatch(known):
        known = reference_id(row)
    return {"document_id": known, **row}


def reference_id(row: Mapping[str, Any]) -> str:
    """What a reference is known by, the same as in a list that was read from a file."""
    authors = [a for a in row["authors"].split("; ") if a]
    said = [row["title"], authors, str(row["year"] or ""), row["doi"].casefold(), row["abstract"]]
    return document_id("reference\n" + json.dumps(said, ensure_ascii=False))


def storable(value: Any) -> str:
    """Text that every database takes, of the same length: no half characters, no zero bytes."""
    if value is None or (not isinstance(value, str) and value != value) or type(value).__name__ == "NAType":
        return ""
    return str(value).replace("\0", " ").encode("utf-8", "replace").decode()


def _whole(value: Any, allowed: range) -> int | None:
    text = storable(value).strip()
    try:
        number = int(float(text)) if text else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and number in allowed else None


def drafts_of(documents: pd.DataFrame, passages: pd.DataFrame | None, origin: str) -> Iterator[Draft]:
    """Documents that somebody holds as frames: what a catalogue answered, or invented ones.

    Raises
    ------
    FrameError
        No column ``title`` or ``text``, or a row without both.
    """
    if len(documents) and not {"title", "text"} & set(documents.columns):
        raise FrameError(
            "documents needs a column 'title' or 'text'; see vocabulary.documents.DOCUMENT_COLUMNS."
        )
    parts: Mapping[Any, pd.DataFrame] = (
        {} if passages is None else dict(iter(passages.groupby("document_id", sort=False)))
    )
    for given in documents.to_dict("records"):
        row = row_of({str(k): v for k, v in given.items()})
        row["origin"] = row["origin"] or origin
        own = parts.get(given.get("document_id"))
        yield Draft(
            row, own, label=storable(given.get("label")), name=row["title"] or row["document_id"][:12]
        )
