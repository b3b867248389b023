"""Labels of experts: each is a new row that may replace the coder's own latest, and is never changed or taken away."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from almpo_kit.records.problems import ConflictError
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Names asked for in one query; SQLite takes 32,766, older servers less.
CHUNK = 400


class NewLabel(NamedTuple):
    """A label as it was checked; ``expected`` is what the coder saw as her own latest."""

    review: str
    document_id: str
    field: str
    item: str
    value: str
    start: int | None
    end: int | None
    model_version: str
    expected: int | None

    @property
    def cell(self) -> tuple[str, str, str, str]:
        """What it decides."""
        return self[:4]


def now() -> str:
    """The time as records keep it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def chunks(names: Iterable[str]) -> Iterable[list[str]]:
    """Names in portions of one query each."""
    all_of_them = list(dict.fromkeys(names))
    return (all_of_them[i : i + CHUNK] for i in range(0, len(all_of_them), CHUNK))


def same_coder(db: Connection, coder: str, *, add: bool = False) -> str:
    """The pseudonym as it was first written: "Coder A" is "coder A"."""
    from sqlalchemy import insert, select

    coders = table("coders")
    key = coder.casefold()
    known = db.execute(select(coders.c.name).where(coders.c.key == key)).scalar()
    if known is None and add:
        db.execute(insert(coders).values(key=key, name=coder, at=now()))
    return coder if known is None else str(known)


def done_before(db: Connection, token: str, digest: str) -> list[int] | None:
    """What was answered to the request of this name, if it was carried out.

    Raises
    ------
    ConflictError
        It was another request.
    """
    from sqlalchemy import select

    requests = table("requests")
    row = db.execute(select(requests).where(requests.c.token == token)).mappings().first()
    if row is None:
        return None
    if row["digest"] != digest:
        raise ConflictError(
            f"the token {token!r} was used at {shown(row['at'])} for other labels. Nothing was written; take a new token "
            "for a new request, e.g. uuid.uuid4().hex."
        )
    return [int(n) for n in json.loads(row["answer"])]


def shown(at: str) -> str:
    """A time for people."""
    return f"{at[:16].replace('T', ' ')} UTC"


def digest_of(coder: str, rows: Sequence[NewLabel]) -> str:
    """What a request asks for, in short."""
    return hashlib.sha256(json.dumps([coder.casefold(), rows]).encode()).hexdigest()


def add_all(db: Connection, coder: str, rows: Sequence[NewLabel], token: str) -> list[int]:
    """Add labels of one coder within one transaction.

    Returns
    -------
    list of int
        A number for each row; where the same answer stood already, the number of that label.
    """
    from sqlalchemy import insert

    digest = digest_of(coder, rows)
    answered = done_before(db, token, digest) if token else None
    if answered is not None:
        return answered
    coder = same_coder(db, coder, add=True)
    standing = _latest(db, coder, rows)
    at, fresh, numbers = now(), [], [0] * len(rows)
    for place, row in enumerate(rows):
        last = standing.get(row.cell)
        numbers[place] = _kept_already(row, last, coder)
        if not numbers[place]:
            fresh.append((place, _row(row, coder, at, last)))
    if fresh:
        labels = table("labels")
        asked = insert(labels).returning(labels.c.id, sort_by_parameter_order=True)
        made = db.execute(asked, [r for _, r in fresh]).scalars()
        for (place, _), number in zip(fresh, made, strict=True):
            numbers[place] = int(number)
    if token:
        kept = {"token": token, "digest": digest, "answer": json.dumps(numbers), "at": at}
        db.execute(insert(table("requests")).values(**kept))
    return numbers


def _latest(db: Connection, coder: str, rows: Sequence[NewLabel]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    from sqlalchemy import select

    labels = table("labels")
    found: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for review in {r.review for r in rows}:
        fields = sorted({r.field for r in rows if r.review == review})
        for names in chunks(r.document_id for r in rows if r.review == review):
            asked = (
                select(labels)
                .where(labels.c.review == review, labels.c.document_id.in_(names))
                .where(labels.c.coder == coder, labels.c.field.in_(fields))
                .order_by(labels.c.turn)
            )
            for r in db.execute(asked).mappings():
                found[(r["review"], r["document_id"], r["field"], r["item"])] = dict(r)
    return found


def _kept_already(row: NewLabel, last: Mapping[str, Any] | None, coder: str) -> int:
    """Number of the label that says the same already, 0 for none; another one than was seen is a conflict."""
    stands = last["id"] if last is not None and last["value"] is not None else None
    if last is not None and stands is not None:
        same = (last["value"], last["span_start"], last["span_end"]) == (row.value, row.start, row.end)
        if same and row.expected in (None, stands):
            return int(stands)
    if stands == row.expected:
        return 0
    what = f"{row.field}{f' ({row.item})' if row.item else ''} of document {row.document_id[:12]}"
    if last is None or stands is None:
        raise ConflictError(
            f"{coder} has no label of {what} that {row.expected} could be: there is none, or it was taken back. Nothing was "
            "written; look again and label with expected=None."
        )
    raise ConflictError(
        f"{coder} has labelled {what} already: {last['value'][:60]!r}, label {stands}, at {shown(last['at'])}. Nothing was "
        f"written and nothing was overwritten. Look at it, and pass expected={stands} to replace it."
    )


def _row(row: NewLabel, coder: str, at: str, last: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "review": row.review,
        "document_id": row.document_id,
        "field": row.field,
        "item": row.item,
        "value": row.value,
        "coder": coder,
        "span_start": row.start,
        "span_end": row.end,
        "model_version": row.model_version,
        "at": at,
        "turn": last["turn"] + 1 if last is not None else 1,
        "replaces": last["id"] if last is not None else None,
        "undoes": None,
    }


def undo(db: Connection, number: int, coder: str) -> int:
    """Add the row that puts back what stood before a label, or before an undoing."""
    from sqlalchemy import insert, select

    labels = table("labels")
    mine = same_coder(db, coder)
    row = db.execute(select(labels).where(labels.c.id == number)).mappings().first()
    if row is None or row["coder"] != mine:
        whose = (
            "there is no such label"
            if row is None
            else "another coder gave it, and only she can take it back"
        )
        raise ParameterError(
            f"label {number} cannot be undone by {coder}: {whose}. See store.labels(review, coder={coder!r})."
        )
    cell = [labels.c[c] == row[c] for c in ("review", "document_id", "field", "item", "coder")]
    asked = select(labels).where(*cell).order_by(labels.c.turn)
    chain: dict[int, Mapping[str, Any]] = {r["id"]: dict(r) for r in db.execute(asked).mappings()}
    last = list(chain.values())[-1]
    if number not in (last["id"], _origin(chain, last)):
        raise ConflictError(
            f"label {number} is not what stands: {coder} decided again at {shown(last['at'])}, label {last['id']}. Nothing "
            f"was written; undo {last['id']} first."
        )
    before = chain.get(row["replaces"])
    put_back = {c: before[c] if before is not None else None for c in ("value", "span_start", "span_end")}
    new = (
        dict(row)
        | put_back
        | {"at": now(), "turn": last["turn"] + 1, "replaces": last["id"], "undoes": number}
    )
    new["model_version"] = before["model_version"] if before is not None else ""
    del new["id"]
    done = db.execute(insert(labels).values(**new))
    return int((done.inserted_primary_key or (0,))[0])


def _origin(chain: Mapping[int, Mapping[str, Any]], row: Mapping[str, Any]) -> int | None:
    """The label whose answer a row repeats: itself, or, of an undoing, what it put back."""
    found: Mapping[str, Any] | None = row
    while found is not None and found["undoes"] is not None:
        found = chain.get(chain[found["undoes"]]["replaces"])
    return None if found is None else int(found["id"])
