"""Small stand-ins of what policies are worth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def policy_value(n: int, **more: Any) -> StandIn:
    """A PolicyValue of ``n`` policies, every other one only to compare with, the fourth the same as now."""
    every = range(n)
    table = pd.DataFrame(
        {
            "policy": pd.Series([f"policy of number {i}" for i in every], dtype="str"),
            "kind": pd.Series(["to compare" if i % 2 else "policy" for i in every], dtype="str"),
            "difference": [NAN if i == 3 else 0.4 - 0.1 * (i % 7) for i in every],
            "difference_low": [0.2 - 0.1 * (i % 7) for i in every],
            "difference_high": [NAN if i == 2 else 0.6 - 0.1 * (i % 7) for i in every],
            "offered": [NAN if i == 1 else 0.3 for i in every],
        }
    )
    differences = pd.DataFrame(
        {
            "policy": table["policy"],
            "against": pd.Series(["one for all" if i % 2 == 0 else "by lot" for i in every], dtype="str"),
            "difference": [0.1 * (i % 3) for i in every],
            "low": [0.1 * (i % 3) - 0.2 for i in every],
            "high": [0.1 * (i % 3) + 0.2 for i in every],
        }
    )
    fields = {"differences": differences, "best": "policy of number 0", "same_for_all": False}
    fields |= {"unit": "months in work", "target_words": "months in work in two years", "level": 0.95}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "policy_value", synthetic=synthetic, **(fields | more))


POLICY_MAKERS = {"policy_value": policy_value}
