"""What was fitted, in tables: models tried, kinds of people, hazards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.dynamic.event_cells import ELAPSED
from almpo_kit.evaluation.dynamic.hazard_fit import HazardFit
from almpo_kit.evaluation.dynamic.hazard_likelihood import taken_apart

Array = np.ndarray[Any, np.dtype[Any]]


def stretch_names() -> list[str]:
    """What the stretches of elapsed months are called: ``"month 1"``, ``"months 5–6"``, …"""
    firsts = [1, *(m + 1 for m in ELAPSED)]
    names = [f"month {a}" if a == b else f"months {a}–{b}" for a, b in zip(firsts, ELAPSED, strict=False)]
    return [*names, f"month {firsts[-1]} and later"]


def points_table(tried: list[HazardFit], best: HazardFit, arms: tuple[str, ...]) -> pd.DataFrame:
    """One row a model and arm: ``points, arm, first_log_hazard_ratio, log_likelihood, aic, hannan_quinn, chosen``."""
    rows = [
        (f.layout.points, arm, effect[0], f.value, f.aic, f.hannan_quinn, f is best)
        for f in tried
        for arm, effect in zip(arms[1:], taken_apart(f.theta, f.layout).effect, strict=True)
    ]
    columns = ["points", "arm", "first_log_hazard_ratio", "log_likelihood", "aic", "hannan_quinn", "chosen"]
    return pd.DataFrame(rows, columns=columns)


def kinds_table(best: HazardFit, arms: tuple[str, ...]) -> pd.DataFrame:
    """One row a mass point: ``kind, share, job`` and one column an arm: hazards as multiples of their means."""
    parts = taken_apart(best.theta, best.layout)
    scale = np.exp(parts.mass)
    scale = scale / (parts.chance @ scale)
    table = pd.DataFrame(scale, columns=["job", *arms[1:]])
    table.insert(0, "share", parts.chance)
    order = np.argsort(-parts.chance, kind="stable")
    table = table.iloc[order].reset_index(drop=True)
    table.insert(0, "kind", np.arange(1, len(table) + 1))
    return table


def hazard_table(best: HazardFit, arms: tuple[str, ...]) -> pd.DataFrame:
    """``event, stretch, hazard``: per cent a month without a programme, at mean covariates and mean unobserved terms."""
    parts = taken_apart(best.theta, best.layout)
    mean = parts.chance @ np.exp(parts.mass)
    rows = []
    for event, level, m in zip(("job", *arms[1:]), (parts.job, *parts.entry), mean, strict=True):
        rows += [
            (event, name, -100 * np.expm1(-np.exp(v) * m))
            for name, v in zip(stretch_names(), level, strict=True)
        ]
    return pd.DataFrame(rows, columns=["event", "stretch", "hazard"])
