"""The time before a programme, and how far trends may have differed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.differences.arm_panel import arm_panel
from almpo_kit.evaluation.differences.cohort_effects import cohort_effects
from almpo_kit.evaluation.differences.event_time import EventPath, event_path
from almpo_kit.evaluation.differences.group_time import group_time
from almpo_kit.evaluation.differences.honest import breakdown, honest_bounds, mean_effect
from almpo_kit.evaluation.differences.pre_trends import pre_trends
from almpo_kit.evaluation.differences.trend_test import trend_test

from .worlds import roll_out, step


def status(found: Any, name: str) -> str:
    return next(c.status for c in found.checks if c.name == name)


def path_of(made: Any) -> EventPath:
    panel = arm_panel(made, "training", "none")
    return event_path(panel, cohort_effects(panel))


def by_hand(effect: Any, first: int, spread: float = 0.1, df: float = 50.0) -> EventPath:
    time = np.array([e for e in range(first, first + len(effect) + 1) if e != -1])
    n = len(effect)
    return EventPath(
        time=time,
        effect=np.asarray(effect, dtype=float),
        covariance=spread**2 * (np.eye(n) + 0.5),
        df=np.full(n, df),
        cohorts=np.ones(n, dtype=int),
        units=np.full(n, 20),
        level=np.zeros(n),
    )


def test_parallel_groups_pass() -> None:
    found = pre_trends(step(roll_out(200, 10, seed=1)).design)
    assert found.stops == () and status(found, "parallel_trends") == "passed"
    assert (found.table["months"] < 0).all()
    assert list(found.table.columns) == ["contrast", "months", "effect", "se", "low", "high"]
    assert "as far as these data can tell" in found.sentence


def test_a_trend_stops_it() -> None:
    found = pre_trends(step(roll_out(200, 10, trend=0.5)).design)
    assert found.stops == ("parallel_trends",)
    test = found.details["tests"].iloc[0]
    assert test["slope"] == pytest.approx(0.5, abs=4 * test["slope_se"])
    assert "went up" in next(c.sentence for c in found.checks if c.name == "parallel_trends")


def test_a_dip_before_the_start_is_found() -> None:
    from dataclasses import replace

    made = roll_out(300, 10, seed=2)
    y = made.panel.outcome.copy()
    for i in np.flatnonzero(made.panel.treated_from >= 0):
        y[i, made.panel.treated_from[i] - 1] -= 2.0
    found = pre_trends(step(replace(made, panel=replace(made.panel, outcome=y))).design)
    assert status(found, "anticipation") == "failed" and found.stops


def test_one_period_before_is_said_not_to_tell() -> None:
    found = pre_trends(step(roll_out(60, 4, starts=(1,))).design)
    assert found.stops == () and status(found, "parallel_trends") == "failed"
    assert "cannot be seen" in found.sentence
    made = roll_out(60, 4, starts=(1,))
    fit = group_time(step(made), made, estimand="att", contrasts=(("training", "none"),))
    assert any(c.name == "honest_bounds" and c.status == "failed" for c in fit.checks)


@pytest.mark.slow
@pytest.mark.parametrize("clusters", [None, 12])
def test_it_stops_parallel_groups_about_as_often_as_it_says(clusters: int | None) -> None:
    p = [trend_test(path_of(roll_out(120, 10, seed=s, clusters=clusters))).p for s in range(300)]
    print(clusters, "rejected at 5%:", np.mean(np.array(p) < 0.05))
    assert np.mean(np.array(p) < 0.05) < 0.085


def test_bounds_at_zero_are_the_interval_itself() -> None:
    from scipy import stats

    path = path_of(roll_out(100, 9))
    mean, se, df = mean_effect(path)
    row = honest_bounds(path).iloc[0]
    half = stats.t.ppf(0.975, np.nanmin(path.df)) * se
    assert row["times"] == 0 and df > 5
    assert [row["low"], row["high"]] == pytest.approx([mean - half, mean + half], rel=1e-9)
    assert row["low_set"] == row["high_set"] == pytest.approx(mean)


def test_the_identified_set_is_that_of_the_library() -> None:
    from diff_diff.honest_did import _solve_rm_bounds_union

    path = by_hand([0.3, -0.1, 0.2, 1.0, 1.5, 1.2], -4)
    pre, post = path.effect[:3], path.effect[3:]
    for m in (0.5, 1.0, 2.0):
        low, high = _solve_rm_bounds_union(pre, post, np.full(3, 1 / 3), 3, m)
        rows = honest_bounds(path).set_index("times")
        assert [rows.loc[m, "low_set"], rows.loc[m, "high_set"]] == pytest.approx([low, high], rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    effect=st.lists(st.floats(-5, 5), min_size=4, max_size=8),
    spread=st.floats(0.05, 2.0),
)
def test_bounds_widen_and_hold_the_set(effect: list[float], spread: float) -> None:
    path = by_hand(effect, -3, spread)
    rows = honest_bounds(path)
    assert (rows["low"].diff().dropna() <= 1e-9).all() and (rows["high"].diff().dropna() >= -1e-9).all()
    assert (rows["low"] < rows["low_set"]).all() and (rows["high"] > rows["high_set"]).all()
    at = breakdown(path)
    first = rows.iloc[0]
    assert (at == 0) == (first["low"] <= 0 <= first["high"])


def test_without_parallel_trends_the_bounds_still_cover() -> None:
    """Trends that go on differing as before are within one time what they differed by."""
    made = roll_out(3000, 8, starts=(4,), trend=0.3, effect=lambda g, e: 1.0, seed=7)
    path = path_of(made)
    rows = honest_bounds(path).set_index("times")
    assert rows.loc[0.0, "low"] > 1.0
    assert rows.loc[1.0, "low"] < 1.0 < rows.loc[1.0, "high"]
