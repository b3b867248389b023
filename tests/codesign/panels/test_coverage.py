"""Who is missing from a panel."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import coverage
from almpo_kit.codesign.panels.structure import part_of
from almpo_kit.vocabulary.errors import DesignError, FrameError

from ..rounds.made_panels import made_plan

PLAN = made_plan()


def structure(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["dimension", "value", "share"])


ROLES = structure(("role", "employers", 0.4), ("role", "trade_unions", 0.3), ("role", "ministry", 0.3))


def invited(roles: list[str], rounds: list[str], **columns: object) -> pd.DataFrame:
    table = pd.DataFrame({"number": [f"P-{k:03d}" for k in range(len(roles))], "role": roles})
    table = table.assign(
        geo="EL421", sector="I55", state="answered", rounds_answered=rounds, source="by hand"
    )
    return table.assign(**columns)


def test_by_hand() -> None:
    people = invited(
        ["employers"] * 12 + ["trade_unions"] * 6 + ["jobseekers"] * 2,
        ["1"] * 11 + [""] + ["1 2"] * 5 + [""] + ["?"] * 2,
    )
    found = coverage(people, ROLES, PLAN)
    table = found.table.set_index("value")
    assert (found.invited, found.answered, found.round) == (20, 18, 2)
    assert table["answered"].to_dict() == {"employers": 11, "trade_unions": 5, "ministry": 0, "elsewhere": 2}
    assert table.loc["employers", "weight"] == pytest.approx(0.4 / (11 / 18))
    assert found.distance["role"] == pytest.approx(
        (abs(11 / 18 - 0.4) + abs(5 / 18 - 0.3) + 0.3 + 2 / 18) / 2
    )
    assert found.missing == ("ministry",) and "Nobody answered from: ministry" in found.sentence
    assert table.loc["elsewhere", "standing"] == "not wanted"
    assert {"who is missing", "who was not invited"} <= {c.name for c in found.failed}


def test_deleted_and_withdrawn_are_not_there() -> None:
    people = invited(
        ["employers"] * 4, ["1", "1", "", ""], state=["answered", "erased", "withdrawn", "invited"]
    )
    found = coverage(people, ROLES, PLAN)
    assert (found.invited, found.answered) == (3, 1)
    assert any(c.name == "answers" for c in found.failed)


def test_finer_codes_belong_to_coarser_ones() -> None:
    both = structure(("geo", "EL42", 0.5), ("geo", "EL43", 0.5), ("sector", "I", 1.0))
    found = coverage(invited(["employers"] * 10, ["1"] * 10), both, PLAN).table.set_index("value")
    assert found.loc["EL42", "answered"] == 10 and found.loc["I", "standing"] == "as wanted"
    assert found.loc["EL43", "standing"] == "missing"
    assert part_of("geo", ["EL421", "EL42", "EL4", "", "EL30"], ["EL4", "EL42"]) == [
        "EL42",
        "EL42",
        "EL4",
        "not known",
        "elsewhere",
    ]


@given(st.lists(st.sampled_from(["employers", "trade_unions", "ministry"]), min_size=1, max_size=30))
@settings(max_examples=20, deadline=None)
def test_shares_add_up(roles: list[str]) -> None:
    table = coverage(invited(roles, ["1"] * len(roles)), ROLES, PLAN).table
    for column in ("wanted", "invited_share", "answered_share"):
        assert table[column].sum() == pytest.approx(1)
    assert (table["weight"] * table["answered_share"]).sum() == pytest.approx(
        table.loc[table["answered"] > 0, "wanted"].sum()
    )


def test_nobody_answered_and_synthetic() -> None:
    found = coverage(invited(["employers"] * 9, [""] * 9, source="SYNTHETIC"), ROLES, PLAN)
    assert found.sentence.startswith("SYNTHETIC") and found.answered == 0 and found.distance == {}
    assert any("does not speak for the people of the region" in c.sentence for c in found.checks)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (structure(("role", "employers", 40), ("role", "ministry", 60)), "add up to 100"),
        (structure(("role", "employers", 0.5), ("role", "employers", 0.5)), "stands twice"),
        (structure(("role", "boss", 1.0)), "none of"),
        (structure(("age", "old", 1.0)), "none of role"),
        (structure(("geo", "nowhere!", 1.0)), "no NUTS code"),
        (structure(("role", "employers", float("nan"))), "no number"),
        (structure(("role", "employers", 1.5), ("role", "ministry", -0.5)), "no number of 0 or more"),
        (structure(), "empty"),
        (pd.DataFrame({"role": ["x"]}), "dimension, value, share"),
    ],
)
def test_hostile_structure(wanted: pd.DataFrame, says: str) -> None:
    with pytest.raises(FrameError, match=says):
        coverage(invited(["employers"] * 9, ["1"] * 9), wanted, PLAN)


def test_nobody_invited() -> None:
    with pytest.raises(DesignError, match="nobody who is invited"):
        coverage(invited([], []), ROLES, PLAN)
