"""Small stand-ins of the contexts of many regions, of many years, and of one region."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, grid, stand_in

BREAK = ("2021", "The survey was redesigned.")


def classed(table: pd.DataFrame) -> pd.DataFrame:
    """Classes around a threshold of 5.9% with a margin of a point; every seventh region keeps an earlier one."""
    distance = table["value"] - 5.9
    kinds = ["high" if d > 1 else "low" if d < -1 else "near the threshold" for d in distance]
    kept = ["2019" if i % 7 == 3 else None for i in range(len(table))]
    return table.assign(
        unemployment_rate=table["value"],
        threshold=5.9,
        distance=distance,
        distance_to_nation=distance - 2.0,
        unemployment_class=pd.Series(kinds, dtype="str"),
        kept_from=pd.Series(kept, dtype="str"),
        skill_class="unknown",
        skill_distance=float("nan"),
        cycle_phase="falling",
    )


FIELDS = {"country": "", "threshold": 5.9, "threshold_label": "the EU value", "margin": 1.0}


def context_europe(n: int, synthetic: bool = False, **more: Any) -> StandIn:
    """A Context of ``n`` regions in two countries."""
    halves = pd.concat([grid(n - n // 2), grid(n // 2, "BG")], ignore_index=True)
    fields = FIELDS | {"period": "2024"} | more
    return stand_in(classed(halves), "context_europe", synthetic=synthetic, **fields)


def context_years(n: int, synthetic: bool = False, **more: Any) -> StandIn:
    """A Context of ``n`` regions over four years, across the break."""
    years = [
        grid(n).assign(period=str(y), value=lambda d, y=y: d["value"] - (y - 2019)) for y in range(2019, 2023)
    ]
    table = classed(pd.concat(years, ignore_index=True))
    fields = FIELDS | {"country": "EL", "period": "2019–2022", "breaks": (BREAK,)} | more
    return stand_in(table, "context_years", synthetic=synthetic, **fields)


def context_path(n: int, synthetic: bool = False, **more: Any) -> StandIn:
    """A Profile of one region over ``n`` years."""
    years = [str(2019 + k) for k in range(n)]
    path = classed(grid(n).assign(geo="EL42", name="Notio Aigaio", period=years))
    one = {"path": path, "region": "EL42", "name": "Notio Aigaio", "country": "EL", "breaks": (BREAK,)}
    return stand_in(path, "context_path", synthetic=synthetic, **(FIELDS | one | more))


def context_square(n: int, synthetic: bool = False, **more: Any) -> StandIn:
    """A Context of ``n`` regions with shares of skilled jobs."""
    table = classed(grid(n))
    table = table.assign(skill_distance=[6.0 - 0.7 * i for i in range(n)], skill_class="high")
    fields = FIELDS | {"country": "EL", "period": "2024", "skilled_margin": 2.0} | more
    return stand_in(table, "context_square", synthetic=synthetic, **fields)


CONTEXT_MAKERS = {
    "context_square": context_square,
    "context_europe": context_europe,
    "context_path": context_path,
    "context_years": context_years,
}
