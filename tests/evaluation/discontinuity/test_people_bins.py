"""Bins of people beside a cut-off: on a grid of months every bin holds as many months."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.evaluation.discontinuity.density import _grid, _histogram


@pytest.mark.parametrize("step", [1.0, 0.1, 5.0])
@pytest.mark.parametrize("values", [60, 59, 16, 7])
def test_people_spread_evenly_over_months_fill_bins_evenly(step: float, values: int) -> None:
    x = np.repeat(np.arange(-values, values) * step, 12)
    assert _grid(x) == pytest.approx(step)
    for upper in (False, True):
        distance = np.abs(x[(x >= 0) == upper])
        edges, counts = _histogram(distance, _grid(x), upper)
        assert counts.sum() == len(distance)
        assert counts / np.diff(edges) == pytest.approx(12 / step)


def test_no_grid_is_seen_in_what_is_continuous() -> None:
    x = np.random.default_rng(0).normal(size=2_000)
    assert _grid(x) == 0.0
    edges, counts = _histogram(np.abs(x[x >= 0]), 0.0, True)
    assert counts.sum() == (x >= 0).sum() and len(edges) == len(counts) + 1
