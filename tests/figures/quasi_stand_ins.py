"""Small stand-ins of estimates over time, at a cut-off, and of regions beside others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def _made(table: pd.DataFrame, figure: str, details: dict[str, Any], **more: Any) -> StandIn:
    synthetic = more.pop("synthetic", False)
    return stand_in(table, figure, synthetic=synthetic, fit=SimpleNamespace(details=details), **more)


def _effects(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "contrast": pd.Series(["training against none"] * n, dtype="str"),
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "months": [3.0 * i for i in range(n)],
            "effect": [1.0 + i for i in range(n)],
            "name": "carried to be made nasty",
        }
    )


def event_study(n: int, **more: Any) -> StandIn:
    """Effects of two programmes over ``n`` periods, the fourth being the start."""
    time = [i - 4 for i in range(n)]
    paths = [
        pd.DataFrame(
            {
                "contrast": f"{arm} against none",
                "time": time,
                "months": [3.0 * e for e in time],
                "effect": [NAN if e == 5 else 0.2 * e * (e >= 0) for e in time],
                "low": [NAN if e == -1 else 0.2 * e - 1 for e in time],
                "high": [NAN if e == -1 else 0.2 * e + 1 for e in time],
                "reference": [e == -1 for e in time],
            }
        )
        for arm in ("advice", "training")
    ]
    honest = pd.DataFrame({"times": [0.0, 1.0], "low": [0.5, -0.4], "high": [1.5, 2.4]})
    details = {"event_time": pd.concat(paths), "honest": honest.assign(contrast="training against none")}
    return _made(_effects(n), "event_study", details, **more)


def discontinuity(n: int, **more: Any) -> StandIn:
    """Bins and lines of an outcome on two sides, ``n`` of them in all."""
    x = [(i - n / 2 + 0.5) / 10 for i in range(n)]
    bins = pd.DataFrame(
        {
            "column": "earnings",
            "side": pd.Series(["above" if v >= 0 else "below" for v in x], dtype="str"),
            "x": x,
            "mean": [1200.0 + 100 * v + 90 * (v >= 0) for v in x],
            "n": [10 + i for i in range(n)],
        }
    )
    lines = pd.DataFrame(
        {
            "column": "earnings",
            "side": ["below", "below", "above", "above"],
            "x": [-0.1, 0.0, 0.0, 0.1],
            "fit": [1190.0, 1200.0, 1290.0, 1300.0],
        }
    )
    effects = pd.DataFrame({"column": ["earnings"], "effect": [90.0], "se": [20.0]})
    return _made(_effects(n), "discontinuity", {"bins": bins, "lines": lines, "effects": effects}, **more)


def synthetic_control(n: int, **more: Any) -> StandIn:
    """A region over ``n`` periods with three placebos."""
    time = [i - n // 2 for i in range(n)]
    path = pd.DataFrame(
        {
            "contrast": pd.Series(["training against none"] * n, dtype="str"),
            "months": [12.0 * e for e in time],
            "treated": [50.0 + e + 3 * (e >= 0) for e in time],
            "synthetic": [50.0 + e for e in time],
            "effect": [3.0 * (e >= 0) for e in time],
            "low": [1.0 if e >= 0 else NAN for e in time],
            "high": [5.0 if e >= 0 else NAN for e in time],
        }
    )
    gaps = [
        path[["contrast", "months"]].assign(placebo=k, gap=[0.3 * k * ((i + k) % 3 - 1) for i in range(n)])
        for k in range(3)
    ]
    donors = pd.DataFrame(
        {"contrast": "training against none", "donor": ["EL41", "EL42"], "weight": [0.7, 0.3]}
    )
    tests = pd.DataFrame({"contrast": ["training against none"], "placebo_p": [0.04], "placebos": [24]})
    details = {"event_time": path, "placebos": pd.concat(gaps), "donors": donors, "tests": tests}
    return _made(_effects(n), "synthetic_control", details, **more)


QUASI_MAKERS = {
    "event_study": event_study,
    "discontinuity": discontinuity,
    "synthetic_control": synthetic_control,
}
