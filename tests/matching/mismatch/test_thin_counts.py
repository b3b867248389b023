"""Powers of small counts, and the bounds of suppressed ones."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from almpo_kit.matching.mismatch.kernels.planner import equal, index, weights
from almpo_kit.matching.mismatch.kernels.suppressed import Box, bounds
from almpo_kit.matching.mismatch.kernels.thin_counts import class_of, factorial_power, power, zeros


@pytest.mark.parametrize("p", [0.3, 0.5, 0.7, 1.4])
def test_factorial_powers(p: float) -> None:
    x = np.array([1.0, 2.0, 7.5, 99.0, 101.0, 4095.0, 4096.0, 50_000.0])
    exact = [math.exp(math.lgamma(k + 1) - math.lgamma(k + 1 - p)) for k in x]
    assert factorial_power(x, p) == pytest.approx(exact, rel=1e-9)
    whole = np.array([1.0, 99.0, 5000.0])
    assert factorial_power(whole, p) == pytest.approx(
        [math.exp(math.lgamma(k + 1) - math.lgamma(k + 1 - p)) for k in whole], rel=1e-9
    )
    assert factorial_power(np.array([0.0]), p)[0] == 0


@pytest.mark.parametrize("rate", [3.0, 8.0, 40.0])
def test_they_have_no_bias_where_zeros_are_rare(rate: float) -> None:
    """Expected value over the Poisson law itself, not over draws."""
    k = np.arange(0.0, 400.0)
    chance = np.exp(k * math.log(rate) - rate - np.array([math.lgamma(i + 1) for i in k]))
    missed = abs(float(chance @ factorial_power(k, 0.5)) / math.sqrt(rate) - 1)
    plain = abs(float(chance @ np.sqrt(k)) / math.sqrt(rate) - 1)
    assert missed < plain and missed < 2 * math.exp(-rate) + 1e-13


def test_zeros_of_one_small_rate_hide_what_they_should() -> None:
    rng = np.random.default_rng(1)
    x = rng.poisson(0.7, 200_000).astype(float)
    classes = class_of(np.full(200_000, 5.0))
    z = zeros(x, classes)
    total = power(x, classes, z.most, 0.5).mean()
    assert total == pytest.approx(math.sqrt(0.7), rel=0.02)
    # Half of the cells empty for good: the least that zeros hide is the truth, the most is too much.
    x[:100_000] = 0
    z = zeros(x, classes)
    assert power(x, classes, z.least, 0.5).mean() == pytest.approx(math.sqrt(0.7) / 2, rel=0.03)
    assert power(x, classes, z.most, 0.5).mean() > 1.1 * math.sqrt(0.7) / 2


@pytest.mark.parametrize("seed", range(12))
def test_bounds_are_those_of_every_possible_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    u, v = rng.integers(1, 40, 5).astype(float), rng.integers(1, 20, 5).astype(float)
    most = 6.0
    u_low, u_high, v_low, v_high = u.copy(), u.copy(), v.copy(), v.copy()
    u_low[:2], u_high[:2], v_low[1:3], v_high[1:3] = 0, most, 0, most
    w = equal(5) if seed % 2 else weights(rng.lognormal(0, 0.5, 5), np.ones(5), 0.4)
    low, high = bounds(Box(u_low, u_high), Box(v_low, v_high), w, 0.4)
    steps = np.arange(0, most + 1)
    found = []
    for a, b, c, d in itertools.product(steps, repeat=4):
        u[:2], v[1:3] = (a, b), (c, d)
        found.append(float(index(u, v, w, 0.4)))
    # Whole numbers are a subset: the lowest lies between them, the highest at a corner.
    assert low <= min(found) + 1e-9 and low > min(found) - 0.02
    assert high == pytest.approx(max(found), abs=1e-9)
