"""What must hold of Moran's I whatever the map."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.regions.space.discoveries import adjusted
from almpo_kit.regions.space.impacts import impacts
from almpo_kit.regions.space.local_moran import local_moran
from almpo_kit.regions.space.moran import moran, permutation_p, permuted_moran
from almpo_kit.regions.space.weights import Transform

from .pins import from_pairs, lattice, ring, weights_of

VALUES = st.lists(st.integers(-1000, 1000), min_size=8, max_size=40).filter(lambda v: len(set(v)) > 3)


@settings(max_examples=25, deadline=None)
@given(VALUES, st.floats(0.01, 100), st.floats(-1e3, 1e3), st.sampled_from([-1.0, 1.0]))
def test_units_do_not_matter(values: list[int], scale: float, shift: float, sign: float) -> None:
    x, w = np.array(values, dtype=float), ring(len(values), 2).matrix
    before, after = moran(x, w), moran(sign * scale * x + shift, w)
    for name in ("i", "var_random", "var_normal", "p_random"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), rel=1e-6, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(VALUES, st.integers(0, 10_000), st.sampled_from(["row", "binary"]))
def test_names_do_not_matter(values: list[int], seed: int, transform: Transform) -> None:
    x, w = np.array(values, dtype=float), ring(len(values), 2, transform)
    order = np.random.default_rng(seed).permutation(len(x))
    again = w.subset([w.ids[i] for i in order])
    assert moran(x[order], again.matrix).i == pytest.approx(moran(x, w.matrix).i, rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(
        local_moran(x[order], again.matrix).i, local_moran(x, w.matrix).i[order], rtol=1e-9, atol=1e-10
    )


@settings(max_examples=20, deadline=None)
@given(VALUES)
def test_local_statistics_add_to_the_global_one(values: list[int]) -> None:
    x, w = np.array(values, dtype=float), ring(len(values), 2)
    assert local_moran(x, w.matrix).i.sum() / w.matrix.sum() == pytest.approx(moran(x, w.matrix).i, abs=1e-10)


def test_row_standardised_i_is_the_slope_of_the_scatter_plot() -> None:
    x, w = np.random.default_rng(0).normal(size=49), lattice(7)
    z = x - x.mean()
    assert moran(x, w.matrix).i == pytest.approx(float(z @ w.lag(z) / (z @ z)))


def test_extremes_have_the_known_sign() -> None:
    board = np.indices((8, 8)).sum(axis=0).ravel() % 2
    rook = from_pairs(
        [[r * 8 + c, r * 8 + c + 1] for r in range(8) for c in range(7)]
        + [[r * 8 + c, (r + 1) * 8 + c] for r in range(7) for c in range(8)],
        64,
    )
    assert moran(board.astype(float), rook.matrix).i == pytest.approx(-1)
    assert moran((np.arange(64) // 32).astype(float), rook.matrix).i > 0.8


def test_moments_are_those_of_every_relabelling() -> None:
    """Under randomisation: mean and variance over all 7! maps."""
    x, w = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 0.0]), ring(7, 2).matrix
    z, full = np.array(list(itertools.permutations(x - x.mean()))), w.toarray()
    everything = 7 / full.sum() * np.einsum("pi,ij,pj->p", z, full, z) / (z[0] @ z[0])
    found = moran(x, w)
    assert everything.mean() == pytest.approx(found.expected, abs=1e-12)
    assert everything.var() == pytest.approx(found.var_random, rel=1e-9)


def test_local_moments_are_those_of_every_hand() -> None:
    x, w = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 0.0]), ring(7, 2).matrix
    found, z = local_moran(x, w), x - x.mean()
    for i in range(7):
        hands = [z[i] / (z @ z / 7) * np.mean(h) for h in itertools.permutations(np.delete(z, i), 4)]
        assert np.mean(hands) == pytest.approx(found.expected[i], abs=1e-12)
        assert np.var(hands) == pytest.approx(found.variance[i], rel=1e-9)


def test_permutation_p_is_uniform_where_only_chance_is_at_work() -> None:
    w, rng = lattice(6).matrix, np.random.default_rng(2)
    p = []
    for seed in range(400):
        x = rng.gamma(2, size=36)
        p.append(permutation_p(moran(x, w).i, permuted_moran(x, w, 199, seed)))
    for level in (0.05, 0.1, 0.25, 0.5):
        share = np.mean(np.array(p) <= level)
        assert abs(share - level) < 4 * np.sqrt(level * (1 - level) / 400)


def test_permutations_agree_with_the_moments() -> None:
    from .pins import pins

    x, w = np.array(pins()["columbus"]["value"]), weights_of("columbus").matrix
    drawn, found = permuted_moran(x, w, 20_000, 4), moran(x, w)
    assert drawn.mean() == pytest.approx(found.expected, abs=5 * drawn.std() / np.sqrt(20_000))
    assert drawn.var() == pytest.approx(found.var_random, rel=0.05)


def test_adjusted_p_only_grow_and_keep_their_order() -> None:
    p = np.r_[np.random.default_rng(1).uniform(size=50) ** 3, np.nan, 0.02, 0.02]
    for control in ("bh", "by"):
        q = adjusted(p, control)  # type: ignore[arg-type]
        there = ~np.isnan(p)
        assert np.isnan(q[50]) and (q[there] >= p[there] - 1e-15).all() and q[there].max() <= 1
        order = np.argsort(p[there], kind="stable")
        assert (np.diff(q[there][order]) >= -1e-15).all()
        assert q[51] == q[52]
    assert adjusted(p, "none")[:50].tolist() == p[:50].tolist()
    assert (adjusted(p, "by")[:50] >= adjusted(p, "bh")[:50]).all()


def test_impacts_against_what_they_mean() -> None:
    """Raise a regressor in one region, or everywhere, solve the model, and average what happens."""
    w = ring(9, 2).matrix
    b, rho, cov = np.array([2.0, -0.5]), 0.6, np.diag([0.01, 0.04, 0.0025])
    found = impacts(b, rho, cov, w)
    solve = np.linalg.inv(np.eye(9) - rho * w.toarray())
    home = np.mean([(solve @ (2.0 * np.eye(9)[i]))[i] for i in range(9)])
    assert found.direct[0] == pytest.approx(home)
    assert found.total[0] == pytest.approx((solve @ np.full(9, 2.0)).mean()) == pytest.approx(2 / (1 - 0.6))
    np.testing.assert_allclose(found.direct + found.indirect, found.total)
    # The delta method against small steps.
    step = 1e-6
    up = impacts(b, rho + step, cov, w)
    slope = (up.total - found.total) / step
    gradient = np.sqrt((found.total / b) ** 2 * np.diag(cov)[:2] + slope**2 * cov[2, 2])
    np.testing.assert_allclose(found.total_se, gradient, rtol=1e-4)
    assert impacts(b, 0.0, cov, w).indirect == pytest.approx([0, 0])
