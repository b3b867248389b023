"""Prices of places, lines and shares against linear programmes and reference software."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation.policies.capped_choice import capped_prices, choose
from almpo_kit.recommendation.policies.chances import chances
from almpo_kit.recommendation.policies.linear_gains import linear_gains
from almpo_kit.recommendation.policies.one_for_all import best_shares
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.vocabulary.errors import DesignError
from tests.recommendation.worlds import world


def best_total(gains: np.ndarray, caps: np.ndarray, uses: np.ndarray | None, most: float) -> float:
    """The same problem as a linear programme over people and arms, by HiGHS."""
    from scipy.optimize import linprog

    n, k = gains.shape
    rows, limits = [], []
    for a in np.flatnonzero(np.isfinite(caps)):
        row = np.zeros((n, k))
        row[:, a] = 1 / n
        rows.append(row.ravel())
        limits.append(caps[a])
    if uses is not None:
        rows.append(np.tile(uses / n, n))
        limits.append(most)
    whole = np.kron(np.eye(n), np.ones(k))
    found = linprog(
        -gains.ravel() / n, A_ub=np.array(rows), b_ub=limits, A_eq=whole, b_eq=np.ones(n), bounds=(0, 1)
    )
    return -float(found.fun)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.booleans())
def test_priced_choices_are_within_one_person_a_limit_of_the_optimum(seed: int, k: int, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    gains = np.column_stack([np.zeros(n), rng.normal(0.3, 1, (n, k - 1))])
    caps = np.r_[np.inf, rng.uniform(0, 0.6, k - 1)]
    uses, most = (
        (np.r_[0.0, rng.uniform(0.5, 2, k - 1)], float(rng.uniform(0.05, 0.8))) if whole else (None, np.inf)
    )
    prices = capped_prices(gains, caps, np.ones(n), uses=uses, most=most)
    arm = choose(gains, prices)
    share = np.bincount(arm, minlength=k) / n
    assert (share <= caps + 1e-9).all() and (prices >= 0).all() and prices[0] == 0
    assert uses is None or share @ uses <= most + 1e-9
    got = gains[np.arange(n), arm].mean()
    # Weak duality: prices bound what is possible, and whole people cost at most one person a limit.
    best = best_total(gains, caps, uses, most)
    assert got <= best + 1e-9
    assert best - got <= (k + 1) * (np.ptp(gains) + prices.max()) / n


def test_prices_are_the_duals_where_people_are_many() -> None:
    rng = np.random.default_rng(1)
    gains = np.column_stack([np.zeros(20_000), rng.uniform(0, 1, 20_000)])
    prices = capped_prices(gains, np.array([np.inf, 0.25]), np.ones(20_000))
    assert prices[1] == pytest.approx(0.75, abs=0.01)


def test_no_place_means_no_offer() -> None:
    gains = np.column_stack([np.zeros(10), np.ones(10)])
    caps = np.array([np.inf, 0.0])
    assert not choose(gains, capped_prices(gains, caps, np.ones(10))).any()


def test_lines_equal_reference_software() -> None:
    pins = json.loads((Path(__file__).parents[2] / "reference" / "policy_value_pins.json").read_text())
    x, y, weight, cluster = (np.array(pins[name]) for name in ("x", "gains", "weight", "cluster"))
    model = linear_gains(x, y, weight, cluster, penalties=np.zeros(1))
    np.testing.assert_allclose(model.predict(x)[:, 1], pins["ols_fitted"], rtol=1e-9)
    np.testing.assert_allclose(model.error_of_difference(x, 1, 0), pins["ols_error"], rtol=1e-9)
    shrunk = linear_gains(x, y, weight, cluster, penalties=np.full(1, 0.3))
    np.testing.assert_allclose(shrunk.predict(x)[:, 1], pins["ridge_fitted"], rtol=1e-8)
    # The penalty with the least generalised cross-validation error of those tried.
    chosen = linear_gains(x, y, weight, cluster, penalties=np.array(pins["gcv_penalties"]))
    np.testing.assert_allclose(chosen.penalty[1] / weight.sum(), pins["gcv_chosen"])


def test_noise_is_shrunk_to_the_same_for_all() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(500, 10))
    y = np.column_stack([np.zeros(500), 1 + rng.normal(size=500)])
    spread = linear_gains(x, y, np.ones(500), np.arange(500)).predict(x)[:, 1].std()
    assert spread < 0.1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-2, 2), min_size=1, max_size=4), st.floats(0, 1), st.floats(0, 1))
def test_best_shares_are_shares_within_limits(gain: list[float], cap: float, most: float) -> None:
    mean = np.r_[0.0, gain]
    caps = np.r_[np.inf, np.full(len(gain), cap)]
    uses = np.r_[0.0, np.ones(len(gain))]
    share = best_shares(mean, caps, uses, most)
    assert share.sum() == pytest.approx(1) and (share >= 0).all() and share[1:].max() <= cap + 1e-7
    assert share[1:].sum() <= most + 1e-7
    assert share @ mean >= -1e-9, "none is always possible"


def test_rules_that_answer_nonsense_are_refused() -> None:
    people = world(50, arms=3).people

    def made(rule: object, names: tuple[str, ...] = ("x0",), arms: tuple[str, ...] = people.arms) -> Policy:
        return Policy("odd", arms, names, rule)  # type: ignore[arg-type]

    bad = (
        lambda x: np.full(len(x), 7),
        lambda x: np.full(len(x), 0.5),
        lambda x: np.full((len(x), 3), 0.5),
        lambda x: np.full((len(x), 3), np.nan),
        lambda x: np.zeros((len(x), 2)),
        lambda x: 1,
    )
    for rule in bad:
        with pytest.raises(DesignError, match="rule of 'odd'"):
            chances(made(rule), people)
    with pytest.raises(DesignError, match="no such feature"):
        chances(made(bad[0], names=("age",)), people)
    with pytest.raises(DesignError, match="not on the menu"):
        chances(made(bad[0], arms=("no programme", "sailing", "subsidy")), people)
    turned = made(lambda x: np.where(x[:, 0] > 0, 1, -1), arms=("no programme", "subsidy", "training"))
    offered, left = chances(turned, people)
    high = people.features["x0"].to_numpy() > 0
    np.testing.assert_array_equal(left, ~high)
    assert (offered[high] == [0, 0, 1]).all() and people.arms[2] == "subsidy"
