"""Small stand-ins of a refutation and of a verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

_SAME = {"contrast": "training against no programme", "outcome": "earnings", "months": 24.0}


def robustness(n: int, **more: Any) -> StandIn:
    """A Refutation with ``n`` recorded covariates beside the hidden cause; none has no robustness value."""
    rows = [
        {
            **_SAME,
            "covariate": f"covariate number {i}" if i != 1 else "<b>covariate</b> & one",
            "times": times,
            "r2_treatment": 0.08 * times / (i + 1),
            "r2_outcome": 0.05 * times / (i + 2),
        }
        for i in range(n)
        for times in (1.0, 2.0, 3.0)
    ]
    curve = [
        {**_SAME, "kind": kind, "r2_treatment": d / 100, "r2_outcome": min(1.0, size / d)}
        for kind, size in (("nothing left", 0.6), ("uncertain", 0.2))
        for d in range(1, 90)
    ]
    effect = {**_SAME, "unit": "usd_per_year", "estimate": 1794.0, "low": 480.0, "high": 3100.0}
    effect |= {"robustness": 0.078, "robustness_interval": 0.03}
    table = pd.DataFrame(
        {"attempt": [f"a{i}" for i in range(n)], "value": 1.0, "name": "carried to be made nasty"}
    )
    details = {
        "robustness": pd.DataFrame([effect] if n else [], columns=list(effect)),
        "benchmarks": pd.DataFrame(rows),
        "curves": pd.DataFrame(curve),
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "robustness", synthetic=synthetic, **({"details": details} | more))


def verdict(n: int, **more: Any) -> StandIn:
    """A Verdict from ``n`` reasons over the steps."""
    steps = ("design", "overlap", "estimate", "heterogeneity", "refutation")
    weighs = ("speaks for it", "is told", "makes it fragile", "rules it out")
    table = pd.DataFrame(
        {
            "step": pd.Series([steps[i * 5 // max(n, 1)] for i in range(n)], dtype="str"),
            "reason": pd.Series([f"reason_{i}" for i in range(n)], dtype="str"),
            "status": pd.Series(["not reached" if i == 3 else "passed" for i in range(n)], dtype="str"),
            "weighs": pd.Series([weighs[i % 4] for i in range(n)], dtype="str"),
            "sentence": pd.Series(
                [f"What was found in check {i}, at some length. " * 4 for i in range(n)], dtype="str"
            ),
            "value": 1.0,
        }
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "verdict", synthetic=synthetic, **({"verdict": "fragile"} | more))


REFUTATION_MAKERS = {"robustness": robustness, "verdict": verdict}
