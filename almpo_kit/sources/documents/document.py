"""One publication as it was read: its row, its sentences with their places, and what to know about the reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, PASSAGE_COLUMNS
from almpo_kit.vocabulary.finding import Check

if TYPE_CHECKING:
    import pandas as pd

_KINDS: Final = {
    c: "float64" if c == "year" else "int64" if c == "pages" else "str" for c in DOCUMENT_COLUMNS
}
_PLACES: Final = PASSAGE_COLUMNS[6:]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Document:
    """A publication that was read from a file.

    Parameters
    ----------
    document_id : str
        SHA-256 of the file's bytes.
    title, abstract, text, authors, doi, url, language, origin, source : str
        ``""`` where not known; several authors with ``"; "`` between. ``language`` is a code such as ``"de"``,
        ``source`` starts with SYNTHETIC where the file says so of itself.
    year : float
        NaN where not known.
    kind : {"pdf", "html", "text"}
    pages : int
        Pages of the file, also those that were not read; 0 where there are none.
    passages : DataFrame
        ``PASSAGE_COLUMNS``: one sentence a row, with the place where it stands.
    checks : tuple of Check
        What was guessed (informational) and what is missing or odd (failed).
    """

    document_id: str
    title: str
    abstract: str
    text: str
    authors: str
    year: float
    doi: str
    url: str
    language: str
    kind: str
    pages: int
    origin: str
    source: str
    passages: pd.DataFrame
    checks: tuple[Check, ...] = ()

    @property
    def row(self) -> dict[str, Any]:
        """Its row of a frame of documents: ``DOCUMENT_COLUMNS``."""
        return {column: getattr(self, column) for column in DOCUMENT_COLUMNS}

    @property
    def degraded(self) -> bool:
        """Whether a part of it was not read, or something is odd: any check failed."""
        return any(c.status == "failed" for c in self.checks)

    @property
    def why(self) -> str:
        """The failed checks in one line, ``""`` where there are none."""
        return " ".join(c.sentence for c in self.checks if c.status == "failed")

    def __repr__(self) -> str:
        named = self.title or self.origin
        return f"Document: {named[:80]!r}, {self.kind}, {self.pages} pages, {len(self.passages):,} passages"


def documents_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as a frame of documents.

    Returns
    -------
    DataFrame, shape (n_documents, 13)
        ``DOCUMENT_COLUMNS``; ``year`` float64 with NaN, ``pages`` int64, the others text without missing values.
    """
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(DOCUMENT_COLUMNS)).astype(_KINDS)


def passages_frame(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Tuples in the order of ``PASSAGE_COLUMNS`` as a frame of passages."""
    import pandas as pd

    table = pd.DataFrame(list(rows), columns=list(PASSAGE_COLUMNS))
    kinds = {"document_id": "str", "text": "str"}
    kinds |= dict.fromkeys(PASSAGE_COLUMNS[1:5], "int64") | dict.fromkeys(_PLACES, "float64")
    return table.astype(kinds)
