"""Small samples as arrays, for kernels; frames for verbs come from ``estimation.worlds``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample


def made(n: int, *, arms: int = 2, months: int = 1, clusters: int | None = None, seed: int = 0) -> Sample:
    """Three covariates, chances that follow the first, outcomes linear in the first two; effect a in arm a."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    arm = np.argmax(np.outer(x[:, 0], np.linspace(0, 0.8, arms)) + rng.gumbel(size=(n, arms)), axis=1)
    base = 2 * x[:, 0] + x[:, 1] + arm
    cluster = np.arange(n) if clusters is None else np.arange(n) % clusters
    return Sample(
        arms=("no programme", *(f"arm {a}" for a in range(1, arms))),
        arm=arm,
        outcome=base[:, None] + rng.normal(size=(n, months)),
        measures=pd.DataFrame(
            {
                "column": [f"y{m}" for m in range(months)],
                "outcome": "days_employed",
                "unit": "days",
                "months": np.arange(1.0, months + 1),
                "label": "days in work",
            }
        ),
        covariates=x,
        names=("x0", "x1", "x2"),
        parts={f"x{i}": slice(i, i + 1) for i in range(3)},
        cluster=cluster,
        block=None,
        weight=np.ones(n),
    )
