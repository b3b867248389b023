"""Stand-ins for what a panel believes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in

_VIEWS = ("belief", "role: employers", "average", "place")


def believed(n: int = 5, **more: object) -> StandIn:
    """A Belief of ``n`` persons."""
    people = pd.DataFrame({"person": range(1, n + 1), "median": [float(k) for k in range(n)]})
    people = people.assign(low=people["median"] - 4, high=people["median"] + 6)
    fields = {"individual": people, "median": 3.0, "low": -2.0, "high": 9.0, "unit": "percentage_points"}
    synthetic = bool(more.pop("synthetic", False))
    return stand_in(people, "belief", synthetic=synthetic, **(fields | {"thin": False} | more))


def beside_evidence(n: int = 4, **more: object) -> StandIn:
    """A BeliefAgainstEvidence of ``n`` views."""
    table = pd.DataFrame(
        {
            "view": [_VIEWS[k % 4] for k in range(n)],
            "called": [f"View number {k}" for k in range(n)],
            "value": [2.0 * k for k in range(n)],
            "low": [2.0 * k - 3 for k in range(n)],
            "high": [2.0 * k + 5 if k != 2 else NAN for k in range(n)],
        }
    )
    synthetic = bool(more.pop("synthetic", False))
    fields = {"verdict": "no conflict shown", "unit": "percentage_points"}
    return stand_in(table, "belief_against_evidence", synthetic=synthetic, **(fields | more))


BELIEF_MAKERS: dict[str, Callable[..., StandIn]] = {
    "belief": believed,
    "belief_against_evidence": beside_evidence,
}
