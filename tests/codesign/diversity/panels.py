"""Panels drawn for the tests: of one mind, and of several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan

Array = np.ndarray[Any, np.dtype[Any]]
COSTS = {
    "winter": 900e3,
    "language": 400e3,
    "travel": 300e3,
    "tests": 250e3,
    "jobs": 1100e3,
    "mentors": 350e3,
}


def plan(n: int = 5, *, synthetic: bool = False, **more: Any) -> Plan:
    """``n`` statements on a scale of 1 to 9 and a budget."""
    asked = [Item(f"s{k}", "statement", {"en": f"Statement {k}"}) for k in range(n)]
    fund = Item(
        "fund",
        "budget",
        {"en": "Which would you fund?"},
        options={k: {"en": k.title()} for k in COSTS},
        cost=COSTS,
        budget=2e6,
    )
    return Plan(
        title={"en": "Tourism"},
        question={"en": "What should be done?"},
        consent={"en": "I agree."},
        places=("EL42",),
        items=(*asked, fund),
        synthetic=synthetic,
        **more,
    )


def rated(shares: Array, **columns: Any) -> pd.DataFrame:
    """``judgements`` of people whose opinions are shares of the scale; NaN is no answer."""
    steps = np.clip(np.round(1 + 8 * shares), 1, 9)
    rows = [
        (
            f"p{i:03d}",
            "employers" if i % 2 else "jobseekers",
            "EL42",
            "I55",
            f"s{k}",
            "",
            1,
            steps[i, k],
            "made up",
        )
        for i in range(len(shares))
        for k in range(shares.shape[1])
        if np.isfinite(steps[i, k])
    ]
    names = ["participant", "role", "geo", "sector", "item", "part", "round", "value", "source"]
    return pd.DataFrame(rows, columns=names).assign(**columns)


def one_mind(kind: str, n: int, rng: np.random.Generator, p: int = 5) -> Array:
    """Opinions, as shares of the scale, of a panel without groups."""
    noise = rng.standard_normal((n, p))
    if kind == "independent":
        return np.asarray(rng.uniform(0.3, 0.8, p) + 0.15 * noise)
    if kind == "leaning":
        return np.asarray(0.5 + 0.25 * rng.standard_normal((n, 1)) * rng.choice([-1, 1], p) + 0.12 * noise)
    if kind == "spread evenly":
        return np.asarray(0.5 + 0.4 * rng.uniform(-1, 1, (n, 1)) * rng.choice([-1, 1], p) + 0.1 * noise)
    if kind == "at the end":
        return np.asarray(1.0 + 0.2 * noise)
    if kind == "skewed":
        return np.asarray(rng.beta(1.2, 4, (n, p)))
    return np.asarray(0.5 + 0.08 * noise / np.sqrt(rng.chisquare(3, (n, 1)) / 3))


KINDS = ("independent", "leaning", "spread evenly", "at the end", "skewed", "heavy tails")


def camps(
    n: int, rng: np.random.Generator, gap: float = 0.5, apart: int = 3, p: int = 5
) -> tuple[Array, Array]:
    """Opinions of two camps that differ by ``gap`` on ``apart`` statements, and who is in the second."""
    second = np.arange(n) % 5 < 2
    middle = np.full(p, 0.5)
    middle[apart:] = 0.9
    out = middle + 0.13 * rng.standard_normal((n, p))
    out[:, :apart] += np.where(second, gap / 2, -gap / 2)[:, None]
    return out, second
