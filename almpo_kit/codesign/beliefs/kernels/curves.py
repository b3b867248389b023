"""Beliefs of a panel as curves, and the pool of them: one distribution that can be asked for chances and quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from almpo_kit.codesign.beliefs.kernels.metalog import metalog_cdf, metalog_quantile, metalog_terms
from almpo_kit.codesign.beliefs.kernels.two_piece import two_piece_cdf, two_piece_quantile

Array = np.ndarray[Any, np.dtype[Any]]
Pooling = Literal["linear", "quantiles"]
_HALVINGS = 48
_NODES = 48
_TAIL = 8.5


@dataclass(frozen=True)
class Curves:
    """One distribution a person.

    Parameters
    ----------
    given : ndarray, shape (n, 3)
        10th, 50th, 90th percentile.
    ends : (float, float)
        Of the range.
    terms : ndarray, shape (n, 3)
        Of the metalog; a row is NaN where the two-piece normal serves.
    """

    given: Array
    ends: tuple[float, float]
    terms: Array

    @property
    def smooth(self) -> Array:
        """Who is described by a metalog."""
        return np.isfinite(self.terms[:, 0])

    def cdf(self, x: Array) -> Array:
        """Chance of being at or below ``x``, shape (n, m)."""
        found = two_piece_cdf(self.given, self.ends, x)
        if self.smooth.any():
            found[self.smooth] = metalog_cdf(self.terms[self.smooth], self.ends, x)
        return found

    def quantile(self, p: Array) -> Array:
        """Quantiles, shape (n, m)."""
        found = two_piece_quantile(self.given, self.ends, p)
        if self.smooth.any():
            found[self.smooth] = metalog_quantile(self.terms[self.smooth], self.ends, p)
        return found


def curves(given: Array, ends: tuple[float, float], fit: str) -> Curves:
    """Curves through the quantiles; where a metalog cannot pass through them, two-piece normals."""
    terms = metalog_terms(given, ends) if fit == "metalog" else np.full_like(given, np.nan)
    return Curves(given, ends, terms)


@dataclass(frozen=True)
class Pool:
    """The pooled belief.

    Parameters
    ----------
    curves : Curves
    weights : ndarray, shape (n,)
        Add up to 1.
    pooling : {"linear", "quantiles"}
        The average of chances, or of quantiles.
    """

    curves: Curves
    weights: Array
    pooling: Pooling = "linear"

    def cdf(self, x: Array) -> Array:
        """Chance of being at or below ``x``, shape (m,)."""
        if self.pooling == "linear":
            return self.weights @ self.curves.cdf(np.atleast_1d(x))
        return turned(self.quantile, np.atleast_1d(x), 0.0, 1.0)

    def quantile(self, p: Array) -> Array:
        """Quantiles, shape (m,)."""
        if self.pooling == "linear":
            return turned(self.cdf, np.atleast_1d(p), *self.curves.ends)
        return self.weights @ self.curves.quantile(np.atleast_1d(p))

    def points(self) -> tuple[Array, Array]:
        """Values and chances (adding up to 1) whose averages are those of the pooled belief.

        Gauss's nodes on both sides of the median, in standard normal units: exact for all that is smooth there.
        """
        z, part = normal_nodes()
        from scipy.special import ndtr

        every = self.curves.quantile(ndtr(z))
        if self.pooling == "linear":
            return every.ravel(), np.outer(self.weights, part).ravel()
        return self.weights @ every, part


def normal_nodes() -> tuple[Array, Array]:
    """Nodes and weights for averages over a standard normal, in four parts that meet at the median."""
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    edges = np.array([-_TAIL, -_TAIL / 3, 0.0, _TAIL / 3, _TAIL])
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    z = (middle[:, None] + half[:, None] * node).ravel()
    part = (half[:, None] * weight).ravel() * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return z, part / part.sum()


def turned(rising: Any, wanted: Array, low: float, high: float) -> Array:
    """Where a rising function first reaches each wanted value, by halving."""
    lower, upper = np.full(len(wanted), low), np.full(len(wanted), high)
    for _ in range(_HALVINGS):
        middle = (lower + upper) / 2
        below = rising(middle) < wanted
        lower, upper = np.where(below, middle, lower), np.where(below, upper, middle)
    return upper
