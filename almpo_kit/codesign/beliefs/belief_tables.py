"""Tables of a pooled belief: by way of pooling, by person, by role, as a curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.beliefs.beliefs_given import BeliefsGiven
from almpo_kit.codesign.beliefs.kernels.curves import Curves, Pool, Pooling
from almpo_kit.codesign.beliefs.kernels.moments import moments
from almpo_kit.vocabulary.consultations import ROLES

Array = np.ndarray[Any, np.dtype[Any]]
#: Ways of pooling -> what each is called.
POOLS: dict[Pooling, str] = {
    "linear": "average of chances (linear pool)",
    "quantiles": "average of quantiles",
}
_P = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
_NAMES = ["p05", "low", "p25", "median", "p75", "high", "p95"]
_STEPS = 161


def pool_table(curves: Curves, weights: Array) -> pd.DataFrame:
    """One row a way of pooling: ``pooling, called, p05, low, p25, median, p75, high, p95, chance_above_zero``."""
    rows = []
    for pooling, called in POOLS.items():
        pool = Pool(curves, weights, pooling)
        found = dict(zip(_NAMES, pool.quantile(_P).tolist(), strict=True))
        above = 1 - float(pool.cdf(np.array([0.0]))[0])
        rows.append({"pooling": pooling, "called": called, **found, "chance_above_zero": above})
    return pd.DataFrame(rows)


def person_table(given: BeliefsGiven, curves: Curves, weights: Array, disclosure: str) -> pd.DataFrame:
    """One row a person, by median; who it is stands there only as far as the plan disclosed it.

    ``person`` is a place in the order of medians and tells nothing.
    """
    people = given.people.assign(weight=weights, curve=np.where(curves.smooth, "metalog", "two-piece normal"))
    people = people.sort_values(["median", "low", "high"], kind="stable").reset_index(drop=True)
    people.insert(0, "person", np.arange(1, len(people) + 1))
    hidden = {"anonymous": ["participant", "role"], "by_role": ["participant"], "by_pseudonym": []}
    return people.drop(columns=hidden[disclosure])


def role_table(given: BeliefsGiven, curves: Curves, weights: Array, least: int) -> pd.DataFrame:
    """One row a role that has enough members: ``role, called, n, low, median, high, chance_above_zero``."""
    rows = []
    role = given.people["role"].to_numpy(dtype=object)
    for name in _large(role, least):
        own = role == name
        if not weights[own].sum() > 0:
            continue
        part = Curves(curves.given[own], curves.ends, curves.terms[own])
        pool = Pool(part, weights[own] / weights[own].sum())
        low, median, high = pool.quantile(np.array([0.1, 0.5, 0.9]))
        above = 1 - float(pool.cdf(np.array([0.0]))[0])
        rows.append((name, ROLES.get(name, name), int(own.sum()), low, median, high, above))
    columns = ["role", "called", "n", "low", "median", "high", "chance_above_zero"]
    return pd.DataFrame(rows, columns=columns)


def _large(role: Array, least: int) -> list[str]:
    """Roles with enough members; where the others are too few, the smallest is left out with them.

    Otherwise what the others said would be the whole without those who are shown.
    """
    names, counts = np.unique(role[role != ""].astype(str), return_counts=True)
    shown = sorted((int(n), str(name)) for name, n in zip(names, counts, strict=True) if n >= least)
    while shown and 0 < len(role) - sum(n for n, _ in shown) < least:
        shown = shown[1:]
    return sorted(name for _, name in shown)


def curve_table(pool: Pool) -> pd.DataFrame:
    """The pooled belief along its range: ``value`` (middle of a step), ``chance`` of that step, ``at_or_below``."""
    edges = np.linspace(*pool.curves.ends, _STEPS)
    below = pool.cdf(edges)
    chance = np.diff(below)
    # What lies at the low end itself belongs to the first step.
    chance[0] += below[0]
    return pd.DataFrame({"value": (edges[1:] + edges[:-1]) / 2, "chance": chance, "at_or_below": below[1:]})


def spread(curves: Curves, weights: Array) -> tuple[float, float, float]:
    """Standard deviations within and between persons, and the share of the pool's variance that lies between them."""
    _, inside, between = moments(curves, weights)
    whole = inside + between
    return float(np.sqrt(inside)), float(np.sqrt(between)), between / whole if whole > 0 else 0.0
