"""Tables of options and criteria: two published ones, and made-up ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking.decision_table import DecisionTable, decision_table
from almpo_kit.codesign.ranking.preference_shapes import Preference
from almpo_kit.codesign.ranking.problem import METHODS as WAYS
from almpo_kit.codesign.ranking.problem import Problem

#: Hwang & Yoon (1981), choice of a fighter aircraft; price is the one criterion of which less is better.
AIRCRAFT = pd.DataFrame(
    [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ],
    index=["A1", "A2", "A3", "A4"],
    columns=["speed", "range", "payload", "price", "reliability", "manoeuvrability"],
)
AIRCRAFT_WEIGHTS = dict(zip(AIRCRAFT.columns, (0.2, 0.1, 0.1, 0.1, 0.2, 0.3), strict=True))

#: Brans, Vincke & Mareschal (1986), where to build a hydroelectric power station.
STATIONS = pd.DataFrame(
    [
        [80, 90, 600, 54, 8, 5],
        [65, 58, 200, 97, 1, 1],
        [83, 60, 400, 72, 4, 7],
        [40, 80, 1000, 75, 7, 10],
        [52, 72, 600, 20, 3, 8],
        [94, 96, 700, 36, 5, 6],
    ],
    index=["Italy", "Belgium", "Germany", "Sweden", "Austria", "France"],
    columns=["manpower", "power", "construction", "maintenance", "villages", "safety"],
)
STATION_WAYS = {
    "manpower": "less",
    "construction": "less",
    "maintenance": "less",
    "villages": "less",
}
STATION_PREFERENCES = {
    "manpower": Preference("u_shape", q=10),
    "power": Preference("v_shape", p=30),
    "construction": Preference("linear", q=50, p=500),
    "maintenance": Preference("level", q=10, p=60),
    "villages": Preference("usual"),
    "safety": Preference("gaussian", s=5),
}


def aircraft(se: float | None = 0.0) -> DecisionTable:
    """The aircraft; standard errors as a share of the values."""
    errors = None if se is None else AIRCRAFT.astype(float) * se
    return decision_table(AIRCRAFT, se=errors, directions={"price": "less"}, source="Hwang & Yoon 1981")


def stations() -> DecisionTable:
    """The power stations."""
    return decision_table(STATIONS, se=STATIONS * 0.0, directions=STATION_WAYS, source="Brans et al. 1986")


def made_up(seed: int, n: int, k: int, se: float = 0.0, low: float = 1.0) -> DecisionTable:
    """Values from ``low`` to 20, some criteria of which less is better."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(
        rng.uniform(low, 20, (n, k)),
        index=[f"option {i}" for i in range(n)],
        columns=[f"c{j}" for j in range(k)],
    )
    ways = {c: str(rng.choice(["more", "less"])) for c in x}
    return decision_table(x, se=x * 0 + se, directions=ways, source="made up")


def some_weights(seed: int, k: int) -> dict[str, float]:
    """Weights of ``made_up``."""
    return dict(
        zip((f"c{j}" for j in range(k)), np.random.default_rng(seed).dirichlet(np.ones(k)), strict=True)
    )


def bare(seed: int, n: int, k: int, method: str) -> tuple[Problem, np.ndarray]:
    """A problem and weights without a table, for laws that are tried many times."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 20, (n, k))
    problem = Problem(
        options=tuple(f"option {i}" for i in range(n)),
        criteria=tuple(f"c{j}" for j in range(k)),
        values=x,
        se=np.zeros((n, k)),
        sign=rng.choice([-1.0, 1.0], k),
        method=method,
        scaling=WAYS[method][0],
        ends=(np.full(k, np.nan), np.full(k, np.nan)),
        shapes=tuple(("v_shape", 0.0, float(length), 0.0) for length in np.ptp(x, axis=0)),
        left_out=pd.DataFrame(columns=["option", "reason"]),
        local=(),
        unstated=(),
    )
    return problem, rng.dirichlet(np.ones(k))
