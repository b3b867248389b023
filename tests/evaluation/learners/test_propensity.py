"""Chances of each arm: out of fold, the same for any number of workers, finite when an arm is predicted perfectly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from almpo_kit.evaluation.learners.basis import bent, scaled
from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.evaluation.learners.propensity import chosen_model, out_of_fold_propensity, strata_columns
from almpo_kit.vocabulary.errors import ParameterError

from ..made_samples import made


@pytest.mark.parametrize("learner", ["linear", "boosting"])
def test_rows_sum_to_one_and_workers_do_not_matter(learner: str) -> None:
    sample = made(600, arms=3)
    fold = folds(sample, 4, 0)
    one = out_of_fold_propensity(sample, fold, learner=learner)
    two = out_of_fold_propensity(sample, fold, learner=learner, workers=2)
    assert one.tobytes() == two.tobytes()
    assert one.shape == (600, 3)
    assert np.allclose(one.sum(axis=1), 1) and (one > 0).all()


def test_nobody_is_predicted_by_a_model_that_has_seen_them() -> None:
    """The arm of the people of one fold is turned round: their own chances must not move."""
    sample = made(400)
    fold = folds(sample, 4, 0)
    before = out_of_fold_propensity(sample, fold, learner="linear")
    turned = replace(sample, arm=np.where(fold == 1, 1 - sample.arm, sample.arm))
    after = out_of_fold_propensity(turned, fold, learner="linear")
    assert np.array_equal(before[fold == 1], after[fold == 1])
    assert not np.allclose(before[fold == 0], after[fold == 0])


def test_the_logit_recovers_chances() -> None:
    sample = made(6000, arms=3, seed=4)
    pull = np.exp(np.outer(sample.covariates[:, 0], np.linspace(0, 0.8, 3)))
    true = pull / pull.sum(axis=1, keepdims=True)
    found = out_of_fold_propensity(sample, folds(sample, 5, 0), learner="auto")
    assert np.sqrt(np.mean((found - true) ** 2)) < 0.02


def test_auto_takes_the_plainest_that_predicts_as_well() -> None:
    sample = made(2000)
    fold = folds(sample, 4, 0)
    assert chosen_model(sample, fold, "auto", 0) == "plain"
    rng = np.random.default_rng(0)
    x = sample.covariates
    curved = replace(sample, arm=(rng.random(2000) < 1 / (1 + np.exp(2 - x[:, 0] ** 2))).astype(np.int64))
    assert chosen_model(curved, fold, "linear", 0) == "bent"
    corners = replace(
        sample, arm=(rng.random(2000) < np.where(x[:, 0] * x[:, 1] > 0, 0.85, 0.15)).astype(int)
    )
    assert chosen_model(corners, fold, "auto", 0) == "boosting"


def test_perfect_prediction_gives_finite_extreme_chances() -> None:
    sample = made(300)
    sample = replace(sample, arm=(sample.covariates[:, 0] > 0).astype(np.int64))
    found = out_of_fold_propensity(sample, folds(sample, 5, 0), learner="linear")
    assert np.isfinite(found).all()
    assert np.mean(found[np.arange(300), sample.arm] > 0.5) > 0.95
    assert found.max() > 0.999


def test_strata_enter() -> None:
    sample = made(1200)
    rng = np.random.default_rng(1)
    block = np.arange(1200) % 3
    sample = replace(
        sample, block=block, arm=(rng.random(1200) < np.array([0.2, 0.5, 0.8])[block]).astype(np.int64)
    )
    found = out_of_fold_propensity(sample, folds(sample, 4, 0), learner="linear")[:, 1]
    assert [round(float(found[block == b].mean()), 1) for b in range(3)] == [0.2, 0.5, 0.8]


def test_very_many_strata_become_shares_of_the_training_rows_only() -> None:
    block = np.arange(400) // 2
    arm = np.tile([0, 1], 200)
    training = np.arange(400) >= 100
    columns = strata_columns(block, arm, training, 2)
    assert columns.shape == (400, 1)
    assert np.allclose(columns, 0)
    other = strata_columns(block, np.where(training, arm, 1), training, 2)
    assert np.array_equal(columns, other)


def test_without_covariates_the_shares_outside_the_fold_are_told() -> None:
    sample = replace(made(100), covariates=np.empty((100, 0)), names=(), parts={})
    fold = folds(sample, 5, 0)
    found = out_of_fold_propensity(sample, fold)
    outside = sample.arm[fold != 2].mean()
    assert np.allclose(found[fold == 2, 1], outside)


def test_an_unknown_learner_is_refused() -> None:
    with pytest.raises(ParameterError, match="boosting"):
        out_of_fold_propensity(made(50), np.zeros(50, dtype=int), learner="forest")


def test_a_stop_in_progress_ends_the_work() -> None:
    sample = made(200)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    for workers in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            out_of_fold_propensity(
                sample, folds(sample, 4, 0), learner="linear", workers=workers, progress=stop
            )


def test_the_basis_bends_what_varies_finely_and_drops_what_does_not_vary() -> None:
    rng = np.random.default_rng(0)
    earnings = np.where(rng.random(500) < 0.3, 0, rng.lognormal(9, 1, 500))
    x = np.column_stack([earnings, rng.integers(0, 2, 500), np.ones(500)])
    assert bent(x).shape == (500, 4)
    assert scaled(x).shape == (500, 2)
    assert np.allclose(bent(x).mean(axis=0), 0) and np.allclose(bent(x).var(axis=0), 1)
    assert bent(x[:, 2:]).shape == (500, 0)
