"""A small stand-in of a fairness audit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def fairness(n: int, **more: Any) -> StandIn:
    """A FairnessAudit of ``n`` groups: everybody first, every third with a warning, every fifth too small."""
    every = range(n)
    thin = [i % 5 == 4 for i in every]
    at = [30.0 + i % 9 for i in every]
    table = pd.DataFrame(
        {
            "by": pd.Series(
                ["everybody" if i == 0 else f"characteristic {i // 2}" for i in every], dtype="str"
            ),
            "group": pd.Series(["everybody" if i == 0 else f"group {i}" for i in every], dtype="str"),
            "says": pd.Series(["too few people to say anything" if t else "" for t in thin], dtype="str"),
            "flagged": pd.Series([i % 3 == 2 for i in every], dtype=bool),
            "offered": [NAN if t else x for x, t in zip(at, thin, strict=True)],
            "offered_low": [x - 4 for x in at],
            "offered_high": [x + 4 for x in at],
            "offered_today": [x - 6 for x in at],
            "against_today": [0.1 * x - 3 for x in at],
            "against_today_low": [0.1 * x - 4 for x in at],
            "against_today_high": [0.1 * x - 2 for x in at],
            "name": "carried to be made nasty",
        }
    )
    flags = pd.DataFrame({"group": [f"group {i}" for i in every if i % 3 == 2]})
    fields = {"flags": flags, "policy_name": "tree of depth 2", "unit": "months in work", "level": 0.95}
    fields |= {"target_words": "months in work within 24 months of entry"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "fairness", synthetic=synthetic, **(fields | more))


FAIRNESS_MAKERS = {"fairness": fairness}
