"""What whoever holds a consultation may see: who takes part, and what was answered, never both of one person unless told."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from almpo_kit.records import consultations
from almpo_kit.records.consultations import Consultation
from almpo_kit.records.disclosure import Group, shown_as_they_came, shown_patterns
from almpo_kit.records.invitations import ERASED, WITHDRAWN
from almpo_kit.records.participants import REASON, TAKEN_BACK, VALUES
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.consultations import JUDGEMENT_COLUMNS, PARTICIPATION_COLUMNS, REASON_COLUMNS
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

_ANONYMOUS = "anonymous"
_COMING: Group = ("open", "", "")


class Given(NamedTuple):
    """What holds of one answer or reason; who had hers deleted has no pseudonym, and no content."""

    invitation: int
    participant: str | None
    group: Group
    round: int
    item: str
    content: str | None


def source_of(one: Consultation) -> str:
    """Where rows come from; whoever was invented says so first."""
    real = f"consultation {one.name}, plan version {one.version}"
    return f"SYNTHETIC {real}" if one.plan.synthetic else real


def _given(db: Connection, name: str, kind: str) -> list[Given]:
    """What holds, of everybody."""
    from sqlalchemy import select

    invitations, consents = table("invitations"), table("consents")
    sent, rows = table("answer_submissions"), table("answers")
    who = (
        invitations.c.id,
        consents.c.participant,
        invitations.c.role,
        invitations.c.geo,
        invitations.c.sector,
    )
    asked = (
        select(*who, sent.c.round, rows.c.item, rows.c.content)
        .select_from(rows)
        .join(sent, rows.c.submission == sent.c.id)
        .join(consents, sent.c.consent == consents.c.id)
        .join(invitations, consents.c.invitation == invitations.c.id)
        .where(invitations.c.consultation == name, rows.c.kind == kind)
        .order_by(sent.c.consent, sent.c.round, sent.c.revision)
    )
    last = {
        (r[0], r[5], r[6]): Given(r[0], r[1], (r[2], r[3], r[4]), r[5], r[6], r[7]) for r in db.execute(asked)
    }
    return [g for g in last.values() if g.content != TAKEN_BACK[kind]]


def _kept(given: list[Given]) -> list[Given]:
    """Without what was deleted."""
    return [g for g in given if g.participant is not None and g.content is not None]


def _withheld(one: Consultation, closed: list[int], given: list[Given]) -> dict[int, str]:
    """Round -> why nothing of it is shown; only an anonymous consultation withholds."""
    if one.plan.disclosure != _ANONYMOUS:
        return {}
    people: dict[int, set[int]] = defaultdict(set)
    for g in given:
        people[g.round].add(g.invitation)
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


def _few_latecomers(one: Consultation, every: list[Given], closed: list[int]) -> tuple[set[int], str]:
    """Who came first in a later round with fewer than ``least_group`` others, and why nothing of them is shown.

    Whoever holds the invitations sees who answered for the first time after a round was closed: were she alone, the one
    pseudonym that was not there before would be hers.
    """
    if one.plan.disclosure != _ANONYMOUS:
        return set(), ""
    came = _came(every, closed)
    sizes = Counter(came.values())
    first = min(sizes, default=0)
    late = {r for r, n in sizes.items() if r > first and n < one.plan.least_group}
    few = {person for person, r in came.items() if r in late}
    if not few:
        return few, ""
    return few, (
        f"fewer than {one.plan.least_group} people first answered in round {', '.join(map(str, sorted(late)))}; so few could be told "
        "apart, so what they answered is kept, not shown, and does not count"
    )


def _came(every: list[Given], closed: list[int]) -> dict[int, int]:
    """Invitation -> the first closed round that was answered, also of those whose answers were deleted."""
    came: dict[int, int] = {}
    for g in every:
        if g.round in closed:
            came[g.invitation] = min(g.round, came.get(g.invitation, g.round))
    return came


def judgements(db: Connection, name: str, number: int | None) -> pd.DataFrame:
    """Answers, one number a row."""
    import pandas as pd

    one = consultations.read(db, name)
    _a_round(one, number)
    every = _given(db, name, VALUES)
    closed = consultations.closed_rounds(db, name)
    withheld = _withheld(one, closed, _kept(every))
    few, why_few = _few_latecomers(one, every, closed)
    given = [g for g in _kept(every) if g.round not in withheld and g.invitation not in few]
    groups = _shown(one, every, closed)
    order = {i.id: k for k, i in enumerate(one.plan.items)}
    given.sort(key=lambda g: (g.round, g.participant, order[g.item]))
    source, rows = source_of(one), []
    for g in given:
        if number in (None, g.round):
            who = (g.participant, *groups[g.invitation], g.item)
            values = json.loads(g.content or "{}")
            rows += [(*who, part, g.round, float(v), source) for part, v in values.items()]
    found = pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))
    found.attrs["withheld"] = {str(r): why for r, why in withheld.items() if number in (None, r)}
    if why_few:
        found.attrs["withheld"]["latecomers"] = why_few
    texts = dict.fromkeys((c for c in JUDGEMENT_COLUMNS if c not in ("round", "value")), "str")
    return found.astype({"round": "int64", "value": "float64"} | texts)


def _a_round(one: Consultation, number: int | None) -> None:
    if number is not None and not 1 <= number <= one.plan.rounds:
        raise ParameterError(f"{one.name!r} has rounds 1 to {one.plan.rounds}, not {number}.")


def _shown(one: Consultation, every: list[Given], closed: list[int], parts: int = 3) -> dict[int, Group]:
    """Invitation -> what is shown of her beside what she said: the first ``parts`` of role, place and sector."""
    people = {g.invitation: (*g.group[:parts], *("",) * (3 - parts)) for g in every}
    if one.plan.disclosure != _ANONYMOUS:
        return {g.invitation: g.group for g in every}
    came = _came(every, closed)
    gone = {g.invitation for g in every if g.participant is None}
    return shown_as_they_came(came, people, one.plan.least_group, gone)  # type: ignore[arg-type]


def reasons(db: Connection, name: str, number: int | None) -> pd.DataFrame:
    """Reasons in words; without pseudonyms unless the plan says that those are shown."""
    import pandas as pd

    one = consultations.read(db, name)
    _a_round(one, number)
    closed = consultations.closed_rounds(db, name)
    answers, every = _given(db, name, VALUES), _given(db, name, REASON)
    withheld = _withheld(one, closed, _kept(answers))
    # By answers, or by reasons where somebody gave nothing else.
    few, _ = _few_latecomers(one, [*answers, *every], closed)
    given = [
        g
        for g in _kept(every)
        if g.round not in withheld and number in (None, g.round) and g.invitation not in few
    ]
    # Beside words only the role is shown, and only of a role with enough people who gave reasons.
    groups = _shown(one, every, closed, 1)
    source, order = source_of(one), {i.id: k for k, i in enumerate(one.plan.items)}
    rows = [(*_named(one, g, groups[g.invitation]), g.item, g.round, g.content, source) for g in given]
    # By what they say: the order in which they were given would tell who gave them.
    rows.sort(key=lambda r: (r[5], order[r[4]], r[6], r[:4]))
    found = pd.DataFrame(rows, columns=list(REASON_COLUMNS))
    found.attrs["withheld"] = {str(r): why for r, why in withheld.items() if number in (None, r)}
    return found.astype(
        {"round": "int64"} | dict.fromkeys((c for c in REASON_COLUMNS if c != "round"), "str")
    )


def _named(one: Consultation, g: Given, group: Group) -> tuple[str, str, str, str]:
    return (g.participant or "" if one.plan.disclosure == "by_pseudonym" else "", *group)


def participation(db: Connection, name: str) -> pd.DataFrame:
    """One invitation a row, without answers."""
    import pandas as pd

    one = consultations.read(db, name)
    invited, ends, consented, answered = _states(db, name)
    shown = _shown(one, _given(db, name, VALUES), consultations.closed_rounds(db, name))
    patterns = _patterns(one, shown, answered)
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


def _patterns(one: Consultation, shown: Mapping[int, Group], answered: dict[int, set[int]]) -> dict[int, str]:
    patterns = {key: tuple(sorted(rounds)) for key, rounds in answered.items()}
    if one.plan.disclosure != _ANONYMOUS:
        return {key: " ".join(map(str, p)) for key, p in patterns.items()}
    # Nothing is shown yet of what was said by those who came in the open round.
    groups = {key: shown.get(key, _COMING) for key in patterns}
    return shown_patterns(patterns, groups, one.plan.least_group)


def require_quiet_withdrawal(db: Connection, name: str, number: str) -> None:
    """Refuse to end, between rounds, the invitation of somebody who answered: what is missing afterwards would be hers.

    Raises
    ------
    ParameterError
    """
    one = consultations.read(db, name)
    if one.plan.disclosure != _ANONYMOUS or one.state in ("planned", "finished"):
        return
    invited, _, _, answered = _states(db, name)
    if any(invited[key][0] == number for key in answered):
        raise ParameterError(
            f"{number!r} has answered this anonymous consultation; ended between rounds, her answers could be told by what is "
            "missing. Leave the invitation as it is, or replace a lost link (renew). She can delete what she answered with her link, "
            "and so can you if she asks for it."
        )


def answered_by(db: Connection, name: str) -> dict[int, int]:
    """Round -> how many answered it; said of every consultation."""
    counts: dict[int, int] = defaultdict(int)
    for rounds in _states(db, name)[3].values():
        for number in rounds:
            counts[number] += 1
    return counts
