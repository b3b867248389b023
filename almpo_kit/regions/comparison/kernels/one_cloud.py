"""What rows would look like without any types: one cloud with the same spread, skewness and correlations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class OneCloud:
    """A normal cloud behind Yeo-Johnson transformations, fitted to rows.

    A single normal cloud would not do: regional unemployment has a long tail, and a long tail alone makes a
    division look sharp.

    Parameters
    ----------
    z : array, shape (n, p)

    References
    ----------
    Yeo and Johnson (2000) Biometrika 87, 954-959; Hennig and Lin (2015) Stat. Comput. 25, 821-833 (testing
    for clusters against a fitted model without them).
    """

    def __init__(self, z: Array):
        from scipy.stats import yeojohnson

        transformed = [yeojohnson(column) for column in z.T]
        y = np.column_stack([t[0] for t in transformed])
        self.powers = [float(t[1]) for t in transformed]
        self.mean = y.mean(axis=0)
        self.root = _root(np.atleast_2d(np.cov(y.T)))
        middle, reach = z.mean(axis=0), np.abs(z - z.mean(axis=0)).max(axis=0)
        # Back-transformed tails can run to infinity: half as far again as the furthest row is enough.
        self.low, self.high = middle - 1.5 * reach, middle + 1.5 * reach

    def draw(self, n: int, rng: np.random.Generator) -> Array:
        """``n`` rows, standardised as the data are."""
        y = self.mean + rng.standard_normal((n, len(self.mean))) @ self.root.T
        x = np.column_stack([_back(y[:, j], power) for j, power in enumerate(self.powers)])
        x = np.clip(x, self.low, self.high)
        spread = x.std(axis=0)
        return (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _root(cov: Array) -> Array:
    """A square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh(cov)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _back(y: Array, power: float) -> Array:
    """Inverse of the Yeo-Johnson transformation; infinite where there is none."""
    out = np.empty_like(y)
    up = y >= 0
    with np.errstate(divide="ignore", over="ignore"):
        out[up] = _box_cox_back(y[up], power) - 1
        out[~up] = 1 - _box_cox_back(-y[~up], 2 - power)
    return out


def _box_cox_back(y: Array, power: float) -> Array:
    if abs(power) < 1e-9:
        return np.exp(y)
    base = 1 + power * y
    return np.where(base > 0, np.maximum(base, 1e-300) ** (1 / power), np.inf if power < 0 else 0.0)
