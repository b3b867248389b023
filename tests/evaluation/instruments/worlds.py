"""Small worlds with instruments, and steps built by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Sample


def sample(
    *,
    arm: Any,
    outcome: Any,
    arms: tuple[str, ...] = ("none", "training"),
    covariates: Any = None,
    cluster: Any = None,
    block: Any = None,
    weight: Any = None,
    took_part: Any = None,
    instrument: Any = None,
) -> Sample:
    """A Sample of the given arrays."""
    y = np.asarray(outcome, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    n, h = y.shape
    x = np.empty((n, 0)) if covariates is None else np.asarray(covariates, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    names = tuple(f"x{j + 1}" for j in range(x.shape[1]))
    measures = pd.DataFrame(
        {
            "column": [f"y{t + 1}" for t in range(h)],
            "outcome": "earnings",
            "unit": "eur_per_year",
            "months": [12.0 * (t + 1) for t in range(h)],
            "label": "earnings",
        }
    )
    z = None if instrument is None else np.asarray(instrument, dtype=float)
    return Sample(
        arms=arms,
        arm=np.asarray(arm, dtype=np.int64),
        outcome=y,
        measures=measures,
        covariates=x,
        names=names,
        parts={name: slice(j, j + 1) for j, name in enumerate(names)},
        cluster=np.arange(n) if cluster is None else np.unique(cluster, return_inverse=True)[1],
        block=block,
        weight=np.ones(n) if weight is None else np.asarray(weight, dtype=float),
        took_part=None if took_part is None else np.asarray(took_part, dtype=float),
        instrument=z[:, None] if z is not None and z.ndim == 1 else z,
    )


def step(made: Sample, assignment: str) -> Any:
    """A stand-in of a Design that is its own Overlap's design."""
    plan = Plan(assignment=assignment, arms=made.arms, outcomes=(), offer="offered")
    design = SimpleNamespace(plan=plan, sample=made)
    return SimpleNamespace(design=design, plan=plan, sample=made)


def trial(
    n: int = 2000, *, seed: int = 0, first: float = 0.6, effect: float = 5.0, clusters: int | None = None
) -> tuple[Sample, float]:
    """Offers by chance, take-up that goes with what is not observed; effect on compliers is ``effect``."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) if clusters is None else np.arange(n) % clusters
    offer = (group % 2 if clusters else rng.integers(0, 2, n)).astype(int)
    hidden = rng.normal(size=n)
    chance = rng.random(n)
    always, complier = chance < 0.1, (chance >= 0.1) & (chance < 0.1 + first)
    took = np.where(always, 1, np.where(complier, offer, 0))
    bump = 0.0 if clusters is None else rng.normal(size=clusters)[group]
    y = 20 + 2 * hidden + 6 * always + 3 * complier + took * np.where(complier, effect, 1.0) + bump
    made = sample(arm=offer, outcome=y + rng.normal(size=n), took_part=took, covariates=hidden, cluster=group)
    return made, effect
