"""Two-way fits, drift and borrowing between strata against what is known."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.experiments.adapting.kernels.beliefs import believed, variances
from almpo_kit.experiments.adapting.kernels.drift import drift_between
from almpo_kit.experiments.adapting.kernels.pooling import borrowed
from almpo_kit.experiments.adapting.kernels.two_way import two_way


def test_two_way_is_least_squares() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(1, 60, (5, 3)).astype(float)
    mean = rng.normal(size=(5, 3))
    level, gain = two_way(n, mean)
    rows, arms = np.indices(n.shape)
    design = np.zeros((15, 8))
    design[np.arange(15), rows.ravel()] = 1
    design[np.arange(15), 5 + arms.ravel()] = 1
    root = np.sqrt(n.ravel())
    fit = design @ np.linalg.lstsq(design * root[:, None], mean.ravel() * root, rcond=None)[0]
    assert np.allclose((level[:, None] + gain).ravel(), fit, atol=1e-6)
    assert (n.sum(axis=0) * gain).sum() == pytest.approx(0, abs=1e-9)


def drawn(truth: np.ndarray, people: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    n = np.broadcast_to(people, (count, *people.shape)).astype(float)
    return n, np.random.default_rng(seed).binomial(n.astype(int), truth).astype(float)


def test_false_alarms_are_as_stated() -> None:
    people = np.array([[40, 30, 30], [10, 60, 30], [5, 80, 15], [30, 40, 30]])
    n, total = drawn(np.full(people.shape, 0.3), people, 4000, 0)
    found = drift_between(n, total, np.full((4000, 3), 0.21))
    for p in (found.p_level, found.p_effects):
        for alpha in (0.05, 0.01):
            # Four standard errors of the simulation; the doubled p of levels errs on the careful side.
            assert (p < alpha).mean() < alpha + 4 * np.sqrt(alpha / 4000)
    assert (found.p_effects < 0.05).mean() > 0.03


def test_drift_is_seen_and_told_apart() -> None:
    people = np.array([[70, 70, 60]] * 5)
    level = np.linspace(0.45, 0.30, 5)[:, None] + np.array([0, 0.02, 0.1])
    n, total = drawn(level, people, 400, 1)
    found = drift_between(n, total, np.full((400, 3), 0.24))
    # A straight trend is worth z = 3.4 here; with the doubled p that is a power of 0.73.
    assert (found.p_level < 0.01).mean() == pytest.approx(0.73, abs=0.07)
    assert (found.p_effects < 0.01).mean() < 0.04
    turned = np.array([[0.3, 0.5, 0.3]] * 2 + [[0.3, 0.3, 0.5]] * 3)
    n, total = drawn(turned, people, 400, 2)
    assert (drift_between(n, total, np.full((400, 3), 0.23)).p_effects < 0.01).mean() > 0.9


def test_a_trend_with_shares_that_follow_it_does_not_mislead() -> None:
    people = np.array([[300, 300], [100, 500], [60, 540]])
    truth = np.array([[0.2, 0.2], [0.35, 0.35], [0.5, 0.5]])
    n, total = drawn(truth, people, 300, 4)
    cells = n[:, :, None, :], total[:, :, None, :]
    blind, _ = believed(*cells, None)
    guarded, _ = believed(*cells, None, drift_alpha=0.01)
    assert (blind.mean[:, 0, 1] - blind.mean[:, 0, 0]).mean() > 0.1
    assert (guarded.mean[:, 0, 1] - guarded.mean[:, 0, 0]).mean() == pytest.approx(0, abs=0.01)


def test_strata_alike_borrow_everything_and_others_little() -> None:
    n = np.full((1, 4, 3), 100.0)
    gains = np.array([0.0, 0.05, 0.1])
    alike = n * (np.array([0.2, 0.3, 0.4, 0.5])[:, None] + gains)
    people, total = borrowed(n, alike, np.full((1, 3), 0.24))
    # Levels differ, gains do not: everybody counts, at this stratum's level.
    assert np.allclose(people, 400)
    assert np.allclose(total / people, alike / n, atol=1e-6)
    crossed = n * (0.3 + 0.3 * np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1]]))
    people, total = borrowed(n, crossed, np.full((1, 3), 0.24))
    assert people.max() < 120
    assert np.allclose(total / people, crossed / n, atol=0.05)


def test_borrowing_helps_where_strata_are_alike() -> None:
    n = np.full((800, 5, 3), 30.0)
    truth = np.array([0.25, 0.35, 0.5])
    total = np.random.default_rng(5).binomial(30, np.broadcast_to(truth, n.shape)).astype(float)
    cells = n[:, None], total[:, None]
    apart, together = believed(*cells, None, pooled=False)[0], believed(*cells, None)[0]

    def off(held: np.ndarray) -> float:
        return float((((held[..., 2] - held[..., 0]) - 0.25) ** 2).mean())

    assert off(together.mean) < 0.5 * off(apart.mean)


def test_variance_of_a_continuous_outcome() -> None:
    rng = np.random.default_rng(6)
    y = rng.normal([[100.0], [400.0]], [[20.0], [20.0]], (2, 500))
    n = np.full((1, 2, 1, 1), 500.0)
    total, squares = (a.sum(axis=1).reshape(1, 2, 1, 1) for a in (y, y**2))
    # Within batches: the jump between them is no variance between people.
    assert variances(n, total, squares)[0, 0] == pytest.approx(400, rel=0.1)
