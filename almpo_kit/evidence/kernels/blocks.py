"""Estimates grouped into samples, and the arithmetic of one block per sample.

Inside sample j the model's covariance is ``diag(v + within) + between 11'``: a diagonal plus a rank-one
matrix. Its inverse, determinant and traces have closed forms (Sherman–Morrison), so that everything the
likelihood needs costs a few passes over the rows, and no matrix wider than the moderators is ever built.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Blocks:
    """Estimates sorted by sample, in units of ``scale``.

    ``y``, ``v``: effects and sampling variances, shape (k,). ``x``: moderators, shape (k, p).
    ``starts``: first row of each sample, shape (m,). ``member``: sample of each row, shape (k,).
    ``order``: position in the caller's arrays of each row, shape (k,). ``rho``: assumed correlation of the
    sampling errors within a sample.
    """

    y: Floats
    v: Floats
    x: Floats
    starts: Ints
    member: Ints
    order: Ints
    scale: float
    rho: float = 0.0

    @cached_property
    def sizes(self) -> Ints:
        """Number of estimates of each sample, shape (m,)."""
        return np.diff(np.append(self.starts, len(self.y)))

    def total(self, rows: Floats) -> Floats:
        """Sum over the rows of each sample, shape (m, ...)."""
        return np.asarray(np.add.reduceat(rows, self.starts, axis=0))

    def spread(self, samples: Floats) -> Floats:
        """Give each row its sample's value, shape (k, ...)."""
        return samples[self.member]

    def unsort(self, rows: Floats) -> Floats:
        """Put row values back into the caller's order."""
        out = np.empty_like(rows)
        out[self.order] = rows
        return out


def blocks(y: Floats, v: Floats, x: Floats, samples: NDArray[np.generic], rho: float = 0.0) -> Blocks:
    """Sort estimates by sample and express them in units of a typical standard error.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and sampling variances.
    x : ndarray, shape (k, p)
        Moderators; a column of ones for a plain average.
    samples : ndarray, shape (k,)
        Label of the sample of each estimate.
    rho : float, in [0, 1)
        Assumed correlation of the sampling errors of one sample.
    """
    _, member = np.unique(samples, return_inverse=True)
    # Stable: the order inside a sample stays the caller's, so that even rounding repeats.
    order = np.argsort(member, kind="stable")
    member = member[order]
    starts = np.flatnonzero(np.r_[True, member[1:] != member[:-1]])
    # Without a common unit, tolerances would mean something else in euros than in points.
    scale = float(np.sqrt(np.median(v)))
    v = (np.sqrt(v[order]) / scale) ** 2
    return Blocks(y[order] / scale, v, x[order], starts, member, order, scale, rho)


@dataclass(frozen=True)
class Weights:
    """The inverse of the model's covariance, kept as its parts.

    In a block it is ``diag(u) − (1 − shrink) u u' / u_total``; ``u`` (k,), the others (m,). ``shrink``
    goes from 1 (no variance between samples) to 0.
    """

    u: Floats
    u_total: Floats
    shrink: Floats
    between: float

    def split(self, b: Blocks, rows: Floats) -> tuple[Floats, Floats]:
        """Rows (k,) or (k, p) as distances from their sample's weighted mean, and those means (m, ...)."""
        mean = (b.total((self.u * rows.T).T).T / self.u_total).T
        return rows - b.spread(mean), mean

    def join(self, b: Blocks, distance: Floats, mean: Floats) -> Floats:
        """Inverse covariance times the rows that :meth:`split` took apart.

        Kept apart until here because subtracting nearly all of a large number leaves only rounding.
        """
        centred = distance + b.spread((self.shrink * mean.T).T)
        return np.asarray((self.u * centred.T).T)

    def apply(self, b: Blocks, rows: Floats) -> Floats:
        """Inverse covariance times ``rows``, shape (k,) or (k, p)."""
        return self.join(b, *self.split(b, rows))

    @property
    def mass(self) -> Floats:
        """Sum of the inverse covariance over each block, shape (m,)."""
        return self.u_total * self.shrink

    def trace(self, b: Blocks) -> float:
        """Trace of the inverse covariance. A lone estimate's ``share`` is one, so nothing cancels."""
        share = self.u / b.spread(self.u_total)
        return float((self.u * (1.0 - share + b.spread(self.shrink) * share)).sum())

    def trace_of_square(self, b: Blocks) -> float:
        """Trace of the inverse covariance times itself."""
        share, q = self.u / b.spread(self.u_total), b.spread(self.shrink)
        squares = b.spread(b.total(share**2))
        apart = 1.0 - 2.0 * share + squares
        return float((self.u**2 * (apart + 2.0 * q * (share - squares) + q**2 * squares)).sum())


def weights(b: Blocks, between: float, within: float) -> Weights:
    """Parts of the inverse covariance at given variances (in units of ``scale`` squared)."""
    u = 1.0 / (b.v + within)
    u_total = b.total(u)
    return Weights(u, u_total, 1.0 / (1.0 + between * u_total), between)
