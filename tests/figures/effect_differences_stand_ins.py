"""Small stand-ins of heterogeneity and of a comparison of learners."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")
CONTRAST = "training against no programme"


def group_effects(n: int, **more: Any) -> StandIn:
    """A Heterogeneity with ``n`` rows: everybody, named groups (every fifth too small), fifths at the end."""
    every = range(n)
    kinds = ["everybody" if i == 0 else "predicted" if i >= n - 3 else "named beforehand" for i in every]
    table = pd.DataFrame(
        {
            "contrast": pd.Series([CONTRAST] * n, dtype="str"),
            "by": pd.Series([f"characteristic {i // 3}" for i in every], dtype="str"),
            "group": pd.Series([f"over {i} to {i + 1}" for i in every], dtype="str"),
            "kind": pd.Series(kinds, dtype="str"),
            "unit": pd.Series(["percentage_points"] * n, dtype="str"),
            "effect": [NAN if i % 5 == 4 else 2.0 + 0.3 * i for i in every],
            "low": [NAN if i % 5 == 4 else -1.0 + 0.3 * i for i in every],
            "high": [NAN if i % 5 == 4 else 5.0 + 0.3 * i for i in every],
            "name": "carried to be made nasty",
        }
    )
    shares = [0.05 * i for i in range(1, 21)]
    curve = pd.DataFrame(
        {
            "contrast": CONTRAST,
            "share": shares,
            "gain": [3 * (1 - s) for s in shares],
            "low": [3 * (1 - s) - 2 for s in shares],
            "high": [3 * (1 - s) + 2 for s in shares],
            "unit": "percentage_points",
        }
    )
    fields: dict[str, Any] = {"toc": curve, "claims": {CONTRAST: True}, "claimed": True}
    fields |= {"target_words": "the chance of being in work at month 24", "learners": learners(n).table}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "group_effects", synthetic=synthetic, **(fields | more))


def learners(n: int, **more: Any) -> StandIn:
    """A LearnerComparison of ``n`` learners; every fifth had no time."""
    every = range(n)
    status = ["no time left" if i % 5 == 4 else "ran" for i in every]
    table = pd.DataFrame(
        {
            "contrast": pd.Series([CONTRAST] * n, dtype="str"),
            "learner": pd.Series([f"learner_{i}" for i in every], dtype="str"),
            "label": pd.Series([f"learner number {i}" for i in every], dtype="str"),
            "library": pd.Series(["CausalML"] * n, dtype="str"),
            "chosen": pd.Series([i == 1 for i in every], dtype=bool),
            "status": pd.Series(status, dtype="str"),
            "qini": [NAN if s != "ran" else 0.5 + 0.1 * i for i, s in enumerate(status)],
            "qini_low": [NAN if s != "ran" else 0.1 * i for i, s in enumerate(status)],
            "qini_high": [NAN if s != "ran" else 1 + 0.1 * i for i, s in enumerate(status)],
            "calibration": [0.8] * n,
            "seconds": [1.5] * n,
            "name": "carried to be made nasty",
        }
    )
    fields = {"target_words": "the chance of being in work at month 24"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "learners", synthetic=synthetic, **(fields | more))


EFFECT_DIFFERENCES_MAKERS = {"group_effects": group_effects, "toc": group_effects, "learners": learners}
