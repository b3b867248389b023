"""Exact policy trees: value and time beside EconML's greedy tree and a plain exact search, and cost as sizes grow.

Run: .venv/bin/python benchmarks/policy_trees.py            (a few minutes)
     .venv/bin/python benchmarks/policy_trees.py --largest  (also depth 2 on 100,000 × 20 × 5, depth 3 on 10,000 × 10 × 4)

SYNTHETIC scores: a rule of two features, and noise; every feature is continuous, so that every person is a place where a
question could lie. All in one process; seconds are of the clock, CPU seconds beside them because machines are shared. The plain
search tries every first question and finds the second by cumulative sums of numpy.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.exact_tree import exact_tree

Array = np.ndarray[Any, np.dtype[Any]]


def draw(n: int, p: int, k: int, seed: int = 0, effect: float = 0.3) -> tuple[Array, Array]:
    """Features (n, p) and scores (n, k): two arms that help some and harm others, noise of one."""
    rng = np.random.default_rng(seed)
    x, scores = rng.normal(size=(n, p)), rng.normal(size=(n, k))
    scores[:, 1] += effect * np.where(x[:, 0] > 0, 1, -1)
    if k > 2:
        scores[:, 2] += effect * np.where(x[:, 1 % p] > 0.3, 1, -1)
    return x, scores


def one_question(x: Array, scores: Array, least: int) -> float:
    """Value of the best single question, by cumulative sums."""
    best, n = float(scores.sum(axis=0).max()), len(x)
    for j in range(x.shape[1]):
        below = np.cumsum(scores[np.argsort(x[:, j])], axis=0)
        at = np.arange(least - 1, n - least)
        if at.size:
            best = max(best, float((below[at].max(axis=1) + (below[-1] - below[at]).max(axis=1)).max()))
    return best


def plain(x: Array, scores: Array, least: int) -> float:
    """Value of the best two layers: every first question in turn."""
    best = one_question(x, scores, least)
    for j in range(x.shape[1]):
        order = np.argsort(x[:, j])
        for left in range(least, len(x) - least + 1):
            a, b = order[:left], order[left:]
            best = max(best, one_question(x[a], scores[a], least) + one_question(x[b], scores[b], least))
    return best


def greedy(x: Array, scores: Array, depth: int, least: int) -> float:
    """Value of EconML's tree, grown one question at a time."""
    from econml.policy import PolicyTree

    tree = PolicyTree(max_depth=depth, min_samples_leaf=least, min_balancedness_tol=0.5, honest=False)
    return float(scores[np.arange(len(x)), tree.fit(x, scores).predict(x)].sum())


def timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, seconds of the clock, CPU seconds."""
    clock, cpu = time.perf_counter(), time.process_time()
    out = call()
    return out, time.perf_counter() - clock, time.process_time() - cpu


def beside(n: int, p: int, k: int, depth: int, least: int, *, with_plain: bool) -> None:
    """One line: ours, greedy, plain."""
    x, scores = draw(n, p, k)
    ours, clock, cpu = timed(lambda: exact_tree(x, scores, None, depth, least))
    theirs, theirs_clock, _ = timed(lambda: greedy(x, scores, depth, least))
    assert ours.value >= theirs - 1e-6 * abs(theirs)
    more = ""
    if with_plain:
        exact, plain_clock, _ = timed(lambda: plain(x, scores, least))
        assert abs(exact - ours.value) < 1e-6
        more = f"; plain exact search the same value, {plain_clock:.2f} s: {plain_clock / clock:,.0f} × ours"
    print(
        f"depth {depth}, {n:,} × {p} × {k}: ours {ours.value:.1f} in {clock:.2f} s ({cpu:.2f} CPU), proven {ours.proven}; "
        f"greedy {theirs:.1f} in {theirs_clock:.2f} s; ours {ours.value / theirs - 1:+.2%}{more}",
        flush=True,
    )


def growth(name: str, sizes: list[tuple[int, int, int, int]]) -> None:
    """CPU seconds of a series of (n, p, k, depth), and the exponent in what grows."""
    seconds, grown = [], []
    for n, p, k, depth in sizes:
        x, scores = draw(n, p, k)
        found, clock, cpu = timed(lambda x=x, s=scores, d=depth: exact_tree(x, s, None, d, 20))
        seconds.append(cpu)
        grown.append({"n": n, "features": p, "arms": k, "depth": depth}[name])
        tried = f", {found.tried} first questions looked into" if depth == 3 else ""
        print(
            f"  {name} {grown[-1]:,}: {cpu:.2f} CPU s ({clock:.2f} s of the clock), ratio to first "
            f"{cpu / seconds[0]:.1f}{tried}",
            flush=True,
        )
    if name != "depth":
        slope = np.polyfit(np.log(grown), np.log(seconds), 1)[0]
        print(f"  cost grows as {name}^{slope:.2f}")


def main() -> None:
    """Print it all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", action="store_true")
    chosen = parser.parse_args()
    # Loops compile (or load), and EconML is imported, before anything is timed.
    greedy(*draw(200, 2, 3), 2, 10)
    for depth in (1, 2, 3):
        exact_tree(*draw(60, 2, 3), None, depth, 5)
    print("Beside greedy and a plain exact search")
    for n in (250, 500, 1000):
        beside(n, 4, 3, 2, 10, with_plain=True)
    beside(10_000, 10, 4, 2, 100, with_plain=False)
    beside(600, 4, 3, 3, 20, with_plain=False)
    print("As people grow, depth 2, 8 features, 4 arms")
    growth("n", [(n, 8, 4, 2) for n in (2_500, 5_000, 10_000, 20_000)])
    print("As features grow, depth 2, 5,000 people, 4 arms")
    growth("features", [(5_000, p, 4, 2) for p in (4, 8, 16)])
    print("As arms grow, depth 2, 5,000 people, 8 features")
    growth("arms", [(5_000, 8, k, 2) for k in (2, 4, 6)])
    print("As depth grows, 800 people, 5 features, 3 arms")
    growth("depth", [(800, 5, 3, d) for d in (1, 2, 3)])
    if chosen.largest:
        beside(100_000, 20, 5, 2, 100, with_plain=False)
        beside(10_000, 10, 4, 3, 100, with_plain=False)


if __name__ == "__main__":
    main()
