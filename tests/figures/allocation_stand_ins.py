"""Stand-ins of plans of places."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in


def allocation(n: int, **more: Any) -> StandIn:
    """An Allocation over ``n`` pairs of programme and office, every fourth of which is kept back."""
    kinds = ("training", "services", "employment_incentives")
    table = pd.DataFrame(
        {
            "programme": pd.Series([f"Course number {i % 5}" for i in range(n)], dtype="str"),
            "programme_type": pd.Series([kinds[i % 3] for i in range(n)], dtype="str"),
            "office": pd.Series([f"Office of town {i // 5}" for i in range(n)], dtype="str"),
            "area": pd.Series(["North" for _ in range(n)], dtype="str"),
            "places": [NAN if i % 7 == 6 else 40.0 + 9 * i for i in range(n)],
            "used": [NAN if i % 4 == 3 else 38.0 + 5 * i for i in range(n)],
            "mean_gain": [2.5] * n,
            "value_of_one_more": [NAN if i % 4 == 3 else max(0.0, 3.1 - 0.4 * i) for i in range(n)],
            "reason": pd.Series(["carried to be made nasty"] * n, dtype="str"),
        }
    )
    fields = {
        "unit": "points",
        "n_offered": 1_200,
        "n_people": 5_000,
        "total_gain": 4_321.0,
        "cost": 2_400_000.0,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "allocation", synthetic=synthetic, **(fields | more))


ALLOCATION_MAKERS = {"allocation": allocation}
