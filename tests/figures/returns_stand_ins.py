"""Small stand-ins of gains net of displacement and of paybacks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in


def displacement(n: int, **more: Any) -> StandIn:
    """A Displacement of ``n`` programmes, the second a loss, the third without a price."""
    kinds = ("training", "services", "employment_incentives", "training")
    gains = [(-1.0 if i == 1 else 2.0 + 0.3 * i) for i in range(n)]
    table = pd.DataFrame(
        {
            "programme": [f"Programme number {i}" for i in range(n)],
            "programme_type": [kinds[i % 4] for i in range(n)],
            "net": [0.6 * g for g in gains],
            "break_even": [(NAN if i == 2 else 0.5 - 0.02 * i) for i in range(n)],
        }
    )
    curve = pd.DataFrame(
        [
            {"programme": name, "displacement": r / 10, "net": g * (1 - r / 10 if g > 0 else 1)}
            for name, g in zip(table["programme"], gains, strict=True)
            for r in range(11)
        ],
        columns=["programme", "displacement", "net"],
    )
    curve = curve.assign(low=curve["net"] - 1, high=curve["net"] + 1)
    fields = {"curve": curve, "rate": 0.4, "unit": "months in work"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "displacement", synthetic=synthetic, **(fields | more))


def returns(n: int, **more: Any) -> StandIn:
    """A Payback over ``n`` years, the last half of them assumed."""
    rows = n + 1 if n else 0
    cost = [3000.0 - 600.0 * i for i in range(rows)]
    table = pd.DataFrame(
        {
            "year": list(range(rows)),
            "net_cost": cost,
            "low": [c - 200.0 * i for i, c in enumerate(cost)],
            "high": [c + 300.0 * i for i, c in enumerate(cost)],
            "assumed": [i > n / 2 for i in range(rows)],
        }
    )
    fields = {
        "programme": "Training with a name",
        "paid_back": 0.62,
        "break_even": 5.0,
        "displacement": 0.4,
        "level": 0.95,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "returns", synthetic=synthetic, **(fields | more))


RETURNS_MAKERS = {"displacement": displacement, "returns": returns}
