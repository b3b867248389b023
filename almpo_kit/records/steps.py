"""The journal of rounds of learning: each step of a round is kept once, whoever carries it out again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from almpo_kit.records.labels import now, shown
from almpo_kit.records.problems import ConflictError, RecordsError
from almpo_kit.records.schema import table

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

COLUMNS = ("step_id", "review", "round_id", "step", "content", "digest", "decided_by", "at")


def keep(db: Connection, review: str, round_id: str, step: str, content: str, decided_by: str) -> int:
    """Add a step; the same one again keeps its number."""
    from sqlalchemy import insert, select

    steps = table("learning_steps")
    digest = hashlib.sha256(content.encode()).hexdigest()
    here = (steps.c.review == review, steps.c.round_id == round_id, steps.c.step == step)
    kept = db.execute(select(steps).where(*here)).mappings().first()
    if kept is None:
        row = {"review": review, "round_id": round_id, "step": step, "content": content, "digest": digest}
        done = db.execute(insert(steps).values(**row, decided_by=decided_by, at=now()))
        return int((done.inserted_primary_key or (0,))[0])
    if kept["digest"] != digest:
        raise ConflictError(
            f"step {step!r} of round {round_id!r} was kept at {shown(kept['at'])} with another content. Nothing was written; go "
            f"on from what was kept, store.steps({review!r}, round_id={round_id!r}), or begin another round."
        )
    return int(kept["id"])


def listed(db: Connection, review: str, round_id: str | None) -> pd.DataFrame:
    """Steps in the order in which they were kept."""
    import pandas as pd
    from sqlalchemy import select

    steps = table("learning_steps")
    asked = select(steps).where(steps.c.review == review).order_by(steps.c.id)
    if round_id is not None:
        asked = asked.where(steps.c.round_id == round_id)
    rows = []
    for r in db.execute(asked).mappings():
        if hashlib.sha256(r["content"].encode()).hexdigest() != r["digest"]:
            raise RecordsError(
                f"step {r['step']!r} of round {r['round_id']!r} is not what was kept: its content was changed from outside. "
                "Restore the store from a copy."
            )
        told = dict(r) | {"step_id": r["id"], "content": json.loads(r["content"])}
        rows.append(tuple(told[c] for c in COLUMNS))
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found["at"] = pd.to_datetime(found["at"], utc=True, format="ISO8601")
    texts = dict.fromkeys(("review", "round_id", "step", "digest", "decided_by"), "str")
    return found.astype({"step_id": "int64", "content": "object"} | texts)
