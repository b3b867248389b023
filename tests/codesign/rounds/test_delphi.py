"""Verdicts by the rules, stability, people who left, weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import delphi
from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .made_panels import ITEMS, answers, made_plan

PLAN = made_plan()


def _one(values: list[float], **rules: object) -> pd.Series:
    plan = made_plan(rules=ConsensusRules(**rules))  # type: ignore[arg-type]
    found = delphi(answers(values), plan)
    return found.table.iloc[0]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([8] * 12 + [5] * 4, "consensus to agree"),  # 75% exactly
        ([8] * 11 + [5] * 5, "no consensus"),
        ([2] * 12 + [5] * 4, "consensus to disagree"),
        ([9] * 17 + [1] * 3, "consensus to agree"),  # 15% against, exactly
        ([9] * 16 + [1] * 5, "two camps"),  # 24% against and nobody between
        ([9] * 16 + [1] * 4, "no consensus"),  # four with nobody between: chance in 1 of 16
        ([9] * 10 + [1] * 10, "two camps"),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9] * 4, "no consensus"),
        ([8] * 7, "too few answers"),
        ([5] * 20, "no consensus"),  # all in the middle agree on neither
        ([9] * 5 + [1] * 4, "no consensus"),  # too few to tell camps from chance
    ],
)
def test_verdicts(values: list[float], verdict: str) -> None:
    assert _one(values)["verdict"] == verdict


def test_rules_that_are_needed() -> None:
    wide = [9] * 12 + [7] * 3 + [4] * 5
    assert _one(wide)["verdict"] == "no consensus"
    assert not _one(wide)["iqr_holds"] or not _one(wide)["agreement_holds"]
    far = [9] * 10 + [7] * 6 + [1] * 2 + [4] * 2
    row = _one(far, widest_cv=0.2, needs=("agreement", "cv"))
    assert row["agreement_holds"] and not row["cv_holds"] and row["verdict"] == "no consensus"
    assert _one([5] * 20, needs=("iqr",))["verdict"] == "consensus in between"


def test_numbers_by_hand() -> None:
    row = _one([1, 7, 7, 7, 8, 8, 9, 9])
    assert (row["median"], row["q25"], row["q75"]) == (7.5, 7.0, 8.5)
    assert row["agree"] == 7 / 8 and row["disagree"] == 1 / 8
    assert row["cv"] == pytest.approx(np.std([1, 7, 7, 7, 8, 8, 9, 9], ddof=1) / 7)


@given(st.lists(st.integers(1, 9), min_size=8, max_size=40))
@settings(max_examples=8, deadline=None)
def test_turning_the_scale_turns_the_verdict(values: list[int]) -> None:
    rows = _one([float(v) for v in values]), _one([10.0 - v for v in values])
    swap = {"consensus to agree": "consensus to disagree", "consensus to disagree": "consensus to agree"}
    assert rows[1]["verdict"] == swap.get(rows[0]["verdict"], rows[0]["verdict"])
    assert rows[0]["polarisation"] == pytest.approx(rows[1]["polarisation"], abs=1e-9)


def test_the_numbering_of_a_scale_does_not_matter() -> None:
    items = (Item(id="courses", kind="statement", text={"en": "x"}, scale=(-4, 4)),)
    values = [8, 7, 7, 9, 5, 2, 8, 8, 9, 7]
    moved = delphi(answers([v - 5 for v in values]), made_plan(items=items)).table.iloc[0]
    row = _one([float(v) for v in values])
    for column in ("verdict", "cv", "iqr", "agree", "polarisation"):
        assert moved[column] == pytest.approx(row[column])


def test_stability_counts_those_who_answered_twice() -> None:
    first = answers([8] * 16 + [5] * 4)
    second = answers({f"p{k:03d}": v for k, v in enumerate([8] * 14 + [5] * 4)}, round=2)
    found = delphi(pd.concat([first, second]), PLAN)
    row = found.table.iloc[1]
    assert (row["answered_both"], row["moved"], bool(row["stable"])) == (18, pytest.approx(2 / 18), True)
    assert row["moved_low"] < 2 / 18 < row["moved_high"]
    moving = answers([8] * 10 + [5] * 10, round=2)
    after = delphi(pd.concat([answers([8] * 16 + [5] * 4), moving]), PLAN)
    assert not bool(after.table["stable"].iloc[1]) and any("still moved" in c.sentence for c in after.failed)
    assert delphi(first, PLAN).table["stable"].isna().all()


def test_consensus_by_leaving_is_found_out() -> None:
    """Twenty disagree and leave; the others always agreed."""
    first = answers([8] * 20 + [2] * 20)
    second = answers([8] * 20, round=2)
    found = delphi(pd.concat([first, second]), PLAN)
    assert found.verdict["courses"] == "consensus to agree"
    assert found.verdicts["with_leavers"].iloc[0] == "two camps"
    assert any(c.name == "people who left" for c in found.failed)


def test_weights_change_numbers_and_are_told() -> None:
    rows = answers([8] * 20 + [2] * 20)
    same = delphi(rows, PLAN, weights=pd.Series(2.0, index=[f"p{k:03d}" for k in range(40)]))
    pd.testing.assert_frame_equal(same.table, delphi(rows, PLAN).table)
    heavy = {f"p{k:03d}": 9.0 if k < 20 else 1.0 for k in range(40)}
    found = delphi(rows, PLAN, weights=heavy)
    assert found.table["agree"].iloc[0] == pytest.approx(0.9)
    assert found.table["n_effective"].iloc[0] == pytest.approx(200**2 / (20 * 82))
    assert (
        found.verdict["courses"] == "consensus to agree"
        and found.verdicts["unweighted"].iloc[0] == "two camps"
    )
    assert any("decide the verdict" in c.sentence for c in found.failed)
    tyrant = {f"p{k:03d}": 1000.0 if k == 0 else 1.0 for k in range(40)}
    assert delphi(rows, PLAN, weights=tyrant).verdict["courses"] == "too few answers"


@pytest.mark.parametrize("weights", [{"p000": 1.0}, {f"p{k:03d}": 0.0 for k in range(9)}, 3.0])
def test_hostile_weights(weights: object) -> None:
    with pytest.raises(ParameterError, match="weight"):
        delphi(answers([8] * 9), PLAN, weights=weights)  # type: ignore[arg-type]


def test_small_roles_stand_together_and_cannot_be_told_by_subtraction() -> None:
    role = ["employers"] * 10 + ["trade_unions"] * 8 + ["ministry"] * 2
    found = delphi(answers([8] * 20, role=role), PLAN).by_role
    # Two of the ministry alone would follow from all less the others: trade unions join them.
    assert dict(zip(found["role"], found["n"], strict=True)) == {"employers": 10, "others": 10}
    assert delphi(answers([8] * 20, role=""), PLAN).by_role.empty


def test_firmness_and_what_chance_lets_through() -> None:
    small = delphi(answers([8] * 12 + [5] * 3), PLAN).verdicts.iloc[0]
    assert small["verdict"] == "consensus to agree" and not small["firm"]
    assert small["passing_by_chance"] == pytest.approx(
        0.17270, abs=1e-4
    )  # pbinom(11, 15, 0.65, lower.tail=FALSE)
    assert delphi(answers([8] * 190 + [5] * 10), PLAN).verdicts["firm"].iloc[0]


def test_a_panel_is_not_the_region() -> None:
    found = delphi(answers([8] * 20, source="SYNTHETIC x"), PLAN)
    assert any("does not say how many people in the region" in c.sentence for c in found.checks)
    assert found.sentence.startswith("SYNTHETIC") and found.provenance.options["plan"] == PLAN.digest
    assert found.metrics()["consensus_to_agree"] == 1 and found.verdict["housing"] == "too few answers"


def test_nothing_to_judge() -> None:
    with pytest.raises(DesignError, match="no answer"):
        delphi(answers([]), PLAN)
    with pytest.raises(DesignError, match="asks none"):
        delphi(answers([]), made_plan(items=[i for i in ITEMS if i.kind != "statement"]))
