"""Cochran's rule: who needs more people, and who does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from almpo_kit import evaluation
from almpo_kit.evaluation.estimation.skewed_outcomes import skewness


def estimate(outcome: np.ndarray, share: float = 0.5) -> evaluation.Estimate:
    n = len(outcome)
    frame = pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(n)],
            "treatment": np.where(np.arange(n) < share * n, "training", "none"),
            "pay": outcome,
            "source": "SYNTHETIC",
        }
    )
    measured = evaluation.measured("pay", outcome="earnings", unit="eur_per_month", months=12)
    plan = evaluation.design(frame, assignment="rct", comparison="none", outcomes=measured)
    return evaluation.estimate(evaluation.overlap(plan), method="difference")


def status(found: evaluation.Estimate) -> str:
    (check,) = [c for c in found.checks if c.name == "skewed_outcomes"]
    return check.status


def test_skewness_is_that_of_scipy() -> None:
    x = np.random.default_rng(0).lognormal(size=200)
    assert skewness(x) == pytest.approx(stats.skew(x))
    assert skewness(np.ones(5)) == 0.0


def test_heavy_tails_in_a_small_arm_are_told() -> None:
    rng = np.random.default_rng(1)
    assert status(estimate(rng.lognormal(7, 1.2, 1500), 0.05)) == "failed"
    assert status(estimate(rng.normal(1500, 300, 1500), 0.05)) == "passed"
    assert status(estimate(rng.lognormal(7, 0.5, 4000))) == "passed"


def test_a_little_too_few_is_a_remark() -> None:
    # Exponential outcomes have skewness 2: a hundred people in the arm are wanted.
    pay = stats.expon.ppf((np.arange(140) + 0.5) / 140) * 1000
    found = estimate(np.random.default_rng(3).permutation(pay))
    assert status(found) == "informational"


def test_the_count_named_is_rounded() -> None:
    found = estimate(np.random.default_rng(2).lognormal(7, 1.5, 300))
    (check,) = [c for c in found.checks if c.name == "skewed_outcomes"]
    needed = 25 * max(skewness(found.sample.outcome[found.sample.arm == k, 0]) ** 2 for k in (0, 1))
    assert f"{float(f'{needed:.1e}'):,.0f}".replace(",", "\u202f") in check.sentence
