"""The people of an invented register: who they are, where, and their two years of work before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Months of history before registration.
HISTORY = 24
#: What a job paid in the last months before it was lost: Ashenfelter's dip.
_DIP = {-1: 0.65, -2: 0.80, -3: 0.92}
_EDUCATION = ("low", "medium", "high")


@dataclass(frozen=True, eq=False, repr=False)
class People:
    """Invented people as arrays of length n (``features``: n × 7; ``employed_before`` and so on: n × 24).

    ``ability`` is what no register holds. ``registered_from`` is the month of registration, counted from the first.
    """

    age: Array
    female: Array
    education: Array
    migrant: Array
    health: Array
    region: Array
    registered_from: Array
    ability: Array
    log_wage: Array
    features: Array
    employed_before: Array
    registered_before: Array
    earnings_before: Array

    def __len__(self) -> int:
        return len(self.age)


def invented_people(
    n: int, shares: Array, local: Array, inflow_months: int, rng: np.random.Generator
) -> People:
    """Draw people.

    Parameters
    ----------
    n : int
    shares : Array, shape (r,)
        Share of people in each region.
    local : Array, shape (r,)
        Local unemployment, standardised over regions.
    inflow_months : int
        They register in the first `inflow_months` months of the register.
    """
    age = np.clip(np.round(rng.gamma(9.0, 4.3, n)), 18, 64)
    female = (rng.random(n) < 0.47).astype(np.int8)
    education = rng.choice(3, n, p=(0.30, 0.50, 0.20)).astype(np.int8)
    migrant = (rng.random(n) < 0.18).astype(np.int8)
    health = (rng.random(n) < 0.08 + 0.12 * (age > 50)).astype(np.int8)
    region = rng.choice(len(shares), n, p=shares)
    registered_from = rng.integers(0, inflow_months, n)
    ability = rng.standard_normal(n)
    log_wage = (
        7.30
        + 0.15 * (education == 1)
        + 0.45 * (education == 2)
        + 0.008 * (age - 39)
        - 0.12 * female
        - 0.08 * migrant
        + 0.12 * ability
        + 0.25 * rng.standard_normal(n)
    )
    steady = -0.25 + 0.5 * (education - 1) - 0.35 * migrant - 0.5 * health + 0.45 * ability
    work, out = _history(n, steady, rng)
    pay = np.exp(log_wage[:, None] + 0.08 * rng.standard_normal((n, HISTORY)) - 0.0032)
    for month, share in _DIP.items():
        pay[:, HISTORY + month] *= share
    months_in_work = work.sum(axis=1)
    features = np.column_stack(
        [
            (age - 39) / 13,
            (education - 0.9) / 0.7,
            female - 0.47,
            migrant - 0.18,
            health - 0.11,
            (months_in_work - 14) / 7,
            local[region],
        ]
    )
    return People(
        age=age,
        female=female,
        education=education,
        migrant=migrant,
        health=health,
        region=region,
        registered_from=registered_from,
        ability=ability,
        log_wage=log_wage,
        features=features,
        employed_before=work,
        registered_before=~work & ~out,
        earnings_before=np.round(pay * work, 2),
    )


def _history(n: int, steady: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """In work, and neither in work nor registered, in each month before; nobody is registered in the last one."""
    work = np.empty((n, HISTORY), dtype=bool)
    out = np.empty((n, HISTORY), dtype=bool)
    work[:, 0] = rng.random(n) < 1 / (1 + np.exp(-0.9 * steady - 0.6))
    out[:, 0] = ~work[:, 0] & (rng.random(n) < 0.5)
    find, lose = 0.09 * np.exp(0.4 * steady), 0.035 * np.exp(-0.4 * steady)
    for t in range(1, HISTORY):
        draw = rng.random(n)
        work[:, t] = np.where(work[:, t - 1], draw >= lose, draw < find)
        left = work[:, t - 1] & ~work[:, t]
        out[:, t] = ~work[:, t] & np.where(left, rng.random(n) < 0.5, out[:, t - 1])
    out[:, -1] = ~work[:, -1]
    return work, out


def education_labels() -> tuple[str, ...]:
    """What the codes of ``People.education`` mean."""
    return _EDUCATION
