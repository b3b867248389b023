"""Invented people whose true effects are known: 12 clusters, four arms, 5% treated, heavy-tailed earnings, strata.

Each world draws a frame and knows the true effect on each person drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit import evaluation

COMPARISON = "no programme"
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class World:
    """One draw: the frame, how it is designed, and what is true."""

    frame: pd.DataFrame
    design: dict[str, Any]
    arms: tuple[str, ...]
    arm: Array
    gain: Array
    chance: Array | None = None

    def truth(self, name: str, kept: Array, estimand: str) -> float:
        """The mean effect of an arm on those kept who are in it (ATT), on all kept (ATE, ITT), or as double machine
        learning weighs them (by p(1 − p), two arms only)."""
        k = self.arms.index(name)
        gain = self.gain[:, k]
        if estimand == "overlap":
            assert self.chance is not None
            p = self.chance[kept]
            return float(np.average(gain[kept], weights=p * (1 - p)))
        return float(gain[kept & (self.arm == k) if estimand == "att" else kept].mean())


def _frame(x: Array, arm: Array, arms: tuple[str, ...], y: Array, **more: Any) -> pd.DataFrame:
    columns = {f"x{j}": x[:, j] for j in range(x.shape[1])}
    return pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(len(x))],
            "treatment": np.array(arms)[arm],
            **columns,
            "outcome": y,
            "source": "SYNTHETIC worlds of the tests",
            **more,
        }
    )


def _world(
    x: Array,
    arm: Array,
    arms: tuple[str, ...],
    potential: Array,
    *,
    assignment: str,
    outcome: str = "earnings",
    unit: str = "eur_per_month",
    design: dict[str, Any] | None = None,
    chance: Array | None = None,
    **more: Any,
) -> World:
    """``potential`` (n, k): what each would have in each arm."""
    y = potential[np.arange(len(arm)), arm]
    told = {
        "assignment": assignment,
        "comparison": COMPARISON,
        "outcomes": evaluation.measured("outcome", outcome=outcome, unit=unit, months=12),
        "covariates": {f"x{j}": "history" if j == 0 else "confounder" for j in range(x.shape[1])},
    }
    return World(
        frame=_frame(x, arm, arms, y, **more),
        design=told | (design or {}),
        arms=arms,
        arm=arm,
        gain=potential - potential[:, [0]],
        chance=chance,
    )


def _chosen(rng: np.random.Generator, score: Array) -> Array:
    found: Array = np.argmax(score + rng.gumbel(size=score.shape), axis=1)
    return found


def twelve_clusters(seed: int, *, n: int = 600, assignment: str = "rct") -> World:
    """A trial (or a choice) of 12 offices; offices differ, effects too."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(n) % 12
    x = rng.normal(size=(n, 3))
    office, moved = rng.normal(size=12), rng.normal(0, 0.5, 12)
    if assignment == "rct":
        arm = rng.permutation(np.repeat([0, 1], 6))[cluster]
    else:
        arm = (rng.random(n) < 1 / (1 + np.exp(-0.6 * x[:, 0]))).astype(int)
    base = 5 + x[:, 0] - 0.5 * x[:, 1] + office[cluster] + rng.normal(size=n)
    gain = 1 + 0.5 * x[:, 0] + moved[cluster]
    return _world(
        x,
        arm,
        (COMPARISON, "training"),
        np.column_stack([base, base + gain]),
        assignment=assignment,
        design={"cluster": "office"},
        office=cluster.astype(str),
    )


def four_arms(seed: int, *, n: int = 2000, assignment: str = "matching") -> World:
    """Three programmes chosen (or drawn) with unequal chances; each has its own effect."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    slopes = np.array([[0.0, 0, 0, 0], [0.6, 0.2, 0, 0], [-0.4, 0, 0.4, 0], [0.2, -0.4, 0, 0.3]])
    pull = x @ slopes.T if assignment == "matching" else np.zeros((n, 4))
    arm = _chosen(rng, pull + np.array([0.8, 0, 0, -0.4]))
    base = 10 + x @ np.array([1.0, -0.5, 0.5, 0.3]) + 0.3 * x[:, 0] ** 2 + rng.normal(0, 1.5, n)
    gains = [np.zeros(n), 1 + 0.5 * x[:, 0], -0.5 + 0 * x[:, 0], 0.5 - 0.5 * x[:, 1]]
    return _world(
        x,
        arm,
        (COMPARISON, "incentive", "services", "training"),
        base[:, None] + np.column_stack(gains),
        assignment=assignment,
    )


def few_treated(seed: int, *, n: int = 3000, assignment: str = "matching") -> World:
    """One in twenty takes part."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    pull = -3.15 + (0.6 * x[:, 0] - 0.4 * x[:, 1] if assignment == "matching" else -0.05)
    chance = 1 / (1 + np.exp(-pull)) * np.ones(n)
    arm = (rng.random(n) < chance).astype(int)
    base = 5 + x[:, 0] + 0.5 * x[:, 1] ** 2 + rng.normal(0, 2, n)
    gain = 1 + 0.5 * x[:, 0]
    return _world(
        x,
        arm,
        (COMPARISON, "training"),
        np.column_stack([base, base + gain]),
        assignment=assignment,
        chance=chance,
    )


def heavy_tails(seed: int, *, n: int = 2000, assignment: str = "matching") -> World:
    """Earnings: a third without any, the rest log-normal with a long tail; effects in proportion."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.normal(size=n), rng.gamma(1, 1, n)])
    pull = 0.6 * x[:, 0] - 0.4 * x[:, 2] if assignment == "matching" else np.zeros(n)
    chance = 1 / (1 + np.exp(0.5 - pull))
    arm = (rng.random(n) < chance).astype(int)
    works = rng.random(n) < 1 / (1 + np.exp(-0.7 - 0.5 * x[:, 0]))
    pay = np.exp(9 + 0.3 * x[:, 0] + 0.2 * x[:, 2] + rng.normal(0, 0.9, n))
    base = np.where(works, pay, 0.0)
    return _world(
        x,
        arm,
        (COMPARISON, "training"),
        np.column_stack([base, 1.1 * base + 500]),
        assignment=assignment,
        chance=chance,
        outcome="earnings",
        unit="eur_per_year",
    )


def strata(seed: int, *, n: int = 900, assignment: str = "rct") -> World:
    """Strata with very different chances of being drawn, and outcomes and effects that differ by stratum."""
    rng = np.random.default_rng(seed)
    block = rng.integers(0, 6, n)
    x = rng.normal(size=(n, 2))
    chance = np.array([0.2, 0.3, 0.4, 0.5, 0.6, 0.7])[block]
    arm = (rng.random(n) < chance).astype(int)
    base = 3 * block + x[:, 0] + rng.normal(0, 1.5, n)
    gain = 1 + 0.4 * block
    return _world(
        x,
        arm,
        (COMPARISON, "training"),
        np.column_stack([base, base + gain]),
        assignment=assignment,
        design={"block": "stratum"},
        stratum=block.astype(str),
    )


WORLDS = {
    "twelve_clusters": twelve_clusters,
    "four_arms": four_arms,
    "few_treated": few_treated,
    "heavy_tails": heavy_tails,
    "strata": strata,
}


def months(seed: int = 0, *, n: int = 800, assignment: str = "rct", last: int = 12) -> pd.DataFrame:
    """A path of employment: locked in for four months, ahead after; two months before entry."""
    rng = np.random.default_rng(seed)
    arm = rng.integers(0, 2, n)
    person = rng.normal(0, 0.5, n)
    frame = _frame(person[:, None] + rng.normal(0, 0.5, (n, 1)), arm, (COMPARISON, "training"), np.zeros(n))
    for m in (-1, 0, *range(1, last + 1)):
        effect = 0.0 if m <= 0 else (-0.9 if m <= 4 else 0.8)
        frame[f"employed_{m}"] = (
            rng.random(n) < 1 / (1 + np.exp(0.8 - 0.05 * m - person - effect * arm))
        ).astype(float)
    return frame
