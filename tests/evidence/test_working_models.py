"""Working models beyond independence: correlated sampling errors (CHE), and robumeta's CORR and HIER."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evidence.kernels import adjustment
from almpo_kit.evidence.kernels.blocks import blocks, weights
from almpo_kit.evidence.kernels.likelihood import logliks, point
from almpo_kit.evidence.kernels.moments import fit_moments
from almpo_kit.evidence.kernels.robust import cr2, sandwich
from almpo_kit.evidence.kernels.three_level import fit, row_weights

PINS = json.loads(
    (Path(__file__).parent.parent / "reference" / "robust_pins.json").read_text(encoding="utf-8")
)


def pinned(pin):
    return blocks(*(np.array(pin[n], float) for n in ("y", "v", "x")), np.array(pin["study"]), pin["rho"])


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    study = rng.permutation(np.repeat(np.arange(8), [1, 1, 2, 3, 4, 5, 8, 20]))
    k = len(study)
    v = rng.uniform(0.2, 3, k)
    x = np.column_stack([np.ones(k), rng.normal(size=k), rng.normal(size=8)[study]])
    y = 1 + x[:, 1] + rng.normal(0, 1, 8)[study] + rng.normal(0, 0.6, k) + rng.normal(0, np.sqrt(v))
    return y, v, x, study


def covariance(v, study, between, within, rho):
    same, s = study[:, None] == study, np.sqrt(v)
    errors = np.where(same, rho * np.outer(s, s), 0.0)
    np.fill_diagonal(errors, v)
    return errors + between * same + within * np.eye(len(v))


@pytest.mark.parametrize("name", PINS["che"])
def test_correlated_errors_agree_with_metafor_and_clubsandwich(name):
    pin = PINS["che"][name]
    b = pinned(pin)
    fitted = fit(b, restricted=pin["method"] == "REML")
    assert fitted.loglik == pytest.approx(pin["loglik"], rel=1e-11)
    assert fitted.loglik >= pin["loglik"] - 1e-11, "metafor found a higher top"
    assert fitted.beta == pytest.approx(pin["beta"], rel=1e-6)
    # metafor's search ends where the likelihood no longer moves; the variances there are good to its root.
    assert fitted.between == pytest.approx(pin["between"], rel=3e-6)
    assert fitted.within == pytest.approx(pin["within"], rel=3e-6)
    assert np.sqrt(np.diag(fitted.bread)) == pytest.approx(pin["model_se"], rel=1e-6)
    for kind, expected in pin["robust"].items():
        found = sandwich(b, fitted, kind)
        assert np.sqrt(np.diag(found.covariance)) == pytest.approx(expected["se"], rel=1e-6), kind
        assert found.df == pytest.approx(expected["df"], rel=1e-6), kind


@pytest.mark.parametrize("name", PINS["moments"])
def test_moment_models_agree_with_robumeta(name):
    pin = PINS["moments"][name]
    b = pinned(pin)
    fitted = fit_moments(b, pin["model"])
    assert fitted.between == pytest.approx(pin["between"], rel=1e-11, abs=1e-14)
    assert fitted.within == pytest.approx(pin["within"], rel=1e-11, abs=1e-14)
    assert fitted.beta == pytest.approx(pin["beta"], rel=1e-10)
    robust = cr2(b, fitted)
    assert np.sqrt(np.diag(robust.covariance)) == pytest.approx(pin["se"], rel=1e-10)
    assert robust.df == pytest.approx(pin["df"], rel=1e-10)
    for kind, expected in pin["robust"].items():
        found = sandwich(b, fitted, kind)
        assert np.sqrt(np.diag(found.covariance)) == pytest.approx(expected["se"], rel=1e-9), kind
        assert found.df == pytest.approx(expected["df"], rel=1e-9), kind


def test_pins_cover_truncated_and_positive_variances():
    pins = PINS["moments"].values()
    assert {(p["model"], p["between"] > 0, p["within"] > 0) for p in pins} >= {
        ("CORR", True, False),
        ("HIER", True, False),
        ("HIER", True, True),
    }


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("theta", [(0.7, 0.3), (0.0, 0.5), (1.2, 0.0), (0.0, 0.0)])
@pytest.mark.parametrize("rho", [0.2, 0.95])
def test_likelihood_is_the_dense_one(data, theta, rho, restricted):
    y, v, x, study = data
    b = blocks(*data, rho)
    cov = covariance(v, study, *theta, rho)
    w = np.linalg.inv(cov)
    beta = np.linalg.solve(x.T @ w @ x, x.T @ w @ y)
    r, (k, p) = y - x @ beta, x.shape
    expected = -0.5 * (np.linalg.slogdet(cov)[1] + r @ w @ r + k * np.log(2 * np.pi))
    if restricted:
        expected += 0.5 * (np.linalg.slogdet(x.T @ x)[1] - np.linalg.slogdet(x.T @ w @ x)[1])
        expected += 0.5 * p * np.log(2 * np.pi)
    got = point(b, *(np.array(theta) / b.scale**2), restricted=restricted)
    assert got.loglik == pytest.approx(expected, rel=1e-11)
    assert got.beta * b.scale == pytest.approx(beta, rel=1e-10)
    assert got.bread * b.scale**2 == pytest.approx(np.linalg.inv(x.T @ w @ x), rel=1e-9)


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_derivatives(data, rho, restricted):
    b, theta, h = blocks(*data, rho), np.array([0.6, 0.4]), 1e-5

    def at(t):
        return point(b, *t, restricted=restricted)

    got = at(theta)
    for i in range(2):
        step = np.eye(2)[i] * h
        slope = (at(theta + step).loglik - at(theta - step).loglik) / (2 * h)
        bend = (at(theta + step).gradient - at(theta - step).gradient) / (2 * h)
        assert got.gradient[i] == pytest.approx(slope, rel=1e-6)
        assert got.hessian[i] == pytest.approx(bend, rel=1e-6)


@pytest.mark.parametrize("restricted", [True, False])
def test_the_scan_is_the_likelihood_up_to_a_constant(data, restricted):
    b, between = blocks(*data, 0.5), np.array([0.0, 0.3, 2.0])
    scanned = logliks(b, between, np.array([0.0, 0.7]), restricted=restricted).T
    exact = [[point(b, t, w, restricted=restricted).loglik for t in between] for w in (0.0, 0.7)]
    assert np.ptp(scanned - np.array(exact)) < 1e-9


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
@pytest.mark.parametrize("widest", [0.0, adjustment.WIDEST])
def test_sandwich_is_the_dense_one(data, kind, widest, monkeypatch):
    monkeypatch.setattr(adjustment, "WIDEST", widest)
    y, v, x, study = data
    b = blocks(*data, 0.6)
    f = fit(b)
    cov = covariance(v, study, f.between, f.within, 0.6)
    w = np.linalg.inv(cov)
    m = np.linalg.inv(x.T @ w @ x)
    hat, residual = np.eye(len(y)) - x @ m @ x.T @ w, y - x @ f.beta
    meat, rows = np.zeros_like(m), []
    for s in np.unique(study):
        i = np.flatnonzero(study == s)
        theta, adjust = cov[np.ix_(i, i)], np.eye(len(i))
        if kind == "CR2":
            lower = np.linalg.cholesky(theta)
            values, vectors = np.linalg.eigh(lower.T @ (theta - x[i] @ m @ x[i].T) @ lower)
            adjust = lower @ (vectors / np.sqrt(values)) @ vectors.T @ lower.T
        e = x[i].T @ w[np.ix_(i, i)] @ adjust
        meat += np.outer(e @ residual[i], e @ residual[i])
        rows.append(m @ e @ hat[i])
    expected = m @ meat @ m * (8 / 7 if kind == "CR1" else 1.0)
    got = sandwich(b, f, kind)
    assert got.covariance == pytest.approx(expected, rel=1e-9)
    for c in range(3):
        quadratic = np.array([r[c] for r in rows]) @ cov @ np.array([r[c] for r in rows]).T
        assert got.df[c] == pytest.approx(np.trace(quadratic) ** 2 / np.sum(quadratic**2), rel=1e-9)


def test_model_based_inference_uses_the_normal(data):
    b = blocks(*data, 0.6)
    f = fit(b)
    got = sandwich(b, f, "model")
    assert np.array_equal(got.covariance, f.bread)
    assert np.all(np.isinf(got.df))


def test_no_correlation_is_the_plain_model(data):
    plain, tied = blocks(*data), blocks(*data, 1e-13)
    one, other = fit(plain), fit(tied)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-12)
    assert other.beta == pytest.approx(one.beta, rel=1e-9)
    assert cr2(tied, other).covariance == pytest.approx(cr2(plain, one).covariance, rel=1e-9)


def test_lone_estimates_know_no_correlation():
    rng = np.random.default_rng(1)
    y, v, x = rng.normal(0, 2, 15), rng.uniform(0.5, 2, 15), np.ones((15, 1))
    one, other = (fit(blocks(y, v, x, np.arange(15), rho), free=(True, False)) for rho in (0.0, 0.9))
    assert other.between == pytest.approx(one.between, rel=1e-12)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-12)


def test_equal_errors_fully_tied_say_as_much_as_one(data):
    """Five estimates with nearly perfectly correlated errors and no variance within weigh as one of them."""
    y = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 3.0])
    b = blocks(y, np.ones(6), np.ones((6, 1)), np.array([0, 0, 0, 0, 0, 1]), 1 - 1e-9)
    w = weights(b, 0.0, 0.0).apply(b, np.ones(6))
    assert b.total(w) == pytest.approx([1.0, 1.0], rel=1e-6)


def test_weights_of_rows_sum_to_one_even_with_negative_ones():
    v = np.array([1.0, 100.0, 1.0, 1.0])
    b = blocks(np.zeros(4), v, np.ones((4, 1)), np.array([0, 0, 1, 2]), 0.8)
    share = row_weights(b, fit(blocks(np.zeros(4), v, np.ones((4, 1)), np.array([0, 0, 1, 2]), 0.8)))
    assert share.sum() == pytest.approx(1.0)
    assert share[1] < 0 < share[0]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rho=st.floats(0, 0.95),
    factor=st.sampled_from([1e-6, 1e-2, 1e3, 1e6]),
    shift=st.sampled_from([0.0, -5.0, 1e4]),
)
def test_unit_shift_and_order_change_nothing_else(seed, rho, factor, shift):
    rng = np.random.default_rng(seed)
    study = np.r_[np.arange(6), rng.integers(0, 6, 18)]
    v = rng.uniform(0.1, 4, 24)
    y = rng.normal(0, rng.uniform(0, 2), 6)[study] + rng.normal(0, np.sqrt(v))
    x, turn = np.ones((24, 1)), rng.permutation(24)
    one = fit(b1 := blocks(y, v, x, study, rho))
    other = fit(
        b2 := blocks(((y + shift) * factor)[turn], (v * factor**2)[turn], x, study[turn], rho),
    )
    assert one.converged and other.converged
    tolerance = 1e-6 * max(1.0, abs(shift))
    assert other.beta[0] / factor - shift == pytest.approx(one.beta[0], abs=tolerance)
    assert other.between / factor**2 == pytest.approx(one.between, rel=1e-4, abs=tolerance)
    assert other.within / factor**2 == pytest.approx(one.within, rel=1e-4, abs=tolerance)
    se1, se2 = (np.sqrt(cr2(b, f).covariance[0, 0]) for b, f in ((b1, one), (b2, other)))
    assert se2 / factor == pytest.approx(se1, rel=1e-5)


@pytest.mark.parametrize("seed", [*range(12), 62, 65, 383, 621, 801, 900])
def test_wild_data_in_few_samples_reach_the_highest_top(seed):
    """No pair of variances on a fine grid is better than where the climb ended.

    The last six seeds once stopped where a step, cut off at a variance of zero, pointed downhill.
    """
    rng = np.random.default_rng(seed)
    m, more = int(rng.integers(2, 9)), int(rng.integers(1, 12))
    study = np.r_[np.arange(m), rng.integers(0, m, more)]
    k = len(study)
    v = 10 ** rng.uniform(-rng.uniform(0, 4), 1.5, k)
    y = rng.standard_t(2, k) * rng.choice([0.1, 1, 10]) + rng.normal(0, np.sqrt(v))
    y += rng.normal(0, rng.choice([0, 1, 5]), m)[study]
    p = int(rng.integers(1, 3))
    x = np.column_stack([np.ones(k), rng.normal(size=k)])[:, :p]
    b = blocks(y, v, x, study, float(rng.choice([0, 0.5, 0.9])))
    restricted = bool(rng.integers(0, 2))
    f = fit(b, restricted=restricted)
    here = (np.array([t / b.scale**2]) for t in (f.between, f.within))
    grid = np.r_[0.0, np.geomspace(1e-5, 1e3, 60) * np.var(b.y)]
    assert f.converged
    best = logliks(b, grid, grid, restricted=restricted).max()
    assert best <= logliks(b, *here, restricted=restricted)[0, 0] + 1e-7


def test_a_moderator_that_one_sample_tells_about(data):
    """Leverage one: nothing to adjust in that direction; the rest stays as it is."""
    y, v, _, study = data
    x = np.column_stack([np.ones(len(y)), study == 7])
    b = blocks(y, v, x, study, 0.4)
    f = fit(b)
    got = cr2(b, f)
    assert np.isfinite(got.covariance[0, 0])
    # The other samples alone give the same intercept.
    rest = study != 7
    alone = blocks(y[rest], v[rest], np.ones((rest.sum(), 1)), study[rest], 0.4)
    g = point(alone, f.between / alone.scale**2, f.within / alone.scale**2)
    assert f.beta[0] == pytest.approx(g.beta[0] * alone.scale, rel=1e-9)


def test_moment_models_of_lone_estimates_are_the_same_model():
    """With one estimate per sample CORR, HIER and DerSimonian-Laird agree; HIER puts all between samples."""
    rng = np.random.default_rng(8)
    v = rng.uniform(0.5, 2, 12)
    y = rng.normal(0, 1.5, 12) + rng.normal(0, np.sqrt(v))
    b = blocks(y, v, np.ones((12, 1)), np.arange(12), 0.8)
    w = 1 / v
    q = w @ (y - w @ y / w.sum()) ** 2
    tau2 = max(0.0, (q - 11) / (w.sum() - (w**2).sum() / w.sum()))
    corr, hier = fit_moments(b, "CORR"), fit_moments(b, "HIER")
    assert corr.between == pytest.approx(tau2, rel=1e-12)
    assert (hier.between, hier.within) == (pytest.approx(tau2, rel=1e-12), 0.0)
    assert hier.beta == pytest.approx(corr.beta, rel=1e-12)


def test_hostile_scales_end():
    v = np.array([1e-300, 1.0, 1e-12, 4.0, 1e8, 1.0])
    y = np.array([0.0, 1.0, -2.0, 3.0, 1e3, 0.5])
    for rho in (0.0, 0.7):
        f = fit(blocks(y, v, np.ones((6, 1)), np.array([0, 0, 1, 1, 2, 3]), rho))
        assert f.steps <= 100
        assert np.isfinite(f.beta[0]) and f.between >= 0 and f.within >= 0
