"""Each estimator beside the reference software of its field (tests/reference/trial_pins.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit.experiments.estimating.fit_contrasts import fit_contrasts
from almpo_kit.experiments.estimating.kernels.adjusted import adjusted
from almpo_kit.experiments.estimating.kernels.cluster import cluster
from almpo_kit.experiments.estimating.kernels.cluster_regression import cluster_regression
from almpo_kit.experiments.estimating.kernels.cox import cox
from almpo_kit.experiments.estimating.kernels.familywise import _inside, adjusted_p, critical
from almpo_kit.experiments.estimating.kernels.stepped_wedge import stepped_wedge
from almpo_kit.experiments.estimating.trial_data import TrialData

PINS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "trial_pins.json").read_text(encoding="utf-8")
)


def array(values: Any, kind: type = float) -> np.ndarray[Any, np.dtype[Any]]:
    return np.asarray(values, dtype=kind)


def close(found: Any, wanted: Any, tolerance: float = 1e-9) -> None:
    np.testing.assert_allclose(found, array(wanted), rtol=tolerance, atol=tolerance * 1e-3)


def test_difference_is_welch() -> None:
    p = PINS["people"]
    data = TrialData(y=array(p["y"]), arm=array(p["arm"], int), arms=("none", "a", "b"))
    for fit, pin in zip(fit_contrasts("difference", data, familywise="none"), p["welch"], strict=True):
        found = (fit.effect, fit.se, fit.df, fit.low, fit.high, fit.p_value)
        close(found, [pin[k] for k in ("effect", "se", "df", "low", "high", "p")])


def test_adjusted_is_lin_with_hc2() -> None:
    p = PINS["people"]
    found = adjusted(array(p["y"]), array(p["arm"], int), array(p["x"]), 3)
    close(found.effects, p["lin"]["effect"])
    close(found.covariance, p["lin"]["covariance"])


def test_blocked_is_the_saturated_regression_with_hc2() -> None:
    p = PINS["people"]
    arm = array(p["arm"], int)
    two = arm < 2
    data = TrialData(
        y=array(p["y"])[two], arm=arm[two], arms=("none", "a"), block=array(p["block"], int)[two]
    )
    (fit,) = fit_contrasts("blocked", data)
    close((fit.effect, fit.se), (p["blocks"]["effect"], p["blocks"]["se"]))


@pytest.mark.parametrize("covariates", [False, True])
def test_cluster_is_cr2_with_satterthwaite(covariates: bool) -> None:
    p = PINS["groups"]
    pin = p["cr2_x" if covariates else "cr2"]
    data = TrialData(
        y=array(p["y"]),
        arm=array(p["arm"], int),
        arms=("none", "a", "b"),
        cluster=array(p["group"], int),
        covariates=array(p["x"]) if covariates else None,
    )
    fits = fit_contrasts("cluster", data, familywise="none")
    for i, fit in enumerate(fits):
        found = (fit.effect, fit.se, fit.df, fit.low, fit.high, fit.p_value)
        close(found, [pin[k][i] for k in ("effect", "se", "df", "low", "high", "p")], 1e-8)
    y, arm, group = data.y, data.arm, array(p["group"], int)
    found_all = (
        cluster_regression(y, arm, group, array(p["x"]), 3) if covariates else cluster(y, arm, group, 3)
    )
    close(found_all.covariance, pin["covariance"], 1e-8)


def test_closed_form_of_groups_is_the_regression() -> None:
    p = PINS["groups"]
    y, arm, group = array(p["y"]), array(p["arm"], int), array(p["group"], int)
    closed, long = cluster(y, arm, group, 3), cluster_regression(y, arm, group, np.empty((len(y), 0)), 3)
    for a, b in zip(closed[:4], long[:4], strict=True):
        close(a, b, 1e-10)


def test_pairs_are_the_paired_t_test() -> None:
    p = PINS["pairs"]
    group = array(p["group"], int)
    data = TrialData(y=array(p["y"]), arm=group % 2, arms=("none", "a"), cluster=group, pair=group // 2)
    (fit,) = fit_contrasts("pairs", data)
    close((fit.effect, fit.se, fit.df, fit.p_value), [p["paired"][k] for k in ("effect", "se", "df", "p")])


@pytest.mark.parametrize(
    ("name", "correlation", "tolerance"),
    [("one", "exchangeable", 2e-5), ("decay", "decay", 2e-5), ("nested", "exchangeable", 2e-5)],
)
def test_stepped_wedge_is_mixed_model_with_cr2(name: str, correlation: str, tolerance: float) -> None:
    p = PINS["wedge"][name]
    fit = stepped_wedge(
        array(p["y"]), array(p["x"], int), array(p["group"], int), array(p["period"], int), correlation
    )
    found = (fit.effect, np.sqrt(fit.variance), fit.df, np.sqrt(fit.model_variance))
    close(found, [p[k] for k in ("effect", "se", "df", "model_se")], tolerance)


@pytest.mark.parametrize("name", ["plain", "covariate", "strata", "cluster"])
def test_hazards_are_those_of_survival(name: str) -> None:
    p, g = PINS["durations"], PINS["groups"]
    arm, x = array(g["arm"], int), array(g["x"])
    design = (arm[:, None] == [1, 2]).astype(float)
    if name == "covariate":
        design = np.column_stack([design, x])
    strata = (x[:, 0] > 0).astype(int) if name == "strata" else None
    time, event = array(p["time"]), array(p["event"], bool)
    fit = cox(time, event, design, strata)
    close(fit.coefficients, p[name]["beta"], 1e-8)
    close(fit.covariance, p[name]["covariance"], 1e-8)
    if name == "plain":
        close(fit.influence, p[name]["dfbeta"], 1e-6)
    if name == "covariate":
        both = cox(time, event, design, (x[:, 0] > 0).astype(int))
        close(both.influence, p[name]["dfbeta"], 1e-6)
    if name == "cluster":
        group = array(g["group"], int)
        moved = np.zeros((group.max() + 1, 2))
        np.add.at(moved, group, fit.influence)
        close(moved.T @ moved, p[name]["robust"], 1e-8)


def test_dunnett_is_mvtnorm() -> None:
    for pin in PINS["several"]["dunnett"]:
        v = array(pin["variances"])
        covariance = np.diag(v[1:]) + v[0]
        df = pin["df"] or np.inf
        found = [_inside(q, covariance, df) for q in pin["q"]]
        close(found, pin["inside"], 1e-6)
        (limit,) = set(critical(np.full(len(v) - 1, float(df)), covariance, 0.05, "dunnett"))
        assert _inside(limit, covariance, df) == pytest.approx(0.95, abs=1e-9)


@pytest.mark.parametrize("method", ["holm", "bonferroni"])
def test_steps_are_those_of_p_adjust(method: str) -> None:
    from scipy import stats

    p = array(PINS["several"]["p"])
    df = np.full(4, 30.0)
    alone, together = adjusted_p(stats.t.isf(p / 2, df), df, np.eye(4) + 1, method)
    close(alone, p)
    close(together, PINS["several"][method])
