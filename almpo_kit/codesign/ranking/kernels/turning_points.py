"""At which weight of one criterion the first place changes, solved and not searched.

One weight moves from 0 to 1; the others keep their proportions among each other. Two scores that are linear in the
weights meet at most once. Two closenesses of TOPSIS meet where a quadratic in (t / (1 - t))² is zero, so at most twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def others(weights: Array, j: int) -> Array:
    """Proportions of the other weights, 0 at j; equal ones where j has all the weight."""
    rest = np.delete(weights, j)
    rest = rest / rest.sum() if rest.sum() > 0 else np.full(len(rest), 1 / max(len(rest), 1))
    return np.insert(rest, j, 0.0)


def at(weights: Array, j: int, t: float) -> Array:
    """All weights when that of j is t."""
    moved = (1 - t) * others(weights, j)
    moved[j] = t
    return moved


def linear_meetings(parts: Array, weights: Array, j: int) -> Array:
    """Weights of criterion j, within [0, 1], at which any two options have the same weighted sum.

    Parameters
    ----------
    parts : Array, shape (n, k)
        What each criterion gives each option per unit of weight.
    """
    rest = parts @ others(weights, j)
    c = (rest[:, None] - rest[None, :])[np.triu_indices(len(parts), 1)]
    d = (parts[:, None, j] - parts[None, :, j])[np.triu_indices(len(parts), 1)]
    slope = c - d
    # Pairs that run in parallel never meet (or are the same all along).
    met = np.abs(slope) > 1e-14
    return _within(c[met] / slope[met])


def topsis_meetings(scaled: Array, weights: Array, j: int) -> Array:
    """Weights of criterion j, within [0, 1], at which any two options are equally close to the ideal."""
    best, worst = scaled.max(axis=0) - scaled, scaled - scaled.min(axis=0)
    rest = others(weights, j) ** 2
    b_j, w_j = best[:, j] ** 2, worst[:, j] ** 2
    b_r, w_r = best**2 @ rest, worst**2 @ rest
    found: list[float] = []
    for a in range(len(scaled)):
        for o in range(a + 1, len(scaled)):
            # (u w_j + w_r)_a (u b_j + b_r)_o = (u w_j + w_r)_o (u b_j + b_r)_a, with u = (t / (1 - t))².
            two = w_j[a] * b_j[o] - w_j[o] * b_j[a]
            one = w_j[a] * b_r[o] + w_r[a] * b_j[o] - w_j[o] * b_r[a] - w_r[o] * b_j[a]
            none = w_r[a] * b_r[o] - w_r[o] * b_r[a]
            found += [np.sqrt(u) / (1 + np.sqrt(u)) for u in _roots(two, one, none) if u >= 0]
            found += [1.0] if abs(two) < 1e-16 else []
    return _within(np.array(found))


def _roots(two: float, one: float, none: float) -> list[float]:
    size = max(abs(two), abs(one), abs(none))
    if size < 1e-300:
        return []
    two, one, none = two / size, one / size, none / size
    if abs(two) < 1e-14:
        return [-none / one] if abs(one) > 1e-14 else []
    inside = one**2 - 4 * two * none
    # A double root is a touch; rounding must not lose it.
    if inside < -1e-14:
        return []
    root = np.sqrt(max(inside, 0.0))
    # The stable pair of formulas: no difference of nearly equal numbers.
    q = -0.5 * (one + np.copysign(root, one))
    return [q / two, *([none / q] if q else [])]


def _within(found: Array) -> Array:
    found = np.asarray(found, dtype=float)
    return np.unique(found[(found >= 0) & (found <= 1)])
