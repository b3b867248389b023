"""Agreement with metafor and clubSandwich on public data (tests/reference/README.md)."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit import evidence
from almpo_kit.evidence.kernels.blocks import blocks
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.three_level import fit

CLOSED = {"DL", "HE", "SJ", "PM", "EB"}
CENTRE = ("mean", "se", "low", "high", "prediction_low", "prediction_high")
TWO = ("raudenbush1985", "bcg", "normand1999", "li2007", "hackshaw1998", "homogeneous")
THREE = ("konstantopoulos2011", "assink2016", "bornmann2007", "crede2010", "knapp2017", "berkey1998")


@pytest.mark.parametrize("data", TWO)
@pytest.mark.parametrize("method", ["REML", "DL", "PM", "ML", "HE", "SJ", "EB", "FE"])
def test_pool_agrees_with_metafor(pins, bare, data, method):
    pin = pins["two_level"][data]
    expected = pin["methods"][method]
    for interval in ("wald", "hksj", "hksj_modified"):
        got = evidence.pool(bare(pin["y"], pin["v"]), method=method, interval=interval, threshold=None)
        # metafor gives no prediction interval for one common effect; ours is then the confidence interval.
        for name in CENTRE if method != "FE" else CENTRE[:4]:
            assert getattr(got, name) == pytest.approx(expected[interval][name], rel=1e-9), (interval, name)
        for name in ("tau2", "i2", "h2", "q", "q_p"):
            assert getattr(got, name) == pytest.approx(expected[name], rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("data", TWO)
@pytest.mark.parametrize("method", ["REML", "DL", "SJ", "FE"])
def test_q_profile_intervals_agree_with_metafor(pins, bare, data, method):
    pin = pins["two_level"][data]
    assert len(pin["profiles"]) == 3
    for expected in pin["profiles"]:
        got = evidence.pool(bare(pin["y"], pin["v"]), method=method, level=expected["level"])
        for name in ("tau2_low", "tau2_high", "i2_low", "i2_high", "h2_low", "h2_high"):
            assert getattr(got, name) == pytest.approx(expected[name], rel=1e-9, abs=1e-12), name


def test_published_values_of_raudenbush_are_metafors_default_stop(bare, pins):
    pin = pins["two_level"]["raudenbush1985"]
    frame = bare(pin["y"], pin["v"])
    wald = evidence.pool(frame, interval="wald")
    assert wald.tau2 == pytest.approx(0.0188264, abs=1e-7)
    assert wald.mean == pytest.approx(0.0837082, abs=5e-8)
    assert wald.se == pytest.approx(0.0516457, abs=5e-8)
    assert wald.prediction_low == pytest.approx(-0.2036, abs=5e-5)
    assert wald.prediction_high == pytest.approx(0.3711, abs=5e-5)
    hksj = evidence.pool(frame)
    assert hksj.se == pytest.approx(0.0615819, abs=5e-8)
    assert (hksj.low, hksj.high) == pytest.approx((-0.0456705, 0.2130870), abs=5e-8)
    assert hksj.df == 18
    assert evidence.pool(frame, method="DL").tau2 == pytest.approx(0.0259037, abs=5e-8)


def test_without_threshold_the_search_goes_to_the_top(bare, pins):
    pin = pins["two_level"]["raudenbush1985"]
    top = evidence.pool(bare(pin["y"], pin["v"]), interval="wald", threshold=None)
    assert top.tau2 == pytest.approx(0.0188183, abs=1e-7)
    assert top.mean == pytest.approx(0.0837082, rel=1e-4)
    assert top.se == pytest.approx(0.0516457, rel=1e-4)


@pytest.mark.parametrize("unit", [1e-4, 1e-2, 1.0, 1e3])
def test_default_is_never_far_from_the_top_in_any_unit(bare, pins, unit):
    """A fixed step in a small unit (shares instead of points) must not stop the search half-way."""
    pin = pins["two_level"]["raudenbush1985"]
    y, v = np.array(pin["y"]) * unit, np.array(pin["v"]) * unit**2
    default, top = (evidence.pool(bare(y, v), **how) for how in ({}, {"threshold": None}))
    assert default.tau2 == pytest.approx(top.tau2, rel=1e-3)
    assert default.mean == pytest.approx(top.mean, rel=1e-4)


@pytest.mark.parametrize("data", TWO)
def test_default_is_metafors_default(pins, bare, data):
    pin = pins["two_level"][data]
    got = evidence.pool(bare(pin["y"], pin["v"]), interval="wald")
    expected = pin["default_threshold"]
    assert got.tau2 == pytest.approx(expected["tau2"], rel=1e-10)
    assert [getattr(got, n) for n in CENTRE] == pytest.approx([expected[n] for n in CENTRE], rel=1e-10)


@pytest.mark.parametrize("data", THREE)
def test_multilevel_agrees_with_metafor_and_clubsandwich(pins, bare, data):
    pin = pins["three_level"][data]
    got = evidence.multilevel(bare(pin["y"], pin["v"], pin["study"]))
    for name in (*CENTRE, "df", "model_se"):
        assert getattr(got, name) == pytest.approx(pin[name], rel=3e-6), name
    for name in ("sigma2_between", "sigma2_within"):
        assert getattr(got, name) == pytest.approx(pin[name], rel=3e-6, abs=1e-9), name
    assert got.loglik == pytest.approx(pin["loglik"], rel=1e-9)
    assert got.loglik >= pin["loglik"] - 1e-10, "metafor found a higher top"
    assert got.converged


def test_konstantopoulos_as_published(bare, pins):
    pin = pins["three_level"]["konstantopoulos2011"]
    got = evidence.multilevel(bare(pin["y"], pin["v"], pin["study"]))
    assert (round(got.mean, 4), round(got.model_se, 4)) == (0.1847, 0.0846)
    assert (round(got.sigma2_between, 4), round(got.sigma2_within, 4)) == (0.0651, 0.0327)
    assert round(got.loglik, 4) == -7.9587


@pytest.mark.parametrize("data", ["konstantopoulos2011", "assink2016", "berkey1998"])
def test_kernel_takes_moderators(pins, data):
    pin = pins["moderated"][data]
    b = blocks(*(np.array(pin[n], float) for n in ("y", "v", "x")), np.array(pin["study"]))
    fitted = fit(b)
    robust = cr2(b, fitted)
    assert fitted.beta == pytest.approx(pin["beta"], rel=1e-6)
    assert np.sqrt(np.diag(fitted.bread)) == pytest.approx(pin["model_se"], rel=1e-6)
    assert fitted.loglik == pytest.approx(pin["loglik"], rel=1e-10)
    assert np.sqrt(np.diag(robust.covariance)) == pytest.approx(pin["se"], rel=1e-6)
    assert robust.df == pytest.approx(pin["df"], rel=1e-6)
