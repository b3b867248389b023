"""Mean outcomes along the running variable, never of fewer than ten people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.discontinuity.jump import Jump
from almpo_kit.evaluation.discontinuity.sides import Sides
from almpo_kit.evaluation.discontinuity.weights import kernel

Array = np.ndarray[Any, np.dtype[Any]]

#: Bins on each side, and how many bandwidths they reach.
_EACH_SIDE, _REACH = 12, 2.0


def outcome_bins(sample: Sample, two: Sides, jumps: list[Jump]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bins and fitted lines of every outcome column.

    Returns
    -------
    (DataFrame, DataFrame)
        Bins: ``column, side, x, mean, n`` (x is the mean of the running variable minus the cut-off, as it was given);
        lines: ``column, side, x, fit``, the local linear fit within the bandwidth, two ends a side.
    """
    bins, lines = [], []
    turn = -1.0 if two.mirrored else 1.0
    for t, found in enumerate(jumps):
        y, column = sample.outcome[:, t], str(sample.measures["column"].iloc[t])
        known = np.isfinite(y) & np.isfinite(two.x)
        for upper in (False, True):
            side = known & ((two.x >= 0) == upper)
            named = "above" if upper != two.mirrored else "below"
            bins += [
                {"column": column, "side": named, "x": turn * x, "mean": m, "n": n}
                for x, m, n in binned(two.x[side], y[side], sample.weight[side], _REACH * found.h)
            ]
            near = side & (np.abs(two.x) < found.h)
            for x, value in _line(two.x[near], y[near], sample.weight[near], found.h, upper):
                lines.append({"column": column, "side": named, "x": turn * x, "fit": value})
    return (
        pd.DataFrame(bins, columns=["column", "side", "x", "mean", "n"]),
        pd.DataFrame(lines, columns=["column", "side", "x", "fit"]),
    )


def binned(x: Array, y: Array, weight: Array, reach: float) -> list[tuple[float, float, int]]:
    """(mean x, mean y, people) of bins of equal width up to ``reach`` from zero; thin bins are joined to the next.

    What is left over of fewer than ten people at the far end joins the bin before, so that nobody can be subtracted.
    """
    near = np.abs(x) <= reach
    x, y, weight = x[near], y[near], weight[near]
    place = np.minimum((np.abs(x) / reach * _EACH_SIDE).astype(int), _EACH_SIDE - 1)
    groups: list[Array] = []
    waiting = np.zeros(len(x), dtype=bool)
    for k in range(_EACH_SIDE):
        waiting = waiting | (place == k)
        if waiting.sum() >= SMALLEST:
            groups.append(waiting)
            waiting = np.zeros(len(x), dtype=bool)
    if waiting.any() and groups:
        groups[-1] = groups[-1] | waiting
    return [
        (
            float(np.average(x[g], weights=weight[g])),
            float(np.average(y[g], weights=weight[g])),
            int(g.sum()),
        )
        for g in groups
    ]


def _line(x: Array, y: Array, weight: Array, h: float, upper: bool) -> list[tuple[float, float]]:
    if len(x) < SMALLEST:
        return []
    root = np.sqrt(kernel(x, h) * weight)
    a, b = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]) * root[:, None], y * root, rcond=None)[0]
    end = h if upper else -h
    return [(0.0, float(a)), (end, float(a + b * end))]
