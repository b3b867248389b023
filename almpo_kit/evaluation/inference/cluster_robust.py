"""Least squares with cluster-robust (CR2) covariances and Satterthwaite degrees of freedom, at a cost linear in rows.

With ``X'WX = (L L')⁻¹`` and ``B = √W X L``, the adjustment of cluster g, ``(I − B_g B_g')^(−1/2)``, acts on the columns of
``B_g`` only, so that nothing larger than (rows of a cluster) × (columns) is ever needed, and clusters of one row have a
closed form (then CR2 is HC2). The working model behind adjustment and degrees of freedom is independent errors with
variances 1/weight (``target = 1/weight`` of clubSandwich).

Bell and McCaffrey (2002) Survey Methodol. 28, 169-181; Pustejovsky and Tipton (2018) J. Bus. Econ. Stat. 36, 672-683.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from almpo_kit.evaluation.inference.adjustment import adjusted

Array = np.ndarray[Any, np.dtype[Any]]
#: Rows worked on at a time: B of 100 columns then takes 40 MB.
_ROWS = 50_000
#: Directions of X'X below this share of the largest are taken as not there (collinear columns).
_RANK = 1e-10
#: A contrast of which more than this lies outside what the rows can tell is not told.
_UNKNOWN = 1e-4


class Robust(NamedTuple):
    """Estimates of c contrasts on h outcomes.

    Parameters
    ----------
    estimate : Array, shape (c, h)
        NaN where the rows cannot tell the contrast.
    covariance : Array, shape (c, h, h)
        Of one contrast over outcomes.
    df : Array, shape (c, h)
        Satterthwaite degrees of freedom.
    """

    estimate: Array
    covariance: Array
    df: Array


class Part(NamedTuple):
    """A regression that shares no coefficient with the other parts (one an arm when all slopes differ).

    Parameters
    ----------
    rows : Array of int, shape (m,)
        Its rows.
    x : Array, shape (n, p)
        All rows; only its own are read.
    centre : Array, shape (p,)
        Taken from each row of ``x`` before a constant is put in front.
    constant : bool
    contrasts : Array, shape (c, p or 1 + p)
        How its coefficients enter each contrast.
    """

    rows: Array
    x: Array
    centre: Array
    constant: bool
    contrasts: Array


def least_squares(x: Array, y: Array, cluster: Array, weight: Array | None, contrasts: Array) -> Robust:
    """Contrasts of the coefficients of one regression on several outcomes.

    Parameters
    ----------
    x : Array, shape (n, p)
        With a constant where one is wanted; collinear columns are allowed.
    y : Array, shape (n, h)
        NaN where missing: each outcome has its own rows.
    cluster : Array of int, shape (n,)
        0 … g - 1.
    weight : Array, shape (n,) or None
    contrasts : Array, shape (c, p)

    Returns
    -------
    Robust
    """
    part = Part(np.arange(len(x)), x, np.zeros(x.shape[1]), False, np.atleast_2d(contrasts))
    return separate_regressions([part], y, cluster, weight)


def separate_regressions(parts: Sequence[Part], y: Array, cluster: Array, weight: Array | None) -> Robust:
    """Sums of contrasts over regressions without common coefficients: a fully interacted regression, arm by arm.

    Parameters
    ----------
    parts : sequence of Part
        With rows that do not overlap.
    y : Array, shape (n, h)
    cluster : Array of int, shape (n,)
        Clusters may have rows in several parts.
    weight : Array, shape (n,) or None

    Returns
    -------
    Robust
    """
    y = y[:, None] if y.ndim == 1 else y
    w = np.ones(len(y)) if weight is None else weight
    groups = int(cluster.max(initial=-1)) + 1
    c, h = len(parts[0].contrasts), y.shape[1]
    fits = [[_fitted(p, y, columns, cluster, w, groups) for p in parts] for columns in _alike(y)]
    estimate, covariance, df = np.zeros((c, h)), np.zeros((c, h, h)), np.zeros((c, h))
    for fit in fits:
        # Where the rows cannot tell (no rows, an arm without a category), nothing is told: NaN.
        estimate[:, fit[0].columns] = sum(p.part.contrasts @ p.beta + p.unknown[:, None] for p in fit)
    traces = [_Traces(c, sum(p.lean.shape[1] for p in fit)) for fit in fits]
    for low, high in _chunks(fits, groups):
        score = np.zeros((high - low, c, h))
        for fit, trace in zip(fits, traces, strict=True):
            told = [_cluster_sums(p, y, w, low, high) for p in fit]
            score[:, :, fit[0].columns] = sum(t[0] for t in told)
            trace.add(np.sum([t[1] for t in told], axis=0), np.concatenate([t[2] for t in told], axis=2))
        covariance += np.einsum("gch,gcj->chj", score, score, optimize=True)
    covariance = np.where(np.isnan(estimate)[:, :, None] | np.isnan(estimate)[:, None, :], np.nan, covariance)
    for fit, trace in zip(fits, traces, strict=True):
        df[:, fit[0].columns] = trace.df()[:, None]
    return Robust(estimate, covariance, df)


def _alike(y: Array) -> list[Array]:
    """Outcomes with the same rows, together."""
    missing = np.isnan(y)
    if not missing.any():
        return [np.arange(y.shape[1])]
    keys = [np.packbits(missing[:, j]).tobytes() for j in range(y.shape[1])]
    order = {k: i for i, k in enumerate(dict.fromkeys(keys))}
    at = np.array([order[k] for k in keys])
    return [np.flatnonzero(at == i) for i in range(len(order))]


@dataclass(frozen=True)
class _Fitted:
    """One part fitted to outcomes that have the same rows; rows sorted by cluster."""

    part: Part
    columns: Array
    rows: Array
    starts: Array
    beta: Array
    root: Array
    lean: Array
    unknown: Array


def _fitted(part: Part, y: Array, columns: Array, cluster: Array, w: Array, groups: int) -> _Fitted:
    rows = part.rows[~np.isnan(y[part.rows, columns[0]])]
    rows = rows[np.argsort(cluster[rows], kind="stable")]
    p = part.contrasts.shape[1]
    gram, moment = np.zeros((p, p)), np.zeros((p, len(columns)))
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        x = _design(part, some)
        weighted = x * w[some][:, None]
        gram += weighted.T @ x
        moment += weighted.T @ y[np.ix_(some, columns)]
    root = _root(gram)
    lost = np.abs(part.contrasts - part.contrasts @ root @ (root.T @ gram)).max(axis=1, initial=0.0)
    return _Fitted(
        part=part,
        columns=columns,
        rows=rows,
        starts=np.searchsorted(cluster[rows], np.arange(groups + 1)),
        beta=root @ (root.T @ moment),
        root=root,
        lean=part.contrasts @ root,
        unknown=np.where(lost > _UNKNOWN, np.nan, 0.0),
    )


def _design(part: Part, rows: Array) -> Array:
    x = part.x[rows] - part.centre
    return np.column_stack([np.ones(len(rows)), x]) if part.constant else x


def _root(gram: Array) -> Array:
    """L with ``L L' = gram⁻¹`` (a generalised inverse where columns are collinear)."""
    scale = np.sqrt(np.maximum(np.diag(gram), 0.0))
    scale[scale == 0] = 1.0
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    held = values > _RANK * max(values.max(initial=0.0), 1e-300)
    root: Array = vectors[:, held] / np.sqrt(values[held]) / scale[:, None]
    return root


def _chunks(fits: Sequence[Sequence[_Fitted]], groups: int) -> Iterator[tuple[int, int]]:
    """Runs of clusters with about as many rows as can be worked on at a time."""
    rows = sum((np.diff(p.starts) for p in fits[0]), np.zeros(groups, dtype=np.int64))
    run = np.cumsum(np.maximum(rows, 1)) // _ROWS
    edges = [0, *(np.flatnonzero(np.diff(run)) + 1).tolist(), groups]
    yield from pairwise(edges)


def _cluster_sums(fit: _Fitted, y: Array, w: Array, low: int, high: int) -> tuple[Array, Array, Array]:
    """Of each cluster: its adjusted score (g, c, h), and what the degrees of freedom need (g, c) and (g, c, r)."""
    rows = fit.rows[fit.starts[low] : fit.starts[high]]
    sizes = np.diff(fit.starts[low : high + 1])
    root_weight = np.sqrt(w[rows])[:, None]
    x = _design(fit.part, rows) * root_weight
    rest = y[np.ix_(rows, fit.columns)] * root_weight - x @ fit.beta
    b = x @ fit.root
    a = adjusted(b, fit.lean, sizes)
    return (
        np.stack([_summed(a[:, [i]] * rest, sizes) for i in range(a.shape[1])], axis=1),
        _summed(a**2, sizes),
        np.stack([_summed(a[:, [i]] * b, sizes) for i in range(a.shape[1])], axis=1),
    )


def _summed(values: Array, sizes: Array) -> Array:
    """Sums over clusters, rows being sorted by cluster."""
    if (sizes == 1).all():
        return values
    out = np.zeros((len(sizes), values.shape[1]))
    filled = sizes > 0
    if filled.any():
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])[filled]
        out[filled] = np.add.reduceat(values, starts, axis=0)
    return out


class _Traces:
    """Traces of P and P², where P_gh = a_g'(I − H)_gh a_h, gathered over runs of clusters."""

    def __init__(self, c: int, r: int) -> None:
        self._first, self._diagonal = np.zeros(c), np.zeros(c)
        self._cross = np.zeros((c, r, r))

    def add(self, d: Array, u: Array) -> None:
        """``d`` (g, c) = a_g'a_g, ``u`` (g, c, r) = B_g'a_g."""
        own = np.einsum("gcr,gcr->gc", u, u)
        self._first += (d - own).sum(0)
        self._diagonal += (d * d - 2 * d * own).sum(0)
        for i in range(u.shape[1]):
            self._cross[i] += u[:, i].T @ u[:, i]

    def df(self) -> Array:
        """(tr P)² / tr P², shape (c,); zero where nothing varies."""
        second = self._diagonal + np.einsum("crs,crs->c", self._cross, self._cross)
        return np.divide(self._first**2, second, out=np.zeros_like(second), where=second > 0)
