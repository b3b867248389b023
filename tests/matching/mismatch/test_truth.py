"""Known economies: bias and coverage. The whole grid is in COVERAGE.md."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit import sources
from almpo_kit.matching import mismatch
from almpo_kit.matching.mismatch.kernels.other_indices import dissimilarity

from .economies import GRID, coverage, economy, frame


def test_one_economy() -> None:
    c = coverage(40, 10, patchy=False, alpha=0.5, repeats=40, draws=30)
    assert abs(c["corrected_bias"]) < 0.5 * c["plain_bias"] + 0.005
    assert c["bootstrap"] >= 0.8 and c["delta"] >= 0.75


@pytest.mark.slow
@pytest.mark.parametrize(("alpha", "patchy", "cells", "size"), GRID)
def test_the_whole_grid(alpha: float, patchy: bool, cells: int, size: float) -> None:
    c = coverage(cells, size, patchy=patchy, alpha=alpha, repeats=100, draws=100)
    assert abs(c["corrected_bias"]) < 0.5 * c["plain_bias"] + 0.005
    assert c["bootstrap"] >= (0.85 if size >= 10 else 0.75)


def test_the_synthetic_labour_market_holds_its_truth() -> None:
    market = sources.synthetic_labour_market()
    expected = market.truth["expected"].assign(source="SYNTHETIC")
    for level in (None, {"geo": 2, "occupation": 1}):
        truth = mismatch(expected, level=level, interval=None).index
        m = mismatch(market.stocks, level=level, draws=100)
        assert m.low < truth < m.high and abs(m.corrected - truth) < 0.2 * abs(m.index - truth)


def test_intervals_of_dissimilarity_hold_the_truth_of_thin_cells() -> None:
    """400 cells of ten people: chance adds 0.07, of which the draws find two thirds."""
    rng, held = np.random.default_rng(1), []
    for _ in range(12):
        world = economy(400, 10, rng)
        u, v = rng.poisson(world.unemployed), rng.poisson(world.vacancies)
        row = mismatch(frame(u, v), interval="delta").measures.set_index("measure").loc["dissimilarity"]
        held.append(row["low"] <= float(dissimilarity(world.unemployed, world.vacancies)) <= row["high"])
    assert np.mean(held) > 0.85
