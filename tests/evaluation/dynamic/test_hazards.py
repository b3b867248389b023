"""The likelihood of jobs and entries against definitions, derivatives and R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.designs.durations import Durations
from almpo_kit.evaluation.dynamic.event_cells import ELAPSED, SINCE_ENTRY, Cells, cells, cut, merged, stretch
from almpo_kit.evaluation.dynamic.hazard_fit import covariance, fitted, maximised, start
from almpo_kit.evaluation.dynamic.hazard_likelihood import (
    Layout,
    by_point,
    log_likelihood,
    scores,
    taken_apart,
)

PINS = json.loads((Path(__file__).parents[2] / "reference" / "timing_pins.json").read_text(encoding="utf-8"))
G = len(ELAPSED) + 1
Array = np.ndarray[Any, np.dtype[Any]]


def small(seed: int = 0, n: int = 60) -> Cells:
    """A few people and two arms."""
    rng = np.random.default_rng(seed)
    left = rng.integers(1, 30, n)
    entered = np.where(rng.random(n) < 0.5, np.minimum(rng.integers(0, 20, n), left - 1), -1)
    arm = np.where(entered >= 0, rng.integers(1, 3, n), 0)
    spells = Durations(left, rng.random(n) < 0.7, entered)
    return cells(spells, arm, rng.normal(size=(n, 2)), rng.random(n) + 0.5, 2)


def rough(points: int) -> tuple[Layout, Array]:
    """A layout of joined stretches, and a parameter vector of no meaning."""
    layout = Layout(
        np.arange(G) // 2,
        np.array([[0, 1, 2], [0, 0, 1]]),
        np.array([np.arange(G) // 3, np.arange(G) // 4]),
        2,
        points,
    )
    theta = 0.5 * np.random.default_rng(7).normal(size=layout.slices()["all"])
    theta[layout.slices()["job"]] -= 2
    return layout, theta


def test_the_likelihood_is_the_chance_of_what_happened_month_by_month() -> None:
    held, (layout, theta) = small(), rough(3)
    rng = np.random.default_rng(0)
    left = rng.integers(1, 30, 60)
    entered = np.where(rng.random(60) < 0.5, np.minimum(rng.integers(0, 20, 60), left - 1), -1)
    parts = taken_apart(theta, layout)
    for i in range(60):
        total = 0.0
        for k in range(3):
            chance = parts.chance[k]
            for j in range(1, left[i] + 1):
                at = int(stretch(np.array(j), ELAPSED))
                if entered[i] < 0 or j <= entered[i] + 1:
                    rates = np.exp(parts.entry[:, at] + parts.entry_x @ held.x[i] + parts.mass[k, 1:])
                    if entered[i] == j - 1:
                        a = held.arm[i] - 1
                        chance *= -np.expm1(-rates.sum()) * rates[a] / rates.sum()
                    else:
                        chance *= np.exp(-rates.sum())
                effect = 0.0
                if entered[i] >= 0 and j > entered[i]:
                    effect = parts.effect[
                        held.arm[i] - 1, int(stretch(np.array(j - entered[i]), SINCE_ENTRY))
                    ]
                rate = np.exp(parts.job[at] + parts.job_x @ held.x[i] + parts.mass[k, 0] + effect)
                chance *= -np.expm1(-rate) if held.job[i] and j == left[i] else np.exp(-rate)
            total += chance
        assert np.log(np.exp(by_point(theta, held, layout)[i]).sum()) == pytest.approx(
            np.log(total), rel=1e-10
        )


@pytest.mark.parametrize("points", [1, 3])
def test_the_gradient_is_the_derivative(points: int) -> None:
    held, (layout, theta) = small(), rough(points)
    _, gradient = log_likelihood(theta, held, layout)
    steps = 1e-6 * np.eye(len(theta))
    numeric = [
        (log_likelihood(theta + s, held, layout)[0] - log_likelihood(theta - s, held, layout)[0]) / 2e-6
        for s in steps
    ]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(scores(theta, held, layout).sum(axis=0), gradient, rtol=1e-9, atol=1e-9)


def pinned() -> tuple[Durations, Array]:
    data = PINS["data"]
    left, entered = np.array(data["left"]), np.array(data["entered"])
    return Durations(left, np.array(data["job"]) == 1, entered), np.column_stack(
        [data["x1"], data["x2"]]
    ).astype(float)


#: The stretches of the reference: months 1–2, 3–4, 5–9, 10 and later.
JOINED = np.array([0, 0, 1, 1, 2, 2, 3, 3, 3, 3, 3])


def test_without_unobserved_terms_it_is_two_regressions_with_a_complementary_log_log_link() -> None:
    spells, x = pinned()
    held = cells(spells, (spells.entered >= 0).astype(int), x, np.ones(len(x)), 1)
    layout = Layout(JOINED, np.array([[0, 1, 2]]), JOINED[None], 2, 1)
    fit = maximised(start(held, layout), held, layout)
    at = layout.slices()
    job = np.concatenate([fit.theta[at["job"]], fit.theta[at["job_x"]], fit.theta[at["effect"][0]]])
    entry = np.concatenate([fit.theta[at["entry"][0]], fit.theta[at["entry_x"][0]]])
    np.testing.assert_allclose(job, PINS["job"]["coef"], atol=1e-5)
    np.testing.assert_allclose(entry, PINS["entry"]["coef"], atol=1e-5)
    assert fit.value == pytest.approx(PINS["job"]["loglik"] + PINS["entry"]["loglik"], abs=1e-7)


def test_a_constant_hazard_is_survivals_interval_censored_exponential() -> None:
    spells, x = pinned()
    nobody = Durations(spells.left, spells.job, np.full(len(x), -1))
    held = cells(nobody, np.zeros(len(x), dtype=int), x, np.ones(len(x)), 1)
    layout = Layout(np.zeros(G, dtype=int), np.array([[0, 0, 0]]), np.zeros((1, G), dtype=int), 2, 1)
    fit = maximised(start(held, layout), held, layout)
    np.testing.assert_allclose(-fit.theta[:3], PINS["exponential"]["coef"], atol=1e-5)
    variance, _ = covariance(fit, held, np.arange(len(x)))
    n = len(x)
    np.testing.assert_allclose(
        np.sqrt(np.diag(variance)[:3] * (n - 1) / n), PINS["exponential"]["robust"], rtol=1e-4
    )


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(1, 40))
def test_joined_stretches_are_neighbours_and_hold_enough(events: list[int], smallest: int) -> None:
    found = merged(np.array(events), smallest)
    assert found[0] == 0 and set(np.diff(found)) <= {0, 1}
    held = np.bincount(found, weights=events)
    assert len(held) == 1 or (held >= smallest).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 59))
def test_cells_of_some_rows_are_the_cells_of_these_rows(seed: int, most: int) -> None:
    held, (layout, theta) = small(seed), rough(2)
    rows = np.sort(np.random.default_rng(seed).permutation(60)[:most])
    np.testing.assert_allclose(by_point(theta, cut(held, rows), layout), by_point(theta, held, layout)[rows])


def test_months_are_all_counted_once() -> None:
    held = small(3, 200)
    rng = np.random.default_rng(3)
    left = rng.integers(1, 30, 200)
    assert held.job_months.sum() + held.after_months.sum() + held.job.sum() == left.sum()


def test_same_seed_same_numbers() -> None:
    spells, x = pinned()
    held = cells(spells, (spells.entered >= 0).astype(int), x, np.ones(len(x)), 1)
    first, second = (fitted(held, most_points=2, seed=4)[0].theta for _ in range(2))
    np.testing.assert_array_equal(first, second)
