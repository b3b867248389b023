"""Each estimator beside a peer or a formula."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit import evaluation
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.double_machine_learning import double_machine_learning
from almpo_kit.evaluation.estimation.doubly_robust import doubly_robust
from almpo_kit.evaluation.estimation.followed import followed, withheld
from almpo_kit.evaluation.estimation.randomised import adjusted, difference
from almpo_kit.evaluation.estimation.regression import regression
from almpo_kit.evaluation.estimation.scores import doubly_robust_scores
from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.evaluation.learners.outcomes import out_of_fold_outcomes
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity
from almpo_kit.evaluation.protocol.methods import METHODS, load
from almpo_kit.evaluation.protocol.results import Overlap

from ..made_samples import made
from . import worlds

PINS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "estimation_pins.json").read_text(encoding="utf-8")
)
ONE = (("arm 1", "no programme"),)


def seen(assignment: str = "matching", propensity: Any = None, kept: Any = None) -> Any:
    """An Overlap as far as estimators read it."""
    world = worlds.few_treated(0, n=400)
    plan = evaluation.design(world.frame, **{**world.design, "assignment": assignment})
    return Overlap(
        question="",
        sentence="",
        table=world.frame.head(0),
        design=plan,
        kept=np.ones(400, dtype=bool) if kept is None else kept,
        propensity=propensity,
    )


@pytest.mark.parametrize("case", sorted(PINS))
def test_adjusted_agrees_with_lm_lin(case: str) -> None:
    d = {k: np.array(v, dtype=float) for k, v in PINS[case]["data"].items()}
    arm = d["arm"].astype(int)
    sample = replace(
        made(len(arm), arms=int(arm.max()) + 1),
        arm=arm,
        outcome=d["y"][:, None],
        covariates=np.column_stack([d["x1"], d["x2"]]),
        cluster=np.unique(d["cluster"], return_inverse=True)[1],
    )
    from almpo_kit.evaluation.estimation.arm_regressions import by_arm

    contrasts = [(a, "no programme") for a in sample.arms[1:]]
    found = by_arm(sample, sample.covariates, contrasts, [sample.covariates.mean(axis=0)] * len(contrasts))
    pin = PINS[case]["lin"]
    assert found.estimate[:, 0] == pytest.approx(pin["estimate"], rel=1e-9)
    assert np.sqrt(found.covariance[:, 0, 0]) == pytest.approx(pin["se"], rel=1e-9)
    if "df" in pin:
        assert found.df[:, 0] == pytest.approx(pin["df"], rel=1e-7)
    if case == "persons":
        fit = adjusted(seen("rct"), sample, estimand="itt", contrasts=contrasts)
        assert fit.estimate == pytest.approx(found.estimate)


def test_scores_average_to_the_estimate_and_to_the_formula() -> None:
    sample = made(500, arms=3, months=2, seed=1)
    fold = folds(sample, 5, 0)
    chance = out_of_fold_propensity(sample, fold, learner="linear")
    fit = doubly_robust(
        seen(propensity=chance, kept=np.ones(500, dtype=bool)),
        sample,
        estimand="ate",
        contrasts=(("arm 2", "arm 1"),),
        learner="linear",
    )
    assert fit.scores is not None
    means = fit.scores.mean(axis=0)
    assert fit.estimate[0] == pytest.approx(means[2] - means[1], rel=1e-10)
    assert fit.comparison_mean[0] == pytest.approx(means[1], rel=1e-10)
    expected = out_of_fold_outcomes(sample, fold, learner="linear")
    again = doubly_robust_scores(sample, chance, expected)
    assert again == pytest.approx(fit.scores, rel=1e-10)
    # By hand, arm 1, first month: weights scaled to everybody.
    own = sample.arm == 1
    weight = 1 / chance[own, 1]
    byhand = expected[:, 1, 0].mean() + np.average(
        sample.outcome[own, 0] - expected[own, 1, 0], weights=weight
    )
    assert means[1, 0] == pytest.approx(byhand, rel=1e-10)


def test_double_robustness() -> None:
    """Right when either the chances or the outcomes are wrong, wrong when both are."""
    sample = made(20_000, seed=2)
    right = 1 / (1 + np.exp(-0.8 * sample.covariates[:, 0]))
    chances = {"right": np.column_stack([1 - right, right]), "wrong": np.full((20_000, 2), 0.5)}
    line = 2 * sample.covariates[:, [0]] + sample.covariates[:, [1]] + np.arange(2.0)
    outcomes = {"right": line[:, :, None], "wrong": np.zeros((20_000, 2, 1))}
    found = {
        (p, m): float(np.diff(doubly_robust_scores(sample, chances[p], outcomes[m]).mean(axis=0)[:, 0])[0])
        for p in chances
        for m in outcomes
    }
    assert found.pop(("wrong", "wrong")) > 1.4
    assert all(v == pytest.approx(1.0, abs=0.1) for v in found.values())


def test_double_machine_learning_is_econml_with_our_standard_errors() -> None:
    sample = made(400, arms=3, seed=3)
    contrasts = (("arm 1", "no programme"), ("arm 2", "arm 1"))
    fit = double_machine_learning(seen(), sample, contrasts=contrasts, folds=3, learner="linear")
    from almpo_kit.evaluation.estimation.double_machine_learning import _arm_contrasts, _econml
    from almpo_kit.evaluation.inference.cluster_robust import least_squares

    effects, y, t = _econml(sample, folds(sample, 3, 0), 0, "linear", 0)
    ours = least_squares(t, y, sample.cluster, sample.weight, _arm_contrasts(sample, contrasts)[:, 1:])
    assert fit.estimate[:, 0] == pytest.approx(ours.estimate[:, 0], rel=1e-6)
    assert fit.estimate[0, 0] == pytest.approx(effects[0])
    assert fit.se[:, 0] == pytest.approx(np.sqrt(ours.covariance[:, 0, 0]))
    assert abs(fit.estimate[0, 0] - 1) < 4 * fit.se[0, 0]
    assert np.isnan(
        double_machine_learning(
            seen(), made(300, months=2, seed=4), contrasts=ONE, folds=2, learner="linear"
        ).covariance[0, 0, 1]
    )


def test_strata_are_weighted_by_their_people() -> None:
    world = worlds.strata(0)
    plan = evaluation.design(world.frame, **world.design)
    sample = plan.sample
    fit = difference(seen("rct"), sample, estimand="itt", contrasts=(("training", worlds.COMPARISON),))
    y, gaps, sizes = sample.outcome[:, 0], [], []
    for b in range(6):
        here = sample.block == b
        gaps.append(y[here & (sample.arm == 1)].mean() - y[here & (sample.arm == 0)].mean())
        sizes.append(here.sum())
    assert fit.estimate[0, 0] == pytest.approx(np.average(gaps, weights=sizes), rel=1e-9)


def test_regression_for_those_who_took_part_is_their_mean_less_what_the_others_predict() -> None:
    sample = made(300, seed=5)
    fit = regression(seen(), sample, estimand="att", contrasts=ONE)
    x = np.column_stack([np.ones(300), sample.covariates])
    rest = sample.arm == 0
    beta = np.linalg.lstsq(x[rest], sample.outcome[rest, 0], rcond=None)[0]
    assert fit.comparison_mean[0, 0] == pytest.approx((x[~rest] @ beta).mean(), rel=1e-9)
    assert fit.estimate[0, 0] == pytest.approx((sample.outcome[~rest, 0] - x[~rest] @ beta).mean(), rel=1e-9)


def test_too_few_people_for_slopes_of_their_own_is_said() -> None:
    sample = made(40, seed=6)
    wide = replace(sample, covariates=np.random.default_rng(0).normal(size=(40, 12)))
    fit = adjusted(seen("rct"), wide, estimand="itt", contrasts=ONE)
    assert "common_slopes" in {c.name for c in fit.checks} and np.isfinite(fit.estimate).all()


def test_a_missing_outcome_is_no_zero() -> None:
    sample = made(400, seed=7)
    gone = sample.outcome.copy()
    gone[::4] = np.nan
    for function, estimand in (
        (adjusted, "itt"),
        (doubly_robust, "ate"),
        (doubly_robust, "att"),
        (regression, "att"),
    ):
        whole, part = (
            function(seen(), s, estimand=estimand, contrasts=ONE, learner="linear", folds=4)
            for s in (sample, replace(sample, outcome=gone))
        )
        assert abs(part.estimate - whole.estimate).max() < 3 * whole.se.max()
        assert (part.se > whole.se).all()


@pytest.mark.parametrize("method", METHODS["matching"])
@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_months_that_are_not_known_in_an_arm_are_left_out_and_the_rest_is_as_without_them(
    method: str, estimand: str
) -> None:
    sample = made(400, arms=3, months=4, seed=3)
    outcome = sample.outcome.copy()
    outcome[:, 1] = np.nan
    outcome[sample.arm == 2, 2] = np.nan
    outcome[np.flatnonzero(sample.arm == 1)[9:], 3] = np.nan
    names = sample.arms
    contrasts = ((names[1], names[0]), (names[2], names[0]))
    kept, checks = followed(replace(sample, outcome=outcome), contrasts)
    assert kept.measures["months"].tolist() == [1.0, 3.0, 4.0]
    assert [c.status for c in checks] == ["failed"]
    assert "y1" in checks[0].sentence
    assert "10" in checks[0].sentence
    function = load(METHODS["matching"][method])

    def fit(some: Sample) -> Any:
        return withheld(
            function(seen(), some, estimand=estimand, contrasts=contrasts, folds=2, learner="linear", seed=0),
            some,
        )

    found = fit(kept)
    assert np.isnan(found.estimate).tolist() == [[False, False, True], [False, True, False]]
    assert (np.isnan(found.se) == np.isnan(found.estimate)).all()
    alone = fit(replace(sample, outcome=sample.outcome[:, :1], measures=sample.measures.iloc[:1]))
    np.testing.assert_allclose(found.estimate[:, 0], alone.estimate[:, 0], rtol=1e-9)
    np.testing.assert_allclose(found.se[:, 0], alone.se[:, 0], rtol=1e-9)


def test_participants_whose_outcome_is_missing_stay_people_in_question() -> None:
    rng = np.random.default_rng(0)
    sample = made(6000, seed=5)
    x = sample.covariates[:, 0]
    gain = 1 + x
    outcome = sample.outcome + np.where(sample.arm == 1, x, 0.0)[:, None]
    gone = rng.random(len(x)) < np.where(sample.arm == 1, 1 / (1 + np.exp(-1.5 * x)), 0.1)
    sample = replace(sample, outcome=np.where(gone[:, None], np.nan, outcome))
    truth = gain[sample.arm == 1].mean()
    assert gain[(sample.arm == 1) & ~gone].mean() < truth - 0.3
    fit = doubly_robust(seen(), sample, estimand="att", contrasts=ONE, learner="linear")
    assert abs(fit.estimate[0, 0] - truth) < 3 * fit.se[0, 0]
    assert fit.se[0, 0] < 0.08
