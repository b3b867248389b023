"""Small worlds with a cut-off, and steps built by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Sample


def sample(running: Any, took: Any, outcome: Any, **more: Any) -> Sample:
    """A Sample with a running variable; the arm is what people did."""
    y = np.asarray(outcome, dtype=float)
    y = y[:, None] if y.ndim == 1 else y
    n, h = y.shape
    x = np.asarray(more.pop("covariates", np.empty((n, 0))), dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    names = tuple(f"x{j + 1}" for j in range(x.shape[1]))
    measures = pd.DataFrame(
        {
            "column": [f"y{t + 1}" for t in range(h)],
            "outcome": "earnings",
            "unit": "eur_per_month",
            "months": [float(t + 1) for t in range(h)],
            "label": "earnings",
        }
    )
    made = Sample(
        arms=("none", "training"),
        arm=(np.asarray(took) > 0).astype(np.int64),
        outcome=y,
        measures=measures,
        covariates=x,
        names=names,
        parts={name: slice(j, j + 1) for j, name in enumerate(names)},
        cluster=np.arange(n),
        block=None,
        weight=np.ones(n),
        running=np.asarray(running, dtype=float),
    )
    return replace(made, **more)


def step(made: Sample) -> Any:
    """A stand-in of a Design that is its own Overlap's design."""
    plan = Plan(
        assignment="rd", arms=made.arms, outcomes=(), running="age", cutoff=25.0, treatment="treatment"
    )
    design = SimpleNamespace(plan=plan, sample=made)
    return SimpleNamespace(design=design, plan=plan, sample=made)


def world(
    n: int = 2000, *, seed: int = 0, effect: float = 2.0, fuzzy: bool = False, months: int = 1
) -> Sample:
    """A curved line, a jump of ``effect`` at zero (on those moved, if fuzzy), a covariate that does not jump."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    hidden = rng.normal(size=n)
    chance = rng.random(n)
    took = (x >= 0).astype(float)
    if fuzzy:
        took = np.where(chance < 0.15, 1.0, np.where(chance > 0.75, 0.0, took))
    base = 10 + 3 * x + 2 * x**2 + hidden + fuzzy * (2.0 * (chance < 0.15) - 1.0 * (chance > 0.75))
    noise = rng.normal(size=(n, months)) + 0.5 * rng.normal(size=(n, 1))
    y = (base + effect * took)[:, None] + noise
    return sample(x, took, y, covariates=hidden + rng.normal(size=n))
