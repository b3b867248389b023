"""Small stand-ins of tests of codes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def coding(n: int, **more: Any) -> StandIn:
    """A CodingTest of ``n`` fields, every fourth of which proposes nothing."""
    every = range(n)
    quiet = [i % 4 == 3 for i in every]
    table = pd.DataFrame(
        {
            "field": pd.Series([f"field_number_{i}" for i in every], dtype="str"),
            "proposed": [0 if q else 40 + i for i, q in zip(every, quiet, strict=True)],
            "right": [0 if q else 36 for q in quiet],
            "precision": [NAN if q else 36 / (40 + i) for i, q in zip(every, quiet, strict=True)],
            "precision_low": [NAN if q else 0.7 for q in quiet],
            "precision_high": [NAN if q else 0.97 for q in quiet],
            "abstention": [1.0 if q else 0.3 for q in quiet],
            "abstention_low": [0.9 if q else 0.2 for q in quiet],
            "abstention_high": [1.0 if q else 0.4 for q in quiet],
            "name": "carried to be made nasty",
        }
    )
    fields = {"promised": 0.9, "level": 0.95, "folds": 10, "note": "Summaries in our own words"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "coding", synthetic=synthetic, **(fields | more))


CODING_MAKERS = {"coding": coding}
