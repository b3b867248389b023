"""Curves through quantiles, and their pools, against Keelin's software and by their laws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign.beliefs.kernels.curves import Pool, curves
from almpo_kit.codesign.beliefs.kernels.moments import effective_number, moments, most_worth

PINS = json.loads((Path(__file__).parents[2] / "reference" / "belief_pins.json").read_text())
ENDS = (-30.0, 50.0)
_TRIPLETS = st.lists(
    st.lists(st.integers(-30, 50), min_size=3, max_size=3).map(sorted), min_size=1, max_size=6
)


@pytest.mark.parametrize("row", PINS["rows"], ids=lambda r: str(r["given"]))
def test_metalog_agrees_with_pymetalog(row: dict[str, Any]) -> None:
    held = curves(np.array([row["given"]]), tuple(PINS["ends"]), "metalog")
    np.testing.assert_allclose(held.terms[0], row["terms"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(held.quantile(np.array(PINS["p"]))[0], row["quantiles"], rtol=1e-9, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(_TRIPLETS, st.sampled_from(["two_piece", "metalog"]))
def test_every_answer_is_met_and_chances_rise(given_: list[list[int]], fit: str) -> None:
    held = curves(np.array(given_, dtype=float), ENDS, fit)
    np.testing.assert_allclose(held.quantile(np.array([0.1, 0.5, 0.9])), given_, atol=1e-7)
    x = np.linspace(-31, 51, 60)
    chances = held.cdf(x)
    assert (np.diff(chances, axis=1) >= -1e-12).all()
    assert (chances[:, 0] == 0).all()
    assert (chances[:, -1] == 1).all()


@settings(max_examples=15, deadline=None)
@given(_TRIPLETS, st.floats(-20, 40))
def test_a_pool_lies_among_its_persons(given_: list[list[int]], at: float) -> None:
    held = curves(np.array(given_, dtype=float), ENDS, "two_piece")
    weights = np.full(len(given_), 1 / len(given_))
    own = held.cdf(np.array([at]))[:, 0]
    assert own.min() - 1e-9 <= Pool(held, weights).cdf(np.array([at]))[0] <= own.max() + 1e-9
    quantiles = held.quantile(np.array([0.3]))[:, 0]
    for pooling in ("linear", "quantiles"):
        found = Pool(held, weights, pooling).quantile(np.array([0.3]))[0]  # type: ignore[arg-type]
        assert quantiles.min() - 1e-6 <= found <= quantiles.max() + 1e-6


def _mixture(x: float, p: float) -> float:
    from scipy.stats import norm

    return float(0.7 * norm.cdf(x, 20, 3) + 0.3 * norm.cdf(x, 30, 5) - p)


def test_linear_pool_is_the_mixture_of_two_normals() -> None:
    """Checked by scipy's normal: 0.7 of N(20, 3) and 0.3 of N(30, 5)."""
    from scipy.optimize import brentq
    from scipy.stats import norm

    z = norm.ppf(0.9)
    held = curves(
        np.array([[20 - 3 * z, 20, 20 + 3 * z], [30 - 5 * z, 30, 30 + 5 * z]]), (-100.0, 150.0), "two_piece"
    )
    pool = Pool(held, np.array([0.7, 0.3]))
    for p in (0.05, 0.5, 0.95):
        there = brentq(_mixture, -50, 100, args=(p,), xtol=1e-12)
        assert pool.quantile(np.array([p]))[0] == pytest.approx(there, abs=1e-9)
    mean, inside, between = moments(held, np.array([0.7, 0.3]))
    assert (mean, inside, between) == pytest.approx((23.0, 0.7 * 9 + 0.3 * 25, 0.21 * 100), abs=1e-8)


@pytest.mark.parametrize("fit", ["two_piece", "metalog"])
def test_averaged_quantiles_turn_around(fit: str) -> None:
    held = curves(np.array([[2.0, 6, 12], [-4, 3, 20.0]]), ENDS, fit)
    pool = Pool(held, np.array([0.5, 0.5]), "quantiles")
    p = np.array([0.02, 0.4, 0.5, 0.93])
    np.testing.assert_allclose(pool.cdf(pool.quantile(p)), p, atol=1e-9)


def test_numbers_of_persons() -> None:
    assert effective_number(np.array([1.0, 1, 1, 1])) == 4
    assert effective_number(np.array([3.0, 1])) == pytest.approx(1.6)
    # Clemen & Winkler: with any correlation, no panel is worth more than one over it.
    assert most_worth(1, 0.3) == 1
    assert most_worth(1e9, 0.3) == pytest.approx(1 / 0.3, rel=1e-6)
