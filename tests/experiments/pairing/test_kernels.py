"""The matching itself: beside networkx, and proven by its own prices as a textbook writes them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from almpo_kit.experiments.pairing.kernels.distances import greedy_partner, mean_length, turned
from almpo_kit.experiments.pairing.kernels.optimal_pairs import _begin, _edges, optimal_partner
from almpo_kit.experiments.pairing.kernels.perfect_matching import match_all
from almpo_kit.experiments.pairing.kernels.proof import least_total, too_cheap
from almpo_kit.experiments.pairing.kernels.random_pairs import mean_difference

from .graphs import circles, forest_of, proof


def _networkx(n: int, pairs: np.ndarray, cost: np.ndarray) -> int:
    graph = nx.Graph()
    high = int(cost.max()) + 1
    held = {(int(a), int(b)): int(c) for (a, b), c in zip(pairs, cost, strict=True)}
    graph.add_weighted_edges_from((a, b, high - c) for (a, b), c in held.items())
    found = nx.max_weight_matching(graph, maxcardinality=True)
    assert 2 * len(found) == n
    return sum(held[min(a, b), max(a, b)] for a, b in found)


@pytest.mark.parametrize("seed", range(60))
def test_as_cheap_as_networkx_on_sparse_and_dense_graphs_with_and_without_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 2 * int(rng.integers(1, 31))
    pairs = np.column_stack(np.triu_indices(n, 1))
    # A perfect matching is in it whatever else is left out.
    kept = (rng.random(len(pairs)) < (0.15, 0.5, 1.0)[seed % 3]) | (
        (pairs[:, 0] % 2 == 0) & (pairs[:, 1] == pairs[:, 0] + 1)
    )
    pairs = pairs[kept]
    cost = 4 * rng.integers(0, (3, 40, 10**9)[seed // 3 % 3], len(pairs))
    f = forest_of(n, pairs, cost)
    assert match_all(f)
    assert (f.mate[f.mate] == np.arange(n)).all() and (f.mate != np.arange(n)).all()
    held = {(int(a), int(b)): int(c) for (a, b), c in zip(pairs, cost, strict=True)}
    mine = sum(held[v, int(w)] for v, w in enumerate(f.mate) if v < w)
    assert mine == _networkx(n, pairs, cost)
    dense = np.full((n, n), 2**50)
    dense[pairs[:, 0], pairs[:, 1]] = dense[pairs[:, 1], pairs[:, 0]] = cost
    least, value = proof(f, dense)
    assert least >= 0 and value == mine == least_total(f)


def test_circles_within_circles_are_met_and_opened() -> None:
    # Without them the test above would prove nothing about half of the code.
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows = rng.normal(size=(60, 2))
        pairs = np.column_stack(np.triu_indices(60, 1))
        cost = 4 * np.rint(1e6 * pdist(rows)).astype(np.int64)
        f = forest_of(60, pairs, cost)
        assert match_all(f)
        sets = [set(m) for m, _ in circles(f)]
        found += sum(a < b for a in sets for b in sets)
        least, value = proof(f, 4 * np.rint(1e6 * squareform(pdist(rows))).astype(np.int64))
        assert least >= 0 and value == least_total(f)
    assert found > 10


def test_no_perfect_matching_is_said() -> None:
    star = np.array([[0, 1], [0, 2], [0, 3]])
    assert not match_all(forest_of(4, star, np.array([4, 8, 12])))


@pytest.mark.parametrize("n", [2, 3, 7, 24, 35])
def test_of_an_odd_number_the_right_one_stays_out(n: int) -> None:
    rng = np.random.default_rng(n)
    rows = rng.normal(size=(n, 2))
    apart = squareform(pdist(rows))
    found = optimal_partner(rows)
    if n % 2 == 0:
        assert (found.partner >= 0).all()
        return
    out = int(np.flatnonzero(found.partner < 0)[0])
    totals = []
    for left in range(n):
        rest = np.delete(np.arange(n), left)
        graph = nx.Graph()
        graph.add_weighted_edges_from((int(a), int(b), 99 - apart[a, b]) for a in rest for b in rest if a < b)
        totals.append(sum(apart[a, b] for a, b in nx.max_weight_matching(graph, maxcardinality=True)))
    assert out == int(np.argmin(totals))
    assert found.total == pytest.approx(min(totals), abs=1e-9)
    assert found.bound == pytest.approx(min(totals), abs=1e-9)


def test_two_thousand_groups_are_proven_over_all_their_pairs() -> None:
    """The proof of the whole, by a check that shares no line with the one in the package: 1,999,000 pairs, exact integers."""
    rows = np.random.default_rng(0).normal(size=(2000, 6))
    found = optimal_partner(rows)
    one = np.flatnonzero(found.partner > np.arange(2000))
    assert len(one) == 1000
    # Solved again on the edges that were enough in the end, to hold the prices.
    scale = 2**30
    dense = 4 * np.rint(scale * squareform(pdist(rows))).astype(np.int64)
    pairs = _begin(rows, greedy_partner(rows), 2000)
    while True:
        f = forest_of(2000, pairs, dense[pairs[:, 0], pairs[:, 1]])
        assert match_all(f)
        least, value = proof(f, dense)
        if least >= 0:
            break
        more = too_cheap(f, rows, float(scale), 10)
        assert len(more), "the package found a proof where there is none"
        pairs = np.unique(np.concatenate([pairs, more]), axis=0)
    assert dense[np.arange(2000), f.mate].sum() // 2 == value
    assert found.total == pytest.approx(value / (4 * scale), rel=1e-7)
    assert found.bound == pytest.approx(found.total, rel=1e-10)


def test_greedy_pairs_are_those_of_the_sorted_list() -> None:
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(81, 3))
    apart = squareform(pdist(rows))
    partner = np.full(81, -1)
    for a, b in sorted(zip(*np.triu_indices(81, 1), strict=True), key=lambda p: apart[p]):
        if partner[a] < 0 and partner[b] < 0:
            partner[a], partner[b] = b, a
    assert (greedy_partner(rows) == partner).all()


def test_many_twins_are_no_trouble() -> None:
    rows = np.repeat([[0.0, 0], [1, 0], [0, 1]], [31, 40, 11], axis=0)
    found = optimal_partner(rows)
    # One of 31 and one of 11 must go together, at the root of zero from anywhere but 1.
    assert found.total == pytest.approx(1.0) and (found.partner >= 0).all()


def test_distances_are_mahalanobis_and_do_not_see_scale_or_mixing() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3))
    rows, rank = turned(x, np.ones(3), ranked=False)
    wanted = squareform(pdist(x, "mahalanobis", VI=np.linalg.inv(np.cov(x.T))))
    assert rank == 3 and squareform(pdist(rows)) == pytest.approx(wanted)
    twice, rank = turned(np.column_stack([x, x[:, 0] - x[:, 1]]), np.ones(4), ranked=False)
    assert rank == 3 and np.isfinite(twice).all()
    ranked = [turned(y, np.ones(3), ranked=True)[0] for y in (np.exp(x), 5 * x - 3)]
    assert pdist(ranked[0]) == pytest.approx(pdist(ranked[1]))


def test_random_pairs_by_formula() -> None:
    rows = np.random.default_rng(1).normal(size=(50, 3))
    assert mean_length(rows) == pytest.approx(pdist(rows).mean())
    assert mean_difference(rows) == pytest.approx([pdist(rows[:, [k]], "cityblock").mean() for k in range(3)])


def test_edges_go_both_ways() -> None:
    start, near, cost = _edges(np.array([[0, 1], [1, 2]]), np.array([4, 8]), 3)
    assert start.tolist() == [0, 1, 3, 4] and near.tolist() == [1, 0, 2, 1] and cost.tolist() == [4, 4, 8, 8]
