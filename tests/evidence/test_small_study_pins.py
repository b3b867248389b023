"""Agreement with metafor, clubSandwich and robumeta on public data (tests/reference/README.md)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit.evidence import egger, pet_peese, selection_model, trim_and_fill, worst_case
from almpo_kit.evidence.kernels.affirmative import affirmative, common, multipliers, robust

PINS = json.loads((Path(__file__).parents[1] / "reference" / "small_study_pins.json").read_text())
ALONE, TIED = PINS["regression"], PINS["multilevel"]
FILLED, SELECTED, WEIGHTED = PINS["filled"], PINS["selections"], PINS["reweighted"]
PREDICTORS = [(d, x) for d in ALONE for x in ("se", "n") if f"mixed_{x}" in ALONE[d]]


def frame(pin: dict, *, alone: bool = False) -> pd.DataFrame:
    study = range(len(pin["y"])) if alone or "study" not in pin else pin["study"]
    return pd.DataFrame(
        {"effect": np.array(pin["y"], float), "se": np.sqrt(pin["v"]), "study_id": [str(s) for s in study]}
        | ({"n": pin["n"]} if "n" in pin else {})
    )


@pytest.mark.parametrize(("data", "x"), PREDICTORS)
@pytest.mark.parametrize("model", ["mixed", "classical"])
def test_regression_tests_agree_with_metafor(data, x, model):
    pin = ALONE[data][f"{model}_{x}"]
    got = egger(frame(ALONE[data]), model=model, predictor="se" if x == "se" else "inverse_root_n")
    assert got.statistic == pytest.approx(pin["stat"], rel=1e-9)
    assert got.p == pytest.approx(pin["p"], rel=1e-9)
    assert got.slope == pytest.approx(pin["slope"], rel=1e-9)
    limits = (got.limit, got.limit_low, got.limit_high)
    assert limits == pytest.approx([pin[n] for n in ("limit", "limit_low", "limit_high")], rel=1e-9)
    assert got.df == (np.inf if model == "mixed" else pin["df"])


@pytest.mark.parametrize("data", TIED)
def test_multilevel_egger_agrees_with_metafor_and_clubsandwich(data):
    pin = TIED[data]["se"]
    got = egger(frame(TIED[data]))
    assert (got.limit, got.slope) == pytest.approx(pin["beta"], rel=1e-6)
    assert (got.se, got.df, got.p) == pytest.approx([pin[n][1] for n in ("se", "df", "p")], rel=1e-6)


@pytest.mark.parametrize("data", TIED)
def test_pet_and_peese_are_the_intercepts(data):
    got = pet_peese(frame(TIED[data]))
    for method, pin in zip(("PET", "PEESE"), (TIED[data]["se"], TIED[data]["v_"]), strict=True):
        row = got.table.set_index("method").loc[method]
        # metafor's optimiser stops early with the variances of crede2010: 4e-5 in the intercept.
        assert row["estimate"] == pytest.approx(pin["beta"][0], rel=1e-4)
        assert (row["se"], row["df"]) == pytest.approx((pin["se"][0], pin["df"][0]), rel=1e-5)
    p = TIED[data]["se"]["p"][0]
    assert got.pet_p == pytest.approx(p, rel=1e-5)
    assert got.chosen == ("PEESE" if p < 0.05 else "PET")


@pytest.mark.parametrize("data", FILLED)
@pytest.mark.parametrize("how", ["random_L0", "random_R0", "common_L0", "common_R0", "left", "right"])
def test_trim_and_fill_agrees_with_metafor(data, how):
    pin = FILLED[data][how]
    model, _, estimator = how.partition("_")
    options = {"model": model, "estimator": estimator} if estimator else {"side": how}
    got = trim_and_fill(frame(FILLED[data]), **options)
    assert (got.k0, got.side) == (pin["k0"], pin["side"])
    assert got.se_k0 == pytest.approx(pin["se_k0"], rel=1e-12)
    if pin["p_k0"] is not None:
        assert got.p_k0 == pytest.approx(pin["p_k0"], rel=1e-12)
    numbers = (got.mean, got.se, got.low, got.high)
    assert numbers == pytest.approx([pin[n] for n in ("mean", "se", "low", "high")], rel=1e-8)
    assert got.tau2 == pytest.approx(pin["tau2"], rel=1e-8, abs=1e-12)
    assert np.sort(got.table["effect"]) == pytest.approx(np.sort(pin["y"]), rel=1e-8)
    assert got.table["filled"].sum() == pin["k0"]


def selected(name: str, *, alone: bool) -> tuple[dict, object]:
    pin = SELECTED[name]
    side = pin["alternative"].replace(".", "-")
    return pin, selection_model(frame(pin, alone=alone), steps=pin["steps"], alternative=side)


@pytest.mark.parametrize("name", SELECTED)
def test_selection_model_agrees_with_metafor(name):
    pin, got = selected(name, alone=True)
    assert got.converged
    assert got.agreeing == got.starts
    assert (got.mean, got.se) == pytest.approx((pin["mean"], pin["se"]), rel=1e-4)
    assert got.tau2 == pytest.approx(pin["tau2"], rel=1e-4, abs=1e-6)
    assert got.delta == pytest.approx(pin["delta"], rel=1e-4)
    assert got.se_delta[1:] == pytest.approx(pin["se_delta"][1:], rel=1e-4)
    assert (got.lrt, got.lrt_p) == pytest.approx((pin["lrt"], pin["lrt_p"]), rel=1e-4)
    assert got.lrt_df == pin["lrt_df"]
    assert got.loglik >= pin["loglik"] - 1e-9, "metafor found a higher top"
    assert got.loglik == pytest.approx(pin["loglik"], abs=1e-4)
    assert list(got.table["n_estimates"]) == pin["counts"]
    if pin["tau2"] < 1e-6:
        # metafor stops at a logarithm; a variance that is exactly zero has no standard error.
        assert got.tau2 == 0 and np.isnan(got.se_tau2)
    elif pin["se_tau2"] is not None:
        assert got.se_tau2 == pytest.approx(pin["se_tau2"], rel=1e-4)


def test_hackshaw_as_published():
    got = selected("hackshaw1998", alone=True)[1]
    assert [round(d, 4) for d in got.delta] == [1, 2.4221, 0.9775, 0.3967]
    assert (round(got.lrt, 4), got.lrt_df, round(got.tau2, 4)) == (7.0661, 3, 0.0307)
    assert (round(got.mean, 4), round(got.se, 4)) == (0.1217, 0.1299)


@pytest.mark.parametrize("name", [n for n in SELECTED if "clustered" in SELECTED[n]])
def test_clustered_errors_are_the_sandwich_of_the_scores(name):
    """Scores and Hessian of the written-out likelihood by numerical derivatives (numDeriv)."""
    pin, got = selected(name, alone=False)
    repeated = len(set(pin["study"])) < len(pin["study"])
    assert got.robust == repeated
    if repeated:
        ours = (got.se, got.se_tau2, *got.se_delta[1:])
        assert ours == pytest.approx(pin["clustered"], rel=1e-4)
        assert got.df == len(set(pin["study"])) - 1


@pytest.mark.parametrize("data", WEIGHTED)
def test_corrected_means_agree_with_metafor_and_clubsandwich(data):
    pin = WEIGHTED[data]
    side = "positive" if pin["side"] > 0 else "negative"
    ratios = [a["ratio"] for a in pin["at"]]
    fixed, sturdy = (
        worst_case(frame(pin), favourable=side, ratios=ratios, model=m).table.set_index("ratio")
        for m in ("common", "robust")
    )
    for at in pin["at"]:
        ours = fixed.loc[at["ratio"], ["estimate", "se"]].tolist()
        assert ours == pytest.approx([pin["side"] * at["fixed"], at["fixed_se"]], rel=1e-9)
        ours = sturdy.loc[at["ratio"], ["estimate", "se", "df"]].tolist()
        # tau2 is iterative in both; the rest is closed.
        assert ours == pytest.approx([pin["side"] * at["robust"], at["se"], at["df"]], rel=1e-8)
    assert fixed.loc[np.inf, "estimate"] == pytest.approx(pin["side"] * pin["only_others"], rel=1e-9)
    assert fixed.loc[np.inf, "se"] == pytest.approx(pin["only_others_se"], rel=1e-9)


@pytest.mark.parametrize("data", ["bcg", "hackshaw1998", "bangertdrowns2004"])
def test_with_robumetas_working_variances_the_error_is_robumetas(data):
    """The paper's software calls robu(userweights=); ours differs by its working variances only."""
    pin = WEIGHTED[data]
    y, v = pin["side"] * np.array(pin["y"]), np.array(pin["v"])
    favoured = affirmative(y, v, 0.95)
    assert favoured.sum() == pin["affirmative"]
    for at in pin["at"]:
        weight = multipliers(favoured, at["ratio"]) / (v + pin["tau2"])
        got = robust(y, v, weight, np.arange(len(y)))
        assert (got.mean, got.se) == pytest.approx((at["robu"], at["robu_se"]), rel=1e-10)
        assert common(y, v, favoured, at["ratio"]).mean == pytest.approx(at["fixed"], rel=1e-10)
