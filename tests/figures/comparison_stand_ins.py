"""Small stand-ins of the Findings that compare regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from .stand_ins import StandIn, grid, stand_in


@dataclass(frozen=True)
class Aspect:
    """What the figures read of an aspect."""

    key: str
    label: str
    logged: bool = False
    years: str = "2024"

    def natural(self, value: float) -> str:
        return f"{value:.1f}%"


ASPECTS = (Aspect("unemployment_rate", "unemployment"), Aspect("gdp_per_head_pps", "GDP per head", True))


def peers(n: int, **more: Any) -> StandIn:
    """Peers of one region: ``n`` neighbours, every third beyond the cut-off."""
    table = grid(n).assign(
        distance=[0.3 + 0.1 * i for i in range(n)],
        close=[i % 3 < 2 for i in range(n)],
        stays=[1 - 0.01 * i for i in range(n)],
    )
    everyone = grid(n + 20).assign(
        unemployment_rate=lambda d: d["value"], gdp_per_head_pps=lambda d: 9 * d["value"]
    )
    fields = {"region": "EL19", "name": "Somewhere", "period": "2024", "n_close": n // 2, "n_compared": 241}
    fields |= {"cutoff": 0.55, "cutoff_share": 0.9, "aspects": ASPECTS, "profile": everyone}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "peers", synthetic=synthetic, **(fields | more))


def typology(n: int, **more: Any) -> StandIn:
    """A Typology of ``n`` regions in up to four classes; none where there are no regions."""
    k = min(n, 4)
    profiles = pd.DataFrame(
        {
            "class": range(1, k + 1),
            "type": [f"high unemployment, low GDP per head, number {i}" for i in range(k)],
            "n": [n // 4 + i for i in range(k)],
            "stability": ["stable", "doubtful", "not to be trusted", "stable"][:k],
            "unemployment_rate": [4.0 + 3 * i for i in range(k)],
            "gdp_per_head_pps": [40.0 - 5 * i for i in range(k)],
            "unemployment_rate_sd": [-1.7 + i for i in range(k)],
            "gdp_per_head_pps_sd": [1.6 - i for i in range(k)],
        }
    )
    choice = pd.DataFrame(
        {"classes": [2, 3, 4], "silhouette": [0.5, 0.4, 0.3], "without_types": [0.4, 0.4, 0.3]}
    )
    fields = {"profiles": profiles, "choice": choice, "aspects": ASPECTS, "clear": n > 4, "n_compared": n}
    synthetic = more.pop("synthetic", False)
    return stand_in(grid(n), "typology", synthetic=synthetic, **(fields | {"period": "2024"} | more))


def convergence(n: int, **more: Any) -> StandIn:
    """A Convergence of ``n`` regions over two stretches of years."""
    years = range(2018, 2018 + (6 if n else 0))
    table = pd.DataFrame(
        {
            "period": [str(y) for y in years],
            "stretch": ["2018–2020" if y < 2021 else "2021–2023" for y in years],
            "dispersion": [5.0 - 0.2 * i for i, _ in enumerate(years)],
            "between": [9.0 - 0.5 * i for i, _ in enumerate(years)],
            "within": [8.0 for _ in years],
            "name": "carried to be made nasty",
        }
    )
    regions = grid(n).assign(
        stretch="2021–2023",
        initial=lambda d: d["value"],
        start=lambda d: d["value"],
        change=lambda d: 0.5 - 0.1 * d["value"],
    )
    spans = pd.DataFrame({"first": ["2021"], "last": ["2023"], "verdict": ["drew together"]})
    slopes = pd.DataFrame({"kind": ["all regions"], "slope": [-0.1], "high": [-0.05]})
    slopes = slopes.assign(half_life=6.0, half_life_low=3.0, half_life_high=12.0)
    fields = {"indicator": "unemployment_rate", "regions": regions, "spans": spans, "slopes": slopes}
    fields |= {"n_regions": n, "n_listed": 244, "logged": False}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "convergence", synthetic=synthetic, **(fields | more))


def transitions(n: int, **more: Any) -> StandIn:
    """Transitions between up to five classes; the first has too few moves."""
    labels = [f"class number {i}" for i in range(min(n, 5))]
    rows = [
        {
            "from_class": a,
            "to_class": b,
            "count": 40 if a == b else 3 * (abs(i - j) == 1),
            "probability": float("nan") if i == 0 else 0.9 if a == b else 0.05 * (abs(i - j) == 1),
            "name": "carried to be made nasty",
        }
        for i, a in enumerate(labels)
        for j, b in enumerate(labels)
    ]
    columns = ["from_class", "to_class", "count", "probability", "name"]
    fields = {"classes": tuple(labels), "what": "quarters", "first": "2021", "last": "2025", "step": 1}
    fields |= {"n_moves": 900, "n_excluded": 200, "moved": 0.2, "moved_by_chance": 0.15}
    synthetic = more.pop("synthetic", False)
    return stand_in(
        pd.DataFrame(rows, columns=columns), "transitions", synthetic=synthetic, **(fields | more)
    )


COMPARISON_MAKERS = {
    "peers": peers,
    "typology": typology,
    "convergence": convergence,
    "transitions": transitions,
}
