"""Small allocations that can be enumerated, and invented people for the verb."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.problem import Bounds, Problem, total_of, used_places
from almpo_kit.recommendation.allocation.rules import held
from almpo_kit.recommendation.caseloads.menu import Menu, menu
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

Array = np.ndarray[Any, np.dtype[Any]]
INVENTED = Provenance(data=(DataVersion("invented", "1", kind="synthetic"),), synthetic=True)
KINDS = ("training", "services", "employment_incentives", "start_up_incentives")


def problem(
    n: int,
    p: int,
    m: int,
    seed: int,
    *,
    bounds: bool = False,
    crowd: bool = False,
    prices_differ: bool = False,
) -> Problem:
    """A random allocation with tight places and money; ``n`` people start from two places."""
    draw = np.random.default_rng(seed)
    gain = draw.normal(1.5, 1, p) + draw.normal(0, 1.5, (n, p))
    gain[(gain <= 0) | (draw.random((n, p)) < 0.1)] = -np.inf
    places = draw.integers(0, max(2, round(1.2 * n / (p * m)) + 1), (p, m)).astype(float)
    cost = np.repeat(draw.uniform(1, 5, p)[:, None], m, axis=1)
    if prices_differ:
        cost = cost * draw.uniform(0.8, 1.2, cost.shape)
    toll = np.where(draw.random((2, m)) < 0.8, draw.uniform(0, 0.4, (2, m)), np.inf)
    fair = Bounds(np.zeros((0, 2, p)), np.zeros((0, 2, p)), np.zeros(0))
    if bounds:
        share = np.stack([np.full(p, -0.4), np.full(p, 0.6)])
        fair = Bounds(share[None], np.zeros((1, 2, p)), np.zeros(1), ("at least 40%",))
    half = np.round(places / 2)
    steps = np.stack([half, places - half], axis=2) if crowd else np.zeros((p, m, 0))
    loss = np.stack([np.zeros((p, m)), np.full((p, m), 0.6)], axis=2) if crowd else steps
    return Problem(
        gain=gain,
        place=draw.integers(0, 2, n),
        toll=toll,
        cell=draw.integers(0, 2, n),
        places=places,
        listed=np.ones((p, m), dtype=bool),
        limit=np.full(p, np.inf),
        cost=cost,
        budget=float(0.7 * (places * cost).sum()),
        area=np.arange(m),
        width=steps,
        loss=loss,
        bounds=fair,
        count=np.ones(n),
    )


def keeps(x: Problem, offered: Array, office: Array) -> bool:
    """Whether an allocation keeps every limit, written out anew."""
    who = np.flatnonzero(offered >= 0)
    used = used_places(x, offered, office)
    fine = (used <= x.places).all() and (used.sum(axis=1) <= x.limit).all()
    fine = fine and (used * x.cost).sum() <= x.budget + 1e-9
    fine = fine and np.isfinite(x.gain[who, offered[who]]).all()
    fine = fine and np.isfinite(x.toll[x.place[who], office[who]]).all()
    return bool(fine and (held(x, offered) >= -1e-6).all())


def best_of_all(x: Problem) -> float:
    """Every allocation, one after the other."""
    p, m = x.places.shape
    options = [(-1, -1), *product(range(p), range(m))]
    best = -np.inf
    for chosen in product(options, repeat=len(x.gain)):
        offered, office = (np.array(c) for c in zip(*chosen, strict=True))
        if keeps(x, offered, office):
            best = max(best, total_of(x, offered, office))
    return float(best)


def programmes(p: int = 3, **columns: Any) -> Menu:
    """A menu of ``p`` programmes."""
    table = {"programme": [f"course {i}" for i in range(p)], "programme_type": KINDS[:p]}
    return menu(pd.DataFrame(table | {"unit_cost_eur": [5000.0, 800.0, 3000.0, 9000.0][:p]} | columns))


def gains(n: int, p: int = 3, seed: int = 0, silent: int = 0) -> Gains:
    """Gains of ``n`` people; the first ``silent`` abstain for every programme."""
    draw = np.random.default_rng(seed)
    mean = np.column_stack([np.zeros(n), draw.normal(2, 1, p) + draw.normal(0, 3, (n, p))])
    se = np.full(mean.shape, 1.5)
    se[:, 0] = 0.0
    abstains = np.zeros(mean.shape, dtype=bool)
    abstains[:silent, 1:] = True
    none = np.zeros(mean.shape)
    return Gains(
        arms=programmes(p).names,
        mean=mean,
        se=se,
        low=mean - 1.96 * se,
        high=mean + 1.96 * se,
        abstains=abstains,
        reasons=np.where(abstains, "too few people", ""),
        weight_evidence=none,
        weight_local=none,
        distance=none,
        unit="points",
        target_words="in work after 24 months",
    )


def people(n: int, seed: int = 0) -> pd.DataFrame:
    """Where people live and what they are like."""
    draw = np.random.default_rng((seed, 1))
    return pd.DataFrame(
        {
            "geo": draw.choice(["north", "south", "west"], n),
            "sex": draw.choice(["women", "men"], n, p=[0.4, 0.6]),
            "age": draw.choice(["young", "old"], n),
            "licence": draw.random(n) < 0.7,
        }
    )


def offices(p: int = 3, m: int = 3, places: int = 40) -> pd.DataFrame:
    """``m`` offices with every programme."""
    return pd.DataFrame(
        [
            {"office": f"office {o}", "programme": f"course {i}", "places": places + 7 * ((i + o) % 3)}
            for i in range(p)
            for o in range(m)
        ]
    )


def travel(m: int = 3) -> pd.DataFrame:
    """Minutes from three places; the third office is far from the north."""
    where = ("north", "south", "west")
    return pd.DataFrame(
        [
            {"geo": g, "office": f"office {o}", "minutes": 10.0 + 15 * abs(i - o) + 60 * (i == 0 and o == 2)}
            for i, g in enumerate(where)
            for o in range(m)
        ]
    )
