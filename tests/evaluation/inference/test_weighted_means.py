"""Sums of weighted means with cluster scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.inference.cluster_robust import least_squares
from almpo_kit.evaluation.inference.weighted_means import Mean, mean_of_scores, sum_of_means


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 9999), groups=st.integers(2, 50))
def test_a_mean_is_the_regression_on_a_constant(seed: int, groups: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(60, 2))
    cluster = np.unique(rng.integers(0, groups, 60), return_inverse=True)[1]
    weight = rng.uniform(0.2, 3, 60)
    ours = mean_of_scores(y, cluster, weight)
    theirs = least_squares(np.ones((60, 1)), y, cluster, weight, np.ones(1))
    assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-9)
    assert ours.covariance == pytest.approx(theirs.covariance, rel=1e-9)


def test_a_difference_has_the_standard_error_of_welch() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(1, 3, 40), rng.normal(0, 1, 90)
    means = [Mean(np.arange(40), a, np.ones(40)), Mean(np.arange(40, 130), b, np.full(90, 7.0), -1.0)]
    found, score, df = sum_of_means(means, np.arange(130), 130)
    va, vb = a.var(ddof=1) / 40, b.var(ddof=1) / 90
    assert found == pytest.approx(a.mean() - b.mean())
    assert (score**2).sum() == pytest.approx(va + vb)
    # Welch and Satterthwaite, with variances per person as they are (not divided by n − 1).
    na, nb = a.var() / 40, b.var() / 90
    assert df == pytest.approx((na + nb) ** 2 / (na**2 / 39 + nb**2 / 89), rel=1e-9)


def test_few_treated_clusters_leave_few_degrees_of_freedom() -> None:
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(12), 20)
    treated = cluster < 3
    y = rng.normal(size=240)
    means = [
        Mean(np.flatnonzero(treated), y[treated], np.ones(60)),
        Mean(np.flatnonzero(~treated), y[~treated], np.ones(180), -1.0),
    ]
    assert sum_of_means(means, cluster, 12)[2] == pytest.approx(3.4, abs=0.6)


@pytest.mark.parametrize("share", [0.02, 0.9])
def test_scale_and_order_do_not_matter(share: float) -> None:
    rng = np.random.default_rng(2)
    y, w, cluster = rng.normal(size=300), rng.uniform(0, 1, 300) ** 3, rng.integers(0, 30, 300)
    cluster = np.unique(cluster, return_inverse=True)[1]
    w[rng.random(300) < share] = 0.0
    turned = rng.permutation(300)
    one = mean_of_scores(y, cluster, w)
    two = mean_of_scores(10 * y[turned], cluster[turned], 5 * w[turned])
    assert two.estimate == pytest.approx(10 * one.estimate)
    assert two.covariance == pytest.approx(100 * one.covariance)
    assert two.df == pytest.approx(one.df)
