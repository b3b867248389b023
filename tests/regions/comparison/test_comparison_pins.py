"""The kernels against R (tests/reference/comparison_pins.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit.regions.comparison.kernels.chains import probabilities, same_over_time, stationary, wilson
from almpo_kit.regions.comparison.kernels.dispersion import ratio_of_paired
from almpo_kit.regions.comparison.kernels.partitions import (
    adjusted_rand,
    best_jaccard,
    distances,
    silhouettes,
    ward,
)
from almpo_kit.regions.comparison.kernels.robust_regression import cr2, hc3
from almpo_kit.regions.comparison.kernels.shrunken_distance import between_all, from_one, ledoit_wolf

PINS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "reference" / "comparison_pins.json").read_text(encoding="utf-8")
)


def standardised(rows: list[list[float]]) -> np.ndarray:
    x = np.array(rows, dtype=float)
    return (x - x.mean(axis=0)) / x.std(axis=0)


@pytest.mark.parametrize("name", PINS["distances"])
def test_shrunken_mahalanobis_distances(name: str) -> None:
    pin = PINS["distances"][name]
    z = standardised(pin["x"])
    cov, weight = ledoit_wolf(z)
    assert weight == pytest.approx(pin["weight"], rel=1e-10)
    assert cov == pytest.approx(np.array(pin["cov"]), rel=1e-10, abs=1e-12)
    assert from_one(z, 0, cov) == pytest.approx(np.array(pin["first"]), rel=1e-9, abs=1e-9)
    assert between_all(z, cov)[9] == pytest.approx(np.array(pin["tenth"]), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", PINS["clusters"])
def test_wards_tree_and_silhouettes(name: str) -> None:
    from scipy.cluster.hierarchy import linkage

    pin = PINS["clusters"][name]
    z = standardised(pin["x"])
    assert linkage(z, "ward")[:, 2] == pytest.approx(np.array(pin["heights"]), rel=1e-10)
    cut = ward(z, [c["k"] for c in pin["cuts"]])
    for c in pin["cuts"]:
        theirs = np.array(c["labels"])
        assert adjusted_rand(cut[c["k"]], theirs) == 1.0
        assert silhouettes(distances(z), theirs) == pytest.approx(np.array(c["silhouette"]), abs=1e-10)


def test_agreement_of_divisions() -> None:
    pin = PINS["agreement"]
    one, two = np.array(pin["one"]), np.array(pin["two"])
    assert adjusted_rand(one, two) == pytest.approx(pin["adjusted_rand"], rel=1e-10)
    assert best_jaccard(one - 1, two, 4) == pytest.approx(np.array(pin["jaccard"]), rel=1e-12)


@pytest.mark.parametrize("name", PINS["slopes"])
def test_robust_slopes(name: str) -> None:
    pin = PINS["slopes"][name]
    x, y, group = (np.array(pin[k], dtype=float) for k in ("x", "y", "cluster"))
    constants = np.ones((len(x), 1))
    if pin.get("within"):
        constants = (group[:, None] == np.unique(group)[None, :]).astype(float)
    design = np.column_stack([x, constants])
    robust, plain = cr2(design, y, group.astype(int), 0), hc3(design, y, 0)
    assert robust.estimate == pytest.approx(pin["estimate"], rel=1e-9)
    assert plain.se == pytest.approx(pin["hc3_se"], rel=1e-9)
    assert robust.se == pytest.approx(pin["cr2_se"], rel=1e-9)
    assert robust.df == pytest.approx(pin["df"], rel=1e-9)
    assert (robust.low, robust.high) == pytest.approx((pin["low"], pin["high"]), rel=1e-9)
    assert robust.p == pytest.approx(pin["p"], rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("name", PINS["dispersion"])
def test_paired_dispersion(name: str) -> None:
    pin = PINS["dispersion"][name]
    ratio, low, high, p = ratio_of_paired(np.array(pin["first"]), np.array(pin["last"]))
    assert ratio == pytest.approx(pin["ratio"], rel=1e-12)
    assert (low, high) == pytest.approx((pin["low"], pin["high"]), rel=1e-8)
    assert p == pytest.approx(pin["p"], rel=1e-9)


def test_intervals_of_shares() -> None:
    for pin in PINS["intervals"]:
        low, high = wilson(np.array([pin["count"]], dtype=float), np.array([pin["n"]], dtype=float))
        assert (low[0], high[0]) == pytest.approx((pin["low"], pin["high"]), rel=1e-9, abs=1e-12)


def test_a_chain() -> None:
    pin = PINS["chain"]
    times = np.array(pin["times"], dtype=int)
    statistic, df, p = same_over_time(times)
    assert statistic == pytest.approx(pin["statistic"], rel=1e-10)
    assert df == pin["df"] and p == pytest.approx(pin["p"], rel=1e-9)
    pooled = probabilities(times.sum(axis=0))
    assert stationary(pooled) == pytest.approx(np.array(pin["stationary"]), rel=1e-9)
