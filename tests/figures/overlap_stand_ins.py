"""Small stand-ins of an Overlap."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def balance_love(n: int, **more: Any) -> StandIn:
    """Balance of ``n`` covariates for two contrasts; every fifth kept back."""
    rows = [
        {
            "contrast": f"{arm} against no programme",
            "arm": arm,
            "comparison": "no programme",
            "covariate": f"covariate {i}",
            "column": f"covariate number {i}",
            "difference_before": NAN if i % 5 == 4 else 0.8 - 0.05 * i,
            "difference_after": NAN if i % 5 == 4 else 0.01 * (i % 15),
            "judged": "alike",
            "name": "carried to be made nasty",
        }
        for arm in ("training", "wage subsidy")
        for i in range(n)
    ]
    columns = ["contrast", "arm", "column", "difference_before", "difference_after"]
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "balance_love", synthetic=synthetic, **more)


def overlap(n: int, **more: Any) -> StandIn:
    """Chances in both groups of two contrasts, ``n`` bins a group."""
    table = balance_love(n).table
    rows = [
        {
            "contrast": f"{arm} against no programme",
            "group": group,
            "low": i / n,
            "high": (i + 1) / n,
            "share": 0.9 if group != arm and i == 0 else 0.1 / n if group != arm else 1 / n,
        }
        for arm in ("training", "wage subsidy")
        for group in (arm, "no programme")
        for i in range(n)
    ]
    columns = ["contrast", "group", "low", "high", "share"]
    bins = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "overlap", synthetic=synthetic, **({"details": {"histogram": bins}} | more))


OVERLAP_MAKERS = {"balance_love": balance_love, "overlap": overlap}
