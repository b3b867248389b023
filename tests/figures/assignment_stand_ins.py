"""Small stand-ins of assignments."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, grid, stand_in


def assignment(n: int, **more: Any) -> StandIn:
    """Lists for ``n`` persons; the list itself for one."""
    table = grid(n).assign(
        seeker="s0",
        vacancy=[f"vacancy number {i}" for i in range(n)],
        rank=range(1, n + 1),
        score=[0.9 - 0.01 * i for i in range(n)],
        reason="same unit group, 12 km, wage as wanted, 3 of 5 skills",
    )
    shares = [i / 20 for i in range(21)] if n else []
    fields = {
        "comparison": pd.DataFrame(
            {
                "measure": ["top_share", "max_load", "never_shown", "mean_score"] if n else [],
                "ours": [0.031, 340.0, 0.004, 0.541] if n else [],
                "plain": [0.084, 1840.0, 0.11, 0.556] if n else [],
            }
        ),
        "lorenz": pd.DataFrame(
            {"posts": shares, "ours": [x**1.4 for x in shares], "plain": [x**3 for x in shares]}, dtype=float
        ),
        "congestion": "prices",
        "n_persons": 1 if n == 1 else 120_000,
        "n_vacancies": 12_000,
        "n_unserved": 312,
        "top": 10,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "assignment", synthetic=synthetic, **(fields | more))


ASSIGNMENT_MAKERS = {"assignment": assignment}
