"""Invented people whose groups can, or cannot, be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit import evaluation
from almpo_kit.evaluation import Design

SOURCE = "SYNTHETIC people of the tests"


def chosen(n: int, pull: float = 0.6, *, seed: int = 0, arms: int = 2, share: float = 0.4) -> pd.DataFrame:
    """People whose age and earnings before pull them into a programme."""
    rng = np.random.default_rng(seed)
    age, before = rng.normal(size=n), rng.normal(size=n)
    high = rng.integers(0, 2, n)
    score = np.log(share / (1 - share)) + pull * (age + 0.5 * before) + 0.3 * pull * high
    noise = rng.gumbel(size=(n, arms))
    utility = np.column_stack([np.zeros(n), *(score - 0.3 * a for a in range(arms - 1))])
    arm = np.argmax(utility + noise, axis=1)
    return frame(age, before, high, np.array(["no programme", "training", "wage subsidy"])[arm], rng)


def drawn(n: int, *, seed: int = 0) -> pd.DataFrame:
    """People whom a coin sent."""
    rng = np.random.default_rng(seed)
    age, before, high = rng.normal(size=n), rng.normal(size=n), rng.integers(0, 2, n)
    arm = np.array(["no programme", "training"])[rng.permutation(np.arange(n) % 2)]
    return frame(age, before, high, arm, rng)


def frame(age: Any, before: Any, high: Any, arm: Any, rng: np.random.Generator) -> pd.DataFrame:
    n = len(age)
    gain = np.where(arm == "no programme", 0.0, 1.0)
    return pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(n)],
            "treatment": arm,
            "age": 40 + 10 * age,
            "before": 1000 + 300 * before,
            "schooling": np.array(["low", "high"])[high],
            "earnings": 1200 + 100 * age + 200 * before + 100 * gain + rng.normal(0, 200, n),
            "source": SOURCE,
        }
    )


def design(people: pd.DataFrame, assignment: Any = "matching", **more: Any) -> Design:
    """The design of such people."""
    told: dict[str, Any] = {
        "comparison": "no programme",
        "outcomes": evaluation.measured("earnings", outcome="earnings", unit="eur_per_month", months=12),
        "covariates": {"age": "confounder", "before": "history", "schooling": "confounder"},
    }
    return evaluation.design(people, assignment=assignment, **(told | more))
