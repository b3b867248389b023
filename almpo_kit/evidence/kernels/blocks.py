"""Estimates grouped into samples, and the arithmetic of one block per sample.

Inside sample j the model's covariance is ``diag((1 − rho) v + within) + rho s s' + between 11'`` with
``s = sqrt(v)``: a diagonal and two layers of rank one (none of them for a lone estimate's ``rho``). Its
inverse, determinant and traces have closed forms (Sherman–Morrison, once for each layer), so that everything
the likelihood needs costs a few passes over the rows, and no matrix wider than the moderators is ever built.

Arrays of rows have the row last: shape (..., k), and those of samples (..., m).

References
----------
Pustejovsky and Tipton (2022) Prev. Sci. 23, 425-438 (the working model with ``rho``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
#: Real, or complex where the covariance is shifted along the imaginary axis.
Numbers = NDArray[Any]


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

    @cached_property
    def columns(self) -> Floats:
        """Moderators and, last, the effects; shape (p + 1, k)."""
        return np.vstack([self.x.T, self.y])

    @cached_property
    def anchored(self) -> tuple[Floats, Floats]:
        """``columns`` as the value of each sample's first row (p + 1, m) and distances from it (p + 1, k)."""
        first = self.columns[:, self.starts]
        return first, self.columns - self.spread(first)

    @cached_property
    def logdet_x(self) -> float:
        """Log-determinant of the moderators' cross-product."""
        return float(np.linalg.slogdet(self.x.T @ self.x)[1])

    @cached_property
    def tied(self) -> Floats:
        """``rho`` of each sample, shape (m,). A lone estimate's error correlates with nothing."""
        return np.where(self.sizes > 1, self.rho, 0.0)

    def total(self, rows: Numbers) -> Numbers:
        """Sum over the rows of each sample, shape (..., m)."""
        return np.asarray(np.add.reduceat(rows, self.starts, axis=-1))

    def spread(self, samples: Numbers) -> Numbers:
        """Give each row its sample's value, shape (..., k)."""
        return samples.take(self.member, axis=-1)

    def rows(self, some: Ints) -> Ints:
        """Positions of the rows of some samples, sample after sample."""
        sizes = self.sizes[some]
        ends = np.cumsum(sizes)
        return np.arange(ends[-1]) + np.repeat(self.starts[some] - ends + sizes, sizes)

    def subset(self, some: Ints) -> Blocks:
        """These samples alone, still in units of ``scale``."""
        at, sizes = self.rows(some), self.sizes[some]
        member = np.repeat(np.arange(len(some)), sizes)
        starts = np.cumsum(sizes) - sizes
        return Blocks(
            self.y[at], self.v[at], self.x[at], starts, member, self.order[at], self.scale, self.rho
        )

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
class Errors:
    """The layer of correlated sampling errors: ``rho s s'`` in a block.

    ``s`` (k,), ``lean`` = u s (..., k), ``total`` = s'u s (..., m) and ``shrink`` = 1 / (1 + rho s'u s).
    """

    s: Floats
    lean: Numbers
    total: Numbers
    shrink: Numbers


@dataclass(frozen=True)
class Weights:
    """The inverse of the model's covariance, kept as its parts.

    ``u`` (..., k): inverse of the diagonal. With B the inverse of the covariance without ``between``:
    ``image`` (..., k) = B 1, ``mass_beneath`` (..., m) = 1'B 1. ``shrink`` (..., m) goes from 1 (no variance
    between samples) to 0. The whole inverse is ``B − (1 − shrink) image image' / mass_beneath``.
    """

    u: Numbers
    image: Numbers
    mass_beneath: Numbers
    shrink: Numbers
    between: float
    errors: Errors | None

    def beneath(self, b: Blocks, rows: Numbers) -> Numbers:
        """B times ``rows`` (..., k): the inverse without the variance between samples."""
        if self.errors is None:
            return np.asarray(self.u * rows)
        e = self.errors
        slope = b.total(e.lean * rows) / e.total
        return np.asarray(self.u * (rows - e.s * b.spread((1.0 - e.shrink) * slope)))

    def mean(self, b: Blocks, rows: Numbers) -> Numbers:
        """Weighted mean of ``rows`` (..., k) in each sample, shape (..., m)."""
        return np.asarray(b.total(self.image * rows) / self.mass_beneath)

    def split(self, b: Blocks, anchored: tuple[Numbers, ...]) -> tuple[Numbers, Numbers]:
        """Anchored columns as distances (..., k) from their sample's weighted mean, and those means.

        Through the first row, so that what is constant in a sample has distances of exactly zero.
        """
        first, rest = anchored
        mean = self.mean(b, rest)
        return rest - b.spread(mean), first + mean

    def join(self, b: Blocks, distance: Numbers, mean: Numbers) -> Numbers:
        """Inverse covariance times the rows that :meth:`split` took apart.

        Kept apart until here because subtracting nearly all of a large number leaves only rounding.
        """
        if self.errors is None:
            return np.asarray(self.u * (distance + b.spread(self.shrink * mean)))
        return np.asarray(self.beneath(b, distance) + self.image * b.spread(self.shrink * mean))

    def apply(self, b: Blocks, rows: Numbers) -> Numbers:
        """Inverse covariance times ``rows``, shape (..., k)."""
        mean = self.mean(b, rows)
        return self.join(b, rows - b.spread(mean), mean)

    @property
    def mass(self) -> Numbers:
        """Sum of the inverse covariance over each block, shape (..., m)."""
        return np.asarray(self.mass_beneath * self.shrink)

    def logdet(self) -> Floats:
        """Log-determinant of the inverse covariance, shape (...)."""
        layer = 0.0 if self.errors is None else np.log(self.errors.shrink).sum(axis=-1)
        return np.asarray(np.log(self.u).sum(axis=-1) + np.log(self.shrink).sum(axis=-1) + layer)


def weights(b: Blocks, between: float, within: float | Numbers) -> Weights:
    """Parts of the inverse covariance at given variances (in units of ``scale`` squared)."""
    if b.rho == 0.0:
        u = 1.0 / (b.v + within)
        total = b.total(u)
        return Weights(u, u, total, 1.0 / (1.0 + between * total), between, None)
    u = 1.0 / (b.v * (1.0 - b.spread(b.tied)) + within)
    s = np.sqrt(b.v)
    lean = u * s
    total = b.total(lean * s)
    e = Errors(s, lean, total, 1.0 / (1.0 + b.tied * total))
    # The constant as its slope on s and the rest: nothing is subtracted from something nearly as large.
    slope = b.total(lean) / total
    rest = 1.0 - s * b.spread(slope)
    image = u * (rest + s * b.spread(e.shrink * slope))
    beneath = b.total(u * rest**2) + e.shrink * total * slope**2
    return Weights(u, image, beneath, 1.0 / (1.0 + between * beneath), between, e)
