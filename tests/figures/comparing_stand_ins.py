"""A small stand-in of estimates beside each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def side_by_side(n: int, **more: Any) -> StandIn:
    """``n`` estimates in groups of three; every third against the checks, every fifth refused."""
    every = range(n)
    refused = [i % 5 == 4 for i in every]
    effect = [NAN if refused[i] else 800.0 - 400.0 * i for i in every]
    table = pd.DataFrame(
        {
            "group": pd.Series([f"Comparison people number {i // 3}" for i in every], dtype="str"),
            "name": pd.Series([f"method {i % 3}" for i in every], dtype="str"),
            "unit": "usd_per_year",
            "effect": effect,
            "low": [e - 500.0 for e in effect],
            "high": [e + 500.0 for e in effect],
            "standing": [
                "refused" if refused[i] else "against the checks" if i % 3 == 2 else "checks held"
                for i in every
            ],
        }
    )
    synthetic = more.pop("synthetic", False)
    fields = {"known": 886.3, "known_name": "the trial"} | more
    return stand_in(table, "side_by_side", synthetic=synthetic, **fields)


COMPARING_MAKERS = {"side_by_side": side_by_side}
