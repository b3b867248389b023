"""Invented labour markets in which it is known what each programme gives: published studies, and a place with people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload, caseload
from almpo_kit.recommendation.caseloads.menu import Menu, menu
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

Array = np.ndarray[Any, np.dtype[Any]]
TYPES = ("training", "services", "employment_incentives")
MADE_UP = Provenance(data=(DataVersion("made_up", "1", kind="synthetic"),), method="by hand", synthetic=True)


def programmes(count: int = 3) -> Menu:
    """A menu with one programme a type."""
    names = [t.replace("_", " ") for t in TYPES[:count]]
    return menu(
        pd.DataFrame(
            {"programme": names, "programme_type": TYPES[:count], "duration_months": [6.0, 3.0, 12.0][:count]}
        )
    )


@dataclass(frozen=True)
class Market:
    """Truth, evidence and people.

    Parameters
    ----------
    evidence : DataFrame
    people : Caseload or None
    cells : dict of (type position, unemployment sign, skill sign) -> gain here
    slopes : Array, shape (3, p)
    """

    evidence: pd.DataFrame
    people: Caseload | None
    cells: dict[tuple[int, int, int], float]
    slopes: Array

    def gains(self, features: Array, u: Array, s: Array) -> Array:
        """True gains of people, shape (n, 1 + 3)."""
        base = np.array([[self.cells[t, a, b] for t in range(3)] for a, b in zip(u, s, strict=True)])
        return np.column_stack([np.zeros(len(u)), base + features @ self.slopes.T])


def market(
    *,
    seed: int,
    studies: int = 8,
    people: int = 0,
    mean: float = 3.0,
    spread: float = 1.0,
    slope: float = 0.0,
    noise: float = 10.0,
    local_classes: tuple[str, ...] = ("high", "low"),
    studies_each: tuple[int, ...] | None = None,
) -> Market:
    """Draw a labour market.

    Parameters
    ----------
    studies : int
        Published studies a type (``studies_each`` by type).
    mean : float
        Average gain of all programmes.
    spread : float
        Standard deviation of every deviation: type, classes, their interaction, place.
    slope : float
        Standard deviation of slopes on three characteristics.
    """
    rng = np.random.default_rng(np.random.SeedSequence([7, seed]))

    def half() -> Array:
        return np.sqrt(0.5) * spread * (rng.normal() + rng.normal(size=3))

    kind = mean + spread * rng.normal(size=3)
    u_dev, s_dev, i_dev, place = half(), half(), half(), half()
    cells = {
        (t, a, b): float(kind[t] + a * u_dev[t] + b * s_dev[t] + a * b * i_dev[t] + place[t])
        for t in range(3)
        for a in (-1, 1)
        for b in (-1, 1)
    }
    rows = []
    for t, count in enumerate(studies_each or (studies,) * 3):
        for i in range(count):
            a, b = rng.choice([-1, 1], 2)
            se = rng.uniform(0.5, 2.5)
            true = kind[t] + a * u_dev[t] + b * s_dev[t] + a * b * i_dev[t] + spread * rng.normal()
            hidden = rng.random() < 0.2
            rows.append(
                {
                    "programme_type": TYPES[t],
                    "effect": true + se * rng.normal(),
                    "se": se,
                    "sample_id": f"{t}-{i}",
                    "unemployment_class": "unknown" if hidden else ("high" if a > 0 else "low"),
                    "skill_class": "high" if b > 0 else "low",
                    "unit": "percentage_points",
                }
            )
    columns = ["programme_type", "effect", "se", "sample_id", "unemployment_class", "skill_class", "unit"]
    evidence = pd.DataFrame(rows, columns=columns)
    slopes = slope * rng.normal(size=(3, 3))
    drawn = None if not people else _people(rng, people, cells, slopes, noise, local_classes)
    return Market(evidence, drawn, cells, slopes)


def _people(
    rng: np.random.Generator,
    n: int,
    cells: dict[tuple[int, int, int], float],
    slopes: Array,
    noise: float,
    classes: tuple[str, ...],
) -> Caseload:
    x = rng.normal(size=(n, 3))
    x -= x.mean(axis=0)
    u, s = rng.choice(classes, n), rng.choice(["high", "low"], n)
    signs = {"high": 1, "low": -1}
    base = np.array([[cells[t, signs[a], signs[b]] for t in range(3)] for a, b in zip(u, s, strict=True)])
    gain = np.column_stack([np.zeros(n), base + x @ slopes.T])
    chance = np.array([0.4, 0.2, 0.2, 0.2])
    received = rng.choice(4, n, p=chance)
    usual = 30 + 2 * x[:, 0]
    outcome = usual + gain[np.arange(n), received] + noise * rng.normal(size=n)
    took = received[:, None] == np.arange(4)
    scores = usual[:, None] + took * (outcome - usual)[:, None] / chance
    return caseload(
        programmes(),
        scores,
        pd.DataFrame(x, columns=["age", "schooling", "months out"]),
        received=received,
        outcome=outcome,
        propensity=np.tile(chance, (n, 1)),
        unit="points",
        target_words="chance of being in work",
        programme_months=24,
        provenance=MADE_UP,
        groups=pd.DataFrame({"sex": rng.choice(["women", "men"], n)}),
        context=pd.DataFrame({"geo": "XX", "unemployment_class": u, "skill_class": s}),
        credible="credible",
    )
