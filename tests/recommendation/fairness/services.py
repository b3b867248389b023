"""An invented employment service in which it is known who gains, and rules that serve some and not others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation import menu
from almpo_kit.recommendation.caseloads.caseload import Caseload, caseload
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

Array = np.ndarray[Any, np.dtype[Any]]
MENU = menu(pd.DataFrame({"programme": ["training", "services"], "programme_type": ["training", "services"]}))


@dataclass(frozen=True)
class Service:
    """People with the truth about them: gains, shape (n, k), and what becomes of them without a programme."""

    people: Caseload
    gain: Array
    alone: Array
    mothers: Array
    fathers: Array


def service(n: int = 4000, *, seed: int = 0, women_gain: float = 0.0, spread: float = 3.0) -> Service:
    """People of two sexes, with and without children, in four regions.

    Parameters
    ----------
    n, seed : int
    women_gain : float
        What women gain more from training than men, in months.
    spread : float
        How much gains differ with features that go with no group; 0: the same for all.
    """
    rng = np.random.default_rng([seed, 911])
    x = rng.standard_normal((n, 3))
    female, children = rng.random(n) < 0.48, rng.random(n) < 0.4
    alone = 9 + 3 * x[:, 0] - 1.5 * x[:, 2] - 1.0 * children
    gain = np.zeros((n, 3))
    gain[:, 1] = 1.5 + spread * 0.6 * x[:, 1] + women_gain * female
    gain[:, 2] = 0.8 + spread * 0.2 * x[:, 1] * (x[:, 2] > 0)
    means = alone[:, None] + gain
    push = np.column_stack([np.zeros(n), 0.4 * x[:, 0] - 0.6, -0.3 * x[:, 2] - 0.4])
    chance = np.exp(push) / np.exp(push).sum(axis=1, keepdims=True)
    received = (rng.random(n)[:, None] > chance.cumsum(axis=1)).sum(axis=1).clip(max=2)
    outcome = means[np.arange(n), received] + 3.0 * rng.standard_normal(n)
    scores = means.copy()
    scores[np.arange(n), received] += (outcome - means[np.arange(n), received]) / chance[
        np.arange(n), received
    ]
    groups = pd.DataFrame(
        {
            "sex": np.where(female, "female", "male"),
            "children": np.where(children, "yes", "no"),
            "age": rng.choice(["under 30", "30 to 49", "50 and over"], n),
        }
    )
    people = caseload(
        MENU,
        scores,
        pd.DataFrame(x, columns=["skill", "need", "months"]),
        received=received,
        outcome=outcome,
        propensity=chance,
        expected=means,
        groups=groups,
        context=pd.DataFrame({"geo": rng.choice(["EL30", "EL52", "EL61", "EL43"], n)}),
        unit="months in work",
        target_words="months in work within 24 months of entry",
        programme_months=24,
        provenance=Provenance(data=(DataVersion("invented_service", "1", kind="synthetic"),), synthetic=True),
    )
    return Service(people, gain, alone, female & children, ~female & children)


def by_rank(rank: Array, places: float = 0.4) -> Array:
    """Training for those who rank highest."""
    offers = np.zeros(len(rank), dtype=int)
    offers[np.argsort(-rank, kind="stable")[: int(places * len(rank))]] = 1
    return offers


def by_gain(made: Service, places: float = 0.4) -> Array:
    """The programme of most true gain for those who gain most."""
    best = made.gain.argmax(axis=1)
    offers = by_rank(made.gain.max(axis=1), places)
    return np.where(offers > 0, best, 0)


def penalised_gain(made: Service, penalty: float = 3.0) -> Array:
    """Predicted gains, shape (n, k), that count mothers down and fathers not."""
    found = made.gain.copy()
    found[:, 1:] -= penalty * made.mothers[:, None]
    return found


def three_segments(chance: Array) -> Array:
    """A, B, C: the middle gets training, the rest nothing, as the Austrian service planned it."""
    low, high = np.quantile(chance, [0.3, 0.7])
    return ((chance > low) & (chance < high)).astype(int)
