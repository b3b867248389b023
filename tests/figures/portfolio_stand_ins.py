"""Small stand-ins of a programme mix and of what it is worth to know more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

KINDS = ("training", "services", "employment_incentives", "mixed")


def frontier(n: int, **more: Any) -> StandIn:
    """A Portfolio of ``n`` programmes, every fourth left out."""
    every = range(n)
    table = pd.DataFrame(
        {
            "programme": pd.Series([f"Programme number {i}" for i in every], dtype="str"),
            "programme_type": pd.Series([KINDS[i % 4] for i in every], dtype="str"),
            "status": pd.Series(["excluded" if i % 4 == 3 else "funded" for i in every], dtype="str"),
            "euro": [0.0 if i % 4 == 3 else 1e6 / (i + 1) for i in every],
            "places": [0.0 if i % 4 == 3 else 400.0 / (i + 1) for i in every],
            "reason": pd.Series(["two studies only" if i % 4 == 3 else "" for i in every], dtype="str"),
        }
    )
    budgets = range(7)
    line = pd.DataFrame(
        {
            "budget_eur": [1e6 * b for b in budgets],
            "jobs": [20.0 * b**0.7 for b in budgets],
            "jobs_low": [-5.0 * b for b in budgets],
            "jobs_high": [50.0 * b**0.7 for b in budgets],
            "asked": [b == 3 for b in budgets],
        }
    )
    fields = {"frontier": line, "jobs": SimpleNamespace(value=43.0, low=-15.0, high=108.0), "level": 0.95}
    fields |= {"spent": 3e6, "base": "job"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "frontier", synthetic=synthetic, **(fields | more))


def value_of_information(n: int, **more: Any) -> StandIn:
    """A ValueOfInformation of ``n`` unknowns and as many trials."""
    every = range(n)
    table = pd.DataFrame(
        {
            "unknown": pd.Series([f"effect of programme number {i}" for i in every], dtype="str"),
            "kind": pd.Series(["everything" if i == 0 else "effect" for i in every], dtype="str"),
            "value_a_year": [9.0 / (i + 1) for i in every],
        }
    )
    trials = pd.DataFrame(
        {
            "programme": pd.Series([f"Programme number {i}" for i in every], dtype="str"),
            "value_eur": [1.2e6 / (i + 1) for i in every],
            "trial_cost_eur": [3e5 for _ in every],
        }
    )
    fields = {"trials": trials, "unit": "additional jobs", "first": "Programme number 0"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "value_of_information", synthetic=synthetic, **(fields | more))


PORTFOLIO_MAKERS = {"frontier": frontier, "value_of_information": value_of_information}
