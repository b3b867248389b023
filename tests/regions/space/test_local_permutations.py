"""The fast test of local statistics is the ordinary one: against every hand there is, and in chance-only worlds."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.regions.space.discoveries import adjusted
from almpo_kit.regions.space.draws import first_places
from almpo_kit.regions.space.local_moran import local_p
from almpo_kit.regions.space.weights import Weights

from .pins import from_pairs, lattice, ring

DRAWS = 40_000


def exact(values: np.ndarray, w: Weights) -> np.ndarray:
    """Two-sided p-values from every ordered hand, each equally likely."""
    z, matrix, out = values - values.mean(), w.matrix, []
    for i in range(len(z)):
        weights = matrix.data[matrix.indptr[i] : matrix.indptr[i + 1]]
        others = np.delete(z, i)
        lag = (matrix @ z)[i]
        sums = np.array([h @ weights for h in map(np.array, itertools.permutations(others, len(weights)))])
        tie = 1e-9 * np.abs(z).max()
        out.append(min(1.0, 2 * min((sums >= lag - tie).mean(), (sums <= lag + tie).mean())))
    return np.array(out)


def _within_chance(found: np.ndarray, truth: np.ndarray, draws: int = DRAWS) -> None:
    error = 2 * np.sqrt(np.maximum(truth / 2, 1 / draws) * (1 - truth / 2) / draws)
    # The convention counts the data as one more draw.
    assert np.all(np.abs(found - truth) < 5 * error + 2 / draws)


IRREGULAR = [[0, 1], [0, 2], [0, 3], [0, 4], [1, 2], [3, 4], [5, 6], [6, 7], [7, 0], [2, 7]]


@pytest.mark.parametrize(
    ("w", "values"),
    [
        (ring(8), np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])),
        (ring(7, 2), np.array([0.3, -1.2, 2.2, 0.1, 0.9, -0.4, 5.0])),
        (from_pairs(IRREGULAR, 8), np.array([1.0, 2.0, 2.5, 7.0, 3.0, 3.0, 0.0, 4.0])),
        (from_pairs(IRREGULAR, 8, "binary"), np.array([1.0, 2.0, 2.5, 7.0, 3.0, 3.0, 0.0, 4.0])),
        # Weights that differ in a row, so that every order of a hand is another sum.
        (
            from_pairs(IRREGULAR, 8, weight=lambda i, j: 1 + ((3 * min(i, j) + max(i, j)) % 5)),
            np.arange(8.0) ** 1.5,
        ),
        # Everyone is everyone's neighbour: one hand alone.
        (
            from_pairs([[i, j] for i in range(6) for j in range(i)], 6),
            np.array([1.0, 5.0, 2.0, 8.0, 3.0, 4.0]),
        ),
        # Values that tie.
        (ring(9, 2), np.array([1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 1.0, 5.0])),
    ],
    ids=["ring", "wide ring", "irregular", "binary", "unequal", "complete", "ties"],
)
def test_against_every_hand(w: Weights, values: np.ndarray) -> None:
    _within_chance(local_p(values, w.matrix, DRAWS, 1), exact(values, w))


def test_everyone_among_everyone_is_never_remarkable() -> None:
    w = from_pairs([[i, j] for i in range(6) for j in range(i)], 6)
    assert local_p(np.array([1.0, 5.0, 2.0, 8.0, 3.0, 4.0]), w.matrix, 999, 0).tolist() == [1.0] * 6


def test_a_region_at_the_mean_is_never_remarkable() -> None:
    values = np.array([0.0, 9.0, 9.0, -9.0, -9.0, 2.0, -2.0, 1.0, -1.0, 0.0])
    p = local_p(values, ring(10).matrix, 999, 0)
    assert p[0] == 1.0 and p[9] == 1.0 and p.min() < 1


def test_equal_weights_take_either_way() -> None:
    """The two ways of counting answer alike on the same stream of permutations."""
    w, values = lattice(7), np.random.default_rng(0).normal(size=49)
    equal = local_p(values, w.matrix, 5_000, 3)
    tilted = w.matrix.copy()
    # Too little to move any sum past another, enough to be called unequal.
    tilted.data = tilted.data * (1 + 1e-11 * np.arange(len(tilted.data)))
    np.testing.assert_allclose(local_p(values, tilted, 5_000, 3), equal, atol=1e-12)


@pytest.mark.parametrize(("n", "depth"), [(50, 3), (12, 9), (400, 21), (5, 5)])
def test_permutations_are_uniform(n: int, depth: int) -> None:
    blocks = list(first_places(n, depth, 20_000, 5))
    drawn = np.concatenate(blocks, axis=1).T
    assert drawn.shape == (20_000, depth)
    assert all(len(set(row)) == depth for row in drawn[:500].tolist())
    for place in (0, depth - 1):
        counts = np.bincount(drawn[:, place], minlength=n)
        chi2 = ((counts - 20_000 / n) ** 2 / (20_000 / n)).sum()
        assert chi2 < n + 5 * np.sqrt(2 * n)
    # Successive places are as independent as drawing without replacement leaves them.
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, -1])[0, 1] + 1 / (n - 1)) < 0.04


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=12, max_size=30).filter(lambda v: len(set(v)) > 3),
    st.floats(0.1, 50),
    st.floats(-100, 100),
    st.sampled_from([-1.0, 1.0]),
)
def test_units_do_not_matter(values: list[int], scale: float, shift: float, sign: float) -> None:
    x, w = np.array(values, dtype=float), ring(len(values), 2)
    before = local_p(x, w.matrix, 299, 11)
    np.testing.assert_allclose(local_p(sign * scale * x + shift, w.matrix, 299, 11), before, atol=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 1000))
def test_names_do_not_matter(seed: int, shuffle: int) -> None:
    """Relabelling the regions deals other hands, but tests the same: the exact values are equal."""
    values = np.random.default_rng(seed).normal(size=8)
    w = from_pairs(IRREGULAR, 8)
    order = np.random.default_rng(shuffle).permutation(8)
    np.testing.assert_allclose(
        exact(values[order], w.subset([w.ids[i] for i in order])), exact(values, w)[order]
    )


def test_same_seed_same_bytes_on_any_number_of_threads() -> None:
    code = (
        "import numpy as np, hashlib, sys; sys.path.insert(0, '.')\n"
        "from tests.regions.space.pins import lattice, inverse_columbus\n"
        "from almpo_kit.regions.space.local_moran import local_p\n"
        "from almpo_kit.regions.space.moran import permuted_moran\n"
        "v = np.random.default_rng(1).normal(size=400); w = lattice(20)\n"
        "u = np.random.default_rng(2).normal(size=49)\n"
        "parts = [local_p(v, w.matrix, 20000, 9), local_p(u, inverse_columbus().matrix, 20000, 9),\n"
        "         permuted_moran(v, w.matrix, 500, 9)]\n"
        "print(hashlib.sha256(b''.join(p.tobytes() for p in parts)).hexdigest())"
    )
    from .pins import ROOT

    found = set()
    for threads in ("1", "4"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=dict.fromkeys(names, threads) | {"PATH": ""},
        )
        found.add(done.stdout.strip())
    assert len(found) == 1


def test_another_seed_draws_otherwise() -> None:
    w, values = lattice(7), np.random.default_rng(0).normal(size=49)
    assert (local_p(values, w.matrix, 999, 1) != local_p(values, w.matrix, 999, 2)).any()


def test_p_is_uniform_where_only_chance_is_at_work() -> None:
    """Over 200 random maps the share of p ≤ a is a: the test is neither shy nor bold."""
    w, rng = lattice(9), np.random.default_rng(8)
    p = np.concatenate([local_p(rng.gamma(2, size=81), w.matrix, 499, s) for s in range(200)])
    for level in (0.02, 0.1, 0.2, 0.5):
        # Neighbouring p-values are dependent; a map counts as about a tenth of its regions.
        assert abs((p <= level).mean() - level) < 5 * np.sqrt(level * (1 - level) / (len(p) / 10)) + 0.004


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["normal", "skewed"])
def test_false_discoveries_are_held(noise: str) -> None:
    """True clusters in half the map's corner: of the regions named outside their reach, few are chance."""
    w, rng, q = lattice(16), np.random.default_rng(20260101), 0.1
    side = np.arange(256)
    inside = (side // 16 < 5) & (side % 16 < 5)
    # A hand mixes cluster and rest, so a null region is one whose own neighbours are all far from the cluster.
    near = (w.base.astype(int) @ inside.astype(int) > 0) | inside
    shares, named = [], 0
    for world in range(300):
        values = rng.normal(size=256) if noise == "normal" else rng.gamma(1, size=256)
        values = values + 2.5 * inside
        called = adjusted(local_p(values, w.matrix, 4_999, world)) <= q
        shares.append((called & ~near).sum() / max(called.sum(), 1))
        named += int((called & near).sum())
    assert named > 300
    assert np.mean(shares) <= q + 3 * np.std(shares) / np.sqrt(len(shares))


@pytest.mark.slow
def test_no_discovery_in_most_chance_only_worlds() -> None:
    """Where every hypothesis is true, any discovery is false: it may happen in a share q of worlds."""
    w, rng, q, worlds = lattice(12), np.random.default_rng(5), 0.1, 500
    any_called = [
        bool((adjusted(local_p(rng.normal(size=144), w.matrix, 9_999, s)) <= q).any()) for s in range(worlds)
    ]
    assert np.mean(any_called) <= q + 3 * np.sqrt(q * (1 - q) / worlds)
