"""Weighting and matching against reference software and laws."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation, sources
from almpo_kit.evaluation.designs.encoding import encode
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.learners.basis import scaled
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.evaluation.weighting.balancing import balancing_weights, effective_size
from almpo_kit.evaluation.weighting.logit import fit_logit
from almpo_kit.evaluation.weighting.matched import matched_contrast
from almpo_kit.evaluation.weighting.matches import Matches, in_space
from almpo_kit.evaluation.weighting.nearest_neighbours import nearest_neighbours
from almpo_kit.evaluation.weighting.propensity_matching import propensity_matching
from almpo_kit.evaluation.weighting.weighting import weighted_contrast, weighting
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from ..made_samples import made
from ..support.people import chosen, design

PINS = json.loads((Path(__file__).parents[2] / "reference" / "weighting_pins.json").read_text())
METHODS = {
    "weighting": weighting,
    "propensity_matching": propensity_matching,
    "nearest_neighbours": nearest_neighbours,
}
ONE = (("arm 1", "no programme"),)


def pinned(name: str) -> Sample:
    """The data of the pins as a sample."""
    if name == "made":
        frame = pd.DataFrame(PINS["made"])
        x, names, parts = encode(frame, ["x1", "x2", "x3"])
        y, arm = frame["y"].to_numpy(), frame["treat"].to_numpy()
    else:
        frame = sources.lalonde()
        x, names, parts = encode(
            frame, ["age", "education", "black", "hispanic", "married", "no_degree", "re74", "re75"]
        )
        y, arm = frame["re78"].to_numpy(), (frame["treatment"] == "training").to_numpy()
    n = len(frame)
    base = made(4)
    return replace(
        base,
        arm=arm.astype(np.int64),
        outcome=y[:, None].astype(float),
        covariates=x,
        names=names,
        parts=parts,
        cluster=np.arange(n),
        weight=np.ones(n),
    )


def shared(sample: Sample) -> Overlap:
    """What the methods read of an overlap."""
    found = object.__new__(Overlap)
    object.__setattr__(found, "propensity", None)
    object.__setattr__(found, "kept", np.ones(len(sample), dtype=bool))
    return found


def neighbours(sample: Sample) -> Any:
    x, strata = scaled(sample.covariates), np.zeros(len(sample), dtype=np.int64)

    def find(targets: Any, donors: Any, m: int, own: bool, arm: int) -> Matches:
        return in_space(x[targets], x[donors], (strata[targets], strata[donors]), m, own=own)

    return find


@pytest.mark.parametrize("name", ["made", "nsw"])
@pytest.mark.parametrize("estimand", ["att", "ate"])
@pytest.mark.parametrize("matches", [1, 2, 4])
def test_matching_and_its_standard_error_are_those_of_sekhons_matching(
    name: str, estimand: str, matches: int
) -> None:
    sample = pinned(name)
    pins = pd.DataFrame(PINS["matching"])
    pin = pins.query("data == @name and estimand == @estimand.upper() and M == @matches").iloc[0]
    found = matched_contrast(sample, (1, 0), estimand, neighbours(sample), matches, sample.covariates)
    # R's copy of the NSW data is rounded.
    close = 1e-9 if name == "made" else 1e-5
    assert found.estimate[0] == pytest.approx(pin["estimate"], rel=close)
    assert np.sqrt(found.covariance[0, 0]) == pytest.approx(pin["se"], rel=close)


@pytest.mark.slow
@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_weighting_is_that_of_statsmodels(estimand: str) -> None:
    """Estimates to the digit; its standard errors come from the same influences without the small-sample part."""
    import statsmodels.api as sm
    from statsmodels.treatment.treatment_effects import TreatmentEffect

    sample = made(1500, seed=5)
    y = sample.outcome[:, 0] + sample.arm * sample.covariates[:, 1]
    sample = replace(sample, outcome=y[:, None])
    logit = fit_logit(sample, "plain", ridge=1e-9)
    found, covariance, _, base = weighted_contrast(sample, logit.chance, logit, (1, 0), estimand)
    x = sm.add_constant(sample.covariates)
    peer = TreatmentEffect(sm.OLS(y, x), sample.arm, results_select=sm.Logit(sample.arm, x).fit(disp=0))
    told = peer.ipw(return_results=True, effect_group="all" if estimand == "ate" else 1)
    assert found[0] == pytest.approx(told.summary_frame()["coef"].iloc[0], abs=1e-5)
    assert base[0] == pytest.approx(told.summary_frame()["coef"].iloc[1], abs=1e-5)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(told.summary_frame()["std err"].iloc[0], rel=1e-2)


@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_with_four_arms_influences_are_those_of_the_jackknife(estimand: str) -> None:
    sample = made(2000, arms=4, clusters=40, seed=2)
    logit = fit_logit(sample, "plain", ridge=1e-9)
    _, covariance, _, _ = weighted_contrast(sample, logit.chance, logit, (2, 1), estimand)
    left_out = []
    for g in range(40):
        rest = sample.rows(sample.cluster != g)
        again = fit_logit(rest, "plain", ridge=1e-9)
        left_out.append(weighted_contrast(rest, again.chance, None, (2, 1), estimand)[0][0])
    jackknife = 39 / 40 * np.sum((np.array(left_out) - np.mean(left_out)) ** 2)
    assert covariance[0, 0] == pytest.approx(jackknife, rel=0.05)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_each_method_finds_the_effect_and_months_hang_together(method: str, estimand: str) -> None:
    sample = made(2500, arms=3, months=3, seed=1)
    pairs = (("arm 1", "no programme"), ("arm 2", "arm 1"))
    fit = METHODS[method](shared(sample), sample, estimand=estimand, contrasts=pairs, learner="linear")
    assert fit.estimate.shape == (2, 3) and fit.covariance.shape == (2, 3, 3)
    assert (np.abs(fit.estimate - 1) < 4 * fit.se).all()
    assert (fit.se < 0.2).all()
    assert all(np.linalg.eigvalsh(c).min() > -1e-12 for c in fit.covariance)
    assert fit.estimand == estimand and (fit.df > 20).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_people_and_the_unit_of_outcomes_do_not_matter(method: str) -> None:
    sample = made(300, seed=3)
    order = np.random.default_rng(0).permutation(300)
    chance = np.tile([0.5, 0.5], (300, 1)) + 0.1 * np.outer(sample.covariates[:, 0] / 4, [-1, 1])
    over = shared(sample)
    object.__setattr__(over, "propensity", chance)
    mixed = shared(sample)
    object.__setattr__(mixed, "propensity", chance[order])
    run = METHODS[method]
    fit = run(over, sample, contrasts=ONE)
    again = run(mixed, replace(sample.rows(order), outcome=1000 * sample.outcome[order]), contrasts=ONE)
    assert again.estimate / 1000 == pytest.approx(fit.estimate, rel=1e-5)
    assert again.se / 1000 == pytest.approx(fit.se, rel=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_missing_outcomes_use_those_who_are_left(method: str) -> None:
    sample = made(800, months=2, seed=4)
    holed = sample.outcome.copy()
    gone = np.arange(800) % 7 == 0
    holed[gone, 1] = np.nan
    fit = METHODS[method](shared(sample), replace(sample, outcome=holed), contrasts=ONE, learner="linear")
    whole = METHODS[method](shared(sample), sample, contrasts=ONE, learner="linear")
    assert fit.estimate[0, 0] == pytest.approx(whole.estimate[0, 0], abs=1e-9)
    assert np.isfinite(fit.covariance).all()
    assert abs(fit.estimate[0, 1] - 1) < 4 * fit.se[0, 1]


@pytest.mark.parametrize("method", METHODS)
def test_clusters_that_move_together_widen_intervals(method: str) -> None:
    rng = np.random.default_rng(6)
    sample = made(900, clusters=30, seed=6)
    office, gain = rng.normal(size=30), rng.normal(size=30)
    y = sample.outcome[:, 0] + 2 * office[sample.cluster] + 2 * gain[sample.cluster] * sample.arm
    sample = replace(sample, outcome=y[:, None])
    alone = replace(sample, cluster=np.arange(900))
    run = METHODS[method]
    clustered = run(shared(sample), sample, contrasts=ONE, learner="linear")
    single = run(shared(alone), alone, contrasts=ONE, learner="linear")
    assert clustered.se[0, 0] > 1.5 * single.se[0, 0]
    assert clustered.df[0, 0] < 30
    assert "cluster" in clustered.se_kind


def test_strata_are_matched_exactly() -> None:
    sample = made(600, seed=7)
    block = np.arange(600) % 3
    sample = replace(sample, block=block, outcome=(10.0 * block + sample.arm)[:, None])
    for method in (nearest_neighbours, propensity_matching):
        fit = method(shared(sample), sample, contrasts=ONE, learner="linear")
        assert fit.estimate[0, 0] == pytest.approx(1, abs=1e-9)


def test_weights_balance_and_lose_size() -> None:
    rng = np.random.default_rng(0)
    chance = rng.dirichlet([3, 3, 3], 500)
    arm = np.array([rng.choice(3, p=c) for c in chance])
    for estimand in ("att", "ate"):
        w = balancing_weights(arm, chance, np.ones(500), 2, 0, estimand)
        assert w[arm == 1].sum() == 0
        assert w[arm == 0].sum() == pytest.approx(1) and w[arm == 2].sum() == pytest.approx(1)
    assert np.ptp(balancing_weights(arm, chance, np.ones(500), 2, 0, "att")[arm == 2]) == 0
    assert effective_size(np.ones(20)) == pytest.approx(20)
    assert effective_size(np.array([1.0, 0, 0])) == pytest.approx(1)
    assert effective_size(np.ones(20), np.arange(20) // 5) == pytest.approx(4)


def test_bad_input_is_refused() -> None:
    sample = made(200)
    with pytest.raises(ParameterError, match="matches=4"):
        nearest_neighbours(shared(sample), sample, contrasts=ONE, matches=0)
    bare = replace(sample, covariates=np.empty((200, 0)), names=(), parts={})
    with pytest.raises(DesignError, match="no covariate"):
        nearest_neighbours(shared(bare), bare, contrasts=ONE)


def test_through_the_protocol() -> None:
    plan = design(chosen(900))
    over = evaluation.overlap(plan, learner="linear")
    for method in METHODS:
        one, two = (
            evaluation.estimate(over, method=method, learner="linear", seed=1, workers=w) for w in (1, 2)
        )
        assert abs(one.table["effect"].iloc[0] - 100) < 4 * one.table["se"].iloc[0]
        assert one.table.equals(two.table)
