"""Lowest and highest index that suppressed counts allow.

For given vacancies the index, as a function of the unemployed, is 1 less a power of (a concave function, homogeneous of
degree one) / (a linear one), so it is quasiconvex: its lowest value is where each count is the planner's, cut to its
bounds; its highest is at a corner. Both sides are improved in turn from several starts until nothing moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.matching.mismatch.kernels.planner import Weights, index

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Box:
    """Lowest and highest counts of one side, shape (n_cells,)."""

    low: Array
    high: Array

    @property
    def open(self) -> Array:
        """Cells that are not known."""
        return self.high > self.low


def bounds(u: Box, v: Box, w: Weights, alpha: float, rounds: int = 30) -> tuple[float, float]:
    """Lowest and highest plain index over all counts inside the boxes.

    Highest values are searched among corners and are exact where only one side is suppressed by equal amounts; otherwise
    they are the best of several starts.

    Returns
    -------
    (float, float)
    """
    starts = [(u.low, v.low), (u.high, v.high), (u.low, v.high), (u.high, v.low)]
    starts += [((u.low + u.high) / 2, (v.low + v.high) / 2)]
    starts = [(a, b) for a, b in starts if a.sum() > 0 and b.sum() > 0]
    lows = [_improve(a, b, u, v, w, alpha, rounds, highest=False) for a, b in starts]
    highs = [_improve(a, b, u, v, w, alpha, rounds, highest=True) for a, b in starts]
    return min(lows, default=np.nan), max(highs, default=np.nan)


def _improve(
    a: Array, b: Array, u: Box, v: Box, w: Weights, alpha: float, rounds: int, *, highest: bool
) -> float:
    best = float(index(a, b, w, alpha))
    step = _corner if highest else _planned
    for _ in range(rounds):
        a = step(a, w.hires * b**alpha, u, 1 - alpha)
        # Vacancies have weights of their own in what the planner can do: w.call, not one.
        b = step(b, w.hires * a ** (1 - alpha), v, alpha, w.call)
        now = float(index(a, b, w, alpha))
        if not (now > best + 1e-12 if highest else now < best - 1e-12):
            return max(best, now) if highest else min(best, now)
        best = now
    return best


def _planned(x: Array, pull: Array, box: Box, power: float, weight: Array | None = None) -> Array:
    """Counts that make Σ pull x^power / (Σ weight x)^power greatest: x ∝ (pull/weight)^(1/(1−power)), cut to the box."""
    if not box.open.any():
        return x
    weight = np.ones_like(x) if weight is None else weight
    shape = (pull / weight) ** (1 / (1 - power))
    for _ in range(60):
        gain = pull @ x**power
        # At the best scale the marginal value of every free count is gain / total.
        scale = ((weight @ x) / gain) ** (1 / (1 - power)) if gain > 0 else 1.0
        new = np.where(box.open, np.clip(scale * shape, box.low, box.high), box.low)
        if np.allclose(new, x, rtol=1e-12, atol=1e-12):
            break
        x = new if new.sum() > 0 else box.high
    return x


def _corner(x: Array, pull: Array, box: Box, power: float, weight: Array | None = None) -> Array:
    """Corner that makes Σ pull x^power / (Σ weight x)^power least: the dearest counts low, the cheapest high."""
    cells = np.flatnonzero(box.open)
    if not len(cells):
        return x
    weight = np.ones_like(x) if weight is None else weight
    extra = pull[cells] * (box.high[cells] ** power - box.low[cells] ** power)
    wide = weight[cells] * (box.high[cells] - box.low[cells])
    order = np.argsort(extra / wide, kind="stable")
    gain = pull @ box.low**power + np.concatenate([[0.0], np.cumsum(extra[order])])
    total = weight @ box.low + np.concatenate([[0.0], np.cumsum(wide[order])])
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(total > 0, gain / total**power, np.inf)
    out = box.low.copy()
    chosen = cells[order[: int(np.argmin(value))]]
    out[chosen] = box.high[chosen]
    return out
