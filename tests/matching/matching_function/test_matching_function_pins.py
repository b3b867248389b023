"""Coefficients, CR1, CR2 and degrees of freedom against R (tests/reference/matching_function_pins.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.matching.matching_function.estimating import Model, estimate
from almpo_kit.matching.matching_function.kernels.cluster_robust import cr1, cr2
from almpo_kit.matching.matching_function.panel import Panel, panel

PINS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "matching_function_pins.json").read_text(encoding="utf-8")
)


def flows(name: str) -> pd.DataFrame:
    d = pd.DataFrame(PINS[name]["data"])
    codes = [str(2111 + i) if i < 3 else str(7109 + i) for i in range(10)]
    return d.assign(
        geo=[f"DE{10 + g}" for g in d["geo"]],
        occupation=[codes[o - 1] for o in d["occupation"]],
        period=[str(2000 + p) for p in d["period"]],
    )


def both(name: str, estimator: Any) -> tuple[Panel, Model, Model]:
    data = panel(flows(name), ("geo", "occupation"), None, estimator, "geo", periods=True)
    return data, *estimate(data, estimator, periods=True)


@pytest.mark.parametrize("estimator", ["log", "poisson"])
@pytest.mark.parametrize("name", PINS)
def test_against_r(name: str, estimator: str) -> None:
    data, free, tied = both(name, estimator)
    n = len(data.periods)
    for model, pin, slopes in (
        (free, PINS[name][f"{estimator}_free"], 2),
        (tied, PINS[name][f"{estimator}_tied"], 1),
    ):
        fit, k = model.fit, len(model.fit.beta)
        assert fit.beta[:slopes] == pytest.approx(np.atleast_1d(pin["beta"]), rel=1e-9)
        unit = np.eye(k)
        se = [cr1(fit, unit[i])[0] for i in range(slopes)]
        assert se == pytest.approx(np.atleast_1d(pin["cr1"]).tolist(), rel=1e-8)
        asked = {"first": unit[0], "periods": np.r_[np.zeros(slopes), np.full(n - 1, 1 / n)]}
        if slopes == 2:
            asked["sum"] = unit[0] + unit[1]
        for key, contrast in asked.items():
            value, error, df = pin[key]
            assert float(contrast @ fit.beta) == pytest.approx(value, rel=1e-8)
            assert cr2(fit, contrast) == pytest.approx((error, df), rel=1e-7)


def test_the_thin_data_have_zeros() -> None:
    assert PINS["thin"]["zeros"] > 20 and PINS["balanced"]["zeros"] == 0
