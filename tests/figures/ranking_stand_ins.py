"""Small stand-ins of rankings."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in


def rank_probabilities(n: int, **more: Any) -> StandIn:
    """A RankProbabilities of ``n`` options."""
    table = pd.DataFrame(
        {
            "option": pd.Series([f"option number {i}" for i in range(n)], dtype="str"),
            "p_best": [0.6 if i == 0 else 0.4 / max(n - 1, 1) for i in range(n)],
            "name": "carried to be made nasty",
        }
    )
    rows = [
        {"option": f"option number {i}", "rank": r + 1, "share": (0.6 if r == i else 0.4 / max(n - 1, 1))}
        for i in range(n)
        for r in range(n)
    ]
    fields = {
        "acceptability": pd.DataFrame(rows, columns=["option", "rank", "share"]),
        "left_out": pd.DataFrame({"option": ["a course", "<b>"], "reason": ["no value", "no value"]}),
        "method": "topsis",
        "kind": "each",
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "rank_probabilities", synthetic=synthetic, **(fields | more))


def weight_sensitivity(n: int, **more: Any) -> StandIn:
    """A WeightSensitivity of ``n`` criteria; of every third nobody else ever comes first."""
    table = pd.DataFrame(
        {
            "criterion": pd.Series([f"criterion {i}" for i in range(n)], dtype="str"),
            "weight": [0.1 + 0.02 * (i % 5) for i in range(n)],
            "low": [0.0 if i % 3 == 0 else 0.05 for i in range(n)],
            "low_first": ["" if i % 3 == 0 else "employment_incentives" for i in range(n)],
            "high": [1.0 if i % 3 == 0 else 0.4 for i in range(n)],
            "high_first": [
                "" if i % 3 == 0 else "<b>start-up</b> incentives of a long name" for i in range(n)
            ],
            "name": "carried to be made nasty",
        }
    )
    fields = {"first": ("training",), "smallest_change": 0.05 if n > 1 else math.inf, "method": "promethee"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "weight_sensitivity", synthetic=synthetic, **(fields | more))


RANKING_MAKERS = {"rank_probabilities": rank_probabilities, "weight_sensitivity": weight_sensitivity}
