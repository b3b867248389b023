"""Balance against MatchIt, scipy and laws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.evaluation.support.balance import distance, kolmogorov

PINS = json.loads((Path(__file__).parents[2] / "reference" / "weighting_pins.json").read_text())
NSW = {"educ": "education", "hisp": "hispanic", "nodegr": "no_degree"}


def data(name: str) -> tuple[pd.DataFrame, Any]:
    """Covariates under the names of the pins, and who was treated."""
    if name == "made":
        made = pd.DataFrame(PINS["made"])
        return made[["x1", "x2", "x3"]].astype(float), made["treat"].to_numpy() == 1
    people = sources.lalonde().rename(columns={v: k for k, v in NSW.items()})
    columns = ["age", "educ", "black", "hisp", "married", "nodegr", "re74", "re75"]
    return people[columns].astype(float), people["treatment"].to_numpy() == "training"


@pytest.mark.parametrize("name", ["made", "nsw"])
def test_differences_ratios_and_distances_are_those_of_matchit(name: str) -> None:
    x, first = data(name)
    pins = pd.DataFrame(PINS["balance"]).query("data == @name")
    one = np.ones(len(x))
    for pin in pins.to_dict("records"):
        d = distance(x[pin["column"]].to_numpy(), first, one, one)
        # MatchIt divides variances by n - 1, and those of 0/1 columns by n.
        assert d.difference[0] == pytest.approx(pin["smd"], rel=6e-3, abs=1e-4)
        assert d.ks[0] == pytest.approx(pin["ks"], abs=1e-9)
        if pin["ratio"] != "NA":
            assert d.variance_ratio[0] == pytest.approx(pin["ratio"], rel=6e-3)


def test_the_distance_of_distributions_is_scipys() -> None:
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(0)
    x, first = np.round(rng.normal(size=300), 1), rng.random(300) < 0.4
    found, _ = kolmogorov(x, first, (np.ones(300), np.ones(300)))
    assert found == pytest.approx(ks_2samp(x[first], x[~first]).statistic, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_units_do_not_matter_and_swapping_groups_turns_the_sign(
    seed: int, scale: float, shift: float
) -> None:
    rng = np.random.default_rng(seed)
    x, first = rng.gamma(2, size=60), np.arange(60) < 25
    before, after = np.ones(60), rng.random(60) + 0.1
    d = distance(x, first, before, after)
    moved = distance(scale * x + shift, first, before, 7 * after)
    turned = distance(x, ~first, before, after)
    assert moved.difference == pytest.approx(d.difference, abs=1e-6)
    assert moved.ks == pytest.approx(d.ks, abs=1e-9)
    assert turned.difference == pytest.approx([-v for v in d.difference], abs=1e-9)
    assert turned.variance_ratio[1] == pytest.approx(1 / d.variance_ratio[1])
    assert all(0 <= k <= 1 for k in d.ks)


def test_weights_count_people_several_times() -> None:
    x, first = np.array([0.0, 2, 5, 1, 4]), np.array([True, True, True, False, False])
    times = np.array([2, 1, 1, 3, 1])
    one = np.ones(5)
    repeated = distance(np.repeat(x, times), np.repeat(first, times), np.ones(8), np.ones(8))
    weighted = distance(x, first, times.astype(float), one)
    assert weighted.difference[0] == pytest.approx(repeated.difference[0])
    assert weighted.ks[0] == pytest.approx(repeated.ks[0])


def test_groups_that_are_constant_and_differ_are_infinitely_apart() -> None:
    d = distance(np.array([1.0, 1, 0, 0]), np.array([True, True, False, False]), np.ones(4), np.ones(4))
    assert d.difference == (np.inf, np.inf)
    same = distance(np.ones(4), np.array([True, True, False, False]), np.ones(4), np.ones(4))
    assert same.difference == (0.0, 0.0)
