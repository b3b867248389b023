"""Small worlds of units over periods, and steps built by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Panel, Sample


def sample(
    outcome: Any,
    start: Any,
    *,
    arm: Any = None,
    arms: tuple[str, ...] = ("none", "training"),
    covariates: Any = None,
    cluster: Any = None,
    weight: Any = None,
    units: Any = None,
    months: float = 3.0,
) -> Sample:
    """A Sample that holds nothing but a panel."""
    y = np.asarray(outcome, dtype=float)
    u, t = y.shape
    start = np.asarray(start, dtype=np.int64)
    code = (start >= 0).astype(np.int64) if arm is None else np.asarray(arm, dtype=np.int64)
    x = np.empty((u, 0)) if covariates is None else np.asarray(covariates, dtype=float).reshape(u, -1)
    panel = Panel(
        units=np.array([f"unit{i}" for i in range(u)] if units is None else units),
        periods=tuple(f"20{10 + k // 4}-Q{k % 4 + 1}" for k in range(t)),
        outcome=y,
        treated_from=start,
        arm=code,
        covariates=x,
        cluster=np.arange(u) if cluster is None else np.asarray(cluster),
        weight=np.ones(u) if weight is None else np.asarray(weight, dtype=float),
        months_per_period=months,
    )
    measures = pd.DataFrame(
        {
            "column": ["employed"],
            "outcome": ["employment_probability"],
            "unit": ["percentage_points"],
            "months": [np.nan],
            "label": ["chance of being in work"],
        }
    )
    return Sample(
        arms=arms,
        arm=code,
        outcome=y[:, :1],
        measures=measures,
        covariates=np.empty((u, 0)),
        names=(),
        parts={},
        cluster=np.arange(u),
        block=None,
        weight=np.ones(u),
        panel=panel,
    )


def step(made: Sample, assignment: str = "did") -> Any:
    """A stand-in of a Design that is its own Overlap's design."""
    plan = Plan(assignment=assignment, arms=made.arms, outcomes=())
    design = SimpleNamespace(plan=plan, sample=made)
    return SimpleNamespace(design=design, plan=plan, sample=made)


def roll_out(
    u: int = 120,
    t: int = 10,
    *,
    seed: int = 0,
    starts: tuple[int, ...] = (4, 6),
    never: float = 0.4,
    trend: float = 0.0,
    effect: Any = None,
    clusters: int | None = None,
    covariate: bool = False,
) -> Sample:
    """A staggered roll-out; ``effect(cohort, e)`` by time since the start, 2 + e by default; ``trend`` breaks parallels."""
    rng = np.random.default_rng(seed)
    size = clusters or u
    group = np.arange(u) % size
    lot = np.array(
        [-1] * round(never * size) + [starts[i % len(starts)] for i in range(size - round(never * size))]
    )
    start = rng.permutation(lot)[group]
    made = effect or (lambda g, e: 2.0 + e)
    time = np.arange(t)
    x = rng.normal(size=u) + (start >= 0)
    y = 10 + rng.normal(size=(u, 1)) + 0.5 * time + rng.normal(size=(u, t)) + rng.normal(size=t)
    if clusters:
        y += 0.5 * np.cumsum(rng.normal(size=(size, t)), axis=1)[group]
    if covariate:
        y += 0.8 * x[:, None] * time
    for i in np.flatnonzero(start >= 0):
        after = time >= start[i]
        y[i, after] += [made(start[i], e) for e in range(after.sum())]
        y[i] += trend * time
    return sample(y, start, cluster=group, covariates=x if covariate else None)
