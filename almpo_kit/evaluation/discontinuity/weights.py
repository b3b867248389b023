"""A bias-corrected jump at a cut-off as a weighted sum of outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Order of the polynomial of the estimate and of its bias.
P, Q = 1, 2


def jump_weights(x: Array, h: float, b: float, weight: Array) -> Array:
    """Weights w with ``w @ y`` the bias-corrected local linear jump (triangular kernel), shape (n,).

    Parameters
    ----------
    x : Array, shape (n,)
        Minus the cut-off; zero is above it.
    h, b : float
        Bandwidths of the estimate and of its bias.
    weight : Array, shape (n,)

    References
    ----------
    Calonico, Cattaneo and Titiunik (2014) Econometrica 82, 2295-2326.
    """
    found = np.zeros(len(x))
    for side, sign in ((x >= 0, 1.0), (x < 0, -1.0)):
        found[side] = sign * _one_side(x[side], h, b, weight[side])
    return found


def kernel(x: Array, h: float) -> Array:
    """Triangular weights within h."""
    found: Array = np.maximum(1 - np.abs(x) / h, 0.0) / h
    return found


def _one_side(x: Array, h: float, b: float, weight: Array) -> Array:
    near, wide = kernel(x, h) * weight, kernel(x, b) * weight
    rp, rq = np.vander(x, P + 1, increasing=True), np.vander(x, Q + 1, increasing=True)
    inverse_p = np.linalg.inv(rp.T @ (rp * near[:, None]))
    inverse_q = np.linalg.inv(rq.T @ (rq * wide[:, None]))
    bias = rp.T @ (near * (x / h) ** (P + 1))
    curvature = (rq * wide[:, None]) @ inverse_q[P + 1]
    shifted = rp * near[:, None] - h ** (P + 1) * curvature[:, None] * bias[None, :]
    found: Array = shifted @ inverse_p[0]
    return found


def fit_residuals(x: Array, y: Array, b: float, weight: Array) -> Array:
    """What local quadratic fits within b leave on each side; zero beyond, shape (n,)."""
    found = np.zeros(len(x))
    for side in (x >= 0, x < 0):
        near = kernel(x[side], b) * weight[side]
        r = np.vander(x[side], Q + 1, increasing=True)
        beta = np.linalg.lstsq(r * np.sqrt(near)[:, None], y[side] * np.sqrt(near), rcond=None)[0]
        found[side] = np.where(near > 0, y[side] - r @ beta, 0.0)
    return found
