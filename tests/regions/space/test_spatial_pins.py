"""Against spdep, spatialreg, esda and spreg on public data."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.regions.space.contiguity import contiguous
from almpo_kit.regions.space.discoveries import adjusted
from almpo_kit.regions.space.distances import nearest
from almpo_kit.regions.space.fits import diagnose, fit, least_squares
from almpo_kit.regions.space.impacts import impacts
from almpo_kit.regions.space.linking import is_overseas
from almpo_kit.regions.space.local_moran import local_moran, local_p
from almpo_kit.regions.space.moran import moran
from almpo_kit.regions.space.weights import Weights

from .pins import from_pairs, inverse_columbus, pins, weights_of

MAPS = [
    ("columbus", "row", lambda: weights_of("columbus")),
    ("columbus", "binary", lambda: weights_of("columbus", "binary")),
    ("columbus", "inverse", inverse_columbus),
    ("sids", "row", lambda: weights_of("sids")),
    ("boston", "row", lambda: weights_of("boston")),
]
NAMED = [f"{d}-{s}" for d, s, _ in MAPS]


@pytest.mark.parametrize("name", ["columbus", "sids"])
@pytest.mark.parametrize("rule", ["queen", "rook"])
def test_contiguity_is_that_of_poly2nb(name: str, rule: str) -> None:
    import shapely

    shapes = shapely.from_wkt(pins()[name]["polygons"])
    # Half the spacing of poly2nb's snap in the units of each map.
    found = contiguous(shapes, rook=rule == "rook", tolerance=1.5e-8)
    assert found.pairs.tolist() == sorted(pins()[name][rule])


def test_nearest_is_that_of_knearneigh() -> None:
    pinned = pins()["nuts"]
    points = sources.locations().set_index("geo")[["lon", "lat"]].sort_index()
    points = points[[not is_overseas(g) for g in points.index]]
    assert list(points.index) == pinned["geo"]
    found = points.index.to_numpy()[nearest(points["lon"].to_numpy(), points["lat"].to_numpy(), 5)]
    # spdep measures on an ellipsoid, we on a sphere; no fifth place is so close that it matters here.
    assert [sorted(row) for row in found] == [sorted(row) for row in pinned["nearest"]]


@pytest.mark.parametrize(("name", "style", "make"), MAPS, ids=NAMED)
def test_global_moran_is_that_of_moran_test(name: str, style: str, make: type) -> None:
    pinned, w = pins()[name][style], make()
    found = moran(np.array(pins()[name]["value"]), w.matrix)
    for ours, theirs in (
        (found.i, "I"),
        (found.expected, "expected"),
        (found.var_random, "var_random"),
        (found.var_normal, "var_normal"),
    ):
        assert ours == pytest.approx(pinned[theirs], rel=1e-10)
    assert found.p_random == pytest.approx(pinned["p_random"], rel=1e-9, abs=1e-300)
    assert found.p_normal == pytest.approx(pinned["p_normal"], rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(("name", "style", "make"), MAPS, ids=NAMED)
def test_local_moran_is_that_of_localmoran(name: str, style: str, make: type) -> None:
    pinned, values = pins()[name][style], np.array(pins()[name]["value"])
    found = local_moran(values, make().matrix)
    np.testing.assert_allclose(found.i, pinned["Ii"], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.expected, pinned["E"], rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(found.variance, pinned["Var"], rtol=1e-10, atol=1e-14)
    own = np.where(values > values.mean(), "High", "Low")
    ours = [f"{a}-{'High' if b > 0 else 'Low'}" for a, b in zip(own, found.lag, strict=True)]
    assert ours == pinned["quadrant"]


@pytest.mark.parametrize(("name", "style", "make"), MAPS[:4], ids=NAMED[:4])
def test_local_p_is_that_of_dealing_hands_in_r(name: str, style: str, make: type) -> None:
    pinned, draws = np.array(pins()[name][style]["p_dealt"]), 19_999
    found = local_p(np.array(pins()[name]["value"]), make().matrix, draws, 7)
    # Twice a share of the draws on either side: the standard error of their difference.
    error = 2 * np.sqrt(2 * np.maximum(pinned / 2, 1 / draws) * (1 - pinned / 2) / draws)
    score = (found - pinned) / error
    assert np.abs(score).max() < 5
    assert abs(score.mean()) < 1 and score.std() < 1.6


def test_nuts_map_as_in_spdep() -> None:
    pinned = pins()["nuts"]
    kept = {g: i for i, g in enumerate(pinned["kept"])}
    pairs = {
        tuple(sorted((kept[g], kept[o])))
        for g, row in zip(pinned["geo"], pinned["nearest"], strict=True)
        for o in row
        if g in kept and o in kept
    }
    w = from_pairs([list(p) for p in pairs], len(kept))
    values = np.array(pinned["model"]["y"])
    found, local = moran(values, w.matrix), local_moran(values, w.matrix)
    assert found.i == pytest.approx(pinned["row"]["I"], rel=1e-10)
    np.testing.assert_allclose(local.i, pinned["row"]["Ii"], rtol=1e-10, atol=1e-12)
    _agrees(pinned["model"], w)


@pytest.mark.parametrize("name", ["columbus", "sids", "boston"])
def test_regressions_are_those_of_spatialreg(name: str) -> None:
    _agrees(pins()[name]["model"], weights_of(name))


def _agrees(pinned: dict, w: Weights) -> None:
    y, x = np.array(pinned["y"]), np.array(pinned["x"])
    plain, lag, error = least_squares(y, x), fit(y, x, w, "lag"), fit(y, x, w, "error")
    np.testing.assert_allclose(plain.b, pinned["ols"]["b"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(plain.se, pinned["ols"]["se"], rtol=1e-8)
    assert lag.spatial == pytest.approx(pinned["lag"]["rho"], abs=1e-7)
    np.testing.assert_allclose(lag.b, pinned["lag"]["b"], rtol=1e-6)
    np.testing.assert_allclose(lag.se, pinned["lag"]["se"], rtol=1e-7)
    assert lag.spatial_se == pytest.approx(pinned["lag"]["rho_se"], rel=1e-7)
    assert lag.loglik == pytest.approx(pinned["lag"]["logLik"], rel=1e-9)
    assert lag.aic == pytest.approx(pinned["lag"]["aic"], rel=1e-9)
    assert lag.sigma2 == pytest.approx(pinned["lag"]["s2"], rel=1e-6)
    assert lag.left is not None and lag.left.statistic == pytest.approx(pinned["lag"]["left"], rel=2e-6)
    assert 2 * (lag.loglik - plain.loglik) == pytest.approx(pinned["lag"]["lr"], rel=1e-6)
    assert error.spatial == pytest.approx(pinned["error"]["lambda"], abs=1e-6)
    np.testing.assert_allclose(error.b, pinned["error"]["b"], rtol=1e-4)
    np.testing.assert_allclose(error.se, pinned["error"]["se"], rtol=2e-6)
    assert error.spatial_se == pytest.approx(pinned["error"]["lambda_se"], rel=2e-6)
    assert error.loglik == pytest.approx(pinned["error"]["logLik"], rel=1e-9)
    _two_stages(pinned["two_stage"], y, x, w)
    _tests(pinned, y, x, w)
    _impacts(pinned["lag"], lag, w)


def _two_stages(pinned: dict, y: np.ndarray, x: np.ndarray, w: Weights) -> None:
    found = fit(y, x, w, "lag", "two_stage")
    assert found.spatial == pytest.approx(pinned["rho"], rel=1e-6)
    np.testing.assert_allclose(found.b, pinned["b"], rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose([found.spatial_se, *found.se], pinned["se"], rtol=1e-6)


def _tests(pinned: dict, y: np.ndarray, x: np.ndarray, w: Weights) -> None:
    found = {t.name: (t.statistic, t.p) for t in diagnose(y, x, w)}
    theirs = {
        "LM lag": "LMlag",
        "LM error": "LMerr",
        "robust LM lag": "RLMlag",
        "robust LM error": "RLMerr",
        "LM lag and error": "SARMA",
    }
    for ours, name in theirs.items():
        assert found[ours] == pytest.approx(pinned["tests"][name], rel=1e-7, abs=1e-14)
    i, expected, variance, p = pinned["residual"]
    score, ours = found["Moran's I of residuals, z"]
    assert score == pytest.approx((i - expected) / np.sqrt(variance), rel=1e-8)
    assert ours == pytest.approx(p, rel=1e-7, abs=1e-14)


def _impacts(pinned: dict, lag: object, w: Weights) -> None:
    found = impacts(lag.b[1:], lag.spatial, lag.covariance[1:, 1:], w.matrix)  # type: ignore[attr-defined]
    for part in ("direct", "indirect", "total"):
        np.testing.assert_allclose(getattr(found, part), np.ravel(pinned[part]), rtol=1e-6)
        # Theirs is the spread of 20,000 simulated impacts, ours the delta method.
        np.testing.assert_allclose(getattr(found, f"{part}_se"), np.ravel(pinned[f"{part}_sd"]), rtol=0.25)


def test_adjusted_p_are_those_of_p_adjust() -> None:
    pinned = pins()["adjusted"]
    for control in ("bh", "by"):
        np.testing.assert_allclose(adjusted(np.array(pinned["p"]), control), pinned[control], rtol=1e-12)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "style", "make"), MAPS[:4], ids=NAMED[:4])
def test_local_p_is_that_of_esda_within_chance(name: str, style: str, make: type) -> None:
    """From esda's own simulated statistics, by our rule; esda's two-sided rule interpolates a percentile instead."""
    w, values, draws = make(), np.array(pins()[name]["value"]), 4_999
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import esda
        from libpysal.weights import WSP, WSP2W
        from scipy import sparse

        theirs = esda.Moran_Local(
            values,
            WSP2W(WSP(sparse.csr_matrix(w.matrix)), silence_warnings=True),
            transformation="o",
            permutations=draws,
            seed=3,
            alternative="two-sided",
        )
    n = len(values)
    np.testing.assert_allclose(
        theirs.Is * n / (n - 1), local_moran(values, w.matrix).i, rtol=1e-10, atol=1e-12
    )
    near = 1e-10 * np.abs(theirs.rlisas).max()
    above = (theirs.rlisas >= theirs.Is[:, None] - near).sum(axis=1)
    below = (theirs.rlisas <= theirs.Is[:, None] + near).sum(axis=1)
    p = np.minimum(1, 2 * (np.minimum(above, below) + 1) / (draws + 1))
    found = local_p(values, w.matrix, 99_999, 7)
    error = 2 * np.sqrt(np.maximum(found / 2, 1 / draws) * (1 - found / 2) * (1 / draws + 1 / 99_999))
    assert np.abs((found - p) / error).max() < 5
    # Its default rule says nearly the same.
    assert np.abs(theirs.p_sim - found).max() < 0.06


def test_pinned_frames_are_whole() -> None:
    assert pins()["software"].keys() == {"R", "spdep", "spatialreg"}
    assert pd.Series([len(pins()[d]["value"]) for d in ("columbus", "sids", "boston")]).tolist() == [
        49,
        100,
        506,
    ]
