"""Stand-ins for the figures of moves between occupations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

DEMANDS = ("tighter than average", "about average", "over-supplied", "too few to say", "not known")


@dataclass(frozen=True)
class Rule:
    """What the figures read of a rule."""

    least_coverage: float = 0.25
    most_months: float = 24.0


def moves(n: int) -> pd.DataFrame:
    """``n`` moves, every fourth beyond the rule, every third into an over-supplied occupation."""
    every = range(n)
    return pd.DataFrame(
        {
            "occupation": [f"{5120 + i}.1" for i in every],
            "label": [f"occupation number {i} of a rather long name" for i in every],
            "name": "carried to be made nasty",
            "coverage": [0.9 / (1 + 0.2 * i) for i in every],
            "months_low": [0.5 * i for i in every],
            "months": [1.0 * i for i in every],
            "months_high": [2.2 * i for i in every],
            "essential": 20,
            "missing_essential": [min(i, 20) for i in every],
            "level_change": [float(i % 3 - 1) for i in every],
            "tightness": 0.2,
            "demand": [DEMANDS[i % 5] for i in every],
            "declining": [i % 7 == 0 for i in every],
            "viable": [i % 4 != 3 for i in every],
            "why_not": ["the training is too long" if i % 4 == 3 else "" for i in every],
        }
    )


def reachable(n: int, **more: Any) -> StandIn:
    """A Reachable of ``n`` occupations."""
    fields = {"origin": "waiter", "n_viable": n, "rule": Rule(), "geo": "EL30", "period": "2024"}
    synthetic = more.pop("synthetic", False)
    return stand_in(moves(n), "reachable", synthetic=synthetic, **(fields | more))


def pathway(n: int, **more: Any) -> StandIn:
    """A Pathway of a direct move and ``n - 1`` legs."""
    table = moves(n).assign(
        route=["direct" if i == 0 else "with stops" for i in range(n)], start_label="somewhere"
    )
    fields = {"origin": "waiter", "target": "lawyer", "chosen": "with stops", "rule": Rule(), "geo": "EL30"}
    fields |= {"period": "2024", "stops": ("cook",)}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "pathway", synthetic=synthetic, **(fields | more))


def skill_gap(n: int, **more: Any) -> StandIn:
    """A SkillGap of ``n`` skills, every sixth optional."""
    kinds = ("missing", "related held", "partly held", "held")
    table = pd.DataFrame(
        {
            "label": [f"skill number {i}" for i in range(n)],
            "relation": ["optional" if i % 6 == 5 else "essential" for i in range(n)],
            "status": [kinds[i % 4] for i in range(n)],
            "through": [f"skill number {i + 100}" if i % 4 == 1 else "" for i in range(n)],
            "name": "carried to be made nasty",
            "weight": pd.Series([1 / n for _ in range(n)], dtype=float),
            "met": pd.Series([(0.0, 0.3, 0.5, 1.0)[i % 4] for i in range(n)], dtype=float),
        }
    )
    fields = {
        "origin": "waiter",
        "target": "cook",
        "coverage": 0.45,
        "essential": n,
        "missing_essential": n // 2,
    }
    fields |= {"months_low": 1.2, "months_high": 6.5}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "skill_gap", synthetic=synthetic, **(fields | more))


MOVES_MAKERS = {"reachable": reachable, "pathway": pathway, "skill_gap": skill_gap}
