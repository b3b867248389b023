"""What rank() says, what it leaves out, and what it refuses."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import Preference, decision_table, rank
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

from .tables import AIRCRAFT, AIRCRAFT_WEIGHTS, aircraft, bare, made_up, some_weights

METHODS = ("topsis", "weighted_sum", "promethee")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Weights(Finding):
    """As of criteria_weights: what a ranking reads of it."""

    weights: dict[str, float]
    individual: pd.DataFrame
    people_weights: pd.Series
    draws: pd.DataFrame


def panel(rows: np.ndarray, criteria: list[str], *, synthetic: bool = False) -> Weights:
    people = pd.DataFrame(rows, columns=criteria, index=[f"p{i}" for i in range(len(rows))])
    mean = people.mean()
    return Weights(
        question="?",
        sentence="!",
        table=pd.DataFrame(),
        provenance=Provenance(
            data=(DataVersion("panel", "1"),), options={"plan": "abc", "round": 2}, synthetic=synthetic
        ),
        weights=dict(mean),
        individual=people,
        people_weights=pd.Series(1.0, index=people.index),
        draws=pd.DataFrame([mean] * 5, columns=criteria),
    )


@pytest.mark.parametrize("method", METHODS)
def test_parts_make_the_score(method: str) -> None:
    found = rank(aircraft(), AIRCRAFT_WEIGHTS, method=method)
    assert found.table["rank"].tolist() == [1, 2, 3, 4]
    assert np.all(np.diff(found.table["score"]) < 0)
    if method != "topsis":
        parts = found.parts.groupby("option")["part"].sum()
        np.testing.assert_allclose(parts[found.table["option"]], found.table["score"], atol=1e-12)


def test_an_option_with_a_gap_is_left_out_and_named() -> None:
    x = AIRCRAFT.astype(float)
    x.loc["A1", "range"] = math.nan
    table = decision_table(x, se=x * 0, directions={"price": "less"}, source="s")
    found = rank(table, AIRCRAFT_WEIGHTS)
    assert "A1" not in list(found.table["option"]) and list(found.left_out["option"]) == ["A1"]
    assert (
        any(c.name == "options left out" for c in found.failed)
        and "not to say that it is worse" in found.sentence
    )
    # A criterion that counts nothing leaves nobody out.
    assert len(rank(table, AIRCRAFT_WEIGHTS | {"range": 0.0}).table) == 4
    with pytest.raises(DesignError, match="can compare 1 of 4"):
        y = x.copy()
        y.loc[["A2", "A3"], "speed"] = math.nan
        rank(decision_table(y, directions={"price": "less"}), AIRCRAFT_WEIGHTS)


def test_the_first_place_is_no_surer_than_the_evidence() -> None:
    sure, open_, unknown = (rank(aircraft(se), AIRCRAFT_WEIGHTS) for se in (0.0, 0.05, None))
    assert sure.certainty == "high" and sure.table["p_first"].iloc[0] == 1
    assert open_.certainty == "low" and "first place" in {c.name for c in open_.failed}
    assert "of draws" in open_.sentence
    assert unknown.certainty == "too little to say" and unknown.acceptability.empty and unknown.figure is None
    assert "How sure this is cannot be said" in unknown.sentence
    rows = aircraft().table.assign(certainty=["low", *[""] * 23])
    assert rank(decision_table(rows), AIRCRAFT_WEIGHTS).certainty == "low"


def test_same_seed_same_numbers() -> None:
    a, b, c = (rank(aircraft(0.05), AIRCRAFT_WEIGHTS, seed=s).table["p_first"] for s in (1, 1, 2))
    assert a.equals(b) and not a.equals(c)


def test_ties_are_ties() -> None:
    x = pd.DataFrame({"jobs": [1.0, 0.0, 1.0], "equity": [0.0, 1.0, 0.0]}, index=["a", "b", "c"])
    found = rank(decision_table(x, se=x * 0, source="s"), {"jobs": 1, "equity": 1}, method="weighted_sum")
    assert found.table["rank"].tolist() == [1, 1, 1] and "share the first place" in found.sentence
    np.testing.assert_allclose(found.table["p_first"], 1 / 3)


def test_dominated_options_are_named() -> None:
    x = pd.DataFrame({"jobs": [1.0, 2.0, 3.0], "cost": [5.0, 4.0, 9.0]}, index=["a", "b", "c"])
    found = rank(decision_table(x, se=x * 0, directions={"cost": "less"}, source="s"), {"jobs": 1, "cost": 1})
    assert found.dominated.to_dict("records") == [{"option": "a", "by": "b"}]


def test_weights_in_every_form_and_where_they_come_from() -> None:
    told = {"speed": 20, "range": 10, "payload": 10, "price": 10, "reliability": 20, "manoeuvrability": 30}
    table = pd.DataFrame(
        {"criterion": list(told), "weight": list(told.values()), "source": "SYNTHETIC round"}
    )
    people = panel(np.tile(list(AIRCRAFT_WEIGHTS.values()), (12, 1)), list(told), synthetic=True)
    found = [rank(aircraft(), w) for w in (told, pd.Series(told), table, people)]
    for one in found:
        np.testing.assert_allclose(one.table["score"], found[0].table["score"], atol=1e-12)
    assert [f.provenance.synthetic for f in found] == [False, False, True, True]
    assert all(f.sentence.startswith("SYNTHETIC") for f in found[2:])
    assert found[3].provenance.options["plan"] == "abc" and found[3].provenance.options["round"] == 2
    assert [d.dataset for d in found[3].provenance.data] == ["panel"]


def test_weights_of_which_there_is_too_little_to_say_make_no_sure_order() -> None:
    people = panel(np.tile(list(AIRCRAFT_WEIGHTS.values()), (12, 1)), list(AIRCRAFT_WEIGHTS))
    assert rank(aircraft(), people).certainty == "high"
    found = rank(aircraft(), replace(people, certainty="too little to say"))
    assert found.certainty == "too little to say" and "weights" in {c.name for c in found.failed}
    assert found.sentence.endswith("Too few people gave weights to rely on this.")


def test_names_are_said_as_words() -> None:
    x = pd.DataFrame({"more_jobs": [2.0, 1.0]}, index=["start_up_incentives", "b"])
    found = rank(decision_table(x, se=x * 0, source="s"), {"more_jobs": 1})
    assert found.sentence.startswith("Start up incentives comes first")
    assert found.table["option"].iloc[0] == "start_up_incentives"


def test_criteria_nobody_weighed_are_said() -> None:
    found = rank(aircraft(), {"speed": 1, "price": 1})
    assert {c.name for c in found.failed} >= {"criteria nobody weighed"}


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"speed": -1}, "0 or more"),
        ({"speed": math.nan}, "0 or more"),
        ({"speed": True}, "0 or more"),
        ({"speed": "a lot"}, "0 or more"),
        ({"speed": 0}, "above 0"),
        ({}, "above 0"),
        ({"speed": 1, "beauty": 1}, "'beauty' counts 50%"),
        ([1, 2], "must name criteria"),
        (pd.DataFrame({"a": [1]}), "one row a criterion"),
    ],
)
def test_hostile_weights(weights: Any, words: str) -> None:
    with pytest.raises((ParameterError, DesignError), match=words):
        rank(aircraft(), weights)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"method": "electre"}, "choose among"),
        ({"scaling": "none"}, "it can be"),
        ({"seed": -1}, "whole number"),
        ({"preferences": {"speed": Preference()}}, "belong to"),
        ({"method": "promethee", "preferences": {"beauty": Preference()}}, "no criterion"),
        ({"method": "promethee", "preferences": {"speed": "usual"}}, "give speed a Preference"),
        ({"method": "promethee", "preferences": {"speed": {"kind": 1}}}, "takes shape"),
        ({"method": "promethee", "preferences": {"speed": {"shape": "linear", "q": 3, "p": 2}}}, "above q"),
        ({"method": "promethee", "preferences": {"speed": {"shape": "gaussian"}}}, "s must be"),
        ({"method": "promethee", "preferences": {"speed": {"shape": "round"}}}, "is none of"),
        ({"method": "promethee", "preferences": {"speed": {"q": math.inf}}}, "0 or more"),
    ],
)
def test_hostile_options(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        rank(aircraft(), AIRCRAFT_WEIGHTS, **more)


def test_no_table_and_values_that_cannot_be_divided_by() -> None:
    with pytest.raises(ParameterError, match="decision table"):
        rank(AIRCRAFT, {"speed": 1})  # type: ignore[arg-type]
    with pytest.raises(DesignError, match="above 0"):
        rank(made_up(1, 4, 2, low=-5), some_weights(1, 2), method="weighted_sum", scaling="best")


LAW = settings(max_examples=40, deadline=None)


@LAW
@given(st.integers(0, 10_000), st.integers(3, 7), st.integers(2, 5), st.sampled_from(METHODS))
def test_units_and_the_order_of_options_do_not_matter(seed: int, n: int, k: int, method: str) -> None:
    p, w = bare(seed, n, k, method)
    factor = np.arange(1, k + 1) * 1000.0
    shapes = tuple((s, q, length * f, g) for (s, q, length, g), f in zip(p.shapes, factor, strict=True))
    other = replace(p, values=p.values[::-1] * factor, shapes=shapes)
    np.testing.assert_allclose(p.scores(w), other.scores(w)[::-1], atol=1e-9)


@LAW
@given(st.integers(0, 10_000), st.integers(3, 7), st.integers(2, 5), st.sampled_from(METHODS))
def test_whoever_is_dominated_never_comes_before(seed: int, n: int, k: int, method: str) -> None:
    p, w = bare(seed, n, k, method)
    scores = p.with_option("worse", p.values[0] - 0.5 * p.sign).scores(w)
    assert scores[-1] < scores[0]


@LAW
@given(st.integers(0, 10_000), st.integers(3, 6), st.integers(2, 4))
def test_promethee_flows_add_up_and_equal_a_weighted_sum_by_default(seed: int, n: int, k: int) -> None:
    flows, sums = (p.scores(w) for p, w in (bare(seed, n, k, m) for m in ("promethee", "weighted_sum")))
    assert abs(flows.sum()) < 1e-12 and np.abs(flows).max() <= 1
    np.testing.assert_allclose(flows, n / (n - 1) * (sums - sums.mean()), atol=1e-9)


def test_that_equality_through_the_verb() -> None:
    table, weights = made_up(7, 5, 3), some_weights(7, 3)
    flows, sums = (
        rank(table, weights, method=m).table.set_index("option")["score"]
        for m in ("promethee", "weighted_sum")
    )
    np.testing.assert_allclose(flows, 5 / 4 * (sums - sums.mean()).loc[flows.index], atol=1e-9)
