"""The block formulas against the same model written with full matrices, as in a textbook."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.evidence.kernels import adjustment, shifted
from almpo_kit.evidence.kernels.blocks import blocks, weights
from almpo_kit.evidence.kernels.likelihood import point
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.shifted import adjusted, widths
from almpo_kit.evidence.kernels.three_level import fit


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(11)
    study = rng.permutation(np.repeat(np.arange(9), [1, 1, 2, 3, 3, 4, 5, 8, 13]))
    k = len(study)
    v = rng.uniform(0.2, 3, k)
    x = np.column_stack([np.ones(k), rng.normal(size=k), rng.normal(size=9)[study]])
    y = 1 + x[:, 1] + rng.normal(0, 1, 9)[study] + rng.normal(0, 0.6, k) + rng.normal(0, np.sqrt(v))
    return y, v, x, study


def dense(y, v, x, study, between, within, restricted=True):
    cov = np.diag(v + within) + between * (study[:, None] == study)
    w = np.linalg.inv(cov)
    beta = np.linalg.solve(x.T @ w @ x, x.T @ w @ y)
    r = y - x @ beta
    k, p = x.shape
    ll = -0.5 * (np.linalg.slogdet(cov)[1] + r @ w @ r)
    if not restricted:
        return ll - 0.5 * k * np.log(2 * np.pi), beta
    ll += 0.5 * (np.linalg.slogdet(x.T @ x)[1] - np.linalg.slogdet(x.T @ w @ x)[1])
    return ll - 0.5 * (k - p) * np.log(2 * np.pi), beta


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("theta", [(0.7, 0.3), (0.0, 0.5), (1.2, 0.0), (0.0, 0.0)])
def test_likelihood(data, theta, restricted):
    b = blocks(*data)
    scaled = np.array(theta) / b.scale**2
    got = point(b, *scaled, restricted=restricted)
    expected, beta = dense(*data, *theta, restricted)
    assert got.loglik == pytest.approx(expected, rel=1e-11)
    assert got.beta * b.scale == pytest.approx(beta, rel=1e-10)


@pytest.mark.parametrize("restricted", [True, False])
def test_derivatives(data, restricted):
    b, theta, h = blocks(*data), np.array([0.6, 0.4]), 1e-5

    def at(t):
        return point(b, *t, restricted=restricted)

    got = at(theta)
    for i in range(2):
        step = np.eye(2)[i] * h
        slope = (at(theta + step).loglik - at(theta - step).loglik) / (2 * h)
        bend = (at(theta + step).gradient - at(theta - step).gradient) / (2 * h)
        assert got.gradient[i] == pytest.approx(slope, rel=1e-6)
        assert got.hessian[i] == pytest.approx(bend, rel=1e-6)


def root(matrix, power):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.where(values > 1e-12, np.abs(values) ** power, 0)) @ vectors.T


def dense_cr2(y, v, x, study, f, root_of):
    """CR2 and Satterthwaite df by their definitions, with k × k matrices."""
    k, p = x.shape
    cov = np.diag(v + f.within) + f.between * (study[:, None] == study)
    w = np.linalg.inv(cov)
    m = np.linalg.inv(x.T @ w @ x)
    hat = np.eye(k) - x @ m @ x.T @ w
    residual = y - x @ f.beta
    meat, rows = np.zeros((p, p)), np.zeros((p, len(np.unique(study)), k))
    for j, s in enumerate(np.unique(study)):
        i = np.flatnonzero(study == s)
        theta, xj, wj = cov[np.ix_(i, i)], x[i], w[np.ix_(i, i)]
        adjust = root_of(theta, theta - xj @ m @ xj.T)
        e = xj.T @ wj @ adjust
        meat += np.outer(e @ residual[i], e @ residual[i])
        rows[:, j] = m @ e @ hat[i]
    df = []
    for c in range(p):
        quadratic = rows[c] @ cov @ rows[c].T
        df.append(np.trace(quadratic) ** 2 / np.sum(quadratic**2))
    return m @ meat @ m, np.array(df)


def by_cholesky(theta, left):
    lower = np.linalg.cholesky(theta)
    return lower @ root(lower.T @ left @ lower, -0.5) @ lower.T


def by_moderators(theta, left):
    lower = np.linalg.cholesky(theta)
    inverse = np.linalg.inv(lower)
    return lower @ root(inverse @ left @ inverse.T, -0.5) @ inverse


@pytest.mark.parametrize("widest", [0.0, adjustment.WIDEST])
def test_cr2_with_the_cholesky_root(data, monkeypatch, widest):
    """The definition in batches (no sample may use the integral), and the integral that needs no root."""
    monkeypatch.setattr(adjustment, "WIDEST", widest)
    b = blocks(*data)
    f = fit(b)
    covariance, df = dense_cr2(*data, f, by_cholesky)
    got = cr2(b, f)
    assert got.covariance == pytest.approx(covariance, rel=1e-10)
    assert got.df == pytest.approx(df, rel=1e-10)
    assert got.collapsed == 0


def test_cr2_of_samples_too_large_and_too_wild_for_the_exact_methods(data, monkeypatch):
    monkeypatch.setattr(adjustment, "LARGEST", 0)
    monkeypatch.setattr(adjustment, "WIDEST", 0.0)
    b = blocks(*data)
    f = fit(b)
    covariance, df = dense_cr2(*data, f, by_moderators)
    got = cr2(b, f)
    assert got.covariance == pytest.approx(covariance, rel=1e-8)
    assert got.df == pytest.approx(df, rel=1e-8)
    assert got.collapsed == 9


def test_a_sample_of_any_size_is_adjusted_exactly():
    """One sample beyond the largest root: the integral against the definition."""
    rng = np.random.default_rng(5)
    study = np.repeat(np.arange(7), [400, 3, 5, 8, 2, 1, 30])
    k = len(study)
    v, x = rng.uniform(0.2, 5, k), np.column_stack([np.ones(k), rng.normal(size=k)])
    y = rng.normal(0, 1, 7)[study] + rng.normal(0, np.sqrt(v))
    b = blocks(y, v, x, study)
    f = fit(b)
    covariance, df = dense_cr2(y, v, x, study, f, by_cholesky)
    got = cr2(b, f)
    assert got.covariance == pytest.approx(covariance, rel=1e-9)
    assert got.df == pytest.approx(df, rel=1e-9)
    assert got.collapsed == 0


@pytest.mark.parametrize("spread", [1e2, 1e4])
def test_the_integral_keeps_its_digits_far_from_equal_variances(spread):
    """Equal variances and a moderator constant in the sample have the adjustment in closed form."""
    m, n, within = 20, 12, 0.3
    study = np.repeat(np.arange(m), n)
    v = np.random.default_rng(0).uniform(1, 3, m)[study]
    b = blocks(np.zeros(m * n), v, np.ones((m * n, 1)), study)
    w = weights(b, spread, within)
    total = w.apply(b, np.ones(m * n)).sum()
    own = b.v + within + n * spread
    expected = np.sqrt(own / (own - n / total)) / own
    found = adjusted(b, spread, within, np.array([[total]]), widths(b, spread, within, np.full(m, 0.1)))
    assert found[0] == pytest.approx(expected, rel=1e-10)


def test_chunks_and_batches_do_not_change_the_result(data, monkeypatch):
    b = blocks(*data)
    f = fit(b)
    whole = cr2(b, f)
    monkeypatch.setattr(shifted, "_ROWS", 1)
    assert cr2(b, f).covariance == pytest.approx(whole.covariance, rel=1e-12)
    monkeypatch.setattr(adjustment, "WIDEST", 0.0)
    whole = cr2(b, f)
    monkeypatch.setattr(adjustment, "_BATCH", 1)
    assert np.array_equal(cr2(b, f).covariance, whole.covariance)


def test_fit_is_a_top_of_the_dense_likelihood(data):
    y, v, x, study = data
    f = fit(blocks(*data))
    top = dense(y, v, x, study, f.between, f.within)[0]
    for db, dw in ((1e-2, 0), (0, 1e-2), (-1e-2, 0), (0, -1e-2), (1e-2, -1e-2)):
        near = (max(0.0, f.between + db), max(0.0, f.within + dw))
        if near != (f.between, f.within):
            assert dense(y, v, x, study, *near)[0] < top


def test_a_large_likelihood_costs_no_more_looks(monkeypatch):
    """Rounding of a likelihood of many estimates must not be chased by ever smaller steps."""
    from almpo_kit.evidence.kernels import three_level

    looks = []

    def counted(*args, **kwargs):
        looks.append(args)
        return point(*args, **kwargs)

    monkeypatch.setattr(three_level, "point", counted)
    rng = np.random.default_rng(0)
    study = rng.integers(0, 4_000, 40_000)
    v = rng.uniform(0.25, 9, len(study))
    y = rng.normal(0, 2, 4_000)[study] + rng.normal(0, 1, len(study)) + rng.normal(0, np.sqrt(v))
    f = fit(blocks(y, v, np.ones((len(y), 1)), study))
    assert f.converged
    assert len(looks) <= 12
