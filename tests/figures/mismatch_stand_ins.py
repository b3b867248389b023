"""Small stand-ins of mismatch and of a matching function."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def mismatch(n: int, **more: Any) -> StandIn:
    """A Mismatch over ``n`` quarters and as many cells, every fifth of them small."""
    every = range(n)
    table = pd.DataFrame(
        {
            "period": pd.Series([f"{2010 + i // 4}-Q{i % 4 + 1}" for i in every], dtype="str"),
            "index": [0.08 + 0.001 * i for i in every],
            "corrected": [0.07 + 0.001 * i for i in every],
            "low": [0.06 + 0.001 * i for i in every],
            "high": [NAN if i == 2 else 0.08 + 0.001 * i for i in every],
            "name": "carried to be made nasty",
        }
    )
    cells = pd.DataFrame(
        {
            "name": [f"Professionals of number {i} in Somewhere (EL{i:02d})" for i in every],
            "surplus": [(-1) ** i * (500.0 - 10 * i) for i in every],
            "contribution_share": [1 / (i + 2) for i in every],
            "small": [i % 5 == 4 for i in every],
        }
    )
    measures = pd.DataFrame({"measure": ["planner's index", "Lipsey"], "value": [0.08, NAN]})
    measures = measures.assign(corrected=[0.07, NAN], low=[0.06, NAN], high=[0.08, NAN])
    fields = {"cells": cells, "measures": measures, "period": "2014-Q4", "corrected": 0.07, "elasticity": 0.5}
    fields |= {"confidence": 0.95, "unemployment_share": 0.13}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "mismatch", synthetic=synthetic, **(fields | more))


def matching_function(n: int, **more: Any) -> StandIn:
    """A MatchingFunction of up to five coefficients over ``n`` quarters."""
    terms = ["unemployed", "vacancies", "returns to scale", "unemployed", "vacancies"][:n]
    table = pd.DataFrame(
        {
            "model": pd.Series(["free"] * 3 + ["constant returns"] * 2, dtype="str")[: len(terms)],
            "term": pd.Series(terms, dtype="str"),
            "estimate": [0.6 + 0.1 * i for i in range(len(terms))],
            "low": [0.5 + 0.1 * i for i in range(len(terms))],
            "high": [0.7 + 0.1 * i for i in range(len(terms))],
            "name": "carried to be made nasty",
        }
    )
    time = pd.DataFrame(
        {
            "period": pd.Series([f"{2010 + i // 4}-Q{i % 4 + 1}" for i in range(n)], dtype="str"),
            "efficiency": [1.1 - 0.01 * i for i in range(n)],
            "low": [1.0 - 0.01 * i for i in range(n)],
            "high": [1.2 - 0.01 * i for i in range(n)],
        }
    )
    fields = {"over_time": time, "unemployed_elasticity": 0.6, "estimator": "log", "confidence": 0.95}
    fields |= {"n_rows": 900, "n_cells": 90, "n_periods": n}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "matching_function", synthetic=synthetic, **(fields | more))


MISMATCH_MAKERS = {"mismatch": mismatch, "matching_function": matching_function}
