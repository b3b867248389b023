"""Turning points of weights: exact, and none overlooked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import decision_table, rank, weight_sensitivity
from almpo_kit.codesign.ranking.kernels.least_move import least_move
from almpo_kit.codesign.ranking.kernels.turning_points import at
from almpo_kit.codesign.ranking.problem import problem_of

from .tables import AIRCRAFT_WEIGHTS, aircraft, made_up, some_weights
from .test_rank import METHODS, panel


def test_by_hand() -> None:
    # a = w, b = 1 - w, c = 0.6: with w = 0.7 a is first until w falls to 0.6.
    x = pd.DataFrame({"jobs": [1.0, 0.0, 0.6], "equity": [0.0, 1.0, 0.6]}, index=["a", "b", "c"])
    table = decision_table(x, se=x * 0, source="s")
    found = weight_sensitivity(table, {"jobs": 70, "equity": 30}, method="weighted_sum")
    jobs = found.table.set_index("criterion").loc["jobs"]
    assert found.first == ("a",)
    assert jobs["low"] == pytest.approx(0.6, abs=1e-12) and jobs["low_first"] == "c"
    assert jobs["high"] == 1 and jobs["high_first"] == ""
    assert found.smallest_change == pytest.approx(0.1, abs=1e-12)
    assert found.by_moving.iloc[0]["option"] == "c" and found.by_moving["moved"].iloc[0] == pytest.approx(0.1)
    assert "falls by 10 points" in found.sentence


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 5), st.sampled_from(METHODS))
def test_against_a_fine_grid(seed: int, n: int, k: int, method: str) -> None:
    table, weights = made_up(seed, n, k), some_weights(seed, k)
    p = problem_of(table, weights, verb="rank", method=method, scaling=None, preferences=None)
    w = np.array(list(weights.values()))
    found = weight_sensitivity(table, weights, method=method)
    (first,) = found.first
    lead = p.options.index(first)
    steps = np.linspace(0.002, 0.998, 499)
    rows: list[Any] = list(found.table.itertuples(index=False))
    for j, row in enumerate(rows):
        scores = p.scores(np.array([at(w, j, t) for t in steps]), np.tile(p.values, (len(steps), 1, 1)))
        ahead = scores.argmax(axis=1) == lead
        inside = (steps > row.low + 1e-9) & (steps < row.high - 1e-9)
        assert ahead[inside].all()
        # Just beyond, whoever is named leads; what leads on a stretch too short for the grid is found all the same.
        for t, who, side in ((row.low, row.low_first, -1e-7), (row.high, row.high_first, 1e-7)):
            if who and 0 < t + side < 1:
                s = p.scores(at(w, j, t + side))
                assert s.argmax() != lead
                level = p.scores(at(w, j, t))
                assert level.max() - level[lead] < 1e-7


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_the_least_move_is_a_linear_programme(seed: int, k: int) -> None:
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    a, b, w = rng.uniform(size=k), rng.uniform(size=k), rng.dirichlet(np.ones(k))
    if (a - b) @ w < 0:
        a, b = b, a
    moved, new = least_move(a, b, w)
    lead = a - b
    # Variables: what goes out of and what comes into each criterion.
    lp = linprog(
        np.r_[np.ones(k), np.zeros(k)],
        A_ub=[np.r_[-lead, lead]],
        b_ub=[-lead @ w],
        A_eq=[np.r_[np.ones(k), -np.ones(k)]],
        b_eq=[0],
        bounds=[(0, x) for x in w] + [(0, 1)] * k,
    )
    if lp.status == 2:
        assert np.isinf(moved)
    else:
        assert moved == pytest.approx(lp.fun, abs=1e-9)
        assert (
            new.sum() == pytest.approx(1) and new.min() >= -1e-12 and lead @ new == pytest.approx(0, abs=1e-9)
        )


def test_ties_one_criterion_and_whoever_cannot_be_overtaken() -> None:
    x = pd.DataFrame({"jobs": [1.0, 0.0], "equity": [0.0, 1.0]}, index=["a", "b"])
    table = decision_table(x, se=x * 0, source="s")
    tied = weight_sensitivity(table, {"jobs": 1, "equity": 1}, method="weighted_sum")
    assert tied.smallest_change == 0 and tied.first == ("a", "b") and tied.failed
    one = weight_sensitivity(table, {"jobs": 1}, method="weighted_sum")
    assert np.isinf(one.smallest_change) and "Only jobs counts" in one.sentence
    y = pd.DataFrame({"jobs": [1.0, 0.0], "equity": [1.0, 0.5]}, index=["a", "b"])
    best = weight_sensitivity(decision_table(y, se=y * 0, source="s"), {"jobs": 1, "equity": 1})
    assert np.isinf(best.smallest_change) and "stays first however far" in best.sentence


def test_nearness_is_a_caution_and_people_beyond_are_counted() -> None:
    found = weight_sensitivity(aircraft(), AIRCRAFT_WEIGHTS)
    assert found.smallest_change == pytest.approx(0.0195, abs=1e-4)
    assert [c.name for c in found.failed] == ["how near the change is"]
    rows = np.random.default_rng(3).dirichlet(30 * np.array(list(AIRCRAFT_WEIGHTS.values())), 20)
    weights = panel(rows, list(AIRCRAFT_WEIGHTS))
    asked = weight_sensitivity(aircraft(), weights).table.set_index("criterion")
    for c in asked.index:
        own, row = weights.individual[c], asked.loc[c]
        assert row["beyond"] == pytest.approx(((own < row["low"]) | (own > row["high"])).mean())
    assert np.isnan(found.table["beyond"]).all()


def test_the_first_is_that_of_rank() -> None:
    for method in METHODS:
        first = rank(aircraft(), AIRCRAFT_WEIGHTS, method=method).table["option"].iloc[0]
        assert weight_sensitivity(aircraft(), AIRCRAFT_WEIGHTS, method=method).first == (first,)
