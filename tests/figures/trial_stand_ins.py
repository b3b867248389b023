"""Stand-ins of what is said of trials."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in


def trial_proposal(n: int, **more: Any) -> StandIn:
    """A TrialProposal of ``n`` designs, every third of which cannot be run, the last of which cannot be sized."""
    table = pd.DataFrame(
        {
            "design": pd.Series([f"draw offices in way number {i}" for i in range(n)], dtype="str"),
            "kind": pd.Series(["cluster"] * n, dtype="str"),
            "can_be_run": [i % 3 != 2 for i in range(n)],
            "power": [NAN if i == n - 1 and n > 1 else 0.9 - 0.13 * (i % 7) for i in range(n)],
            "why": pd.Series(["carried to be made nasty"] * n, dtype="str"),
        }
    )
    return stand_in(table, "trial_proposal", **more)


def assignment_balance(n: int, **more: Any) -> StandIn:
    """A Balance of ``n`` covariates in two arms; every fifth is not shown, some lie beyond what is usual."""
    rows = [
        {
            "covariate": f"covariate number {i}",
            "arm": arm,
            "difference": NAN if i % 5 == 4 else 0.3 - 0.07 * (i % 9),
            "usual": 0.12 + 0.01 * (i % 4),
            "name": "carried to be made nasty",
        }
        for arm in ("course", "wage subsidy")
        for i in range(n)
    ]
    columns = ["covariate", "arm", "difference", "usual"]
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    return stand_in(table, "assignment_balance", **more)


TRIAL_MAKERS = {"assignment_balance": assignment_balance, "trial_proposal": trial_proposal}
