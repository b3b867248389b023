"""One grid for all arms of a trial, fine enough for the narrowest of them, and posterior densities on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Posterior standard deviations beyond which nothing is worth counting.
_REACH = 8.0
#: The same of a Beta's tail, in the scale of its exponential.
_TAIL = 20.0


@dataclass(frozen=True)
class Posterior:
    """What is believed about each arm: independent Beta or normal distributions.

    Parameters
    ----------
    first, second : array, shape (..., n_arms)
        Beta: its two parameters, each at least 1. Normal: mean and standard deviation.
    beta : bool
    """

    first: Array
    second: Array
    beta: bool

    @property
    def mean(self) -> Array:
        """Posterior means, shape (..., n_arms)."""
        return self.first / (self.first + self.second) if self.beta else self.first

    @property
    def sd(self) -> Array:
        """Posterior standard deviations, shape (..., n_arms)."""
        if not self.beta:
            return self.second
        total = self.first + self.second
        return np.sqrt(self.first * self.second / (total**2 * (total + 1)))

    def only(self, where: Any) -> Posterior:
        """Part of it, by an index of both arrays."""
        return Posterior(self.first[where], self.second[where], self.beta)


def limits(held: Posterior) -> tuple[Array, Array]:
    """Where the best arm's value can lie: lower and upper ends, shape (...)."""
    mean, reach = held.mean, _reach(held)
    low, high = (mean - reach).max(axis=-1), (mean + reach).max(axis=-1)
    return (np.clip(low, 0, 1), np.clip(high, 0, 1)) if held.beta else (low, high)


def _reach(held: Posterior) -> Array:
    """How far from its mean an arm's value can be; a Beta near 0 or 1 has the longer tail of an exponential."""
    tail = _TAIL / (held.first + held.second) if held.beta else 0.0
    return np.asarray(_REACH * held.sd + tail)


def cells(held: Posterior, least: int, most: int) -> Array:
    """Cells that a grid needs: two for a standard deviation of the narrowest arm that reaches it; powers of two, shape (...)."""
    low, high = limits(held)
    reaches = held.mean + _reach(held) > low[..., None]
    narrow = np.where(reaches, held.sd, np.inf).min(axis=-1)
    need = np.maximum(2 * (high - low) / narrow, 1.0)
    return np.clip(2 ** np.ceil(np.log2(need)), least, most).astype(int)


def densities(held: Posterior, n_cells: int) -> tuple[Array, Array]:
    """Densities at the ends and middles of equal cells.

    Returns
    -------
    density : array, shape (..., n_arms, 2 * n_cells + 1)
    width : array, shape (...)
        Of a cell.
    """
    from scipy.special import betaln

    low, high = limits(held)
    steps = np.linspace(0, 1, 2 * n_cells + 1)
    x = low[..., None] + (high - low)[..., None] * steps
    a, b = held.first[..., None], held.second[..., None]
    if not held.beta:
        z = (x[..., None, :] - a) / b
        return np.exp(-0.5 * z * z) / (b * np.sqrt(2 * np.pi)), (high - low) / n_cells
    # Both parameters are at least 1, so that a density is finite at the ends; the logarithm is not.
    inside = np.clip(x, 1e-300, 1 - 1e-16)[..., None, :]
    log = (a - 1) * np.log(inside) + (b - 1) * np.log1p(-inside) - betaln(a, b)
    return np.exp(log), (high - low) / n_cells
