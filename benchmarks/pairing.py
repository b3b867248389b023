"""Closest pairs of groups: ours beside networkx's blossom on the same dense graph, then sizes networkx cannot do.

Run: .venv/bin/python benchmarks/pairing.py

Groups are SYNTHETIC. Ratios are of one run in one process; seconds are those of this machine. Both find the same total.
"""

from __future__ import annotations

import time

import networkx as nx
import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist, squareform

from almpo_kit.experiments import match_pairs
from almpo_kit.experiments.pairing.kernels.optimal_pairs import optimal_partner


def rows_of(n: int, covariates: int) -> np.ndarray:
    return np.random.default_rng(n).normal(size=(n, covariates))


def beside_networkx(n: int, covariates: int = 5) -> None:
    rows = rows_of(n, covariates)
    start = time.perf_counter()
    ours = optimal_partner(rows)
    middle = time.perf_counter()
    apart = squareform(pdist(rows))
    graph = nx.Graph()
    graph.add_weighted_edges_from((i, j, 100 - apart[i, j]) for i in range(n) for j in range(i))
    theirs = sum(apart[a, b] for a, b in nx.max_weight_matching(graph, maxcardinality=True))
    end = time.perf_counter()
    ratio = (end - middle) / (middle - start)
    gap = abs(ours.total - theirs)
    print(
        f"{n:6d} groups: {middle - start:7.3f} s, networkx takes {ratio:6.0f} times as long, gap {gap:.1e}",
        flush=True,
    )


def alone(n: int, covariates: int, within: int = 1) -> None:
    groups = pd.DataFrame(rows_of(n, covariates)).add_prefix("x")
    groups = groups.assign(id=np.arange(n), stratum=np.arange(n) % within)
    start = time.perf_counter()
    found = match_pairs(groups, covariates=[f"x{k}" for k in range(covariates)], within=["stratum"])
    took = time.perf_counter() - start
    gap = (found.total - found.bound) / found.total
    print(
        f"{n:6d} groups, {covariates:2d} covariates, {within:2d} strata: whole verb {took:6.2f} s; {found.total / found.at_random:.0%} of "
        f"random, greedy {found.greedy / found.total - 1:+.1%}; gap to the proof {gap:.0e}",
        flush=True,
    )


def main() -> None:
    optimal_partner(rows_of(9, 2))
    for n in (100, 200, 400):
        beside_networkx(n)
    for n, covariates, within in ((2000, 3, 1), (2000, 8, 1), (2000, 20, 1), (2000, 8, 20), (5000, 5, 1)):
        alone(n, covariates, within)


if __name__ == "__main__":
    main()
