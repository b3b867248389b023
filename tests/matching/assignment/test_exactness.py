"""Lists are the best possible ones: held to HiGHS and to `linear_sum_assignment`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from almpo_kit.matching.assignment.assigning import assign

from .worlds import best_lists, best_soft, market, written_out


def test_scores_are_as_written_out() -> None:
    s, v = market(12, 9, 3)
    found = assign(s, v, top=9, congestion="none")
    want = written_out(s, v)
    at = {(r.seeker, r.vacancy): r.score for r in found.table.itertuples() if r.rank}
    assert len(at) == np.isfinite(want).sum()
    for (i, j), score in at.items():
        assert score == pytest.approx(want[int(i[1:]), int(j[1:])], abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_one_place_each_is_the_optimal_assignment(seed: int) -> None:
    s, v = market(14, 14, seed)
    score = np.nan_to_num(written_out(s, v))
    a, b = linear_sum_assignment(score, maximize=True)
    found = assign(s, v, top=1, capacity=1, overload=None)
    assert found.table["score"].sum() == pytest.approx(score[a, b].sum(), abs=14 * 1e-5)
    assert found.posts["load"].max() <= 1
    assert found.gap + 1e-7 >= 0 and found.gap <= 1.1e-5


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 14),
    m=st.integers(1, 9),
    top=st.integers(1, 4),
    capacity=st.integers(1, 6),
)
def test_lists_under_capacity_equal_highs(seed: int, n: int, m: int, top: int, capacity: int) -> None:
    s, v = market(n, m, seed)
    want, _ = best_lists(written_out(s, v), np.full(m, capacity), top)
    found = assign(s, v, top=top, capacity=capacity, overload=None)
    assert found.table["score"].sum() == pytest.approx(want, abs=n * top * 1.1e-5 + 1e-6)
    assert found.posts["load"].max() <= capacity
    assert found.table["rank"].max() <= top
    assert not found.table[found.table["rank"] > 0].duplicated(["seeker", "vacancy"]).any()


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 12),
    m=st.integers(1, 7),
    top=st.integers(1, 3),
    capacity=st.sampled_from([0.7, 1.0, 2.5, 4.0]),
    overload=st.sampled_from([0.1, 0.5, 2.0]),
)
def test_full_lists_with_overload_equal_highs(
    seed: int, n: int, m: int, top: int, capacity: float, overload: float
) -> None:
    s, v = market(n, m, seed)
    want = best_soft(written_out(s, v), np.full(m, capacity), top, overload)
    found = assign(s, v, top=top, capacity=capacity, overload=overload)
    load, room = found.posts["load"].to_numpy(), np.full(m, capacity)
    cost = sum(
        overload * max(0.0, k + 1 - c) / c for x, c in zip(load, room, strict=True) for k in range(int(x))
    )
    assert found.table["score"].sum() - cost == pytest.approx(want, abs=n * top * 1.1e-5 + 1e-6)


def test_prices_equal_the_duals_where_they_are_unique() -> None:
    agreed = 0
    for seed in range(7):
        s, v = market(15, 5, seed)
        score = written_out(s, v)
        capacity = np.full(5, 2.0)
        value, _ = best_lists(score, capacity, 1)
        # The dual is unique where one place more and one place less are worth the same.
        more = np.array([best_lists(score, capacity + e, 1)[0] - value for e in np.eye(5)])
        less = np.array([value - best_lists(score, capacity - e, 1)[0] for e in np.eye(5)])
        found = assign(s, v, top=1, capacity=2, overload=None)
        price = found.posts["price"].to_numpy()
        assert (price >= more - 3e-4).all() and (price <= less + 3e-4).all()
        unique = np.abs(more - less) < 1e-9
        agreed += int(unique.sum())
        assert price[unique] == pytest.approx(more[unique], abs=3e-4)
    assert agreed > 3


def test_alike_persons_may_be_shown_different_vacancies() -> None:
    s, v = market(3, 8, 5, spread=0.05)
    s["count"] = [4, 1, 7]
    want, _ = best_lists(written_out(s, v), np.full(8, 3.0), 2, s["count"].to_numpy(dtype=float))
    found = assign(s, v, top=2, capacity=3, overload=None)
    assert (found.table["score"] * found.table["persons"]).sum() == pytest.approx(want, abs=24 * 1.1e-5)
    assert (found.table.groupby("seeker", observed=True)["persons"].max() <= [4, 1, 7]).all()


def test_entropy_near_zero_approaches_the_optimum() -> None:
    s, v = market(40, 12, 2)
    exact = assign(s, v, top=3, capacity=12)
    drawn = assign(s, v, top=3, capacity=12, congestion="entropic", temperature=0.005)
    assert drawn.converged
    assert drawn.mean_score == pytest.approx(exact.mean_score, abs=0.01)
    assert np.abs(drawn.prices - exact.prices).max() < 0.06
