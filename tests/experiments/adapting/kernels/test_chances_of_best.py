"""Chances of being best against closed forms, a published table and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import norm

from almpo_kit.experiments.adapting.kernels.chances_of_best import chances_of_best, chances_of_worse
from almpo_kit.experiments.adapting.kernels.posterior_grid import Posterior


def beta(first: list[float], second: list[float]) -> Posterior:
    return Posterior(np.array(first, dtype=float), np.array(second, dtype=float), True)


def of_two(a1: int, b1: int, a2: int, b2: int) -> float:
    """Chance that the second of two Betas of whole parameters is the larger: a finite sum."""
    i = np.arange(a2)
    terms = betaln(a1 + i, b1 + b2) - np.log(b2 + i) - betaln(1 + i, b2) - betaln(a1, b1)
    return float(np.exp(terms).sum())


@pytest.mark.parametrize(
    "four", [(1, 1, 1, 1), (3, 9, 8, 5), (120, 380, 150, 350), (2, 2, 4000, 4100), (41, 960, 1, 30)]
)
def test_two_betas_have_a_finite_sum(four: tuple[int, int, int, int]) -> None:
    a1, b1, a2, b2 = four
    found = chances_of_best(beta([a1, a2], [b1, b2]), least=2048)
    assert found[1] == pytest.approx(of_two(*four), abs=1e-6)
    assert chances_of_worse(beta([a1, a2], [b1, b2]), 0)[1] == pytest.approx(1 - of_two(*four), abs=1e-3)


def test_coarse_grids_are_near_enough_for_simulations() -> None:
    rng = np.random.default_rng(1)
    a, b = 1.0 + rng.integers(0, 300, (200, 5)), 1.0 + rng.integers(0, 300, (200, 5))
    coarse, fine = (chances_of_best(Posterior(a, b, True), least=n) for n in (64, 2048))
    assert np.abs(coarse - fine).max() < 1e-3


def test_two_normals_have_a_closed_form() -> None:
    mean, sd = np.array([1.0, 1.4]), np.array([0.5, 0.05])
    found = chances_of_best(Posterior(mean, sd, False))
    assert found[1] == pytest.approx(norm.cdf(0.4 / np.hypot(0.5, 0.05)), abs=1e-7)


def test_farmers_calls_as_published() -> None:
    """maxkasy/Precision-Agriculture-for-Development at 49fd1b3: posterior_PAD.tex beside tabulated_PAD.tex (simulated there)."""
    n = np.array([867, 3188, 1766, 334, 987, 1258])
    had = np.array([139, 624, 324, 48, 166, 222])
    held = Posterior(1.0 + had, 1.0 + n - had, True)
    assert np.allclose(held.mean, [0.161, 0.196, 0.184, 0.146, 0.169, 0.177], atol=5.1e-4)
    assert np.allclose(held.sd, [0.012, 0.007, 0.009, 0.019, 0.012, 0.011], atol=5.1e-4)
    assert np.allclose(chances_of_best(held), [0.006, 0.777, 0.132, 0.009, 0.021, 0.056], atol=0.002)


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(1, 400)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_laws(pairs: list[tuple[int, int]], random: object) -> None:
    a, b = (np.array(x, dtype=float) for x in zip(*pairs, strict=True))
    found = chances_of_best(Posterior(a, b, True), least=1024)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()
    order = list(range(len(pairs)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert np.allclose(
        chances_of_best(Posterior(a[order], b[order], True), least=1024), found[order], atol=1e-9
    )
    better = a.copy()
    better[0] += 5
    assert chances_of_best(Posterior(better, b, True), least=1024)[0] >= found[0] - 1e-4


def test_many_trials_are_each_as_alone() -> None:
    rng = np.random.default_rng(0)
    a, b = 1.0 + rng.integers(0, 3000, (50, 2, 4)), 1.0 + rng.integers(0, 90, (50, 2, 4))
    together = chances_of_best(Posterior(a, b, True))
    assert np.array_equal(together[7, 1], chances_of_best(Posterior(a[7, 1], b[7, 1], True)))
