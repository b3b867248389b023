"""Invented caseloads in which it is known what each programme gives each person, and so which policy is best."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload, caseload
from almpo_kit.recommendation.caseloads.menu import Menu, menu
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

Array = np.ndarray[Any, np.dtype[Any]]
Shape = Literal["tree", "line", "corner", "none"]
#: Name, type, euro, months, places a hundred people; as many as a world has arms.
PROGRAMMES = (
    ("training", "training", 5000.0, 6.0, 30.0),
    ("subsidy", "employment_incentives", 8000.0, 12.0, 15.0),
    ("services", "services", 600.0, 3.0, 60.0),
    ("start-up grant", "start_up_incentives", 10000.0, 9.0, 5.0),
    ("job creation", "direct_job_creation", 12000.0, 12.0, 10.0),
    ("supported work", "supported_employment", 9000.0, 12.0, 5.0),
    ("coaching", "services", 900.0, 3.0, 40.0),
)


@dataclass(frozen=True)
class World:
    """People with true mean outcomes.

    Parameters
    ----------
    people : Caseload
        Synthetic; ``unit`` is months in work.
    truth : Array, shape (n, k)
        Mean outcome of each person in each arm.
    best : Array of int, shape (n,)
        Arm with the highest mean outcome; the first of several.
    settings : dict
        Everything that made it but n and seed.
    """

    people: Caseload
    truth: Array
    best: Array
    seed: int
    settings: dict[str, Any] = field(default_factory=dict)

    def fresh(self, n: int, *, seed: int = 1) -> World:
        """Other people from the same world: never the same draws as any ``world(seed=...)``."""
        return _drawn(n, (self.seed, 7919, seed), self.seed, **self.settings)

    def value(self, arm: Array) -> float:
        """True mean outcome of these people where each gets ``arm`` (positions, shape (n,), or chances, shape (n, k))."""
        if arm.ndim == 2:
            return float((self.truth * arm).sum(axis=1).mean())
        return float(np.take_along_axis(self.truth, arm[:, None], 1).mean())

    @property
    def best_value(self) -> float:
        """Mean outcome under the best policy."""
        return self.value(self.best)


def world(
    n: int,
    *,
    seed: int = 0,
    shape: Shape = "tree",
    arms: int = 3,
    features: int = 5,
    noise: float = 1.0,
    confounding: float = 1.0,
    effect: float = 1.0,
    nuisances: Literal["known", "cross_fitted"] = "known",
    clusters: int = 0,
) -> World:
    """A world with a known best policy.

    Parameters
    ----------
    n, arms, features : int
        People, arms (with the offer of none; 2 to 8), features (at least 3).
    shape : {"tree", "line", "corner", "none"}
        How gains go with features. Tree: a tree of depth 2 over ``x0`` and ``x1`` has the best policy. Line: each
        programme gains along its own direction. Corner: only people with both ``x0`` and ``x1`` high gain. None: each
        programme gives everybody the same, ``effect`` x 0.3 for the first one and less for the others.
    noise : float
        Standard deviation of the outcome around its mean.
    confounding : float
        How much entry goes with ``x0`` and ``x2``, which also raise the outcome; 0: by lot.
    effect : float
        Size of gains; 0: nothing works.
    nuisances : {"known", "cross_fitted"}
        True chances and mean outcomes, or learned out of fold (multinomial logit; least squares within each arm).
    clusters : int
        Offices whose people share a part of their outcome; 0: everybody by herself.

    Returns
    -------
    World
    """
    settings = {
        "shape": shape,
        "arms": arms,
        "features": features,
        "noise": noise,
        "confounding": confounding,
        "effect": effect,
        "nuisances": nuisances,
        "clusters": clusters,
    }
    return _drawn(n, (seed, 4243), seed, **settings)


def gains(x: Array, shape: Shape, arms: int, effect: float) -> Array:
    """True gain of each arm against the offer of none, shape (n, k); the first column is 0."""
    n = len(x)
    out = np.zeros((n, arms))
    if shape == "none":
        out[:, 1:] = 0.3 * effect / np.arange(1, arms)
    elif shape == "line":
        for a in range(1, arms):
            out[:, a] = effect * (np.cos(1.7 * a) * x[:, 0] + np.sin(1.7 * a) * x[:, 1]) / 1.5
    elif shape == "corner":
        corner = (x[:, 0] > 0.2) & (x[:, 1] > 0.2)
        out[:, 1:] = -0.4 * effect
        out[:, 1] = np.where(corner, 1.2 * effect, -0.4 * effect)
    elif shape == "tree":
        leaf = 2 * (x[:, 0] > 0) + (x[:, 1] > np.where(x[:, 0] > 0, 0.3, -0.3))
        best = np.array([0, 1, 2, 3])[leaf] % arms
        out[:, 1:] = -0.4 * effect
        out[best > 0, best[best > 0]] = effect
    else:
        raise ValueError(shape)
    return out


def world_menu(arms: int, n: int) -> Menu:
    """The programmes of a world, with prices, and with places for a share of its n people."""
    table = pd.DataFrame(
        PROGRAMMES[: arms - 1],
        columns=["programme", "programme_type", "unit_cost_eur", "duration_months", "capacity"],
    )
    table["capacity"] = np.ceil(table["capacity"] * n / 100)
    return menu(table.assign(cost_source="SYNTHETIC"))


def _drawn(n: int, entropy: tuple[int, ...], seed: int, **s: Any) -> World:
    rng = np.random.default_rng(np.random.SeedSequence(list(entropy)))
    k = s["arms"]
    x = rng.normal(size=(n, s["features"]))
    lean = s["confounding"] * 0.5 * (x[:, 0] + x[:, 2])
    odds = np.exp(np.column_stack([np.zeros(n), *[lean * (-1) ** a / a for a in range(1, k)]]))
    chance = odds / odds.sum(axis=1, keepdims=True)
    received = (rng.random(n)[:, None] > chance.cumsum(axis=1)[:, :-1]).sum(axis=1)
    level = 6 + 0.6 * x[:, 0] + 0.5 * x[:, 2]
    truth = level[:, None] + gains(x, s["shape"], k, s["effect"])
    own = np.arange(n)
    mean = np.take_along_axis(truth, received[:, None], 1)[:, 0]
    outcome = mean + s["noise"] * rng.normal(size=n)
    if s["clusters"]:
        own = rng.integers(0, s["clusters"], n)
        outcome = outcome + 0.5 * s["noise"] * rng.normal(size=s["clusters"])[own]
    known = s["nuisances"] == "known"
    p, m = (chance, truth) if known else _learned(x, received, outcome, k, rng)
    scores = m.copy()
    at = np.arange(n)
    scores[at, received] += (outcome - m[at, received]) / p[at, received]
    people = caseload(
        world_menu(k, n),
        scores,
        pd.DataFrame(x, columns=[f"x{j}" for j in range(s["features"])]),
        received=received,
        outcome=outcome,
        propensity=p,
        expected=m,
        cluster=own,
        groups=pd.DataFrame(
            {
                "sex": rng.choice(["women", "men"], n),
                "age_band": rng.choice(["under 30", "30-49", "50 and over"], n, p=[0.3, 0.5, 0.2]),
            }
        ),
        context=_context(rng, n),
        unit="months in work",
        target_words="months in work in the 24 months after entry",
        programme_months=24,
        provenance=Provenance(
            data=(DataVersion("invented_people", "1", kind="synthetic"),),
            method="tests.recommendation.worlds",
            seed=seed,
            synthetic=True,
        ),
        credible="credible",
    )
    return World(people=people, truth=truth, best=truth.argmax(axis=1), seed=seed, settings=s)


def _context(rng: np.random.Generator, n: int) -> pd.DataFrame:
    place = rng.integers(0, 4, n)
    return pd.DataFrame(
        {
            "geo": np.array(["XX11", "XX12", "XX21", "XX22"])[place],
            "unemployment_class": np.array(["high", "high", "low", "low"])[place],
            "skill_class": np.array(["high", "low", "high", "low"])[place],
        }
    )


def _learned(
    x: Array, arm: Array, outcome: Array, k: int, rng: np.random.Generator, parts: int = 5
) -> tuple[Array, Array]:
    """Chances and outcomes of each person from models fitted on all other parts, shape (n, k) each."""
    from sklearn.linear_model import LinearRegression, LogisticRegression

    fold = rng.permutation(len(x)) % parts
    chance, mean = np.full((len(x), k), 1.0 / k), np.zeros((len(x), k))
    for f in range(parts):
        out, fit = fold == f, fold != f
        model = LogisticRegression(max_iter=200).fit(x[fit], arm[fit])
        chance[np.ix_(out, model.classes_)] = np.clip(model.predict_proba(x[out]), 0.01, None)
        for a in range(k):
            here = fit & (arm == a)
            mean[out, a] = LinearRegression().fit(x[here], outcome[here]).predict(x[out])
    return chance / chance.sum(axis=1, keepdims=True), mean
