"""Chances fitted anew for an attempt stay inside the support of the estimate under attack."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation
from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity
from almpo_kit.evaluation.refutation.supported_chances import supported_chances


@pytest.fixture(scope="module")
def estimate() -> evaluation.Estimate:
    """Four in ten take part, more where the covariate is large."""
    rng = np.random.default_rng(4)
    n = 600
    x = rng.normal(size=n)
    part = rng.random(n) < 1 / (1 + np.exp(0.5 - 0.6 * x))
    frame = pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(n)],
            "treatment": np.where(part, "training", "none"),
            "x": x,
            "pay": 100 * x + 50 * part + 50 * rng.normal(size=n),
            "source": "SYNTHETIC",
        }
    )
    measured = evaluation.measured("pay", outcome="earnings", unit="eur_per_month", months=12)
    plan = evaluation.design(
        frame, assignment="matching", comparison="none", outcomes=measured, covariates={"x": "history"}
    )
    return evaluation.estimate(evaluation.overlap(plan, learner="linear"), learner="linear")


def test_chances_stay_inside_the_support(estimate: evaluation.Estimate) -> None:
    sample = estimate.sample
    moved = sample.covariates.copy()
    moved[np.flatnonzero(sample.arm == 0)[0]] = 30.0
    changed = replace(sample, covariates=moved)
    options = {"count": 5, "learner": "linear", "seed": 0, "workers": 1}
    chances = supported_chances(estimate.overlap, changed, **options)
    assert chances is not None
    fold = folds(changed, 5, 0)
    free = out_of_fold_propensity(changed, fold, learner="linear")
    known = estimate.overlap.propensity
    assert known is not None
    assert free[:, 1].max() > known[:, 1].max(), "without the ends somebody is all but certain to take part"
    assert (
        known[:, 1].min() - 1e-12 <= chances[:, 1].min() and chances[:, 1].max() <= known[:, 1].max() + 1e-12
    )
    assert np.allclose(chances.sum(axis=1), 1)


def test_arms_that_the_estimate_did_not_have(estimate: evaluation.Estimate) -> None:
    other = replace(estimate.sample, arms=("none", "placebo"))
    assert supported_chances(estimate.overlap, other, count=5, learner="linear", seed=0, workers=1) is None
