"""How often intervals of all looks hold together, in simulated trials that are looked at after every few people."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.inferring.kernels.betting_sequence import middle_guess, pair_scores, stakes
from almpo_kit.experiments.inferring.kernels.look_intervals import asymptotic_looks

Array = np.ndarray[Any, np.dtype[Any]]


def drawn(rng: np.random.Generator, runs: int, n: int, chance: float, complete: bool) -> Array:
    """Who is in the arm asked about: by independent lots, or in exact numbers."""
    if not complete:
        return rng.random((runs, n)) < chance
    return rng.permuted(np.broadcast_to(np.arange(n) < round(chance * n), (runs, n)), axis=1)


def outcomes(rng: np.random.Generator, ours: Array, kind: str, level: float, effect: float) -> Array:
    """Binary shares, normal, or as skewed as earnings (log-normal, sd about 1)."""
    mean = level + effect * ours
    if kind == "binary":
        return (rng.random(ours.shape) < mean) * 1.0
    if kind == "normal":
        return mean + rng.standard_normal(ours.shape)
    return mean + (rng.lognormal(0, 0.83, ours.shape) - np.exp(0.83**2 / 2)) / 1.99


def always_held(
    method: str,
    *,
    runs: int,
    n: int,
    chance: float = 0.5,
    kind: str = "binary",
    level: float = 0.3,
    effect: float = 0.0,
    every: int = 1,
    fewest: int = 20,
    expected: float | None = None,
    complete: bool = False,
    seed: int = 0,
    alpha: float = 0.05,
) -> float:
    """Share of trials in which no interval ever missed the true difference."""
    rng = np.random.default_rng(seed)
    ours = drawn(rng, runs, n, chance, complete)
    y = outcomes(rng, ours, kind, level, effect)
    chances = np.full(ours.shape, chance)
    wanted = float(expected or n)
    if method == "asymptotic":
        looks = np.arange(every, n + 1, every)
        _, low, high = asymptotic_looks(y, ours, chances, looks, expected=wanted, alpha=alpha, fewest=fewest)
        return float(np.mean(((low <= effect) & (effect <= high)).all(axis=-1)))
    # The true difference is in the interval exactly while neither gambler has won enough against it.
    middle = np.clip(middle_guess(y, ours, chances, 0.5), 0.0, 1.0)
    scores = pair_scores(y, ours, chances, middle)
    limit = np.maximum(middle, 1 - middle) / np.minimum(chances, 1 - chances) + 1.0
    staked = stakes(scores, limit, wanted, alpha)
    ok = np.ones(runs, dtype=bool)
    for sign in (1, -1):
        wealth = np.exp(np.cumsum(np.log1p(sign * staked * (scores - effect)), axis=-1)).mean(axis=0)
        ok &= (wealth[..., every - 1 :: every] < 2 / alpha).all(axis=-1)
    return float(ok.mean())


#: What is held in COVERAGE.md: words -> arguments.
CASES: dict[str, dict[str, Any]] = {
    "half and half, 30%": {"n": 400},
    "half and half, 30%, effect 10 points": {"n": 400, "effect": 0.1},
    "few people": {"n": 60},
    "rare outcome, 5%": {"n": 400, "level": 0.05},
    "very rare outcome, 1%": {"n": 1000, "level": 0.01},
    "one in five": {"n": 500, "chance": 0.2},
    "one in five, outcome 10%": {"n": 500, "chance": 0.2, "level": 0.1},
    "one in five, 2% and 10%": {"n": 500, "chance": 0.2, "level": 0.02, "effect": 0.08},
    "one in five, 5% and 25%": {"n": 500, "chance": 0.2, "level": 0.05, "effect": 0.2},
    "one in ten, outcome 10%": {"n": 1000, "chance": 0.1, "level": 0.1},
    "one in ten": {"n": 600, "chance": 0.1, "level": 0.5},
    "one in twenty": {"n": 1500, "chance": 0.05, "level": 0.3},
    "drawn in exact numbers": {"n": 400, "complete": True},
    "drawn in exact numbers, few": {"n": 60, "complete": True},
    "three times as many as expected": {"n": 900, "expected": 300},
    "normal": {"n": 300, "kind": "normal"},
    "normal, one in five": {"n": 500, "kind": "normal", "chance": 0.2},
    "skewed as earnings": {"n": 400, "kind": "skewed"},
    "skewed as earnings, one in five": {"n": 600, "kind": "skewed", "chance": 0.2},
}

if __name__ == "__main__":
    for name, given in CASES.items():
        line = []
        for method in ("asymptotic", "exact"):
            if method == "exact" and given.get("kind", "binary") != "binary":
                continue
            line.append(f"{method} {100 * always_held(method, runs=2000, seed=11, **given):.1f}")
        print(f"{name:45s}", *line, flush=True)
