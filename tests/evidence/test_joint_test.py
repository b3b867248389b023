"""The joint test of several coefficients in few samples (AHT)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from almpo_kit.evidence.kernels.blocks import blocks
from almpo_kit.evidence.kernels.joint_test import joint
from almpo_kit.evidence.kernels.moments import fit_moments
from almpo_kit.evidence.kernels.robust import sandwich
from almpo_kit.evidence.kernels.three_level import fit

PINS = json.loads(
    (Path(__file__).parent.parent / "reference" / "robust_pins.json").read_text(encoding="utf-8")
)
CASES = [
    (group, name)
    for group in ("che", "moments")
    for name in PINS[group]
    if len(PINS[group][name]["beta"]) > 1
]


@pytest.mark.parametrize(("group", "name"), CASES)
def test_agrees_with_clubsandwich(group, name):
    pin = PINS[group][name]
    b = blocks(*(np.array(pin[n], float) for n in ("y", "v", "x")), np.array(pin["study"]), pin["rho"])
    moments = group == "moments"
    f = fit_moments(b, pin["model"]) if moments else fit(b, restricted=pin["method"] == "REML")
    contrasts = np.eye(len(f.beta))[1:]
    for kind, expected in pin["robust"].items():
        got, pinned = joint(b, f, contrasts, kind), expected["joint"]
        assert got.df_num == pinned["df_num"]
        assert got.df_den == pytest.approx(pinned["df_den"], rel=1e-9 if moments else 1e-6), kind
        assert got.f == pytest.approx(pinned["f"], rel=1e-9 if moments else 1e-6), kind
        assert got.p == pytest.approx(pinned["p"], rel=1e-8 if moments else 2e-6), kind


@pytest.mark.parametrize("name", [n for n in PINS["che"] if "model_joint" in PINS["che"][n]])
def test_model_based_test_is_metafors(name):
    pin = PINS["che"][name]
    b = blocks(*(np.array(pin[n], float) for n in ("y", "v", "x")), np.array(pin["study"]), pin["rho"])
    f = fit(b, restricted=pin["method"] == "REML")
    got = joint(b, f, np.eye(len(f.beta))[1:], "model")
    assert (got.f, got.p) == pytest.approx((pin["model_joint"]["f"], pin["model_joint"]["p"]), rel=1e-6)
    assert np.isinf(got.df_den)


def draw(m=12, p=4, seed=2):
    rng = np.random.default_rng(seed)
    study = np.r_[np.arange(m), rng.integers(0, m, 4 * m)]
    k = len(study)
    x = np.column_stack([np.ones(k), rng.normal(size=(k, p - 1))])
    v = rng.uniform(0.3, 2, k)
    y = x[:, 1] + rng.normal(0, 1, m)[study] + rng.normal(0, np.sqrt(v))
    return y, v, x, study


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_one_contrast_is_the_square_of_its_t(kind):
    b = blocks(*draw(), 0.5)
    f = fit(b)
    robust = sandwich(b, f, kind)
    for c in range(4):
        got = joint(b, f, np.eye(4)[[c]], kind)
        assert got.f == pytest.approx(f.beta[c] ** 2 / robust.covariance[c, c], rel=1e-12)
        assert got.df_den == pytest.approx(robust.df[c], rel=1e-12)
        p = 2 * stats.t.sf(abs(f.beta[c]) / np.sqrt(robust.covariance[c, c]), robust.df[c])
        assert got.p == pytest.approx(p, rel=1e-10)


def test_how_the_hypothesis_is_written_does_not_matter():
    b = blocks(*draw(), 0.5)
    f = fit(b)
    contrasts = np.eye(4)[1:]
    one = joint(b, f, contrasts)
    turn = np.array([[1.0, 2.0, 0.0], [0.0, 0.5, -1.0], [3.0, 0.0, 1e6]])
    other = joint(b, f, turn @ contrasts)
    assert (other.f, other.df_den, other.p) == pytest.approx((one.f, one.df_den, one.p), rel=1e-8)


def test_degrees_of_freedom_by_their_definition():
    """The variances of the entries of the covariance, with every pair of samples written out."""
    y, v, x, study = draw(m=7)
    b = blocks(y, v, x, study)
    f = fit(b)
    cov = np.diag(v + f.within) + f.between * (study[:, None] == study)
    w = np.linalg.inv(cov)
    m = np.linalg.inv(x.T @ w @ x)
    hat, contrasts, q = np.eye(len(y)) - x @ m @ x.T @ w, np.eye(4)[1:3], 2
    rows = []
    for s in range(7):
        i = np.flatnonzero(study == s)
        lower = np.linalg.cholesky(cov[np.ix_(i, i)])
        values, vectors = np.linalg.eigh(lower.T @ (cov[np.ix_(i, i)] - x[i] @ m @ x[i].T) @ lower)
        adjust = lower @ (vectors / np.sqrt(values)) @ vectors.T @ lower.T
        rows.append(contrasts @ m @ x[i].T @ w[np.ix_(i, i)] @ adjust @ hat[i])
    mean = sum(r @ cov @ r.T for r in rows)
    unit = np.linalg.inv(np.linalg.cholesky(mean))
    total = 0.0
    for one in rows:
        for other in rows:
            both = unit @ one @ cov @ other.T @ unit.T
            total += np.trace(both) ** 2 + np.trace(both @ both)
    freedom = q * (q + 1) / total
    assert joint(b, f, contrasts).df_den == pytest.approx(freedom - q + 1, rel=1e-9)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_pieces_at_hand_give_the_same(kind):
    b = blocks(*draw(), 0.3)
    f = fit(b)
    one = joint(b, f, np.eye(4)[1:], kind, sandwich(b, f, kind).pieces)
    assert one == joint(b, f, np.eye(4)[1:], kind)


def test_too_few_samples_give_no_number():
    b = blocks(*draw(m=3, p=4, seed=1))
    f = fit(b)
    got = joint(b, f, np.eye(4)[1:])
    assert not got.df_den > 0
    assert np.isnan(got.f) and np.isnan(got.p)


def test_nothing_to_judge_gives_no_number():
    """Each sample its own constant: no residual says anything about a coefficient of a lone estimate."""
    rng = np.random.default_rng(0)
    study = np.r_[np.arange(6), 0, 0, 1]
    x = np.eye(6)[study]
    b = blocks(rng.normal(size=9), rng.uniform(0.5, 1, 9), x, study)
    f = fit(b)
    assert f.steps <= 100
    assert np.isnan(sandwich(b, f, "CR2").df[2:]).all()
    assert np.isnan(joint(b, f, np.eye(6)[2:4]).p)


def test_many_samples_approach_the_plain_wald_test():
    b = blocks(*draw(m=1500))
    f = fit(b)
    robust, plain = joint(b, f, np.eye(4)[2:]), joint(b, f, np.eye(4)[2:], "model")
    assert robust.df_den > 400
    assert robust.f == pytest.approx(plain.f, rel=0.15)


@pytest.mark.slow
def test_holds_its_level_where_the_plain_test_does_not():
    """2,000 draws of 15 unequal samples and three true zeros; standard error of a share of 5% is 0.5 points."""
    rng = np.random.default_rng(20)
    sizes = np.array([1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12, 15, 20])
    study = np.repeat(np.arange(15), sizes)
    k = len(study)
    x = np.column_stack([np.ones(k), rng.normal(size=(15, 2))[study], rng.normal(size=k)])
    rejected = np.zeros(2)
    for _ in range(2000):
        v = rng.uniform(0.05, 0.4, k)
        y = rng.normal(0, 0.5, 15)[study] + rng.normal(0, 0.3, k) + rng.normal(0, np.sqrt(v))
        b = blocks(y, v, x, study)
        f = fit(b)
        aht = joint(b, f, np.eye(4)[1:])
        found = sandwich(b, f, "CR0").covariance[1:, 1:]
        naive = f.beta[1:] @ np.linalg.solve(found, f.beta[1:])
        rejected += (aht.p < 0.05, stats.chi2.sf(naive, 3) < 0.05)
    shares = rejected / 2000
    assert 0.005 < shares[0] < 0.065, shares
    assert shares[1] > 0.12, shares
