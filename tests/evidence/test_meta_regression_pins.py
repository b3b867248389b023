"""Agreement of the verbs with metafor, clubSandwich and robumeta (tests/reference/regression_pins.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence

DATA = (
    "konstantopoulos2011",
    "assink2016",
    "bornmann2007",
    "crede2010",
    "tannersmith2016",
    "berkey1998",
    "assink2016_spline",
)


@pytest.fixture(scope="module")
def pins() -> dict[str, Any]:
    return json.loads((Path(__file__).parents[1] / "reference" / "regression_pins.json").read_text())


def fitted(pin: dict[str, Any], formula: str | None = None, **how: Any) -> Any:
    study = pin.get("study", list(range(len(pin["y"]))))
    frame = {"effect": pin["y"], "se": np.sqrt(pin["v"]), "study_id": study, **(pin.get("columns") or {})}
    # Two outcomes would be two questions; here they are a moderator of the data set.
    frame = pd.DataFrame(frame).rename(columns={"outcome": "measure"})
    text = formula or pin["formula"].replace("outcome", "measure")
    return evidence.multilevel(frame, text, **how)


@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("data", DATA)
def test_likelihood_and_coefficients(pins, data, rho):
    expected = pins["regression"][data]["correlated" if rho else "independent"]
    got = fitted(pins["regression"][data], rho=rho)
    assert got.loglik == pytest.approx(expected["loglik"], rel=1e-9)
    assert got.loglik >= expected["loglik"] - 1e-9, "metafor found a higher top"
    assert list(got.table["estimate"]) == pytest.approx(expected["beta"], rel=5e-6)
    for name in ("sigma2_between", "sigma2_within"):
        assert getattr(got, name) == pytest.approx(expected[name], rel=1e-5, abs=1e-8)
    before, after = expected["empty_variance"], expected["sigma2_between"] + expected["sigma2_within"]
    assert got.explained == pytest.approx(max(0.0, 100 * (1 - after / before)), abs=1e-3)
    model = fitted(pins["regression"][data], rho=rho, robust="model").table
    assert list(model["se"]) == pytest.approx(expected["model_se"], rel=5e-6)
    assert np.isinf(model["df"]).all()


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("data", DATA)
def test_robust_errors(pins, data, rho, kind):
    expected = pins["regression"][data]["correlated" if rho else "independent"]["kinds"][kind]
    table = fitted(pins["regression"][data], rho=rho, robust=kind).table
    for name in ("se", "df", "t", "p"):
        assert list(table[name]) == pytest.approx(expected[name], rel=1e-5), name


@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("data", DATA)
def test_joint_tests(pins, data, rho):
    expected = pins["regression"][data]["correlated" if rho else "independent"]
    got = fitted(pins["regression"][data], rho=rho)
    every = np.eye(len(got.table))
    tests = [(got.tests.loc[i], pin) for i, pin in enumerate(expected["terms"])]
    tests.append((evidence.wald(got, every[expected["omnibus"]["rows"]]), expected["omnibus"]))
    assert len(got.tests) == len(expected["terms"])
    for found, pin in tests:
        assert (found.f, found.df_den, found.p) == pytest.approx(
            (pin["f"], pin["df_den"], pin["p"]), rel=1e-5
        )
        assert found.df_num == pin["df_num"]
    whole = (got.omnibus_f, got.omnibus_df_num, got.omnibus_df_den, got.omnibus_p)
    assert whole == pytest.approx([expected["omnibus"][n] for n in ("f", "df_num", "df_den", "p")], rel=1e-5)
    for term in got.tests["term"]:
        row = got.tests.set_index("term").loc[term]
        again = evidence.wald(got, term)
        assert (again.f, again.df_den, again.p) == pytest.approx(
            (row["f"], row["df_den"], row["p"]), rel=1e-12
        )


@pytest.mark.parametrize("data", ["bcg_latitude", "raudenbush_weeks"])
def test_one_estimate_per_study_is_mixed_effects_meta_regression(pins, data):
    pin = pins["single"][data]
    got = fitted({**pin, "columns": {"x": pin["x"]}}, "~ x", robust="model")
    assert list(got.table["estimate"]) == pytest.approx(pin["beta"], rel=1e-6)
    assert list(got.table["se"]) == pytest.approx(pin["se"], rel=1e-6)
    assert got.sigma2_between == pytest.approx(pin["tau2"], rel=1e-6)
    assert got.sigma2_within == 0
    assert got.loglik == pytest.approx(pin["loglik"], rel=1e-9)


@pytest.mark.parametrize("data", ["corr", "hier", "corr_mean", "hier_mean"])
def test_simple_weights_are_robumetas(pins, data):
    pin = pins["simple"][data]
    formula = "~ males + binge" if "columns" in pin else "~ 1"
    got = fitted(pin, formula, working=data[:4].upper(), rho=pin["rho"])
    average = {"estimate": [getattr(got, "mean", np.nan)], "se": [getattr(got, "se", np.nan)]}
    table = got.table if "columns" in pin else average | {"df": [got.df]}
    for name, expected in (("estimate", "beta"), ("se", "se"), ("df", "df")):
        wanted = pin[expected] if isinstance(pin[expected], list) else [pin[expected]]
        assert list(table[name]) == pytest.approx(wanted, rel=1e-10), name
    assert got.sigma2_between == pytest.approx(pin["tau2"], rel=1e-10)
    assert got.sigma2_within == pytest.approx(pin.get("omega2", 0.0), rel=1e-10)


@pytest.mark.parametrize("data", ["konstantopoulos2011", "berkey1998", "bornmann2007"])
def test_leaving_samples_out(pins, data):
    pin = pins["studies"][data]
    fit = fitted(pin)
    got = evidence.influence(fit)
    table = got.table.set_index("sample_id")
    for name, column in (("cook", "cook"), ("hat", "leverage")):
        expected = pin[name]
        assert list(table[column].loc[expected["study"]]) == pytest.approx(expected["value"], rel=1e-6), name
    expected = pin["dfbetas"]
    assert got.dfbetas.loc[expected["study"]].to_numpy() == pytest.approx(
        np.array(expected["value"]).reshape(len(expected["study"]), -1), rel=2e-6
    )
    exact = evidence.influence(fit, exact=True)
    expected = pin["refit"]
    assert exact.estimates.loc[expected["study"]].to_numpy() == pytest.approx(
        np.array(expected["beta"]).reshape(len(expected["study"]), -1), rel=1e-5
    )


@pytest.mark.parametrize("data", ["konstantopoulos2011", "berkey1998", "bornmann2007"])
def test_random_effects_of_samples(pins, data):
    expected = pins["studies"][data]["ranef"]
    table = evidence.study_effects(fitted(pins["studies"][data])).table.set_index("sample_id")
    assert list(table["deviation"].loc[expected["study"]]) == pytest.approx(expected["value"], rel=1e-6)
    assert list(table["deviation_se"].loc[expected["study"]]) == pytest.approx(expected["se"], rel=1e-6)


@pytest.mark.parametrize("data", ["raudenbush1985", "bcg"])
def test_shrunken_effects_are_metafors_blups(pins, data):
    pin = pins["blups"][data]
    table = evidence.study_effects(fitted(pin, "~ 1")).table
    for name, expected in (("effect", "pred"), ("se", "se"), ("low", "low"), ("high", "high")):
        assert list(table[name]) == pytest.approx(pin[expected], rel=1e-8), name
    assert list(table["own"]) == pytest.approx(pin["y"], rel=1e-12)
    assert list(table["own_se"]) == pytest.approx(np.sqrt(pin["v"]), rel=1e-12)


@pytest.mark.parametrize(
    "data", ["konstantopoulos2011", "assink2016", "bornmann2007", "crede2010", "berkey1998"]
)
def test_profile_likelihood_intervals(pins, data):
    pin = pins["profiles"][data]
    got = evidence.likelihood_profile(fitted(pin, "~ 1"))
    for name in ("between", "within"):
        for end, key in (("", "estimate"), ("_low", "low"), ("_high", "high")):
            value = getattr(got, f"{name}{end}")
            # metafor works on logarithms: what is zero comes out as about 1e-11 there.
            rel = 1e-5 if key == "estimate" else 1e-8
            assert value == pytest.approx(pin[name][key], rel=rel, abs=1e-9), (name, key)
    assert got.flags == (("between: zero",) if data == "berkey1998" else ())
