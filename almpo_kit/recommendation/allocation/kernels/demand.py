"""What people would take at given prices: exactly, and smoothed so that demand moves with prices."""

from __future__ import annotations

import numba
import numpy as np

#: exp(-30) changes no sum of a handful of terms.
_NOTHING = -30.0


@numba.njit(cache=True, nogil=True)
def smooth_demand(
    gain: np.ndarray,
    place: np.ndarray,
    cell: np.ndarray,
    slope: np.ndarray,
    shift: np.ndarray,
    price: np.ndarray,
    temperature: float,
    by_place: np.ndarray,
    by_cell: np.ndarray,
    gain_by_cell: np.ndarray,
) -> float:
    """Sum over people of ``T log(1 + sum_p exp(v_ip / T))``, and who takes what on average.

    Parameters
    ----------
    gain : (n, p) float64
        ``-inf`` where the programme may not be offered to the person.
    place : (n,) int64
        Row of ``price``: people of one place reach the same offices.
    cell : (n,) int64
        Row of ``slope`` and ``shift``: people whom fairness bounds treat alike.
    slope, shift : (n_cells, p)
        ``v_ip = slope * gain + shift - price``.
    price : (n_places, p)
    temperature : float
    by_place : (n_places, p), by_cell, gain_by_cell : (n_cells, p)
        Filled: people, people, and sums of gains.

    Returns
    -------
    float
        Convex in the prices, at least the exact sum of best values and at most ``n T log(1 + p)`` above it.
    """
    n, width = gain.shape
    by_place[:] = 0.0
    by_cell[:] = 0.0
    gain_by_cell[:] = 0.0
    value = np.empty(width)
    total = 0.0
    for i in range(n):
        z, q = place[i], cell[i]
        top = 0.0
        for p in range(width):
            g = gain[i, p]
            value[p] = -np.inf if g == -np.inf else slope[q, p] * g + shift[q, p] - price[z, p]
            top = max(top, value[p])
        near = np.exp(-top / temperature)
        for p in range(width):
            above = (value[p] - top) / temperature
            value[p] = np.exp(above) if above > _NOTHING else 0.0
            near += value[p]
        total += top + temperature * np.log(near)
        for p in range(width):
            if value[p] > 0:
                share = value[p] / near
                by_place[z, p] += share
                by_cell[q, p] += share
                gain_by_cell[q, p] += share * gain[i, p]
    return total


@numba.njit(cache=True, nogil=True)
def best_choice(
    gain: np.ndarray,
    place: np.ndarray,
    cell: np.ndarray,
    slope: np.ndarray,
    shift: np.ndarray,
    price: np.ndarray,
    choice: np.ndarray,
    margin: np.ndarray,
) -> float:
    """The best programme of each person at these prices (-1: none), how much better than the next, and the sum of values."""
    n, width = gain.shape
    total = 0.0
    for i in range(n):
        z, q = place[i], cell[i]
        first, second, at = 0.0, -np.inf, -1
        for p in range(width):
            g = gain[i, p]
            if g == -np.inf:
                continue
            v = slope[q, p] * g + shift[q, p] - price[z, p]
            if v > first:
                first, second, at = v, first, p
            elif v > second:
                second = v
        choice[i] = at
        margin[i] = first - second
        total += first
    return total
