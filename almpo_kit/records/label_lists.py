"""Labels as a table: what holds now, or everything that was ever decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.records.labels import chunks, same_coder
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.documents import LABEL_COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Row = tuple[Any, ...]
_TEXTS = ("document_id", "field", "item", "value", "coder", "model_version")
_KEPT = (
    *("id", "document_id", "field", "item", "value", "coder", "span_start", "span_end"),
    *("model_version", "at", "replaces", "undoes"),
)
_VALUE, _CODER, _REPLACES, _UNDOES = (_KEPT.index(c) for c in ("value", "coder", "replaces", "undoes"))
_QUESTION = slice(1, 4)


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
    rows = _rows(db, review, coder if blind is None else None, documents, field)
    undone: set[int] = set()
    if current:
        # A row replaces one of the same coder on the same question, so whatever was asked for, both are here or neither.
        replaced = {r[_REPLACES] for r in rows}
        rows = [r for r in rows if r[0] not in replaced and r[_VALUE] is not None]
    else:
        undone = _undone(rows)
    if blind is not None:
        rows = _seen_by(rows, same_coder(db, blind))
        if coder is not None:
            mine = same_coder(db, coder)
            rows = [r for r in rows if r[_CODER] == mine]
    return _frame(rows, review, undone)


def _rows(
    db: Connection, review: str, coder: str | None, documents: Sequence[str] | None, field: str | None
) -> list[Row]:
    from sqlalchemy import select

    labels = table("labels")
    asked = select(*(labels.c[c] for c in _KEPT)).where(labels.c.review == review).order_by(labels.c.id)
    if field is not None:
        asked = asked.where(labels.c.field == field)
    if coder is not None:
        asked = asked.where(labels.c.coder == same_coder(db, coder))
    if documents is None:
        return list(db.execute(asked))
    found = [
        r for names in chunks(documents) for r in db.execute(asked.where(labels.c.document_id.in_(names)))
    ]
    return sorted(found, key=lambda r: r[0])


def newest_given(db: Connection, review: str, coder: str) -> int | None:
    """The newest label of a coder that nobody took back, whatever undoing put it back; nothing where there is none."""
    rows = _rows(db, review, coder, None, None)
    silent = _undone(rows)
    given = [r[0] for r in rows if r[_UNDOES] is None and r[0] not in silent]
    return max(given, default=None)


def _undone(rows: Sequence[Row]) -> set[int]:
    """Numbers of rows that an undoing took back, where that undoing was not itself undone; rows that only take back."""
    taken_back: set[int] = set()
    silent: set[int] = set()
    for row in reversed(rows):
        if row[_VALUE] is None:
            silent.add(row[0])
        if row[_UNDOES] is not None and row[0] not in taken_back:
            taken_back.add(row[_UNDOES])
            # What it replaced may be an earlier undoing that had put the same answer back.
            silent.add(row[_REPLACES])
    # Brought back and taken back again, perhaps several times: what repeats an answer goes with it.
    held = {row[0]: row for row in rows}
    repeats = {row[0] for row in rows if row[_UNDOES] is not None and _repeated(held, row) in taken_back}
    return silent | taken_back | repeats


def _repeated(held: Mapping[int, Row], row: Row) -> int | None:
    """The label whose answer an undoing put back."""
    found: Row | None = row
    while found is not None and found[_UNDOES] is not None:
        undone = held.get(found[_UNDOES])
        found = None if undone is None else held.get(undone[_REPLACES])
    return None if found is None else int(found[0])


def _seen_by(rows: list[Row], coder: str) -> list[Row]:
    # Of a coder's rows in one cell the last one holds; a row without a value says that none does.
    holds: dict[tuple[Any, ...], bool] = {}
    for r in rows:
        if r[_CODER] == coder:
            holds[r[_QUESTION]] = r[_VALUE] is not None
    return [r for r in rows if r[_CODER] == coder or holds.get(r[_QUESTION], False)]


def _frame(rows: Sequence[Row], review: str, undone: set[int]) -> pd.DataFrame:
    import pandas as pd

    # Column by column: a hundred thousand rows take a quarter of the time that a table made from rows takes.
    kept = dict(zip(_KEPT, zip(*rows, strict=True) if rows else [()] * len(_KEPT), strict=True))
    texts = {c: pd.array([v or "" for v in kept[c]], dtype="str") for c in _TEXTS}
    whole = {
        name: pd.array(list(kept[c]), dtype="Int64")
        for name, c in (("start", "span_start"), ("end", "span_end"), ("replaces", "replaces"))
    }
    number = pd.array(list(kept["id"]), dtype="int64")
    found = pd.DataFrame(texts | whole | {"label_id": number})
    found["review"] = pd.array([review] * len(rows), dtype="str")
    found["at"] = pd.to_datetime(list(kept["at"]), utc=True, format="ISO8601").as_unit("us")
    found["undone"] = found["label_id"].isin(undone)
    return found[list(LABEL_COLUMNS)]


def reviews_listed(db: Connection) -> pd.DataFrame:
    """Reviews and how much was labelled in each, by name."""
    import pandas as pd
    from sqlalchemy import func, select

    labels, decisions = table("labels"), table("decisions")
    later = labels.alias("later")
    replaced = select(later.c.id).where(later.c.replaces == labels.c.id).exists()
    asked = (
        select(
            labels.c.review,
            func.count(labels.c.document_id.distinct()),
            func.count(labels.c.id),
            func.count(labels.c.coder.distinct()),
            func.max(labels.c.at),
        )
        .where(~replaced, labels.c.value.is_not(None))
        .group_by(labels.c.review)
        .order_by(labels.c.review)
    )
    counted = select(decisions.c.review, func.count(decisions.c.document_id.distinct())).group_by(
        decisions.c.review
    )
    decided = {r[0]: r[1] for r in db.execute(counted)}
    rows = [(*r, decided.get(r[0], 0)) for r in db.execute(asked)]
    found = pd.DataFrame(rows, columns=["review", "documents", "labels", "coders", "last", "decided"])
    found["last"] = pd.to_datetime(found["last"], utc=True, format="ISO8601")
    whole = dict.fromkeys(("documents", "labels", "coders", "decided"), "int64")
    kinds: dict[str, Any] = {"review": "str"} | whole
    return found.astype(kinds)
