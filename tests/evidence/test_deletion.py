"""Leaving samples out: closed form against brute force, and metafor's influence diagnostics."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from almpo_kit.evidence.kernels.blocks import blocks, weights
from almpo_kit.evidence.kernels.deletion import delete, refit, sole
from almpo_kit.evidence.kernels.moments import fit_moments
from almpo_kit.evidence.kernels.three_level import fit

PINS = json.loads(
    (Path(__file__).parent.parent / "reference" / "robust_pins.json").read_text(encoding="utf-8")
)


def draw(p=3, m=15, seed=4):
    rng = np.random.default_rng(seed)
    study = rng.permutation(np.r_[np.arange(m), rng.integers(0, m, 4 * m)])
    k = len(study)
    x = np.column_stack([np.ones(k), rng.normal(size=(k, p - 1))])
    v = rng.uniform(0.3, 2, k)
    return rng.normal(0, 1, m)[study] + rng.normal(0, 0.5, k) + rng.normal(0, np.sqrt(v)), v, x, study


@pytest.mark.parametrize("name", PINS["without"])
def test_agrees_with_metafor(name):
    pin = PINS["without"][name]
    b = blocks(*(np.array(pin[n], float) for n in ("y", "v", "x")), np.array(pin["study"]), pin["rho"])
    f = fit(b)
    found = (refit if pin["refit"] else delete)(b, f)
    labels = np.unique(pin["study"]).tolist()
    at = [labels.index(s) for s in pin["samples"]]
    # Refits add metafor's own search, which ends where its likelihood no longer moves, to each number.
    assert found.cook[at] == pytest.approx(pin["cook"], rel=1e-5 if pin["refit"] else 1e-6)
    assert found.dfbetas[at] == pytest.approx(np.array(pin["dfbetas"]), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("rho", [0.0, 0.7])
@pytest.mark.parametrize("p", [1, 4])
def test_closed_form_is_brute_force(p, rho):
    y, v, x, study = draw(p)
    b = blocks(y, v, x, study, rho)
    f = fit(b)
    found = delete(b, f)
    for j in range(15):
        rest = b.subset(np.delete(np.arange(15), j))
        pulled = weights(rest, f.between / b.scale**2, f.within / b.scale**2).apply(rest, rest.x.T)
        bread = np.linalg.inv(pulled @ rest.x)
        beta = bread @ (pulled @ rest.y) * b.scale
        assert found.beta[j] == pytest.approx(beta, rel=1e-10, abs=1e-10)
        assert found.se[j] == pytest.approx(np.sqrt(np.diag(bread)) * b.scale, rel=1e-10)
        moved = f.beta - beta
        assert found.dfbetas[j] == pytest.approx(moved / np.sqrt(np.diag(f.bread)), rel=1e-8, abs=1e-10)
        assert found.cook[j] == pytest.approx(moved @ np.linalg.solve(f.bread, moved), rel=1e-8)
    assert found.leverage.sum() == pytest.approx(p, rel=1e-10)
    assert found.identified.all()


@pytest.mark.parametrize("model", ["CORR", "HIER"])
def test_moment_models_too(model):
    y, v, x, study = draw(2)
    b = blocks(y, v, x, study, 0.8)
    f = fit_moments(b, model)
    found = delete(b, f)
    working, between, within = f.working(b)
    w = 1 / (working.v + within)
    assert between == 0
    for j in range(15):
        keep = b.member != j
        xw = b.x[keep].T * w[keep]
        assert found.beta[j] == pytest.approx(
            np.linalg.solve(xw @ b.x[keep], xw @ b.y[keep]) * b.scale, rel=1e-10, abs=1e-10
        )


def test_a_sample_that_alone_tells_about_a_coefficient_cannot_be_left_out():
    y, v, x, study = draw(1)
    x = np.column_stack([x, study == 4])
    b = blocks(y, v, x, study)
    f = fit(b)
    found, again = delete(b, f), refit(b, f)
    assert np.flatnonzero(~found.identified).tolist() == [4]
    assert np.isnan(found.beta[4]).all() and np.isnan(again.beta[4]).all() and not again.converged[4]
    assert np.isfinite(np.delete(found.beta, 4, axis=0)).all()
    assert np.isfinite(np.delete(again.beta, 4, axis=0)).all()


@pytest.mark.parametrize("restricted", [True, False])
def test_warm_refits_reach_what_a_cold_start_finds(restricted):
    y, v, x, study = draw(2)
    b = blocks(y, v, x, study, 0.4)
    warm = refit(b, fit(b, restricted=restricted), restricted=restricted)
    assert warm.converged.all()
    for j in range(15):
        keep = study != j
        cold = fit(blocks(y[keep], v[keep], x[keep], study[keep], 0.4), restricted=restricted)
        assert warm.beta[j] == pytest.approx(cold.beta, rel=1e-8, abs=1e-9)
        assert warm.between[j] == pytest.approx(cold.between, rel=1e-7, abs=1e-9)
        assert warm.within[j] == pytest.approx(cold.within, rel=1e-7, abs=1e-9)


def test_refits_of_some_samples_only():
    b = blocks(*draw(1))
    f = fit(b)
    some = np.array([3, 11])
    assert np.array_equal(refit(b, f, some=some).beta, refit(b, f).beta[some])


def test_what_remains_may_be_lone_estimates():
    """Without the only sample of several estimates the two variances cannot be told apart."""
    rng = np.random.default_rng(0)
    study = np.r_[0, 0, 0, np.arange(1, 9)]
    v = rng.uniform(0.5, 1, 11)
    b = blocks(rng.normal(0, 2, 9)[study] + rng.normal(0, np.sqrt(v)), v, np.ones((11, 1)), study)
    found = refit(b, fit(b))
    assert found.converged.all()
    assert found.within[0] == 0.0 and found.between[0] > 0


@pytest.mark.parametrize("seed", range(12))
def test_what_one_sample_alone_determines_is_what_the_rank_of_the_others_misses(seed):
    rng = np.random.default_rng(seed)
    samples = np.repeat(np.arange(9), 2)
    x = np.column_stack(
        [np.ones(18), samples == 2, rng.normal(size=18), (samples > 4) * rng.integers(0, 2, 18)]
    )
    # A category inside one sample only, and one whose interaction is: both, or neither, by the seed.
    x = np.column_stack([x, (samples == 7) * np.tile([0.0, 1.0], 9)]) if seed % 2 else x
    b = blocks(rng.normal(size=18), rng.uniform(0.5, 2, 18), x.astype(float), samples, 0.3)
    directions = sole(b, fit(b))
    for j in range(9):
        others = b.x[b.member != j]
        for contrast in np.vstack([np.eye(x.shape[1]), [np.r_[0, 1, -1, np.zeros(x.shape[1] - 3)]]]):
            missed = np.linalg.matrix_rank(np.vstack([others, contrast])) > np.linalg.matrix_rank(others)
            moves = j in directions and bool((np.abs(contrast @ directions[j]) > 1e-8).any())
            assert moves == missed
