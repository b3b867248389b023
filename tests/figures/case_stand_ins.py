"""Small stand-ins of mechanisms of cases."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in


def case_mechanisms(n: int, **more: Any) -> StandIn:
    """A CaseMechanisms of ``n`` mechanisms, every fourth of which harms."""
    every = range(n)
    table = pd.DataFrame(
        {
            "mechanism": pd.Series([f"mechanism_{i}" for i in every], dtype="str"),
            "label": pd.Series([f"Mechanism number {i}" for i in every], dtype="str"),
            "works": pd.Series(["against" if i % 4 == 3 else "for" for i in every], dtype="str"),
            "n_cases": [i % 7 + 2 for i in every],
            "n_compared": [i % 7 + 1 for i in every],
            "better": [1 for _ in every],
            "mixed": [i % 7 for i in every],
            "no_difference": [0 for _ in every],
            "worse": [0 for _ in every],
            "unclear": [0 for _ in every],
            "not_evaluated": [1 for _ in every],
            "name": "carried to be made nasty",
        }
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "case_mechanisms", synthetic=synthetic, **({"n_cases": 31} | more))


CASE_MAKERS = {"case_mechanisms": case_mechanisms}
