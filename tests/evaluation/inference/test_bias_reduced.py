"""CR2 contributions beside the regression of the house, whose residuals are its own."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.evaluation.inference.bias_reduced import contributions
from almpo_kit.evaluation.inference.cluster_robust import least_squares


@pytest.mark.parametrize("clusters", [7, 90])
@pytest.mark.parametrize("weighted", [False, True])
def test_with_its_own_residuals_it_is_the_regression_of_the_house(clusters: int, weighted: bool) -> None:
    rng = np.random.default_rng(1)
    n = 90
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    y = rng.normal(size=(n, 3))
    w = rng.uniform(0.5, 2.0, n) if weighted else np.ones(n)
    cluster = rng.permutation(np.arange(n) % clusters)
    c = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, -1.0]])
    beta = np.linalg.solve(x.T @ (x * w[:, None]), x.T @ (y * w[:, None]))
    made, df = contributions(x, y - x @ beta, cluster, w, c)
    theirs = least_squares(x, y, cluster, w, c)
    assert np.einsum("gch,gck->chk", made, made) == pytest.approx(theirs.covariance, rel=1e-9)
    assert np.repeat(df[:, None], 3, axis=1) == pytest.approx(theirs.df, rel=1e-9)


def test_a_row_that_alone_decides_a_coefficient_adds_no_variance() -> None:
    x = np.column_stack([np.ones(6), [1.0, 0, 0, 0, 0, 0]])
    residual = np.array([0.0, 1, -1, 2, -2, 0])[:, None]
    made, df = contributions(x, residual, np.arange(6), np.ones(6), np.array([[0.0, 1.0]]))
    assert np.isfinite(made).all() and made[0, 0, 0] == 0 and np.isfinite(df).all()
