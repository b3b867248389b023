"""A small stand-in of simulated screenings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in


def screening_curve(n: int, **more: Any) -> StandIn:
    """A ScreeningTrial of ``n`` methods, the last one by lot."""
    every = range(n)
    names = ["random" if i == n - 1 and n > 1 else f"method{i}" for i in every]
    table = pd.DataFrame(
        {
            "method": pd.Series(names, dtype="str"),
            "label": pd.Series(
                [f"a way of screening with a long name, number {i}" for i in every], dtype="str"
            ),
            "n_seeds": pd.Series([500] * n, dtype="int64"),
            "wss": [0.6 - 0.01 * i for i in every],
            "wss_low": [0.5 - 0.01 * i for i in every],
            "wss_high": [0.7 - 0.01 * i for i in every],
            "name": "carried to be made nasty",
        }
    )
    rows = [
        (name, k / 5, min(1.0, k / (2 + 0.2 * i)), min(1.0, k / (3 + 0.2 * i)), min(1.0, k / 1.5))
        for i, name in enumerate(names)
        for k in range(6)
    ]
    curves = pd.DataFrame(rows, columns=["method", "share_read", "median", "low", "high"])
    fields = {"curves": curves, "recall": 0.95, "n_documents": 500, "n_relevant": 20}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "screening_curve", synthetic=synthetic, **(fields | more))


SCREENING_MAKERS = {"screening_curve": screening_curve}
