"""Least squares of score differences: against statsmodels, and where designs are poor."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.recommendation.gains.local_estimates import least_squares, unexplained_variance
from almpo_kit.recommendation.gains.support import context_part, supports


def drawn(n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    gap = x @ rng.normal(size=(3, 2)) + rng.standard_t(5, size=(n, 2))
    return x, gap, rng.uniform(0.5, 2, n), rng.integers(0, 200, n)


def sandwich(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, cluster: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares with the textbook's cluster-robust covariance (Liang and Zeger 1986), cluster by cluster."""
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    beta = bread @ x.T @ (weight * y)
    error = y - x @ beta
    meat = np.zeros_like(bread)
    labels = np.unique(cluster)
    for label in labels:
        own = cluster == label
        push = x[own].T @ (weight[own] * error[own])
        meat += np.outer(push, push)
    g, n, q = len(labels), len(x), x.shape[1]
    return beta, bread @ meat @ bread * g / (g - 1) * (n - 1) / (n - q)


def test_estimates_and_clustered_errors_are_those_of_the_textbook() -> None:
    x, gap, weight, cluster = drawn()
    fit = least_squares(x, gap, weight, cluster)
    coefficients = (fit.directions @ fit.estimate.reshape(2, -1).T).T
    block = np.kron(np.eye(2), fit.directions)
    # Correlations between directions are shrunk; undone here to compare what lies underneath.
    own = fit.covariance.copy()
    own[~np.eye(len(own), dtype=bool)] /= 1 - len(fit.estimate) / fit.n_clusters
    whole = block @ own @ block.T
    for arm in range(2):
        beta, covariance = sandwich(x, gap[:, arm], weight, cluster)
        at = slice(arm * 3, arm * 3 + 3)
        assert coefficients[arm] == pytest.approx(beta, rel=1e-9)
        assert whole[at, at] == pytest.approx(covariance, rel=1e-8)


@pytest.mark.slow
def test_and_those_of_statsmodels() -> None:
    import statsmodels.api as sm

    x, gap, weight, cluster = drawn()
    beta, covariance = sandwich(x, gap[:, 0], weight, cluster)
    peer = sm.WLS(gap[:, 0], x, weights=weight).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    assert beta == pytest.approx(peer.params, rel=1e-9)
    assert covariance == pytest.approx(peer.cov_params(), rel=1e-8)


def test_a_collinear_column_changes_no_fitted_value() -> None:
    x, gap, weight, cluster = drawn()
    one = least_squares(x, gap, weight, cluster)
    two = least_squares(np.column_stack([x, x[:, 1] + x[:, 2]]), gap, weight, cluster)
    assert two.directions.shape == (4, 3)
    assert two.residual == pytest.approx(one.residual, abs=1e-8)


def test_what_straight_lines_miss_is_found_and_is_zero_where_they_miss_nothing() -> None:
    rng = np.random.default_rng(1)
    n = 4000
    z = rng.normal(size=(n, 2))
    noise = rng.normal(size=(n, 1)) * 2
    step = np.where(z[:, [0]] > 0, 1.0, -1.0) * np.where(z[:, [1]] > 0, 1.0, -1.0)
    weight, cluster = np.ones(n), np.arange(n)
    assert unexplained_variance(z, step + noise, weight, cluster)[0] == pytest.approx(1.0, abs=0.3)
    assert unexplained_variance(z, noise, weight, cluster)[0] < 0.15
    # People of one household share noise, not gains.
    twins = np.repeat(np.arange(n // 2), 2)
    z2, shared = np.repeat(z[: n // 2], 2, axis=0), np.repeat(noise[: n // 2], 2, axis=0)
    assert unexplained_variance(z2, shared, weight, twins)[0] < 0.3


def test_support_knows_who_is_unlike() -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(size=(500, 3))
    z[:, 2] = z[:, 0]
    found = supports(z, np.ones(500, dtype=int), np.array([1]), np.ones(500))[0]
    inside = found.part(z)
    assert (inside < 1).mean() > 0.99 and (inside == 0).mean() > 0.9
    assert found.part(np.array([[8.0, 0, 8.0]]))[0] == 1
    # Near in every single characteristic, but a combination that nobody has.
    assert found.part(np.array([[1.0, 0, -1.0]]))[0] == 1


def test_the_nearest_labour_market_counts() -> None:
    studied = [("high", "low"), ("low", "unknown")]
    assert context_part(("high", "low"), studied) == (0.0, 0.0)
    assert context_part(("low", "low"), studied) == (0.0, 0.5)
    assert np.isnan(context_part(("low", "low"), [])).all()
