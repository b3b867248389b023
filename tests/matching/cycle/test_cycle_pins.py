"""Kernels against base R and statsmodels (tests/reference/README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit.matching.cycle import autoregression as ar
from almpo_kit.matching.cycle.exponential import damped_trend, theta
from almpo_kit.matching.cycle.scoring import mase, naive_scale
from almpo_kit.matching.cycle.seasons import factors

REFERENCE = Path(__file__).parents[2] / "reference"
PINS: dict[str, Any] = json.loads((REFERENCE / "cycle_pins.json").read_text(encoding="utf-8"))
SMOOTH: dict[str, Any] = json.loads((REFERENCE / "cycle_smoothing_pins.json").read_text(encoding="utf-8"))


def _end(values: list[float]) -> tuple[np.ndarray, np.ndarray]:
    z = np.asarray(values, dtype=float)
    return z, np.array([len(z) - 1])


@pytest.mark.parametrize("name", ["lynx", "huron"])
def test_autoregression_of_levels(name: str) -> None:
    pin = PINS["levels"][name]
    z, at = _end(pin["values"])
    found = ar.autoregression(z, at, len(pin["forecast"]), pin["order"])[0]
    np.testing.assert_allclose(found, pin["forecast"], rtol=1e-6)


@pytest.mark.parametrize("name", ["ukgas", "nile"])
def test_autoregression_of_changes(name: str) -> None:
    pin = PINS["changes"][name]
    z, at = _end(pin["values"])
    found = ar.autoregression(z, at, len(pin["forecast"]), pin["order"], differences=True)[0]
    np.testing.assert_allclose(found, pin["forecast"], rtol=1e-8)
    # arima(method = "CSS") stops its optimiser a little early.
    np.testing.assert_allclose(found, pin["css"], rtol=2e-6)


def test_order_by_schwarz() -> None:
    """The forecast is that of the order with R's smallest criterion."""
    z, at = _end(PINS["levels"]["lynx"]["values"])
    best = 1 + int(np.argmin(PINS["bic"]["lynx"]))
    assert best == 2
    chosen = ar.autoregression(z, at, 5, 6)
    z = z - z[0]
    design = ar._design(z, 6, constant=True)
    sums, _ = ar._moments(design, at - 6)
    coefficients, _ = ar._fit(sums, best + 1)
    again = ar._iterate(z, at, coefficients, 5, constant=True) + PINS["levels"]["lynx"]["values"][0]
    np.testing.assert_allclose(chosen, again, rtol=1e-10)


def test_joint_ridge() -> None:
    pin = PINS["joint"]
    z, w = np.asarray(pin["z"]), np.asarray(pin["companion"])
    assert pin["prior"] == ar.PRIOR_PERIODS
    found = ar.joint(z, w, np.array([len(z) - 1]), len(pin["forecast"]), pin["order"])[0]
    np.testing.assert_allclose(found, pin["forecast"], rtol=1e-8)


@pytest.mark.parametrize("name", ["huron", "gas"])
def test_damped_trend(name: str) -> None:
    pin = SMOOTH[name]
    z, at = _end(pin["values"])
    one = tuple(np.array([pin["fixed"][k]]) for k in ("smoothing_level", "smoothing_trend", "damping_trend"))
    found = damped_trend(z, at, 8, one)[0]  # type: ignore[arg-type]
    np.testing.assert_allclose(found, pin["forecast"], rtol=1e-9)


def test_grid_comes_close_to_the_optimum() -> None:
    """One-step errors of the parameters chosen from the grid, beside the best that statsmodels' optimiser finds."""
    pin = SMOOTH["huron"]
    z = np.asarray(pin["values"])
    from almpo_kit.matching.cycle.exponential import _grid

    best = np.inf
    for alpha, beta, phi in zip(*_grid(), strict=True):
        level, trend, sse = z[0], 0.0, 0.0
        for value in z[1:]:
            step = level + phi * trend
            sse += (value - step) ** 2
            level, trend = step + alpha * (value - step), phi * trend + beta * (value - step)
        best = min(best, sse)
    assert best < 1.02 * pin["best_sse"]


@pytest.mark.parametrize("name", ["huron", "gas"])
def test_theta(name: str) -> None:
    pin = SMOOTH[name]
    z, at = _end(pin["values"])
    found = theta(z, at, 8, np.array([pin["theta_alpha"]]))[0]
    np.testing.assert_allclose(found, pin["theta_forecast"], rtol=1e-5)


@pytest.mark.parametrize(("name", "frequency"), [("quarters", 4), ("months", 12)])
def test_factors_are_those_of_the_classical_decomposition_shrunk(name: str, frequency: int) -> None:
    pin = PINS["seasons"][name]
    found, whole = factors(np.asarray(pin["values"]), 0, frequency), np.asarray(pin["figure"])
    kept = float(found @ whole / (whole @ whole))
    assert 0.9 < kept < 1
    np.testing.assert_allclose(found, kept * whole, rtol=1e-10)


def test_mase_is_that_of_hyndman_and_koehler() -> None:
    pin = PINS["mase"]
    for values, season, train, expected in (("values", 1, 80, "naive_one"), ("gas", 4, 80, "seasonal")):
        x = np.asarray(pin[values])
        n = len(pin[expected])
        origin = np.array([train - 1])
        naive = np.repeat(x[train - 1], n) if season == 1 else x[train - 4 : train]
        errors = (naive - x[train : train + n])[None, :]
        found = mase(errors, naive_scale(x[:train], origin, season))
        np.testing.assert_allclose(found, pin[expected], rtol=1e-10)
