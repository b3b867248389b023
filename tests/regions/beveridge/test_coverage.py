"""How often the intervals hold the truth: many SYNTHETIC markets with known slope, shift and persistence.

The figures stand in ``tests/reference/README.md``; run this file as a module to print them again:
``python -m tests.regions.beveridge.test_coverage``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from almpo_kit.regions.beveridge import hac, level_shift, line
from almpo_kit.regions.beveridge.split import logarithmic_mean, split

from .worlds import market

SLOPE = 1.0


@dataclass(frozen=True)
class World:
    """Observations, and autocorrelation of unemployment and of what lies off the curve."""

    n: int
    wander: float
    rho: float


@dataclass(frozen=True)
class Coverage:
    """Shares of draws: slope inside ours, inside the fixed-b interval, inside ±1.96 SE; independent observations."""

    ours: float
    fixed_b: float
    plain: float
    effective: float


def slopes(world: World, draws: int, seed: int = 0) -> Coverage:
    """Coverage of the slope's 95% interval."""
    hits = np.zeros((draws, 3))
    worth = []
    for i in range(draws):
        u, v = market(world.n, slope=SLOPE, rho=world.rho, wander=world.wander, noise=0.1, seed=seed + i)
        found = line.fit(np.log(u), np.log(v), draws=499, seed=i)
        off = abs(found.slope - SLOPE) / found.se
        hits[i] = [off <= c for c in (found.critical, hac.fixed_b(found.lags, found.n), 1.96)]
        worth.append(found.effective)
    return Coverage(*hits.mean(axis=0), float(np.median(worth)))


def false_jumps(world: World, draws: int, seed: int = 0) -> float:
    """Share of markets without a jump in which one is found at 5%."""
    found = 0
    for i in range(draws):
        u, v = market(world.n, rho=world.rho, wander=world.wander, noise=0.1, seed=seed + i)
        x = np.column_stack([np.log(u), np.ones(world.n)])
        jump = level_shift.find(np.log(v), x, np.ones(world.n, dtype=bool), draws=499, seed=i)
        found += jump is not None and jump.p_value < 0.05
    return found / draws


@dataclass(frozen=True)
class Shifts:
    """Shares of draws: a split is given; the interval of its shift holds the truth, and would if it were that of the
    slope alone; a shift is told; told with the wrong sign."""

    given: float
    holds: float
    slope_alone: float
    told: float
    wrong: float


def shifts(world: World, shift: float, draws: int, seed: int = 0) -> Shifts:
    """What is said of a jump of known size in the middle, at a date that is looked for."""
    n, at = world.n, world.n // 2
    first, last = np.arange(4), np.arange(n - 4, n)
    given, holds, slope_alone, told, wrong = [], [], [], [], []
    for i in range(draws):
        u, v = market(
            n, slope=SLOPE, shift=shift, at=at, rho=world.rho, wander=world.wander, noise=0.1, seed=seed + i
        )
        log_u, log_v = np.log(u), np.log(v)
        x = np.column_stack([log_u, np.ones(n)])
        jump = level_shift.find(log_v, x, np.ones(n, dtype=bool), draws=499, seed=i)
        jumps = (jump.at,) if jump is not None and jump.p_value < 0.05 else ()
        found = line.fit(log_u, log_v, jumps=jumps, draws=499, seed=i)
        given.append(found.told)
        if not found.told:
            continue
        parts = split(u, v, found, first, last)
        true = logarithmic_mean(u[first].mean(), u[last].mean()) * shift
        holds.append(parts.shift_low <= true <= parts.shift_high)
        slope_alone.append(parts.change - parts.along_high <= true <= parts.change - parts.along_low)
        told.append(parts.told)
        wrong.append(parts.told and (shift == 0 or math.copysign(1, parts.shift) != math.copysign(1, shift)))
    return Shifts(*(float(np.mean(x)) if x else math.nan for x in (given, holds, slope_alone, told, wrong)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "least"),
    [
        (World(28, 0.9, 0.0), 0.91),
        (World(28, 0.9, 0.5), 0.90),
        (World(28, 0.9, 0.8), 0.87),
        (World(28, 0.9, 0.9), 0.85),
        (World(60, 0.9, 0.8), 0.89),
    ],
)
def test_slope_intervals_hold_the_truth_far_oftener_than_the_usual_ones(world: World, least: float) -> None:
    found = slopes(world, 400)
    assert found.ours >= least
    assert found.ours >= found.fixed_b >= found.plain
    if world.rho >= 0.8:
        assert found.ours - found.plain > 0.15


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.8])
def test_jumps_are_rarely_found_where_there_are_none(rho: float) -> None:
    assert false_jumps(World(28, 0.9, rho), 400) <= 0.12


@pytest.mark.slow
def test_shifts_are_rarely_told_where_there_are_none() -> None:
    assert shifts(World(28, 0.9, 0.5), 0.0, 300).wrong <= 0.12


def test_the_interval_of_a_shift_holds_the_truth_and_that_of_the_slope_alone_does_not() -> None:
    """The two years scatter around the curve: an interval of the slope alone would claim shifts to a tenth of a point."""
    n, first, last = 28, np.arange(4), np.arange(24, 28)
    ours, slope_alone = [], []
    for i in range(60):
        u, v = market(n, slope=SLOPE, shift=0.3, at=14, rho=0.5, wander=0.9, noise=0.1, seed=i)
        found = line.fit(np.log(u), np.log(v), jumps=(14,), draws=199, seed=i)
        if found.told:
            parts = split(u, v, found, first, last)
            true = logarithmic_mean(u[first].mean(), u[last].mean()) * 0.3
            ours.append(parts.shift_low <= true <= parts.shift_high)
            slope_alone.append(parts.change - parts.along_high <= true <= parts.change - parts.along_low)
    assert len(ours) > 40 and np.mean(ours) >= 0.9
    assert np.mean(slope_alone) < 0.8


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_the_interval_of_a_shift_holds_the_truth(shift: float) -> None:
    assert shifts(World(60, 0.9, 0.5), shift, 300).holds >= 0.9


@pytest.mark.slow
def test_the_limit_values_of_the_bandwidth() -> None:
    """Kiefer and Vogelsang's cubic against the t statistic of a mean with a quarter of the sample as bandwidth."""
    rng, n = np.random.default_rng(5), 400
    e = rng.standard_normal((20_000, n))
    lags = n // 4 - 1
    centred = e - e.mean(axis=1, keepdims=True)
    # In the limit nothing is scaled for the number of coefficients.
    t = np.abs(e.mean(axis=1)) / np.sqrt(hac.variances(centred / n, lags, n, 0))
    assert np.quantile(t, 0.95) == pytest.approx(hac.fixed_b(lags, n), rel=0.03)


if __name__ == "__main__":
    for n in (28, 60):
        for rho in (0.0, 0.5, 0.8, 0.9):
            world = World(n, 0.9, rho)
            print(world, slopes(world, 1000), "false jumps", false_jumps(world, 1000), flush=True)
    for rho in (0.0, 0.5, 0.8):
        for size in (0.0, 0.2, 0.4):
            print(
                rho,
                size,
                shifts(World(28, 0.9, rho), size, 500),
                shifts(World(60, 0.9, rho), size, 500),
                flush=True,
            )
