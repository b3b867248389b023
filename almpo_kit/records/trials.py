"""Trials in the registry: plans in versions, states one after another, draws once each; what was kept stays."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from almpo_kit.records.consultations import alone
from almpo_kit.records.labels import now, shown
from almpo_kit.records.problems import ConflictError, RecordsError, StateError
from almpo_kit.records.schema import table
from almpo_kit.records.trial_records import KeptPlan, KeptResult, KeptTrial, TrialDraw, TrialLook, TrialStep
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_plans import STATES, TrialPlan

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: States in which a plan may still be amended: no outcome is known to whoever analyses.
_AMENDED = ("planned", "registered", "drawn", "running")


def keep_plan(db: Connection, name: str, text: str, role: str, reason: str, expected: int | None) -> KeptPlan:
    """Add the next version; the same plan again keeps its version. The first one enters the trial in the registry."""
    alone(db, name)
    kept = rows_of(db, "trial_plans", name)
    version = kept[-1]["version"] if kept else 0
    if expected is not None and version != expected:
        raise ConflictError(
            f"the plan of {name!r} has moved on: you began from version {expected}, the latest is {version}. Nothing was written; "
            f"load it with store.trial_plan({name!r}) and put your changes into it."
        )
    digest = _digest(text)
    if kept and kept[-1]["digest"] == digest:
        return _plan(kept[-1])
    state = rows_of(db, "trial_states", name)[-1]["state"] if kept else "planned"
    if state not in _AMENDED:
        raise StateError(
            f"{name!r} is {state}: its plan cannot be amended any more. Nothing was written; what was done otherwise is a "
            "deviation, and is told with the result."
        )
    if state != "planned" and not reason:
        raise StateError(
            f"the plan of {name!r} was fixed when it was registered. Nothing was written; an amendment says why: "
            "reason='…'. It is shown beside the plan for ever."
        )
    row = {"version": version + 1, "plan": text, "digest": digest, "author_role": role}
    # Before it is registered a plan is a draft, and needs no reason to change.
    _add(db, "trial_plans", name, **row, reason=reason if state != "planned" else "")
    if not kept:
        _add(
            db,
            *("trial_states", name),
            step=1,
            state="planned",
            plan_version=1,
            plan_digest=digest,
            reason="",
            detail="{}",
        )
    return _plan(rows_of(db, "trial_plans", name)[-1])


def advance(db: Connection, name: str, state: str, reason: str, detail: str) -> KeptTrial:
    """The next state; the state where it is already changes nothing."""
    alone(db, name)
    one = read(db, name)
    if state not in STATES:
        raise ParameterError(f"{state!r} is no state of a trial; there are {', '.join(STATES)}.")
    if state == one.state:
        return one
    if state not in one.may_become:
        ways = f"it may become {' or '.join(one.may_become)}" if one.may_become else "nothing follows"
        raise StateError(f"{name!r} is {one.state} and cannot become {state}; {ways}. Nothing was written.")
    _must_have(one, state)
    # What was drawn is what is gone on with, whatever the plan says since.
    plan = one.latest if state == "registered" else one.held
    at = {"plan_version": plan.version, "plan_digest": plan.digest}
    _add(db, "trial_states", name, step=len(one.steps) + 1, state=state, **at, reason=reason, detail=detail)
    return read(db, name)


def _must_have(one: KeptTrial, state: str) -> None:
    if state == "drawn" and not one.draws:
        raise StateError(
            f"no draw of {one.name!r} was kept; draw first: store.keep_trial_draw({one.name!r}, seed=…, …)."
        )
    if state == "analysed" and not one.results:
        raise StateError(
            f"no analysis of {one.name!r} was kept; keep one first: store.keep_trial_result({one.name!r}, …)."
        )


def keep_draw(
    db: Connection, name: str, stage: str, row: Mapping[str, Any], plan_digest: str = ""
) -> TrialDraw:
    """Keep a draw once; the same again keeps it."""
    alone(db, name)
    one = read(db, name)
    if plan_digest and plan_digest != one.held.digest:
        raise ConflictError(
            f"the plan of {name!r} was amended while units were drawn: they were drawn under plan {plan_digest[:12]}, and plan "
            f"{one.held.digest[:12]} counts now. Nothing was written; read the amendment, and draw again."
        )
    there = next((d for d in one.draws if d.stage == stage), None)
    if there is not None:
        same = (there.seed, there.list_digest, there.draw_digest)
        if same == (row["seed"], row["list_digest"], row["draw_digest"]):
            return there
        raise ConflictError(
            f"{stage!r} of {name!r} was drawn at {shown(there.at.isoformat())} from another list or seed, and a draw is never "
            f"replaced. Nothing was written; check the published file against list {there.list_digest[:12]}, draw "
            f"{there.draw_digest[:12]}. People who came later are drawn under another stage."
        )
    allowed = ("registered",) if not one.draws else ("drawn", "running")
    if one.state not in allowed:
        first = "register the plan first" if one.state == "planned" else "nobody more can be drawn"
        raise StateError(f"{name!r} is {one.state}: {first}. Nothing was written.")
    _add(db, "trial_draws", name, stage=stage, **row, plan_version=one.held.version)
    return read(db, name).draws[-1]


def keep_look(db: Connection, name: str, content: str) -> TrialLook:
    """Keep that somebody looked; the same sight as the last time is the same look."""
    alone(db, name)
    one = read(db, name)
    if one.state not in ("drawn", "running", "closed"):
        raise StateError(
            f"{name!r} is {one.state}: there is nothing to look at in a trial that does not run. Nothing was written."
        )
    held, digest = rows_of(db, "trial_looks", name), _digest(content)
    if not held or held[-1]["digest"] != digest:
        _add(db, "trial_looks", name, number=len(held) + 1, content=content, digest=digest)
    return read(db, name).looks[-1]


def keep_result(db: Connection, name: str, plan_digest: str, data_digest: str, content: str) -> KeptResult:
    """Keep an analysis; the same again keeps its number, another one never replaces it."""
    alone(db, name)
    one = read(db, name)
    if one.state not in ("closed", "analysed", "published"):
        raise StateError(
            f"{name!r} is {one.state}; close it before it is analysed: store.advance_trial({name!r}, 'closed'). Nothing was written."
        )
    if plan_digest != one.held.digest:
        raise StateError(
            f"{name!r} was analysed by plan {plan_digest[:12]}, and units were drawn under plan {one.held.digest[:12]}. Nothing was "
            "written; analyse it by that plan, and name what was done otherwise as a deviation with its reason."
        )
    row = {"plan_digest": plan_digest, "data_digest": data_digest, "content": content}
    held = rows_of(db, "trial_results", name)
    same = [r for r in held if all(r[k] == v for k, v in row.items())]
    if same:
        return _result(same[-1])
    _add(db, "trial_results", name, number=len(held) + 1, **row, digest=_digest(content))
    return _result(rows_of(db, "trial_results", name)[-1])


def read(db: Connection, name: str) -> KeptTrial:
    """One trial, whole.

    Raises
    ------
    ParameterError
        There is none of that name.
    RecordsError
        Something was changed from outside.
    """
    plans = rows_of(db, "trial_plans", name)
    if not plans:
        known = names(db)
        there = f"there are {', '.join(map(repr, known[:10]))}" if known else "none has been kept yet"
        raise ParameterError(f"there is no trial {name!r}; {there}. Names are told apart by capitals.")
    return KeptTrial(
        name,
        tuple(map(_plan, plans)),
        tuple(map(_step, rows_of(db, "trial_states", name))),
        tuple(map(_draw, rows_of(db, "trial_draws", name))),
        tuple(map(_look, rows_of(db, "trial_looks", name))),
        tuple(map(_result, rows_of(db, "trial_results", name))),
    )


def names(db: Connection) -> list[str]:
    """Of all trials, in the order of the alphabet."""
    from sqlalchemy import select

    kept = table("trial_plans")
    return list(db.execute(select(kept.c.trial).distinct().order_by(kept.c.trial)).scalars())


def rows_of(db: Connection, which: str, name: str) -> list[Mapping[str, Any]]:
    """Rows of one trial in the order in which they were kept."""
    from sqlalchemy import select

    kept = table(which)
    return list(db.execute(select(kept).where(kept.c.trial == name).order_by(kept.c.id)).mappings())  # type: ignore[arg-type]


def _add(db: Connection, which: str, name: str, **row: Any) -> None:
    from sqlalchemy import insert

    db.execute(insert(table(which)).values(trial=name, **row, at=now()))


def _digest(text: str) -> str:
    """As :attr:`TrialPlan.digest`, of plain values that are kept, whatever the order of their names."""
    return hashlib.sha256(
        json.dumps(json.loads(text), sort_keys=True, ensure_ascii=True).encode()
    ).hexdigest()


def _whole(row: Mapping[str, Any], text: str, what: str) -> Any:
    if _digest(text) != row["digest"]:
        raise RecordsError(
            f"{what} of {row['trial']!r} is not what was kept: it was changed from outside. Restore the store from a copy."
        )
    return json.loads(text)


def _time(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(row["at"])


def _plan(row: Mapping[str, Any]) -> KeptPlan:
    # The digest is asked of the text, not of the plan: a later version of this package may add to what a plan says.
    plan = TrialPlan.from_plain(_whole(row, row["plan"], f"version {row['version']} of the plan"))
    more = (row["digest"], row["author_role"], row["reason"], _time(row))
    return KeptPlan(row["trial"], row["version"], plan, *more)


def _step(row: Mapping[str, Any]) -> TrialStep:
    at = (row["plan_version"], row["plan_digest"])
    return TrialStep(row["state"], *at, row["reason"], json.loads(row["detail"]), _time(row))


def _draw(row: Mapping[str, Any]) -> TrialDraw:
    digests = (row["list_digest"], row["draw_digest"], json.loads(row["counts"]))
    return TrialDraw(row["stage"], row["seed"], *digests, row["plan_version"], _time(row))


def _look(row: Mapping[str, Any]) -> TrialLook:
    return TrialLook(
        row["number"], _whole(row, row["content"], f"look {row['number']} at the results"), _time(row)
    )


def _result(row: Mapping[str, Any]) -> KeptResult:
    held = _whole(row, row["content"], f"result {row['number']}")
    rows, deviations = tuple(held["rows"]), tuple(held["deviations"])
    digests = (row["plan_digest"], row["data_digest"])
    return KeptResult(row["number"], *digests, held["sentence"], rows, deviations, _time(row))
