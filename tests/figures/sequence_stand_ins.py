"""A small stand-in of ranked sequences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in


def pathways(n: int, **more: Any) -> StandIn:
    """Pathways of ``n`` sequences over a year, the second of two steps."""
    names = [f"programme {i}" if i != 1 else "services → training" for i in range(n)]
    table = pd.DataFrame(
        {
            "pathway": pd.Series(names, dtype="str"),
            "gain": [2.0 - 0.1 * i for i in range(n)],
            "low": [1.0 - 0.1 * i for i in range(n)],
            "high": [3.0 - 0.1 * i for i in range(n)],
            "name": "carried to be made nasty",
        }
    )
    paths = pd.DataFrame(
        [
            {
                "pathway": name,
                "months": m,
                "added_up": 0.02 * m * m - 0.15 * m,
                "added_up_low": 0.02 * m * m - 0.15 * m - 0.04 * m,
                "added_up_high": 0.02 * m * m - 0.15 * m + 0.04 * m,
            }
            for name in names
            for m in range(13)
        ],
        columns=["pathway", "months", "added_up", "added_up_low", "added_up_high"],
    )
    stages = pd.DataFrame(
        [
            {
                "pathway": name,
                "label": step,
                "programme_type": "training" if "training" in step else "services",
                "start": 4 * j,
                "end": 4 * j + 3,
                "share": 100 - 40 * j,
                "assumed": "its effects are assumed, not estimated" if j else "",
            }
            for name in names
            for j, step in enumerate(name.split(" → "))
        ],
        columns=["pathway", "label", "programme_type", "start", "end", "share", "assumed"],
    )
    fields = {
        "paths": paths,
        "stages": stages,
        "comparison": "no programme",
        "simplest": names[-1] if names else "",
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "timeline", synthetic=synthetic, **(fields | more))


SEQUENCE_MAKERS = {"timeline": pathways}
