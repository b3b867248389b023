"""Plans are the best there are: held to enumeration, to a naive programme in whole numbers, and to weak duality."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation.allocation import dual
from almpo_kit.recommendation.allocation.decomposition import solve_large
from almpo_kit.recommendation.allocation.exact import solve_exactly
from almpo_kit.recommendation.allocation.problem import Prices, Problem, total_of
from almpo_kit.recommendation.allocation.program import program
from almpo_kit.recommendation.allocation.solving import relax

from .cases import best_of_all, keeps, problem

VARIETIES = [
    {},
    {"bounds": True},
    {"crowd": True},
    {"bounds": True, "crowd": True, "prices_differ": True},
]


@pytest.mark.parametrize("variety", VARIETIES, ids=lambda v: "+".join(v) or "plain")
@pytest.mark.parametrize("seed", range(2))
def test_the_plan_equals_enumeration(seed: int, variety: dict[str, bool]) -> None:
    x = problem(5, 2, 2, seed + 2, **variety)
    best = best_of_all(x)
    assert best > 0
    for plan in (solve_exactly(x), solve_large(x, tolerance=1e-9, at_once=0)):
        assert plan is not None and keeps(x, plan.offered, plan.office)
        assert plan.total == pytest.approx(best, abs=1e-7)
        assert plan.upper >= best - 1e-7


def naive(x: Problem) -> float:
    """One column for each person, programme and office; no flows, no prices."""
    import highspy

    model, every = highspy.Highs(), []
    model.silent()
    model.setOptionValue("mip_rel_gap", 1e-9)
    for i, p, o in np.ndindex(len(x.gain), *x.places.shape):
        worth = x.gain[i, p] - x.toll[x.place[i], o]
        if np.isfinite(worth):
            every.append((i, p, o, model.addBinary(obj=-float(worth))))
    for i in range(len(x.gain)):
        if mine := [v for j, _, _, v in every if j == i]:
            model.addConstr(sum(mine) <= 1)
    for p, o in np.ndindex(*x.places.shape):
        if mine := [v for _, a, b, v in every if (a, b) == (p, o)]:
            model.addConstr(sum(mine) <= float(x.places[p, o]))
    model.addConstr(sum(float(x.cost[p, o]) * v for _, p, o, v in every) <= x.budget)
    for f in range(len(x.bounds)):
        terms = [float(x.bounds.alpha[f, x.cell[i], p]) * v for i, p, _, v in every]
        model.addConstr(sum(terms) >= float(x.bounds.floor[f]))
    model.run()
    return -float(model.getObjectiveValue())


@pytest.mark.parametrize("bounds", [False, True])
def test_the_plan_equals_a_naive_programme(bounds: bool) -> None:
    x = problem(30, 3, 3, 11, bounds=bounds)
    want = naive(x)
    exact = solve_exactly(x)
    assert exact is not None and exact.total == pytest.approx(want, abs=1e-6)
    large = solve_large(x, core=12, tolerance=1e-9, at_once=0)
    assert large is not None and keeps(x, large.offered, large.office)
    assert large.total <= want + 1e-6 <= large.upper + 2e-6


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), kind=st.integers(0, 3))
def test_any_prices_bound_every_plan(seed: int, kind: int) -> None:
    x = problem(25, 3, 2, seed, **VARIETIES[kind])
    draw = np.random.default_rng(seed)
    crowd = draw.exponential(0.5, x.width.shape[:2]) * x.crowded
    prices = Prices(
        draw.exponential(1, x.places.shape),
        np.zeros(3),
        float(draw.exponential(0.3)),
        crowd,
        draw.exponential(1, len(x.bounds)),
    )
    plan = solve_large(x, at_once=0 if seed % 2 else 100)
    assert plan is not None and keeps(x, plan.offered, plan.office)
    assert plan.total == pytest.approx(total_of(x, plan.offered, plan.office))
    assert dual.upper_bound(x, prices)[0] >= plan.total - 1e-9
    assert plan.upper >= plan.total - 1e-9


@pytest.mark.parametrize("kind", [0, 3])
def test_the_slope_of_the_smoothed_bound(kind: int) -> None:
    x = problem(40, 3, 2, 5, **VARIETIES[kind])
    form = dual._form(x)
    size = len(form.vector(dual.no_prices(x)))
    at = np.random.default_rng(0).exponential(0.5, size)
    value, slope = dual._smoothed(form, at, 0.2)
    assert value >= dual.upper_bound(x, form.prices(at))[0]
    for i in range(size):
        step = np.zeros(size)
        step[i] = 1e-5
        up, down = (dual._smoothed(form, at + s * step, 0.2)[0] for s in (1, -1))
        assert slope[i] == pytest.approx((up - down) / 2e-5, abs=2e-4)


def relaxed_value(x: Problem) -> float:
    nothing = np.full(len(x.gain), -1)
    return -relax(program(x, np.arange(len(x.gain)), nothing)).least


@pytest.mark.parametrize("seed", [1])
def test_a_price_is_what_one_more_is_worth(seed: int) -> None:
    """A supergradient: one more place adds at most its price, one fewer takes at least that; nearly so for a little money."""
    x = problem(60, 3, 2, seed, bounds=True)
    plan = solve_exactly(x, seconds=5, tolerance=0.02)
    assert plan is not None
    base = relaxed_value(x)
    assert plan.prices.place.max() > 0
    for p, o in np.ndindex(*x.places.shape):
        for by in (1.0, -1.0):
            places = x.places.copy()
            places[p, o] += by
            if places[p, o] >= 0:
                change = relaxed_value(replace(x, places=places)) - base
                assert change <= by * plan.prices.place[p, o] + 1e-7
    change = relaxed_value(replace(x, budget=x.budget + 1e-3)) - base
    assert 1e-3 * plan.prices.money == pytest.approx(change, abs=1e-8)


@pytest.mark.parametrize("variety", VARIETIES[::3], ids=["plain", "everything"])
def test_many_people_with_a_proven_gap(variety: dict[str, bool]) -> None:
    x = problem(3_000, 4, 8, 3, **variety)
    plan = solve_large(x, at_once=0)
    assert plan is not None and keeps(x, plan.offered, plan.office)
    assert 0 <= plan.gap <= 0.001


@pytest.mark.slow
def test_a_hundred_thousand_people() -> None:
    x = problem(100_000, 8, 50, 3, bounds=True, crowd=True)
    plan = solve_large(x)
    assert plan is not None and keeps(x, plan.offered, plan.office)
    assert plan.gap <= 0.001
