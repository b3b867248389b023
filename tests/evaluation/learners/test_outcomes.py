"""Expected outcomes: out of fold, the same for any number of threads, and good enough to be worth having."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.evaluation.learners.gram_ridge import PENALTIES, fold_sums, leave_fold_out
from almpo_kit.evaluation.learners.outcomes import better_outcome_learner, out_of_fold_outcomes
from almpo_kit.vocabulary.errors import ParameterError

from ..made_samples import made


@pytest.mark.parametrize("learner", ["linear", "boosting"])
def test_a_persons_own_outcome_does_not_reach_her_prediction(learner: str) -> None:
    sample = made(240, seed=1)
    fold = folds(sample, 3, 0)
    before = out_of_fold_outcomes(sample, fold, learner=learner)
    touched = sample.outcome.copy()
    touched[fold == 0] += 1000.0
    after = out_of_fold_outcomes(replace(sample, outcome=touched), fold, learner=learner)
    assert (before[fold == 0] == after[fold == 0]).all()
    assert not np.allclose(before[fold == 1], after[fold == 1])


@pytest.mark.parametrize("learner", ["linear", "boosting", "auto"])
def test_two_workers_same_bytes_as_one(learner: str) -> None:
    sample = made(600, arms=3, months=2, seed=2)
    fold = folds(sample, 3, 0)
    one, two = (out_of_fold_outcomes(sample, fold, learner=learner, workers=w) for w in (1, 2))
    assert one.tobytes() == two.tobytes() and one.shape == (600, 3, 2)


def test_missing_outcomes_are_left_out_and_predicted() -> None:
    sample = made(400, months=3, seed=3)
    gone = sample.outcome.copy()
    gone[:50, 1] = np.nan
    gone[:, 2] = gone[:, 1]
    fold = folds(sample, 4, 0)
    found = out_of_fold_outcomes(replace(sample, outcome=gone), fold, learner="linear")
    assert np.isfinite(found).all()
    assert (found[:, :, 1] == found[:, :, 2]).all()
    whole = out_of_fold_outcomes(sample, fold, learner="linear")
    assert found[:, :, 0] == pytest.approx(whole[:, :, 0], rel=1e-9)


def test_lines_where_lines_are_true_trees_where_they_are_not() -> None:
    sample = made(1500, seed=4)
    assert better_outcome_learner(sample, folds(sample, 3, 0)) == "linear"
    bumps = 10 * (np.sign(sample.covariates[:, 0] * sample.covariates[:, 1]) > 0)
    bumpy = replace(sample, outcome=sample.outcome * 0.3 + bumps[:, None])
    assert better_outcome_learner(bumpy, folds(sample, 3, 0)) == "boosting"


def test_without_covariates_the_arms_means_outside_the_fold() -> None:
    sample = made(100, seed=5)
    bare = replace(sample, covariates=np.empty((100, 0)))
    fold = folds(bare, 2, 0)
    found = out_of_fold_outcomes(bare, fold)
    outside = sample.outcome[(fold == 1) & (sample.arm == 1), 0].mean()
    assert found[fold == 0, 1, 0] == pytest.approx(outside)


def test_the_penalty_is_chosen_without_the_fold() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(90, 3)), rng.normal(size=(90, 1))
    fold, rows = np.arange(90) % 3, np.arange(90)
    sums = fold_sums(x, y, np.ones(90), fold, rows, np.array([0]), 3)
    beta = leave_fold_out(*sums)
    from sklearn.linear_model import Ridge

    train = fold != 0
    scale = np.mean((x[train] ** 2).sum(axis=0))
    losses = {p: Ridge(alpha=p * scale).fit(x[train], y[train, 0]).coef_ for p in PENALTIES}
    assert min(np.abs(beta[0, 1:, 0] - b).max() for b in losses.values()) < 1e-8


def test_an_unknown_learner_names_the_known_ones() -> None:
    sample = made(60, seed=7)
    with pytest.raises(ParameterError, match="boosting"):
        out_of_fold_outcomes(sample, folds(sample, 2, 0), learner="forest")
