"""Orders that hang on which options are compared."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import decision_table, rank, rank_reversal
from almpo_kit.vocabulary.errors import DesignError

from .tables import AIRCRAFT_WEIGHTS, aircraft, made_up, some_weights
from .test_rank import METHODS


def three() -> pd.DataFrame:
    # By jobs b is far ahead only while c keeps the scale wide.
    return pd.DataFrame({"jobs": [6.0, 5.0, 0.0], "equity": [0.0, 1.0, 0.4]}, index=["a", "b", "c"])


def test_a_reversal_by_hand() -> None:
    # With c, jobs part a and b by 1/6 of the scale; without it by all of it: a overtakes b (weights 0.6 and 0.4).
    table = decision_table(three(), se=three() * 0, source="s")
    weights = {"jobs": 0.6, "equity": 0.4}
    assert rank(table, weights, method="weighted_sum").table["option"].iloc[0] == "b"
    found = rank_reversal(table, weights, method="weighted_sum")
    row = found.table[(found.table["change"] == "without") & (found.table["option"] == "c")].iloc[0]
    assert bool(row["first_changes"]) and row["first_after"] == "a" and row["pairs"] == "a and b"
    assert found.first_reversals >= 1 and [c.name for c in found.failed] == ["rank reversal"]
    # That the first one itself goes is no reversal.
    gone = found.table[(found.table["change"] == "without") & (found.table["option"] == "b")].iloc[0]
    assert not gone["first_changes"]


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 6), st.integers(2, 4))
def test_fixed_scales_never_turn_a_weighted_sum_round(seed: int, n: int, k: int) -> None:
    made = made_up(seed, n, k)
    scales = {c: (0.0, 25.0) if w == "more" else (25.0, 0.0) for c, w in made.directions.items()}
    x = made.wide()
    table = decision_table(x, se=x * 0, directions=made.directions, scales=scales, source="s")
    found = rank_reversal(table, some_weights(seed, k), method="weighted_sum")
    assert found.reversals == 0 and not found.failed and len(found.table) == 2 * n + 1


@pytest.mark.parametrize("method", METHODS)
def test_each_change_is_what_rank_says_of_it(method: str) -> None:
    made, weights = made_up(5, 4, 3), some_weights(5, 3)
    found = rank_reversal(made, weights, method=method).table
    for row in found.iloc[:5].to_dict("records"):
        x = made.wide()
        if row["change"] == "without":
            x = x.drop(row["option"])
        else:
            x.loc["copy"] = x.loc[row["option"]]
        again = rank(
            decision_table(x, se=x * 0, directions=made.directions, source="s"), weights, method=method
        ).table
        first = again.loc[again["option"] != "copy"].iloc[0]["option"]
        assert row["first_after"] == first


def test_topsis_turns_round_somewhere() -> None:
    hits = [rank_reversal(made_up(s, 4, 3), some_weights(s, 3), method="topsis").reversals for s in range(4)]
    assert sum(h > 0 for h in hits) >= 1


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 8), st.integers(2, 4))
def test_promethee_pairs_far_apart_never_turn_round(seed: int, n: int, k: int) -> None:
    # Mareschal, De Smet & Nemery (2008): no removal turns a pair whose net flows differ by more than 2 / (n - 1).
    table, weights = made_up(seed, n, k), some_weights(seed, k)
    usual = {c: {"shape": "usual"} for c in table.criteria}
    flow = rank(table, weights, method="promethee", preferences=usual).table.set_index("option")["score"]
    found = rank_reversal(table, weights, method="promethee", preferences=usual).table
    for pairs in found.loc[(found["change"] == "without") & (found["pairs"] != ""), "pairs"]:
        for pair in pairs.split("; "):
            a, b = pair.split(" and ")
            assert abs(flow[a] - flow[b]) <= 2 / (n - 1) + 1e-12


def test_options_that_might_come_in() -> None:
    more = aircraft().wide().iloc[:2] * 1.01
    more.index = pd.Index(["B1", "B2"])
    added = decision_table(more, directions={"price": "less"}, source="SYNTHETIC")
    found = rank_reversal(aircraft(), AIRCRAFT_WEIGHTS, added=added)
    assert set(found.table.loc[found.table["change"] == "with", "option"]) == {"B1", "B2"}
    assert found.provenance.synthetic
    with pytest.raises(DesignError, match="in the table already"):
        rank_reversal(aircraft(), AIRCRAFT_WEIGHTS, added=aircraft())
    with pytest.raises(DesignError, match="lacks the criterion"):
        short = decision_table(more[["speed"]], source="s")
        rank_reversal(aircraft(), AIRCRAFT_WEIGHTS, added=short)
    with pytest.raises(DesignError, match="too little is known"):
        gap = decision_table(more.assign(speed=float("nan")), directions={"price": "less"}, source="s")
        rank_reversal(aircraft(), AIRCRAFT_WEIGHTS, added=gap)
