"""Decisions on what experts see differently: new rows beside the labels, which stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.records.labels import now, shown
from almpo_kit.records.problems import ConflictError
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.documents import AND, DECISION_COLUMNS
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection, RowMapping

_CELL = ("review", "document_id", "field", "item")


def decide(
    db: Connection,
    cell: tuple[str, str, str, str],
    value: str | None,
    *,
    decided_by: str,
    reason: str,
    expected: int | None,
    seen: Collection[int] | None,
) -> int:
    """Add a decision, or (``value`` none) the reopening of one, within one transaction."""
    from sqlalchemy import insert

    last = _latest(db, cell)
    stands = last["id"] if last is not None and last["value"] is not None else None
    if stands != expected:
        raise ConflictError(_moved_on(last if stands else None, expected))
    if value is None and stands is None:
        raise ParameterError(
            "nothing has been decided here that could be reopened; see store.decisions(review)."
        )
    held = _held(db, cell)
    if value is not None:
        _may_decide(held, cell, decided_by, seen)
    row = dict(zip(_CELL, cell, strict=True)) | {
        "value": value,
        "decided_by": decided_by,
        "reason": reason,
        "labels": AND.join(str(r["id"]) for r in held if r["item"] == cell[3]),
        "at": now(),
        "turn": last["turn"] + 1 if last is not None else 1,
        "replaces": last["id"] if last is not None else None,
    }
    done = db.execute(insert(table("decisions")).values(**row))
    return int((done.inserted_primary_key or (0,))[0])


def _latest(db: Connection, cell: tuple[str, str, str, str]) -> RowMapping | None:
    from sqlalchemy import select

    decisions = table("decisions")
    here = [decisions.c[c] == v for c, v in zip(_CELL, cell, strict=True)]
    return db.execute(select(decisions).where(*here).order_by(decisions.c.turn.desc())).mappings().first()


def _moved_on(standing: RowMapping | None, expected: int | None) -> str:
    if standing is None:
        return (
            f"decision {expected} does not hold here: there is none, or the case was reopened. Nothing was written; look again "
            "and decide with expected=None."
        )
    return (
        f"this was decided already: {standing['value'][:60]!r} by {standing['decided_by']} at {shown(standing['at'])}, decision "
        f"{standing['id']}. Nothing was written and nothing was overwritten. Look at it, and pass expected={standing['id']} "
        "to replace it."
    )


def _held(db: Connection, cell: tuple[str, str, str, str]) -> Sequence[RowMapping]:
    """Labels that hold on this field of this document, of all items."""
    from sqlalchemy import select

    labels = table("labels")
    later = labels.alias("later")
    replaced = select(later.c.id).where(later.c.replaces == labels.c.id).exists()
    asked = (
        select(labels.c.id, labels.c.item, labels.c.coder)
        .where(*(labels.c[c] == v for c, v in zip(_CELL[:3], cell, strict=False)))
        .where(~replaced, labels.c.value.is_not(None))
        .order_by(labels.c.id)
    )
    return db.execute(asked).mappings().all()


def _may_decide(
    held: Sequence[RowMapping], cell: tuple[str, str, str, str], decided_by: str, seen: Collection[int] | None
) -> None:
    if not held:
        raise ParameterError(
            f"nobody has labelled {cell[2]} of document {cell[1][:12]}, so there is nothing to decide between. Label it "
            "first: store.label(…)."
        )
    here = {r["id"]: r["coder"] for r in held if r["item"] == cell[3]}
    if decided_by.casefold() in {c.casefold() for c in here.values()}:
        raise ParameterError(
            f"{decided_by} labelled this, so cannot decide on it alone. Let somebody else decide, or decide together and say "
            "so, e.g. decided_by='coder A and coder B'."
        )
    if seen is not None and set(seen) != set(here):
        raise ConflictError(
            f"labels have changed since they were looked at: {sorted(here)} hold now, not {sorted(seen)}. Nothing was written; "
            "look again."
        )


def listed(db: Connection, review: str, *, current: bool, documents: Sequence[str] | None) -> pd.DataFrame:
    """Decisions in the order in which they were made."""
    import pandas as pd
    from sqlalchemy import select

    decisions = table("decisions")
    asked = select(decisions).where(decisions.c.review == review).order_by(decisions.c.id)
    if current:
        later = decisions.alias("later")
        replaced = select(later.c.id).where(later.c.replaces == decisions.c.id).exists()
        asked = asked.where(~replaced, decisions.c.value.is_not(None))
    only = None if documents is None else set(documents)
    rows = [_told(r) for r in db.execute(asked).mappings() if only is None or r["document_id"] in only]
    found = pd.DataFrame(rows, columns=list(DECISION_COLUMNS))
    found["at"] = pd.to_datetime(found["at"], utc=True, format="ISO8601")
    texts = [c for c in DECISION_COLUMNS if c not in ("decision_id", "at", "replaces", "reopened")]
    kinds: dict[str, Any] = {"decision_id": "int64", "replaces": "Int64", "reopened": bool}
    return found.astype(kinds | dict.fromkeys(texts, "str"))


def _told(row: RowMapping) -> tuple[Any, ...]:
    as_kept = dict(row) | {
        "decision_id": row["id"],
        "value": row["value"] or "",
        "reopened": row["value"] is None,
    }
    return tuple(as_kept[c] for c in DECISION_COLUMNS)
