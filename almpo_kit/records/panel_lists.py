"""What whoever holds a consultation may see: who takes part, and what was answered, never both of one person unless told."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from almpo_kit.records import consultations
from almpo_kit.records.consultations import Consultation
from almpo_kit.records.disclosure import Group, shown_groups, shown_patterns
from almpo_kit.records.invitations import ERASED, WITHDRAWN
from almpo_kit.records.participants import REASON, TAKEN_BACK, VALUES
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.consultations import JUDGEMENT_COLUMNS, PARTICIPATION_COLUMNS, REASON_COLUMNS
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

_ANONYMOUS, _BY_ROLE = "anonymous", "by_role"


class Given(NamedTuple):
    """What holds of one answer or reason."""

    participant: str
    round: int
    item: str
    content: str


def source_of(one: Consultation) -> str:
    """Where rows come from; whoever was invented says so first."""
    real = f"consultation {one.name}, plan version {one.version}"
    return f"SYNTHETIC {real}" if one.plan.synthetic else real


def _people(db: Connection, name: str) -> dict[str, Group]:
    """Pseudonym -> role, place, sector."""
    from sqlalchemy import select

    invitations, consents = table("invitations"), table("consents")
    asked = (
        select(consents.c.participant, invitations.c.role, invitations.c.geo, invitations.c.sector)
        .join_from(consents, invitations, consents.c.invitation == invitations.c.id)
        .where(invitations.c.consultation == name, consents.c.participant.is_not(None))
    )
    return {r[0]: (r[1], r[2], r[3]) for r in db.execute(asked)}


def _given(db: Connection, name: str, kind: str) -> list[Given]:
    """What holds, of everybody."""
    from sqlalchemy import select

    invitations, consents = table("invitations"), table("consents")
    sent, rows = table("answer_submissions"), table("answers")
    asked = (
        select(consents.c.participant, sent.c.round, rows.c.item, rows.c.content)
        .select_from(rows)
        .join(sent, rows.c.submission == sent.c.id)
        .join(consents, sent.c.consent == consents.c.id)
        .join(invitations, consents.c.invitation == invitations.c.id)
        .where(invitations.c.consultation == name, rows.c.kind == kind, consents.c.participant.is_not(None))
        .order_by(sent.c.consent, sent.c.round, sent.c.revision)
    )
    last = {(r[0], r[1], r[2]): r[3] for r in db.execute(asked)}
    return [
        Given(*cell, text) for cell, text in last.items() if text is not None and text != TAKEN_BACK[kind]
    ]


def _withheld(one: Consultation, closed: list[int], given: list[Given]) -> dict[int, str]:
    """Round -> why nothing of it is shown; only an anonymous consultation withholds."""
    if one.plan.disclosure != _ANONYMOUS:
        return {}
    people: dict[int, set[str]] = defaultdict(set)
    for g in given:
        people[g.round].add(g.participant)
    said = {}
    for number in range(1, one.round + 1):
        if number not in closed:
            said[number] = (
                f"round {number} is open: answers of an anonymous consultation are shown once it is closed, so that nobody "
                "can watch whose answer comes next"
            )
        elif len(people[number]) < one.plan.least_group:
            said[number] = (
                f"fewer than {one.plan.least_group} people answered round {number}; so few could be told apart"
            )
    return said


def judgements(db: Connection, name: str, number: int | None) -> pd.DataFrame:
    """Answers, one number a row."""
    import pandas as pd

    one = consultations.read(db, name)
    _a_round(one, number)
    every = _given(db, name, VALUES)
    withheld = _withheld(one, consultations.closed_rounds(db, name), every)
    given = [g for g in every if g.round not in withheld]
    groups = _shown(one, _people(db, name), {g.participant for g in given})
    order = {i.id: k for k, i in enumerate(one.plan.items)}
    given.sort(key=lambda g: (g.round, g.participant, order[g.item]))
    source, rows = source_of(one), []
    for g in given:
        if number in (None, g.round):
            who = (g.participant, *groups[g.participant], g.item)
            rows += [(*who, part, g.round, float(v), source) for part, v in json.loads(g.content).items()]
    found = pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))
    found.attrs["withheld"] = {str(r): why for r, why in withheld.items() if number in (None, r)}
    texts = dict.fromkeys((c for c in JUDGEMENT_COLUMNS if c not in ("round", "value")), "str")
    return found.astype({"round": "int64", "value": "float64"} | texts)


def _a_round(one: Consultation, number: int | None) -> None:
    if number is not None and not 1 <= number <= one.plan.rounds:
        raise ParameterError(f"{one.name!r} has rounds 1 to {one.plan.rounds}, not {number}.")


def _shown(one: Consultation, people: dict[str, Group], who: set[str]) -> dict[str, Group]:
    here = {p: people[p] for p in sorted(who)}
    return shown_groups(here, one.plan.least_group) if one.plan.disclosure == _ANONYMOUS else here


def reasons(db: Connection, name: str, number: int | None) -> pd.DataFrame:
    """Reasons in words; without pseudonyms unless the plan says that those are shown."""
    import pandas as pd

    one = consultations.read(db, name)
    _a_round(one, number)
    withheld = _withheld(one, consultations.closed_rounds(db, name), _given(db, name, VALUES))
    given = [g for g in _given(db, name, REASON) if g.round not in withheld and number in (None, g.round)]
    groups = _beside_reasons(one, _people(db, name), given)
    source, order = source_of(one), {i.id: k for k, i in enumerate(one.plan.items)}
    rows = [(*_named(one, g, groups[g.participant]), g.item, g.round, g.content, source) for g in given]
    # By what they say: the order in which they were given would tell who gave them.
    rows.sort(key=lambda r: (r[5], order[r[4]], r[6], r[:4]))
    found = pd.DataFrame(rows, columns=list(REASON_COLUMNS))
    found.attrs["withheld"] = {str(r): why for r, why in withheld.items() if number in (None, r)}
    return found.astype(
        {"round": "int64"} | dict.fromkeys((c for c in REASON_COLUMNS if c != "round"), "str")
    )


def _beside_reasons(one: Consultation, people: dict[str, Group], given: list[Given]) -> dict[str, Group]:
    """Beside words only the role is shown, and only of a role with enough people who gave reasons."""
    who = {g.participant for g in given}
    if one.plan.disclosure != _ANONYMOUS:
        return {p: people[p] for p in who}
    return shown_groups({p: (people[p][0], "", "") for p in sorted(who)}, one.plan.least_group)


def _named(one: Consultation, g: Given, group: Group) -> tuple[str, str, str, str]:
    return (g.participant if one.plan.disclosure == "by_pseudonym" else "", *group)


def participation(db: Connection, name: str) -> pd.DataFrame:
    """One invitation a row, without answers."""
    import pandas as pd

    one = consultations.read(db, name)
    invited, ends, consented, answered = _states(db, name)
    patterns = _patterns(one, invited, answered)
    source, rows = source_of(one), []
    for key, (number, *group) in invited.items():
        kinds = ends.get(key, set())
        state = (
            *(k for k in (ERASED, WITHDRAWN) if k in kinds),
            *(["answered"] if key in answered else []),
            *(["consented"] if key in consented else []),
            "invited",
        )[0]
        rows.append((number, *group, state, "" if ERASED in kinds else patterns.get(key, ""), source))
    found = pd.DataFrame(rows, columns=list(PARTICIPATION_COLUMNS))
    return found.astype(dict.fromkeys(PARTICIPATION_COLUMNS, "str"))


def _states(
    db: Connection, name: str
) -> tuple[dict[int, tuple[str, str, str, str]], dict[int, set[str]], set[int], dict[int, set[int]]]:
    """Invitation -> what it is; how it ended; whether somebody agreed; rounds that were answered."""
    from sqlalchemy import select

    invitations, ended, consents = table("invitations"), table("invitation_ends"), table("consents")
    sent, rows = table("answer_submissions"), table("answers")
    here = invitations.c.consultation == name
    columns = [invitations.c[c] for c in ("id", "number", "role", "geo", "sector")]
    asked = select(*columns).where(here)
    invited = {r[0]: (r[1], r[2], r[3], r[4]) for r in db.execute(asked.order_by(invitations.c.id))}
    ends: dict[int, set[str]] = defaultdict(set)
    about = select(ended.c.invitation, ended.c.kind).join(invitations, ended.c.invitation == invitations.c.id)
    for key, kind in db.execute(about.where(here)):
        ends[key].add(kind)
    agreed = select(consents.c.invitation).join(invitations, consents.c.invitation == invitations.c.id)
    consented = set(db.execute(agreed.where(here)).scalars())
    answered: dict[int, set[int]] = defaultdict(set)
    spoken = (
        select(consents.c.invitation, sent.c.round, rows.c.item, rows.c.content)
        .select_from(rows)
        .join(sent, rows.c.submission == sent.c.id)
        .join(consents, sent.c.consent == consents.c.id)
        .join(invitations, consents.c.invitation == invitations.c.id)
        .where(here, rows.c.kind == VALUES)
        .order_by(sent.c.consent, sent.c.round, sent.c.revision)
    )
    last = {(r[0], r[1], r[2]): r[3] for r in db.execute(spoken)}
    for (key, number, _), content in last.items():
        if content is not None and content != TAKEN_BACK[VALUES]:
            answered[key].add(number)
    return invited, ends, consented, answered


def _patterns(
    one: Consultation, invited: dict[int, tuple[str, str, str, str]], answered: dict[int, set[int]]
) -> dict[int, str]:
    patterns = {key: tuple(sorted(rounds)) for key, rounds in answered.items()}
    if one.plan.disclosure != _ANONYMOUS:
        return {key: " ".join(map(str, p)) for key, p in patterns.items()}
    groups = shown_groups({key: invited[key][1:] for key in patterns}, one.plan.least_group)
    return shown_patterns(patterns, groups, one.plan.least_group)


def answered_by(db: Connection, name: str) -> dict[int, int]:
    """Round -> how many answered it; said of every consultation."""
    counts: dict[int, int] = defaultdict(int)
    for rounds in _states(db, name)[3].values():
        for number in rounds:
            counts[number] += 1
    return counts
