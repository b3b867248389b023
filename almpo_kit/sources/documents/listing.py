"""Reading the tables of a library into frames."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.documents.document import documents_frame
from almpo_kit.sources.documents.passage_blobs import unpacked
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

_ROW = (
    "d.document_id, d.title, {abstract}, {text}, d.authors, d.year, d.doi, d.url, d.language, d.kind, d.pages, d.origin, "
    "d.source"
)
#: The latest mark says whether a document is left out.
_LEFT_OUT = (
    "(SELECT m.left_out FROM marks m WHERE m.document_id = d.document_id ORDER BY m.number DESC LIMIT 1)"
)
_PROVENANCE = (
    "number",
    "at",
    "name",
    "origin",
    "file",
    "bytes",
    "document_id",
    "outcome",
    "why",
    "reader",
    "label",
)
#: Identifiers that one question holds.
_AT_ONCE = 500


def documents(
    db: sqlite3.Connection, ids: Sequence[str] | None, *, text: bool, left_out: bool
) -> pd.DataFrame:
    """``DOCUMENT_COLUMNS`` in the order in which they were taken in, or in the order of ``ids``."""
    columns = _ROW.format(abstract="c.abstract" if text else "''", text="c.text" if text else "''")
    joined = " JOIN contents c ON c.document_id = d.document_id" if text else ""
    rows = _rows(db, f"SELECT {columns} FROM documents d{joined}", ids, left_out)
    names = documents_frame([]).columns
    table = documents_frame(dict(zip(names, row, strict=True)) for row in rows)
    return _stamped(table, list(table["document_id"]), bool(table["source"].str.startswith(SYNTHETIC).any()))


def passages(db: sqlite3.Connection, ids: Sequence[str] | None, *, left_out: bool) -> pd.DataFrame:
    """``PASSAGE_COLUMNS`` of the same documents, in the same order."""
    query = (
        "SELECT d.document_id, c.text, c.passages, d.source FROM documents d JOIN contents c "
        "ON c.document_id = d.document_id"
    )
    rows = _rows(db, query, ids, left_out)
    names, texts, blobs, sources = zip(*rows, strict=True) if rows else ((), (), (), ())
    return _stamped(unpacked(names, texts, blobs), list(names), any(s.startswith(SYNTHETIC) for s in sources))


def _rows(db: sqlite3.Connection, query: str, ids: Sequence[str] | None, left_out: bool) -> list[Any]:
    if ids is None:
        held = "" if left_out else f" WHERE COALESCE({_LEFT_OUT}, 0) = 0"
        return db.execute(f"{query}{held} ORDER BY d.number").fetchall()
    found = {row[0]: row for row in _named(db, query, ids)}
    absent = [i for i in ids if i not in found]
    if absent:
        raise ParameterError(
            f"the library holds no document {absent[0]!r}{f' and {len(absent) - 1} more' if absent[1:] else ''}; "
            "library.documents(text=False) lists what it holds."
        )
    return [found[i] for i in ids]


def _named(db: sqlite3.Connection, query: str, ids: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(ids), _AT_ONCE):
        some = list(ids[start : start + _AT_ONCE])
        marks = ", ".join("?" * len(some))
        yield from db.execute(f"{query} WHERE d.document_id IN ({marks})", some)


def _stamped(table: pd.DataFrame, ids: Sequence[str], synthetic: bool) -> pd.DataFrame:
    digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()
    kind = "synthetic" if synthetic else "file"
    version = f"{len(ids)} documents, {digest[:12]}"
    return stamp(table, DataVersion("library", version, kind=kind, sha256=digest))


def provenance_rows(db: sqlite3.Connection, document: str | None) -> pd.DataFrame:
    """When and from where documents came, and what was refused; one row a document and file."""
    import pandas as pd

    query = f"SELECT {', '.join(_PROVENANCE)} FROM takings"
    found = (
        db.execute(f"{query} ORDER BY number").fetchall()
        if document is None
        else db.execute(f"{query} WHERE document_id = ? ORDER BY number", [document]).fetchall()
    )
    table = pd.DataFrame(found, columns=list(_PROVENANCE))
    kinds = {c: "int64" if c in ("number", "bytes") else "str" for c in _PROVENANCE}
    return table.astype(kinds)


def given_labels(db: sqlite3.Connection) -> pd.DataFrame:
    """What lists said of the relevance of their references: ``document_id, label, name, at``, the latest of each file."""
    import pandas as pd

    query = (
        "SELECT t.document_id, t.label, t.name, t.at FROM takings t WHERE t.label <> '' AND t.number = (SELECT MAX(l.number) "
        "FROM takings l WHERE l.document_id = t.document_id AND l.label <> '') ORDER BY t.number"
    )
    return pd.DataFrame(db.execute(query).fetchall(), columns=["document_id", "label", "name", "at"]).astype(
        "str"
    )


def left_out(db: sqlite3.Connection) -> pd.DataFrame:
    """Documents that are left out: ``document_id, title, reason, at``."""
    import pandas as pd

    query = (
        "SELECT d.document_id, d.title, m.reason, m.at FROM marks m JOIN documents d ON d.document_id = m.document_id WHERE "
        "m.left_out = 1 AND m.number = (SELECT MAX(n.number) FROM marks n WHERE n.document_id = m.document_id) "
        "ORDER BY m.number"
    )
    return pd.DataFrame(
        db.execute(query).fetchall(), columns=["document_id", "title", "reason", "at"]
    ).astype("str")


def the_one(db: sqlite3.Connection, beginning: str) -> str:
    """The whole identifier of which a person typed the beginning.

    Raises
    ------
    ParameterError
        No document, or several, begin so.
    """
    asked = beginning.strip().lower()
    if not asked or not set(asked) <= set("0123456789abcdef"):
        raise ParameterError(
            f"{beginning!r} names no document; an identifier has hexadecimal digits, e.g. '3fa94c1e'."
        )
    query = "SELECT document_id FROM documents WHERE document_id >= ? AND document_id < ? LIMIT 2"
    found = [row[0] for row in db.execute(query, [asked, f"{asked}g"])]
    if len(found) == 1:
        return str(found[0])
    what = "several documents" if found else "no document"
    raise ParameterError(
        f"the library holds {what} whose identifier begins with {asked!r}; library.documents(text=False) lists them."
    )
