"""Robustness values against PySensemakr, statsmodels and the published table; and their laws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.evaluation.refutation.partial_r2 import (
    adjusted_se,
    as_strong_as,
    bias,
    partial_regression,
    robustness_of_significance,
    robustness_value,
)

PINS = json.loads(
    (Path(__file__).parents[2] / "reference" / "hidden_cause_pins.json").read_text(encoding="utf-8")
)
shares = st.floats(0.001, 0.9)


def test_darfur_as_published() -> None:
    # Cinelli and Hazlett (2020), table 1: 0.097, 0.023, 13.9%, 7.6%; bounds by "female" 12% and 1%.
    d = PINS["darfur"]
    t = d["estimate"] / d["se"]
    assert round(robustness_value(t / d["df"] ** 0.5), 3) == 0.139
    assert round(robustness_of_significance(t, d["df"]), 3) == 0.076
    of_treatment, of_outcome = as_strong_as(*d["female"])
    assert (round(of_treatment, 2), round(of_outcome, 2)) == (0.01, 0.12)


def test_darfur_to_the_last_digit() -> None:
    d = PINS["darfur"]
    t = d["estimate"] / d["se"]
    assert robustness_value(t / d["df"] ** 0.5) == pytest.approx(d["robustness"], rel=1e-10)
    assert robustness_of_significance(t, d["df"]) == pytest.approx(d["significance"], rel=1e-10)
    for row in d["bounds"]:
        strength = as_strong_as(d["female"][0], d["female"][1], row["times"])
        assert strength == pytest.approx((row["r2_treatment"], row["r2_outcome"]), rel=1e-10)
        size = bias(*strength, d["se"], d["df"])
        assert size == pytest.approx(row["bias"], rel=1e-10)
        assert d["estimate"] - size == pytest.approx(row["adjusted"], rel=1e-10)
        assert adjusted_se(*strength, d["se"], d["df"]) == pytest.approx(row["adjusted_se"], rel=1e-10)


def test_where_the_outcome_would_be_explained_more_than_wholly() -> None:
    s = PINS["strong"]
    assert robustness_value(s["t"] / s["df"] ** 0.5) == pytest.approx(s["robustness"], rel=1e-10)
    assert robustness_of_significance(s["t"], s["df"]) == pytest.approx(s["significance"], rel=1e-10)


@pytest.mark.parametrize("key", ["plain", "weighted"])
def test_partial_r2_of_groups_as_statsmodels_has_it(key: str) -> None:
    s = PINS["simulated"]
    x, d, y = (np.array(s[k]) for k in "xdy")
    parts = {"a": np.array([0]), "b": np.array([1]), "c": np.array([2, 3])}
    found = partial_regression(y, d, x, parts, np.array(s["weight"]) if key == "weighted" else None)
    pin = s["fits"][key]
    assert (found.estimate, found.se) == pytest.approx((pin["estimate"], pin["se"]), rel=1e-9)
    assert found.df == pin["df"]
    assert found.with_treatment == pytest.approx(pin["with_treatment"], rel=1e-7)
    assert found.with_outcome == pytest.approx(pin["with_outcome"], rel=1e-7)


def test_a_covariate_twice_changes_nothing() -> None:
    s = PINS["simulated"]
    x, d, y = (np.array(s[k]) for k in "xdy")
    parts = {"a": np.array([0]), "b": np.array([1])}
    once = partial_regression(y, d, x, parts)
    twice = partial_regression(y, d, np.column_stack([x, x[:, 3]]), parts)
    assert twice.df == once.df
    assert (twice.estimate, twice.se) == pytest.approx((once.estimate, once.se), rel=1e-8)


@given(st.floats(0, 50))
def test_a_robustness_value_makes_just_that_bias(f: float) -> None:
    share = robustness_value(f)
    assert 0 <= share <= 1
    if 1e-3 < f < 30:
        assert bias(share, share, 2.0, 25.0) == pytest.approx(f * 2.0 * 5.0, rel=1e-6)


@given(st.floats(0, 20), st.floats(0, 20))
def test_a_larger_effect_needs_a_stronger_cause(f: float, g: float) -> None:
    low, high = sorted((f, g))
    assert robustness_value(low) <= robustness_value(high) + 1e-12


@given(shares, shares, st.floats(1, 3))
def test_a_stronger_cause_is_stronger(a: float, b: float, times: float) -> None:
    once, more = as_strong_as(a, b), as_strong_as(a, b, times)
    assert all(0 <= v <= 1 or a / (1 - a) >= 1 for v in (*once, *more))
    assert more[0] >= once[0] - 1e-12
    assert more[1] >= once[1] - 1e-12


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_units_do_not_matter(scale: float, of_outcome: float, shift: float) -> None:
    s = PINS["simulated"]
    x, d, y = (np.array(s[k]) for k in "xdy")
    parts = {"a": np.array([0]), "b": np.array([1])}
    before = partial_regression(y, d, x, parts)
    after = partial_regression(y * of_outcome + shift, d, x * scale + shift, parts)
    assert after.with_treatment == pytest.approx(before.with_treatment, rel=1e-5)
    assert after.with_outcome == pytest.approx(before.with_outcome, rel=1e-5)
    assert after.estimate == pytest.approx(before.estimate * of_outcome, rel=1e-5)
