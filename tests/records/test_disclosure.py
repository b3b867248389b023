"""Nobody in an anonymous consultation can be told apart: laws, and an attacker who knows everything but the link."""

from __future__ import annotations

import random
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import records
from almpo_kit.records.disclosure import NOT_SHOWN, shown_as_they_came, shown_groups, shown_patterns
from almpo_kit.vocabulary.consultations import JUDGEMENT_COLUMNS, PARTICIPATION_COLUMNS, REASON_COLUMNS
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check
from tests.records.conftest import Places
from tests.records.panels import CODE, NAME, agree, answered, begun, plan, right_answers, rows

_GROUPS = st.tuples(
    st.sampled_from(["employers", "jobseekers", "ministry"]),
    st.sampled_from(["EL42", "EL43"]),
    st.sampled_from(["", "I", "H"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_GROUPS, max_size=40), st.integers(3, 7))
def test_groups_are_large_or_not_shown(people: list[tuple[str, str, str]], least: int) -> None:
    here = dict(enumerate(people))
    shown = shown_groups(here, least)
    sizes = Counter(shown.values())
    assert len(people) < least or min(sizes.values()) >= least
    if len(people) < least:
        assert set(sizes) <= {("", "", "")}
    for person, group in shown.items():
        assert all(s in ("", t) for s, t in zip(group, here[person], strict=True))
        # The place is never shown without the role.
        assert group[0] or not (group[1] or group[2])
    # Nothing is left out where all are many.
    if people and min(Counter(people).values()) >= least:
        assert shown == here


def test_the_sector_goes_first_then_the_place_then_the_role() -> None:
    people = (
        [("employers", "EL42", "I")] * 5 + [("employers", "EL42", "H")] * 3 + [("employers", "EL42", "C")] * 2
    )
    people += (
        [("jobseekers", "EL42", "I")] * 3
        + [("jobseekers", "EL43", "I")] * 2
        + [("ministry", "EL42", "O")] * 2
    )
    shown = Counter(shown_groups(dict(enumerate(people)), 5).values())
    # Two of a ministry would be known by what they are not: the smallest other group joins them, here of three alike
    # the first by name.
    assert shown == {("employers", "EL42", "I"): 5, ("jobseekers", "", ""): 5, ("", "", ""): 7}


_PATTERNS = st.sampled_from([(1,), (1, 2), (1, 2, 3), (1, 3), (2,)])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(_GROUPS, _PATTERNS), min_size=7, max_size=40), st.integers(3, 7))
def test_patterns_are_said_of_many_or_of_nobody(
    people: list[tuple[tuple[str, str, str], tuple[int, ...]]], least: int
) -> None:
    groups = shown_groups({k: g for k, (g, _) in enumerate(people)}, least)
    patterns = {k: p for k, (_, p) in enumerate(people)}
    found = shown_patterns(patterns, groups, least)
    assert min(Counter((groups[k], found[k]) for k in found).values()) >= least
    assert all(said in (NOT_SHOWN, " ".join(map(str, patterns[k]))) for k, said in found.items())


def attacked(store: records.Store, least: int) -> None:
    """Whoever holds the invitations knows what each person is and did; how many answers could be each person's?"""
    people = store.participation(NAME)
    judged = store.judgements(NAME)
    by_person = judged.groupby("participant").agg(
        role=("role", "first"),
        geo=("geo", "first"),
        sector=("sector", "first"),
        rounds=("round", lambda r: " ".join(map(str, sorted(set(r))))),
    )
    known = people[people["state"] == "answered"]
    # She can work out, as the store does, how each person is shown.
    groups = shown_groups({r.number: (r.role, r.geo, r.sector) for r in known.itertuples()}, least)
    for person in known.itertuples():
        fits = (by_person[["role", "geo", "sector"]] == list(groups[person.number])).all(axis=1)
        if person.rounds_answered != NOT_SHOWN:
            fits &= by_person["rounds"] == person.rounds_answered
        assert fits.sum() >= least, person


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_an_attacker_finds_no_fewer_than_the_plan_says(places: Places, seed: int) -> None:
    store, lot = records.open_store(places()), random.Random(seed)
    invited = begun(store, 30)
    answered(store, invited[:28])
    store.close_round(NAME, 1)
    attacked(store, 5)
    for number in (2, 3):
        store.open_round(NAME, number)
        for k, one in enumerate(invited[:28]):
            # One alone skips the second round.
            if (number == 2 and k == 7) or lot.random() < 0.15:
                continue
            store.answer(
                one.token, number, {"agree": {"": lot.randint(1, 9)}}, key=f"round-{number}", code=CODE
            )
        store.close_round(NAME, number)
        attacked(store, 5)
    people = store.participation(NAME)
    assert set(people["rounds_answered"]) >= {NOT_SHOWN, ""}
    assert store.rounds(NAME)["answered"].iloc[0] == 28


def test_an_open_round_shows_nothing_of_an_anonymous_consultation(places: Places) -> None:
    store = records.open_store(places())
    invited = begun(store, 8)
    answered(store, invited)
    for number in (None, 1):
        assert store.judgements(NAME, number).empty and store.reasons(NAME, number).empty
    assert "round 1 is open" in store.judgements(NAME).attrs["withheld"]["1"]
    store.close_round(NAME, 1)
    assert (
        store.judgements(NAME)["participant"].nunique() == 8
        and store.judgements(NAME).attrs["withheld"] == {}
    )
    store.open_round(NAME, 2)
    for one in invited[:4]:
        store.answer(one.token, 2, right_answers(), reasons={"agree": "Still so."}, key="round-2", code=CODE)
    store.close_round(NAME, 2)
    judged = store.judgements(NAME)
    assert set(judged["round"]) == {1} and set(store.reasons(NAME)["round"]) == {1}
    assert "fewer than 5 people answered round 2" in judged.attrs["withheld"]["2"]


def test_pseudonyms_tell_nothing_of_numbers_or_order(places: Places) -> None:
    store = records.open_store(places())
    invited = begun(store, 16, disclosure="by_pseudonym")
    answered(store, invited)
    judged = store.judgements(NAME)
    statement = judged[judged["item"] == "effect"].query("part == '0.9'")
    # What each answered, in the order of invitations, and as it is shown.
    in_order = [right_answers(100 + k)["effect"]["0.9"] for k in range(16)]
    assert sorted(statement["value"]) == sorted(in_order) and list(statement["value"]) != in_order
    assert (
        judged["participant"].is_monotonic_increasing
        and judged["participant"].str.fullmatch("p[0-9a-f]{12}").all()
    )
    again = records.open_store(places())
    answered(again, begun(again, 3, disclosure="by_pseudonym"))
    assert not set(again.judgements(NAME)["participant"]) & set(judged["participant"])
    words = judged.to_csv() + store.reasons(NAME).to_csv()
    assert "P-0" not in words and "2026-" not in words


def test_frames_are_as_the_vocabulary_says(places: Places) -> None:
    store = records.open_store(places())
    answered(store, begun(store))
    store.close_round(NAME, 1)
    judged, said, people = store.judgements(NAME), store.reasons(NAME), store.participation(NAME)
    assert tuple(judged.columns) == JUDGEMENT_COLUMNS and tuple(said.columns) == REASON_COLUMNS
    assert tuple(people.columns) == PARTICIPATION_COLUMNS
    assert len(check(judged, "judgements")) == 12 * sum(map(len, right_answers().values()))
    for frame in (judged, said, people):
        assert frame["source"].str.startswith("SYNTHETIC consultation tourism, plan version 1").all()
    empty = records.open_store(places())
    real = plan(synthetic=False)
    empty.keep_consultation(NAME, real)
    empty.invite(NAME, rows(1))
    for frame, full in ((empty.judgements(NAME), judged), (empty.reasons(NAME), said)):
        assert frame.empty and list(frame.dtypes) == list(full.dtypes)
    assert not empty.participation(NAME)["source"].str.contains("SYNTHETIC").any()


@pytest.mark.parametrize("disclosure", ["anonymous", "by_role", "by_pseudonym"])
def test_what_is_shown_is_what_was_said_beforehand(places: Places, disclosure: str) -> None:
    store = records.open_store(places())
    answered(store, begun(store, disclosure=disclosure))
    store.close_round(NAME, 1)
    judged, said = store.judgements(NAME), store.reasons(NAME)
    roles = set(judged["role"])
    if disclosure == "anonymous":
        # Three people of each role are too few.
        assert roles == {""} and set(judged["geo"]) == {""} and set(said["role"]) == {""}
    else:
        assert (
            "" not in roles and set(judged["geo"]) == {"EL42", "EL43"} and set(judged["sector"]) == {"H", "I"}
        )
        assert "" not in set(said["role"])
    assert (set(said["participant"]) == {""}) is (disclosure != "by_pseudonym")
    assert list(said["reason"]) == sorted(said["reason"])
    assert judged["participant"].nunique() == 12


def test_roles_beside_reasons_need_enough_who_gave_some(places: Places) -> None:
    store = records.open_store(places())
    invited = begun(store, 24)
    answered(store, invited)
    # Of six jobseekers two take their reasons back.
    for one in (invited[0], invited[4]):
        store.answer(one.token, 1, {}, reasons={"agree": ""}, key="back", code=CODE)
    store.close_round(NAME, 1)
    assert Counter(store.judgements(NAME, 1).drop_duplicates("participant")["role"])["jobseekers"] == 6
    counts = Counter(store.reasons(NAME)["role"])
    assert "jobseekers" not in counts and counts[""] >= 5 and sum(counts.values()) == 22
    assert isinstance(store.reasons(NAME), pd.DataFrame)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.sampled_from("12")),
        min_size=15,
        max_size=40,
    ),
    st.lists(st.integers(1, 3), min_size=40, max_size=40),
    st.integers(3, 5),
)
def test_lists_of_two_rounds_tell_no_more_than_one(
    groups: list[tuple[str, str, str]], rounds: list[int], least: int
) -> None:
    people = dict(enumerate(groups))
    came = {p: rounds[p] for p in people if rounds.count(rounds[p])}
    views = [
        shown_as_they_came({p: r for p, r in came.items() if r <= last}, people, least) for last in (1, 2, 3)
    ]
    assert all(n >= least or n == len(views[-1]) for n in Counter(views[-1].values()).values())
    together = Counter((came[p], *(view.get(p) for view in views)) for p in people)
    enough = {r for r, n in Counter(came.values()).items() if n >= least}
    assert all(n >= least for (first, *_), n in together.items() if first in enough)


def test_who_comes_later_tells_nothing_of_those_before(places: Places) -> None:
    store = records.open_store(places())
    store.keep_consultation(NAME, plan(least_group=3))
    roles = ["employers"] * 3 + ["jobseekers"] * 2 + ["trade_unions"] * 5
    invited = store.invite(NAME, [{"role": r, "geo": "EL42"} for r in roles])

    def lists() -> tuple[dict[str, str], dict[str, str]]:
        judged, said = store.judgements(NAME), store.reasons(NAME)
        return dict(zip(judged["participant"], judged["role"], strict=True)), dict(
            zip(said["reason"], said["role"], strict=True)
        )

    store.open_round(NAME, 1)
    answered(store, invited[:7])
    store.close_round(NAME, 1)
    first = lists()
    assert Counter(first[0].values()) == {"employers": 3, "": 4}
    store.open_round(NAME, 2)
    for one in invited[7:]:
        agree(store, one)
        words = {"agree": f"New, {one.number[-1]}."}
        store.answer(one.token, 2, {"agree": {"": 3}}, reasons=words, key="first", code=CODE)
    for one in invited[:3]:
        store.answer(one.token, 2, {"agree": {"": 3}}, key="second", code=CODE)
    store.close_round(NAME, 2)
    for before, now in zip(first, lists(), strict=True):
        # Five trade unionists could be shown by now: then the two jobseekers would be the rest of those shown before.
        assert {k: now[k] for k in before} == before and len(now) == 10
    rows = store.reasons(NAME, 1)
    assert dict(zip(rows["reason"], rows["role"], strict=True)) == first[1]
    # Nor does a deletion: the others of her role go together with those who were not shown before.
    store.erase(invited[0].token, CODE)
    # The three who came together stay a group of their own.
    assert set(lists()[0].values()) == {"", "trade_unions"}


def test_one_who_comes_late_or_leaves_is_not_told_by_that(places: Places) -> None:
    """Who holds the invitations sees that P-011 alone first answered in round 2: hers would be the one new pseudonym."""
    store = records.open_store(places())
    store.keep_consultation(NAME, plan(least_group=3))
    invited = store.invite(NAME, [{"role": "employers", "geo": "EL42"} for _ in range(11)])
    store.open_round(NAME, 1)
    answered(store, invited[:10])
    store.close_round(NAME, 1)
    store.open_round(NAME, 2)
    agree(store, invited[10])
    for one in invited[1:]:
        words = {"agree": f"Said in {one.number}."}
        store.answer(one.token, 2, {"agree": {"": 3}}, reasons=words, key="second", code=CODE)
    store.close_round(NAME, 2)
    judged = store.judgements(NAME)
    assert judged["participant"].nunique() == 10
    assert set(judged.loc[judged["round"] == 2, "participant"]) < set(
        judged.loc[judged["round"] == 1, "participant"]
    )
    assert "fewer than 3 people first answered in round 2" in judged.attrs["withheld"]["latecomers"]
    assert not store.reasons(NAME)["reason"].str.contains("P-011").any()
    assert store.own_answers(invited[10].token, CODE)[2], "kept, and hers"
    with pytest.raises(ParameterError, match="invite 3 people or more at once"):
        store.invite(NAME, [{"role": "employers", "geo": "EL42"}])
    with pytest.raises(ParameterError, match="has answered this anonymous consultation"):
        store.withdraw_invitation(NAME, "P-002")
    assert store.participation(NAME).set_index("number")["state"]["P-002"] == "answered"
