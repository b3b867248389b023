"""Small made-up tables of people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.design import design
from almpo_kit.evaluation.designs.measured import Measured, measured
from almpo_kit.evaluation.protocol.results import Design


def register(
    n: int = 240, arms: tuple[str, ...] = ("no programme", "training"), seed: int = 0
) -> pd.DataFrame:
    """``n`` people in turn in the arms, with a history, outcomes of three months, offices and regions."""
    draw = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "id": [f"p{i:04d}" for i in range(n)],
            "treatment": [arms[i % len(arms)] for i in range(n)],
            "age": draw.integers(18, 60, n),
            "months_worked": draw.integers(0, 36, n),
            "office": [f"office {i % 24}" for i in range(n)],
            "region": draw.choice(["EL30", "EL52", "EL61"], n),
            "source": "SYNTHETIC made by hand",
        }
    )
    for month in (6, 12, 24):
        people[f"employed_{month}"] = draw.integers(0, 2, n)
    return people.assign(earnings=draw.gamma(2, 500, n))


EMPLOYED = measured(
    "employed_{month}", outcome="employment_probability", unit="percentage_points", months=(6, 12, 24)
)
EARNINGS = measured("earnings", outcome="earnings", unit="eur_per_month", months=24)
ROLES = {"age": "confounder", "months_worked": "history"}


def designed(people: pd.DataFrame, **options: Any) -> Design:
    """A design by matching, unless asked otherwise."""
    asked: dict[str, Any] = {
        "assignment": "matching",
        "comparison": "no programme",
        "outcomes": EMPLOYED,
        "covariates": ROLES,
    }
    return design(people, **(asked | options))


def status(found: Design, name: str) -> str:
    """What a check of a design says: "passed", "failed", "informational", or "" where it was not made."""
    return next((c.status for c in found.checks if c.name == name), "")


def sentence(found: Design, name: str) -> str:
    """The sentence of a check."""
    return next(c.sentence for c in found.checks if c.name == name)


def regions_over_time(
    units: int = 24, periods: int = 12, first: int = 6, treated: int = 12
) -> tuple[pd.DataFrame, Measured]:
    """Regions over months, the first ``treated`` of them treated from position ``first`` on."""
    draw = np.random.default_rng(0)
    months = [str(p) for p in pd.period_range("2022-01", periods=periods, freq="M")]
    rows = [
        {
            "id": f"EL{u:02d}",
            "month": m,
            "start": months[first] if u < treated else None,
            "rate": float(draw.uniform(5, 15)),
            "source": "SYNTHETIC made by hand",
        }
        for u in range(units)
        for m in months
    ]
    return pd.DataFrame(rows), measured(
        "rate", outcome="local_unemployment_rate", unit="percentage_points", scale=1
    )
