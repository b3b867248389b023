"""Labels as a table: what holds now, or everything that was ever decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.records.labels import chunks, same_coder
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.documents import LABEL_COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection, Select

_TEXTS = ("review", "document_id", "field", "item", "value", "coder", "model_version")
_CELL = ("document_id", "field", "item")


def labels_listed(
    db: Connection,
    review: str,
    *,
    current: bool,
    coder: str | None,
    documents: Sequence[str] | None,
    field: str | None,
    blind: str | None,
) -> pd.DataFrame:
    """Labels in the order in which they were given.

    Parameters
    ----------
    db : Connection
    review : str
    current : bool
        Only what holds now; else replaced ones, undone ones and undoings, too.
    coder : str, optional
        Only hers.
    documents : sequence of str, optional
    field : str, optional
    blind : str, optional
        Leave out what others say where this coder has no label that holds.

    Returns
    -------
    DataFrame
        ``LABEL_COLUMNS``.
    """
    asked = _asked(review, current=current, field=field)
    labels = table("labels")
    if coder is not None and blind is None:
        asked = asked.where(labels.c.coder == same_coder(db, coder))
    if documents is None:
        rows = [tuple(r) for r in db.execute(asked)]
    else:
        rows = [
            tuple(r)
            for names in chunks(documents)
            for r in db.execute(asked.where(labels.c.document_id.in_(names)))
        ]
        rows.sort(key=lambda r: r[0])
    undone = set() if current else _undone(rows)
    if blind is not None:
        rows = _seen_by(rows, same_coder(db, blind))
        if coder is not None:
            mine = same_coder(db, coder)
            rows = [r for r in rows if r[6] == mine]
    return _frame(rows, undone)


def _asked(review: str, *, current: bool, field: str | None) -> Select[Any]:
    from sqlalchemy import select

    labels = table("labels")
    columns = (
        *("id", "review", "document_id", "field", "item", "value", "coder", "span_start", "span_end"),
        *("model_version", "at", "replaces", "undoes"),
    )
    asked = select(*(labels.c[c] for c in columns)).where(labels.c.review == review).order_by(labels.c.id)
    if field is not None:
        asked = asked.where(labels.c.field == field)
    if current:
        later = labels.alias("later")
        replaced = select(later.c.id).where(later.c.replaces == labels.c.id).exists()
        asked = asked.where(~replaced, labels.c.value.is_not(None))
    return asked


def _undone(rows: Iterable[tuple[Any, ...]]) -> set[int]:
    """Numbers of rows that an undoing took back, where that undoing was not itself undone; rows that only take back."""
    gone: set[int] = set()
    for row in reversed(list(rows)):
        number, value, undoes = row[0], row[5], row[12]
        if undoes is not None and number not in gone:
            # What it replaced may be an earlier undoing that had put the same answer back.
            gone.update((undoes, row[11]))
        if value is None:
            gone.add(number)
    return gone


def _seen_by(rows: list[tuple[Any, ...]], coder: str) -> list[tuple[Any, ...]]:
    # Of a coder's rows in one cell the last one holds; a row without a value says that none does.
    holds: dict[tuple[str, ...], bool] = {}
    for r in rows:
        if r[6] == coder:
            holds[r[2:5]] = r[5] is not None
    return [r for r in rows if r[6] == coder or holds.get(r[2:5], False)]


def _frame(rows: list[tuple[Any, ...]], undone: set[int]) -> pd.DataFrame:
    import pandas as pd

    columns = [*LABEL_COLUMNS[:-1], "undoes"]
    found = pd.DataFrame(rows, columns=columns).drop(columns="undoes")
    found["value"] = found["value"].fillna("")
    found["at"] = pd.to_datetime(found["at"], utc=True, format="ISO8601")
    found["undone"] = found["label_id"].isin(undone)
    kinds: dict[str, Any] = {"label_id": "int64", "undone": bool} | dict.fromkeys(_TEXTS, "str")
    whole = dict.fromkeys(("start", "end", "replaces"), "Int64")
    return found.astype(kinds | whole)
