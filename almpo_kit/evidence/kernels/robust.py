"""Cluster-robust covariance CR2 with Satterthwaite degrees of freedom.

Residuals of a sample are adjusted so that the sandwich is unbiased when the working model is right. The
adjustment is the one of Pustejovsky and Tipton: with the Cholesky root L of the block's covariance,
``A = L G^(-1/2) L'`` where ``G = L' (Θ − X M X') L``. The root reads the
order of the estimates inside a sample, ``A`` does not (a rotation of L cancels), so that order changes
nothing but rounding.

Blocks of at most :data:`LARGEST` estimates are solved in batches of one size. Larger ones use the root
for which the adjustment collapses to the moderators, ``X' W A = (I − S M)^(-1/2) X' W`` with
``S = X' W X``: just as unbiased and linear in the block's size.

References
----------
Bell and McCaffrey (2002) Survey Methodology 28, 169-181. Pustejovsky and Tipton (2018)
J. Bus. Econ. Stat. 36, 672-683.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from almpo_kit.evidence.kernels.blocks import Blocks, Floats, Ints, Weights, weights
from almpo_kit.evidence.kernels.three_level import Fit

#: Largest block that is adjusted by its own n × n root.
LARGEST = 300
Kind = Literal["model", "CR0", "CR1", "CR2"]
KINDS: tuple[str, ...] = get_args(Kind)
_BATCH = 2_000_000
_TINY = 1e-12


@dataclass(frozen=True)
class Robust:
    """``covariance`` (p, p) of the coefficients, ``df`` (p,) for each, ``collapsed`` how many blocks were
    too large for their own root."""

    covariance: Floats
    df: Floats
    collapsed: int


@dataclass(frozen=True)
class _Parts:
    """Per sample: adjusted ``score`` (m, p); ``spread`` (m, p), the squared length of each coefficient's
    row; ``lean`` (m, p, p), its part along the moderators."""

    score: Floats
    spread: Floats
    lean: Floats


def sandwich(b: Blocks, fitted: Fit, kind: Kind = "CR2") -> Robust:
    """Covariance of the coefficients and degrees of freedom, in the caller's units.

    Parameters
    ----------
    kind : {"model", "CR0", "CR1", "CR2"}
        ``model`` trusts the working model (infinite degrees of freedom: the normal).
    """
    if kind == "CR2":
        return cr2(b, fitted)
    if kind == "model":
        return Robust(fitted.bread, np.full(len(fitted.beta), np.inf), 0)
    raise NotImplementedError(kind)


def cr2(b: Blocks, fitted: Fit) -> Robust:
    """CR2 covariance of a fitted model, in the caller's units, clustered by its samples.

    Raises nothing; at least two samples are the caller's business.
    """
    square = b.scale**2
    between, within = fitted.between / square, fitted.within / square
    bread, residual = fitted.bread / square, b.y - b.x @ (fitted.beta / b.scale)
    w = weights(b, between, within)
    pulled = w.apply(b, b.x.T).T
    m, p = len(b.starts), b.x.shape[1]
    parts = _Parts(np.empty((m, p)), np.empty((m, p)), np.empty((m, p, p)))
    sizes = b.sizes
    large = np.flatnonzero(sizes > LARGEST)
    for n in np.unique(sizes[sizes <= LARGEST]):
        same = np.flatnonzero(sizes == n)
        for some in np.array_split(same, min(len(same), 1 + len(same) * int(n) ** 2 // _BATCH)):
            _rooted(b, w, pulled, bread, residual, between, within, some, parts)
    if len(large):
        _collapsed(b, w, bread, residual, large, parts)
    lifted = parts.score @ bread
    return Robust((lifted.T @ lifted) * square, _satterthwaite(parts), len(large))


def _rooted(
    b: Blocks,
    w: Weights,
    pulled: Floats,
    bread: Floats,
    residual: Floats,
    between: float,
    within: float,
    some: Ints,
    parts: _Parts,
) -> None:
    """Fill ``parts`` for samples of one size, each with the Cholesky root of its block."""
    n = int(b.sizes[some[0]])
    rows = b.starts[some][:, None] + np.arange(n)
    theta = np.full((len(some), n, n), between)
    theta[:, np.arange(n), np.arange(n)] += b.v[rows] + within
    root = np.linalg.cholesky(theta)
    turned = root.transpose(0, 2, 1)
    inner = turned @ root
    x = b.x[rows]
    lx = turned @ x
    values, vectors = np.linalg.eigh(inner @ inner - lx @ bread @ lx.transpose(0, 2, 1))
    # A direction that the moderators explain completely has nothing left to adjust.
    usable = values > _TINY * values[:, -1:]
    power = np.where(usable, 1.0 / np.sqrt(np.where(usable, values, 1.0)), 0.0)
    wx = pulled[rows]
    lifted = wx.transpose(0, 2, 1) @ root
    half = ((lifted @ vectors) * power[:, None, :]) @ vectors.transpose(0, 2, 1) @ turned
    _store(parts, some, half @ residual[rows][..., None], bread @ (half @ root), bread @ (half @ x), bread)


def _sum(rows: Floats) -> Floats:
    return np.asarray(rows.sum(axis=1, keepdims=True))


def _collapsed(b: Blocks, w: Weights, bread: Floats, residual: Floats, some: Ints, parts: _Parts) -> None:
    """Fill ``parts`` for large samples by the adjustment that lives in the moderators' space."""
    wx = w.apply(b, b.x.T).T
    factor = np.linalg.cholesky(bread)
    p = b.x.shape[1]
    for j in some:
        rows = slice(b.starts[j], b.starts[j] + b.sizes[j])
        inner = factor.T @ (wx[rows].T @ b.x[rows]) @ factor
        values, vectors = np.linalg.eigh(np.eye(p) - inner)
        power = np.where(values > _TINY, 1.0 / np.sqrt(np.maximum(values, _TINY)), 0.0)
        adjust = np.linalg.solve(factor.T, vectors * power) @ vectors.T @ factor.T
        s = wx[rows].T @ b.x[rows]
        # The squared lengths need a root of S, since X'W Θ W X = S.
        value, vector = np.linalg.eigh(s)
        root = vector * np.sqrt(np.maximum(value, 0.0))
        score = adjust @ (wx[rows].T @ residual[rows])
        _store(
            parts,
            np.array([j]),
            score[None, :, None],
            (bread @ adjust @ root)[None],
            (bread @ adjust @ s)[None],
            bread,
        )


def _store(parts: _Parts, some: Ints, score: Floats, rows: Floats, lean: Floats, bread: Floats) -> None:
    parts.score[some] = score[..., 0]
    parts.spread[some] = (rows**2).sum(axis=2)
    parts.lean[some] = lean @ np.linalg.cholesky(bread)


def _satterthwaite(parts: _Parts) -> Floats:
    """Match the first two moments of each variance; the m × m matrix is never formed."""
    lean2 = (parts.lean**2).sum(axis=2)
    trace = (parts.spread - lean2).sum(axis=0)
    gram = np.einsum("jca,jcb->cab", parts.lean, parts.lean)
    squares = (parts.spread**2 - 2.0 * parts.spread * lean2).sum(axis=0) + (gram**2).sum(axis=(1, 2))
    return np.asarray(trace**2 / squares)
