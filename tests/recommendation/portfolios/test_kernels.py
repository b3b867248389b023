"""The kernels against a solver, a formula and full linear programmes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import norm

from almpo_kit.recommendation import portfolio
from almpo_kit.recommendation.portfolios import information
from almpo_kit.recommendation.portfolios.knapsack import Room, best_mix, best_value
from almpo_kit.recommendation.portfolios.outcomes import low_end
from almpo_kit.recommendation.portfolios.robust import best_low_end, least_regret
from almpo_kit.recommendation.portfolios.unknowns import Unknowns, displaced_at, draw

from .offers import ASKED, gains, programmes, two


def chance_case(seed: int, m: int, states: int) -> tuple[np.ndarray, Room]:
    r = np.random.default_rng(seed)
    cap = r.uniform(0, 10, m) * r.integers(0, 2, m)
    low = cap * r.uniform(0, 0.3, m) * r.integers(0, 2, m)
    places = r.uniform(0.1, 2, m)
    budget = float(low.sum() + r.uniform(0, 1) * cap.sum())
    people = float(low @ places + r.uniform(0, 1) * (cap @ places))
    return r.normal(0.3, 1, (states, m)), Room(low, cap, places, budget, people)


def solved(worth: np.ndarray, room: Room) -> float:
    done = linprog(
        -worth,
        A_ub=[np.ones(len(worth)), room.places],
        b_ub=[room.budget, room.people],
        bounds=list(zip(room.low, room.cap, strict=True)),
    )
    assert done.status == 0
    return -float(done.fun)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_best_mix_is_the_optimum_of_the_linear_programme(seed: int, m: int) -> None:
    worth, room = chance_case(seed, m, 4)
    x = best_mix(worth, room)
    assert (x >= room.low - 1e-9).all() and (x <= room.cap + 1e-9).all()
    assert (x.sum(axis=1) <= room.budget + 1e-7).all() and (x @ room.places <= room.people + 1e-7).all()
    assert best_value(worth, room) == pytest.approx([solved(w, room) for w in worth], abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_robust_mixes_are_the_optima_of_the_full_programmes(seed: int) -> None:
    worth, room = chance_case(seed, 5, 60)
    n, m = worth.shape
    best = best_value(worth, room)
    limits = np.vstack([np.ones(m), room.places])
    bounds = list(zip(room.low, room.cap, strict=True))
    regret = linprog(
        np.append(np.zeros(m), 1.0),
        A_ub=np.vstack([np.column_stack([limits, [0, 0]]), np.column_stack([-worth, -np.ones(n)])]),
        b_ub=[room.budget, room.people, *-best],
        bounds=[*bounds, (None, None)],
    )
    assert (best - worth @ least_regret(worth, best, room)).max() == pytest.approx(regret.fun, abs=1e-5)
    # Rockafellar and Uryasev: max t - mean excess / tail, of the worst 6 of 60 states.
    tail = 0.1
    excess = np.column_stack([-worth, np.ones(n), -np.eye(n)])
    padded = np.column_stack([limits, np.zeros((2, 1 + n))])
    cvar = linprog(
        np.concatenate([np.zeros(m), [-1.0], np.full(n, 1 / (tail * n))]),
        A_ub=np.vstack([padded, excess]),
        b_ub=[room.budget, room.people, *np.zeros(n)],
        bounds=[*bounds, (None, None), *[(0, None)] * n],
    )
    assert low_end(worth @ best_low_end(worth, room, tail), tail) == pytest.approx(-cvar.fun, abs=1e-5)


def unit_loss(gap: float) -> float:
    """Expected positive part of a standard normal beyond ``gap``."""
    return float(norm.pdf(gap) - gap * norm.sf(gap))


@pytest.mark.parametrize(("mean", "se"), [((30.0, 28.0), (4.0, 3.0)), ((20.0, 20.0), (2.0, 5.0))])
def test_values_of_information_equal_the_closed_form(
    mean: tuple[float, float], se: tuple[float, float]
) -> None:
    """Choosing between two normals (Raiffa and Schlaifer 1961): unit normal loss of the gap."""
    offered, gains = two(mean, se)
    mix = portfolio(
        offered, gains, people=10_000, budget=1e6, displacement=0.2, preferences={"jobs": 1}, draws=200
    )
    problem = mix.problem
    assert problem is not None
    # A thousand places, four fifths of a point's worth each.
    scale, gap = 1000 * 0.8 / 100, abs(mean[0] - mean[1])

    def worth(spread: float) -> float:
        return scale * spread * unit_loss(gap / spread)

    both = float(np.hypot(*se))
    found = information.of_everything(problem, draw(problem.unknowns, 20_000, 0))
    assert found == pytest.approx(worth(both), rel=0.03)
    for j in (0, 1):
        assert information.of_effect(problem, j) == pytest.approx(worth(se[j]), rel=1e-3)
    error = information.error_variance(problem.unknowns, 0, 0, 300, 0.4, 8.0)
    treated = 0.4 + mean[0] / 100
    assert error == pytest.approx((0.24 + treated * (1 - treated)) / 300)
    shift = se[0] ** 2 / np.hypot(se[0], 100 * np.sqrt(error))
    value, change = information.of_trial(problem, 0, 0, error)
    assert value == pytest.approx(worth(shift), rel=1e-3)
    assert change == pytest.approx(norm.sf(gap / shift), abs=2e-3)
    # A trial of everybody tells what knowing the effect would; a trial of one tells nearly nothing.
    assert information.of_trial(problem, 0, 0, 1e-12)[0] == pytest.approx(worth(se[0]), rel=1e-3)
    assert information.of_trial(problem, 0, 0, 1e6)[0] == pytest.approx(0, abs=1e-3)


def test_what_is_expected_is_the_mean_of_the_states() -> None:
    """Displacement takes from gains only: the closed form equals the mean over many states, with all criteria."""
    given = gains(reach=0.4, job_gain=[2.0, 1, 9, -1, -2, 0.5])
    mix = portfolio(programmes(), given, **ASKED, congestion=0.3, cost_spread=0.2)
    problem = mix.problem
    assert problem is not None
    worth = problem.worth(draw(problem.unknowns, 100_000, 1))
    error = worth.std(axis=0) / np.sqrt(len(worth))
    assert (np.abs(worth.mean(axis=0) - problem.mean_worth()) < 4.5 * error).all()
    # Knowing something changes nothing on average: states of a trial and of an effect have the mean of the whole.
    for shift in (0.3, 0.9):
        moved = information._states(problem, shift * problem.unknowns.se)
        assert moved.mean(axis=0) == pytest.approx(
            problem.mean_worth(), abs=1e-3 * np.abs(problem.mean_worth()).max()
        )


def test_harm_is_worth_knowing_even_where_all_gains_are_displaced() -> None:
    """One programme that must have places: nothing is gained, but losses stay losses."""
    offered, given = two((1.0, 1.0), (2.0, 2.0))
    mix = portfolio(offered, given, people=100, budget=1e5, displacement=1.0, preferences={"jobs": 1})
    assert mix.problem is not None
    worth = mix.problem.worth(draw(mix.problem.unknowns, 2000, 0))
    assert (worth <= 0).all() and (worth < 0).mean() > 0.2
    assert mix.problem.mean_worth()[0] == pytest.approx(-2.0 * unit_loss(0.5) / 100 / 1000, rel=1e-9)


def test_displacement_is_triangular() -> None:
    share = np.array([[0.0, 0.3, 1.0], [0.2, 0.2, 0.2], [0.0, 0.0, 0.5]])
    rank = (np.arange(100_000) + 0.5) / 100_000
    found = displaced_at(rank, share)
    assert found.mean(axis=0) == pytest.approx(share.mean(axis=1), abs=1e-4)
    assert np.quantile(found[:, 0], 0.3) == pytest.approx(0.3, abs=1e-3)
    assert (found[:, 1] == 0.2).all() and found[:, 2].max() <= 0.5


def test_draws_have_the_moments_that_are_used_in_closed_form() -> None:
    u = Unknowns(
        mean=np.array([[0.05, 0.6], [0.09, 2.0]]),
        se=np.array([[0.02, 0.4], [0.04, 0.9]]),
        within=0.7,
        between=0.4,
        displaced=np.array([[0, 0.3, 1], [0.1, 0.2, 0.6]]),
        cost=np.array([1000.0, 5000]),
        cost_sd=np.array([0.0, 0.3]),
    )
    d = draw(u, 100_000, 3)
    assert d.effects.mean(axis=0) == pytest.approx(u.mean, rel=0.01)
    flat = d.effects.reshape(len(d.effects), -1)
    assert np.cov(flat.T) == pytest.approx(u.covariance().reshape(4, 4), rel=0.03)
    assert d.net.mean(axis=0) == pytest.approx(u.mean_net_share(), abs=2e-3)
    assert d.places.mean(axis=0) == pytest.approx(u.mean_places(), rel=5e-3)
    assert (1 / d.places).mean(axis=0) == pytest.approx(u.cost, rel=5e-3)
