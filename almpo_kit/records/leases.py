"""Which document is handed to which expert, for a while: so that two read the same one only where two shall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from almpo_kit.records.labels import chunks, now, same_coder
from almpo_kit.records.schema import table

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

CLAIMED, RELEASED = "claimed", "released"
COLUMNS = ("document_id", "field", "coder", "until", "at")


class Claim(NamedTuple):
    """A request for documents, checked."""

    review: str
    field: str
    coder: str
    wanted: int
    minutes: float
    coders: int


def claim(db: Connection, asked: Claim, candidates: Sequence[str]) -> list[str]:
    """Lease the first candidates that still need this coder, within one transaction."""
    from sqlalchemy import insert

    _one_at_a_time(db, asked.review)
    coder = same_coder(db, asked.coder, add=True)
    taken: list[str] = []
    for names in chunks(candidates):
        labelled, leased = _labelled(db, asked, names), _leased(db, asked, names)
        for name in names:
            done, held = labelled.get(name, set()), leased.get(name, set())
            if coder in done or len((done | held) - {coder}) >= asked.coders:
                continue
            taken.append(name)
            if len(taken) == asked.wanted:
                break
        if len(taken) == asked.wanted:
            break
    if taken:
        db.execute(insert(table("leases")), _rows(asked, coder, taken, CLAIMED))
    return taken


def _one_at_a_time(db: Connection, review: str) -> None:
    """On a server, two who look for free documents at once would find the same; SQLite queues its writers by itself."""
    from sqlalchemy import text

    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(97108109, hashtext(:review))"), {"review": review})


def _labelled(db: Connection, asked: Claim, names: list[str]) -> dict[str, set[str]]:
    from sqlalchemy import select

    labels = table("labels")
    later = labels.alias("later")
    replaced = select(later.c.id).where(later.c.replaces == labels.c.id).exists()
    rows = db.execute(
        select(labels.c.document_id, labels.c.coder)
        .where(labels.c.review == asked.review, labels.c.field == asked.field)
        .where(labels.c.document_id.in_(names), ~replaced, labels.c.value.is_not(None))
    )
    return _sets((r[0], r[1]) for r in rows)


def _leased(db: Connection, asked: Claim, names: list[str]) -> dict[str, set[str]]:
    from sqlalchemy import select

    leases = table("leases")
    rows = db.execute(
        select(leases.c.document_id, leases.c.coder, leases.c.kind, leases.c.until)
        .where(leases.c.review == asked.review, leases.c.field == asked.field)
        .where(leases.c.document_id.in_(names))
        .order_by(leases.c.id)
    )
    last = {(r[0], r[1]): (r[2], r[3]) for r in rows}
    moment = now()
    return _sets(pair for pair, (kind, until) in last.items() if kind == CLAIMED and until > moment)


def _sets(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for document, coder in pairs:
        found.setdefault(document, set()).add(coder)
    return found


def _rows(asked: Claim, coder: str, names: Iterable[str], kind: str) -> list[dict[str, str]]:
    began = datetime.now(UTC)
    until = began + timedelta(minutes=asked.minutes)
    same = {
        "review": asked.review,
        "field": asked.field,
        "coder": coder,
        "kind": kind,
        "until": until.isoformat(timespec="microseconds"),
        "at": began.isoformat(timespec="microseconds"),
    }
    return [same | {"document_id": name} for name in names]


def release(db: Connection, asked: Claim, documents: Sequence[str] | None) -> int:
    """Give back leases of one coder; labels stay."""
    from sqlalchemy import insert

    coder = same_coder(db, asked.coder)
    held = listed(db, asked.review, asked.field)
    mine = held.loc[held["coder"].eq(coder), "document_id"]
    back = [d for d in mine if documents is None or d in set(documents)]
    if back:
        db.execute(insert(table("leases")), _rows(asked, coder, back, RELEASED))
    return len(back)


def listed(db: Connection, review: str, field: str | None) -> pd.DataFrame:
    """Leases that run now."""
    import pandas as pd
    from sqlalchemy import func, select

    leases = table("leases")
    here = [leases.c.review == review] + ([] if field is None else [leases.c.field == field])
    last = (
        select(func.max(leases.c.id))
        .where(*here)
        .group_by(leases.c.field, leases.c.document_id, leases.c.coder)
        .scalar_subquery()
    )
    asked = (
        select(*(leases.c[c] for c in COLUMNS))
        .where(leases.c.id.in_(last), leases.c.kind == CLAIMED, leases.c.until > now())
        .order_by(leases.c.id)
    )
    found = pd.DataFrame([tuple(r) for r in db.execute(asked)], columns=list(COLUMNS))
    for column in ("until", "at"):
        found[column] = pd.to_datetime(found[column], utc=True, format="ISO8601")
    return found.astype(dict.fromkeys(COLUMNS[:3], "str"))
