"""Small stand-ins of weights of criteria."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in


def criteria_weights(n: int, **more: Any) -> StandIn:
    """A CriteriaWeights of up to twelve criteria and as many groups."""
    every = range(min(n, 12))
    share = 1 / max(len(every), 1)
    table = pd.DataFrame(
        {
            "criterion": pd.Series([f"c{i}" for i in every], dtype="str"),
            "name": pd.Series([f"how soon number {i} helps" for i in every], dtype="str"),
            "weight": [share * (1 + 0.05 * i) for i in every],
            "low": [share * (0.8 + 0.05 * i) for i in every],
            "high": [share * (1.2 + 0.05 * i) for i in every],
            "leads": [float(i == len(every) - 1) for i in every],
        }
    )
    by_group = pd.DataFrame(
        {
            "dimension": pd.Series(["role"] * len(every), dtype="str"),
            "group": pd.Series([("trade_unions", "others", "EL42")[i % 3] for i in every], dtype="str"),
            "criterion": pd.Series([f"c{i}" for i in every], dtype="str"),
            "difference": [0.1 * (-1) ** i for i in every],
            "difference_low": [0.1 * (-1) ** i - 0.05 for i in every],
            "difference_high": [0.1 * (-1) ** i + 0.05 for i in every],
        }
    )
    disagreement = pd.DataFrame(
        {"dimension": "role", "criterion": ["all", *(f"c{i}" for i in every)], "p": 0.01}
    )
    fields = {"by_group": by_group, "disagreement": disagreement, "kind": "points", "confidence": 0.95}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "criteria_weights", synthetic=synthetic, **(fields | more))


WEIGHING_MAKERS = {"criteria_weights": criteria_weights}
