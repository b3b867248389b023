"""Consultations and their rounds: plans in versions until the first round opens, rounds one after another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.records.consultation_problems import RoundError
from almpo_kit.records.labels import now
from almpo_kit.records.problems import ConflictError, RecordsError
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

OPENED, CLOSED = "opened", "closed"
#: State -> what it means.
STATES: Final = {
    "planned": "no round was opened yet; the plan can still be changed",
    "open": "a round is open",
    "between": "a round was closed, the next one is not open yet",
    "finished": "the last planned round was closed",
}
#: "almpo" in numbers and one more: what else is locked on a server has other numbers.
_LOCK = 97108110


@dataclass(frozen=True)
class Consultation:
    """A consultation as it stands.

    Parameters
    ----------
    name : str
    version : int
        Of its plan.
    plan : Plan
    digest : str
        Of its plan.
    state : {"planned", "open", "between", "finished"}
    round : int
        The latest round that was opened, 0 before the first.
    """

    name: str
    version: int
    plan: Plan
    digest: str
    state: str
    round: int


def alone(db: Connection, name: str) -> None:
    """Nobody else changes or answers this consultation until we are done; SQLite queues its writers by itself."""
    _lock(db, "pg_advisory_xact_lock", name)


def beside_others(db: Connection, name: str) -> None:
    """Others may answer at the same time; nobody may open, close or delete."""
    _lock(db, "pg_advisory_xact_lock_shared", name)


def _lock(db: Connection, how: str, name: str) -> None:
    from sqlalchemy import text

    if db.dialect.name == "postgresql":
        db.execute(text(f"SELECT {how}({_LOCK}, hashtext(:name))"), {"name": name})


def keep(db: Connection, name: str, plan: Plan, role: str, expected: int | None) -> Consultation:
    """Add the next version of a plan; the same plan again keeps its version."""
    from sqlalchemy import insert

    alone(db, name)
    latest = _latest(db, name)
    version = latest["version"] if latest else 0
    if _events(db, name):
        raise RoundError(
            f"the plan of {name!r} was fixed when its first round was opened and cannot be changed: people answer by it. Nothing "
            f"was written; keep the new plan under another name, e.g. {name + ' (2)'!r}."
        )
    if expected is not None and version != expected:
        raise ConflictError(
            f"the plan of {name!r} has moved on: you began from version {expected}, the latest is {version}. Nothing was written; "
            f"load it with store.consultation({name!r}) and put your changes into it."
        )
    if latest is None or latest["digest"] != plan.digest:
        text = json.dumps(plan.to_plain(), ensure_ascii=True)
        row = {"name": name, "version": version + 1, "plan": text, "digest": plan.digest}
        db.execute(insert(table("consultations")).values(**row, author_role=role, at=now()))
    return read(db, name)


def _digest(text: str) -> str:
    """As :attr:`Plan.digest`, of a plan that is kept: options keep the order in which they are asked."""
    return hashlib.sha256(
        json.dumps(json.loads(text), sort_keys=True, ensure_ascii=True).encode()
    ).hexdigest()


def _latest(db: Connection, name: str) -> Mapping[str, Any] | None:
    from sqlalchemy import select

    kept = table("consultations")
    asked = select(kept).where(kept.c.name == name).order_by(kept.c.version.desc()).limit(1)
    return db.execute(asked).mappings().first()  # type: ignore[return-value]


def _events(db: Connection, name: str) -> list[tuple[int, str, str]]:
    from sqlalchemy import select

    rounds = table("consultation_rounds")
    asked = select(rounds.c.round, rounds.c.event, rounds.c.at).where(rounds.c.consultation == name)
    return [(r[0], r[1], r[2]) for r in db.execute(asked.order_by(rounds.c.id))]


def read(db: Connection, name: str) -> Consultation:
    """One consultation with the latest version of its plan."""
    row = _latest(db, name)
    if row is None:
        known = _names(db)
        there = f"there are {', '.join(map(repr, known[:10]))}" if known else "none has been kept yet"
        raise ParameterError(f"there is no consultation {name!r}; {there}. Names are told apart by capitals.")
    # The digest is asked of the text, not of the plan: a later version of this package may add to what a plan says.
    if _digest(row["plan"]) != row["digest"]:
        raise RecordsError(
            f"the plan of {name!r} is not what was kept: it was changed from outside. Restore the store from a copy."
        )
    plan = Plan.from_plain(json.loads(row["plan"]))
    state, number = _stands(_events(db, name), plan)
    return Consultation(name, row["version"], plan, row["digest"], state, number)


def _stands(events: list[tuple[int, str, str]], plan: Plan) -> tuple[str, int]:
    if not events:
        return "planned", 0
    number, event, _ = events[-1]
    if event == OPENED:
        return "open", number
    return ("finished" if number >= plan.rounds else "between"), number


def _names(db: Connection) -> list[str]:
    from sqlalchemy import select

    kept = table("consultations")
    return list(db.execute(select(kept.c.name).distinct().order_by(kept.c.name)).scalars())


def listed(db: Connection) -> pd.DataFrame:
    """All consultations, by name."""
    import pandas as pd

    columns = ["name", "version", "state", "round", "rounds", "invited", "digest", "synthetic"]
    rows = []
    for name in _names(db):
        one = read(db, name)
        more = (one.plan.rounds, _invited(db, name), one.digest, one.plan.synthetic)
        rows.append((name, one.version, one.state, one.round, *more))
    return pd.DataFrame(rows, columns=columns)


def _invited(db: Connection, name: str) -> int:
    from sqlalchemy import func, select

    invitations = table("invitations")
    asked = select(func.count()).select_from(invitations).where(invitations.c.consultation == name)
    return int(db.execute(asked).scalar() or 0)


def open_round(db: Connection, name: str, number: int) -> None:
    """Open the next round; the plan is fixed from then on."""
    alone(db, name)
    one = read(db, name)
    if number > one.plan.rounds:
        raise RoundError(
            f"{name!r} was planned with {one.plan.rounds} rounds; round {number} cannot be opened."
        )
    if one.state == "open":
        raise RoundError(
            f"round {one.round} of {name!r} is open. Close it first: store.close_round({name!r}, {one.round})."
        )
    if number != one.round + 1:
        raise RoundError(f"the next round of {name!r} is {one.round + 1}, not {number}. Nothing was opened.")
    _tell(db, one, number, OPENED)


def close_round(db: Connection, name: str, number: int) -> None:
    """Close the open round."""
    alone(db, name)
    one = read(db, name)
    if one.state != "open" or number != one.round:
        which = f"round {one.round} is" if one.state == "open" else "none is"
        raise RoundError(f"round {number} of {name!r} is not open; {which}. Nothing was closed.")
    _tell(db, one, number, CLOSED)


def _tell(db: Connection, one: Consultation, number: int, event: str) -> None:
    from sqlalchemy import insert

    row = {"consultation": one.name, "round": number, "event": event, "plan_version": one.version}
    db.execute(insert(table("consultation_rounds")).values(**row, at=now()))


def must_be_open(one: Consultation, number: int) -> None:
    """Refuse an answer to a round that is not open.

    Raises
    ------
    RoundError
    """
    if one.state != "open" or one.round != number:
        which = f"round {one.round} is open now" if one.state == "open" else "no round is open now"
        raise RoundError(
            f"round {number} is not open; {which}. Nothing was written, what was kept before stays."
        )


def closed_rounds(db: Connection, name: str) -> list[int]:
    """Rounds that are over."""
    return [number for number, event, _ in _events(db, name) if event == CLOSED]


def opened_rounds(db: Connection, name: str) -> list[tuple[int, str, str | None]]:
    """Rounds with the times at which they were opened and closed."""
    times = {(number, event): at for number, event, at in _events(db, name)}
    return [(n, at, times.get((n, CLOSED))) for (n, event), at in times.items() if event == OPENED]
