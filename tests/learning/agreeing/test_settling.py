"""What holds, and what has to be talked about."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import learning
from almpo_kit.learning.agreeing.answers_given import one_spelling
from almpo_kit.vocabulary.documents import SETTLED_COLUMNS
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, is_synthetic, stamp

from .test_agreement import labels


def decision(value: str | None, at: str, **more: object) -> pd.DataFrame:
    row = {"review": "almp", "document_id": "d1", "field": "relevant", "item": "", "value": value}
    return pd.DataFrame([row | {"decided_by": "lead", "reason": "read again", "at": at} | more])


SPLIT = (("d1", "relevant", "yes", "A"), ("d1", "relevant", "no", "B"))


def test_two_who_agree_settle_it_and_one_does_not() -> None:
    table = labels(
        ("d1", "relevant", "yes", "A"), ("d1", "relevant", "Yes", "B"), ("d2", "relevant", "no", "A")
    )
    held = learning.settled(table)
    assert held.columns.tolist() == list(SETTLED_COLUMNS)
    assert held[["document_id", "value", "how", "coders"]].values.tolist() == [["d1", "yes", "agreed", 2]]
    told = learning.disagreements(table)
    assert (told.open_cases, told.waiting, told.settled) == (0, 1, 1) and not len(told.table)
    assert len(learning.settled(table, coders=3)) == 0


def test_one_expert_twice_settles_nothing() -> None:
    table = labels(("d1", "relevant", "yes", "coder A"), ("d1", "relevant", "yes", "Coder a "))
    assert len(learning.settled(table)) == 0


def test_a_majority_is_not_agreement() -> None:
    table = labels(*SPLIT, ("d1", "relevant", "yes", "C"))
    assert len(learning.settled(table)) == 0
    told = learning.disagreements(table)
    assert told.table["answers"].tolist() == ["no: B; yes: A, C"] and told.table["kind"].tolist() == [
        "differ"
    ]


def test_a_decision_settles_it_stands_when_challenged_and_falls_when_opened_again() -> None:
    table = labels(*SPLIT)
    late = decision("no", "2026-02-01T00:00:00")
    held = learning.settled(table, late)
    assert held[["value", "how", "decided_by"]].values.tolist() == [["no", "adjudicated", "lead"]]
    assert learning.disagreements(table, late).challenged == 0
    early = decision("no", "2025-12-01T00:00:00")
    assert learning.settled(table, early)["value"].tolist() == ["no"]
    told = learning.disagreements(table, early)
    assert told.challenged == 1 and told.table["decided"].tolist() == ["no"] and told.failed
    opened = pd.concat([early, decision(None, "2025-12-02T00:00:00")])
    assert len(learning.settled(table, opened)) == 0 and learning.disagreements(table, opened).open_cases == 1


def test_the_last_decision_holds() -> None:
    both = pd.concat([decision("no", "b", decision_id=2), decision("yes", "a", decision_id=1)])
    assert learning.settled(labels(*SPLIT), both)["value"].tolist() == ["no"]


def test_a_change_of_mind_settles_and_a_label_taken_back_unsettles() -> None:
    table = labels(*SPLIT, ("d1", "relevant", "yes", "B"))
    assert learning.settled(table)["value"].tolist() == ["yes"]
    back = labels(*SPLIT, ("d1", "relevant", "yes", "B"), ("d1", "relevant", "", "B"))
    assert len(learning.settled(back)) == 0


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("country", "EL | DE", "DE|EL|EL"),
        ("horizon_months", "12", "12.0"),
        ("estimate", '{"effect": 2, "se": 0.50}', '{"se": 0.5, "effect": 2.0}'),
        ("relevant", "YES", "yes"),
    ],
)
def test_the_same_answer_in_another_spelling_agrees(field: str, one: str, other: str) -> None:
    assert one_spelling(field, one) == one_spelling(field, other)
    assert len(learning.settled(labels(("d1", field, one, "A"), ("d1", field, other, "B")))) == 1


@pytest.mark.parametrize(
    ("field", "one", "other"), [("code", "07", "7"), ("country", "EL", "el"), ("estimate", "{", "[")]
)
def test_other_answers_stay_apart(field: str, one: str, other: str) -> None:
    assert one_spelling(field, one) != one_spelling(field, other)


def test_reviews_and_items_are_kept_apart() -> None:
    table = labels(("d1", "relevant", "yes", "A"), ("d1", "relevant", "yes", "B"))
    assert len(learning.settled(table.assign(review=["a", "b"]))) == 0
    assert len(learning.settled(table.assign(item=["1", "2"]))) == 0


def test_nothing_gives_nothing_and_invented_stays_marked() -> None:
    assert learning.settled(labels()).columns.tolist() == list(SETTLED_COLUMNS)
    assert "nothing to decide" in learning.disagreements(labels()).sentence
    table = stamp(labels(*SPLIT, ("d2", "relevant", "yes", "A"), ("d2", "relevant", "yes", "B")), DataVersion("x", "1", kind="synthetic"))  # fmt: skip
    assert is_synthetic(learning.settled(table)) and learning.disagreements(table).sentence.startswith(
        "SYNTHETIC"
    )


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ParameterError, match="two experts"):
        learning.settled(labels(*SPLIT), coders=1)
    with pytest.raises(FrameError, match="decided_by"):
        learning.settled(labels(*SPLIT), decision("yes", "t").drop(columns="decided_by"))
