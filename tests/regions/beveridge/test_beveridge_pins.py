"""Kernels against sandwich, strucchange, lm and decompose (``tests/reference/beveridge_pins``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit.regions.beveridge import hac, level_shift, line, seasonal

PINS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "beveridge_pins.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", sorted(PINS["regressions"]))
@pytest.mark.parametrize("kind", ["plain", "step"])
def test_newey_west(name: str, kind: str) -> None:
    pinned = PINS["regressions"][name]
    x, y, own = np.array(pinned["x"]), np.array(pinned["y"]), pinned[kind]
    n = len(y)
    columns = [np.ones(n), x, *([(np.arange(n) >= own["jump"]) * 1.0] if own["jump"] else [])]
    design = np.column_stack(columns)
    seen = np.ones(n, dtype=bool)
    weights, maker = hac.residual_maker(design, seen)
    np.testing.assert_allclose(weights @ y, own["coefficients"], rtol=1e-9)
    for lags, expected in zip(own["lags"], own["se"], strict=True):
        found = np.sqrt(hac.variances(weights * (maker @ y), int(lags), n, design.shape[1]))
        np.testing.assert_allclose(found, expected, rtol=1e-8)


@pytest.mark.parametrize("name", ["greece", "romania", "italy", "poland"])
def test_the_fitted_line_uses_them(name: str) -> None:
    pinned = PINS["regressions"][name]
    found = line.fit(np.array(pinned["x"]), np.array(pinned["y"]), draws=99)
    plain = pinned["plain"]
    assert found.lags == plain["lags"][2] == 6
    assert found.slope == pytest.approx(-plain["coefficients"][1], rel=1e-9)
    assert found.se == pytest.approx(plain["se"][2][1], rel=1e-8)


def test_largest_f_of_the_nile() -> None:
    """The classic: the flow of the Nile fell after 1898."""
    pinned = PINS["shifts"]["nile"]
    y = np.array(pinned["y"])
    n = len(y)
    seen, ones = np.ones(n, dtype=bool), np.ones((n, 1))
    # strucchange counts the last observation before a break, we the first after it.
    dates = list(range(15, 15 + len(pinned["f"])))
    found = level_shift.statistics(y, ones, seen, dates)
    np.testing.assert_allclose(found, pinned["f"], rtol=1e-9)
    best = level_shift.find(y, ones, seen, draws=199, seed=0)
    assert best is not None
    assert (best.at, pinned["year"], pinned["first"]) == (28, 1898, 28)
    assert best.p_value < 0.01


@pytest.mark.parametrize("name", sorted(PINS["shifts"]["beside"]))
def test_f_of_a_step_beside_a_regressor(name: str) -> None:
    data, pinned = PINS["regressions"][name], PINS["shifts"]["beside"][name]
    x, y = np.array(data["x"]), np.array(data["y"])
    design = np.column_stack([x, np.ones(len(x))])
    found = level_shift.statistics(y, design, np.ones(len(x), dtype=bool), pinned["dates"])
    np.testing.assert_allclose(found, pinned["f"], rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("name", sorted(PINS["seasons"]))
def test_seasonal_factors(name: str) -> None:
    pinned = PINS["seasons"][name]
    found = seasonal.factors(np.array(pinned["y"]), pinned["frequency"], pinned["first"])
    assert found is not None
    # R's figure begins with the season in which the series begins, ours with the first of the year.
    np.testing.assert_allclose(np.roll(found, -pinned["first"]), pinned["figure"], atol=1e-12)
