"""What each sample adds to a sandwich, with its residuals as they are (CR0) or adjusted (CR2).

CR2 adjusts the residuals of a sample so that the sandwich is unbiased when the working model is right. The
adjustment is the one of Pustejovsky and Tipton: with the Cholesky root L of the sample's covariance Θ,
``A = L G^(-1/2) L'`` where ``G = L' (Θ − X M X') L``. The root reads the order of the estimates inside a
sample, ``A`` does not (a rotation of L cancels), so that order changes nothing but rounding.

Samples of a size that many share are small problems solved in batches by that definition; the others go
through :mod:`shifted`, the same adjustment without any matrix of the sample's size. Where that would lose
digits (a moderator that only one sample tells about, variances ten orders of magnitude apart) the definition
is used again, up to :data:`LARGEST` estimates. Beyond, the root is taken for which the adjustment collapses
to the moderators, ``X' W A = (I − S M)^(-1/2) X' W`` with ``S = X' W X``: just as unbiased, and another one.

References
----------
Bell and McCaffrey (2002) Survey Methodology 28, 169-181. Pustejovsky and Tipton (2018)
J. Bus. Econ. Stat. 36, 672-683.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.blocks import Blocks, Floats, Ints, weights
from almpo_kit.evidence.kernels.shifted import WIDEST, adjusted, widths
from almpo_kit.evidence.kernels.three_level import Fit

#: Largest sample that is adjusted by its own n × n root.
LARGEST = 300
#: With one moderator, the largest size that is solved in batches, and how many samples must share it.
SMALL, SHARED = 18, 12
_BATCH = 2_000_000
_TINY = 1e-12


@dataclass(frozen=True)
class Pieces:
    """Of each sample, in units of the blocks: ``score`` (m, p), the moderators times the weighted, adjusted
    residuals; ``spread`` (m, p, p), its covariance if residuals were errors; ``lean`` (m, p, p), what the
    estimated coefficients take from it. ``bread`` (p, p), ``collapsed``: samples beyond the exact methods.
    """

    score: Floats
    spread: Floats
    lean: Floats
    bread: Floats
    collapsed: int


def pieces(b: Blocks, fitted: Fit, *, adjust: bool) -> Pieces:
    """Take the sandwich of a fitted model apart, sample by sample."""
    b, between, within = fitted.working(b)
    x = b.x.T
    residual = b.y - (fitted.beta / b.scale) @ x
    pulled = weights(b, between, within).apply(b, x)
    # One moderator at a time: all p² products of a million rows would not fit.
    information = np.stack([b.total(pulled * c) for c in x], axis=-1).transpose(1, 0, 2)
    bread = fitted.bread / b.scale**2
    if not adjust:
        return Pieces(b.total(pulled * residual).T, information, information, bread, 0)
    return _adjusted(b, between, within, pulled, residual, information, bread)


def _adjusted(
    b: Blocks, between: float, within: float, pulled: Floats, residual: Floats, s: Floats, bread: Floats
) -> Pieces:
    m, p = len(s), len(bread)
    root = np.linalg.cholesky(bread)
    leverage = np.linalg.eigvalsh(root.T @ s @ root)[:, -1] if p > 1 else (s * bread)[:, 0, 0]
    least, ratio = widths(b, between, within, leverage)
    # Where the two ways take equally long, as measured; the integral pays for the square of the moderators.
    common = (np.bincount(b.sizes)[b.sizes] >= SHARED / p) & (b.sizes <= SMALL * np.sqrt(p))
    far = (ratio <= WIDEST) & (ratio > 0) & ~common
    out = Pieces(np.empty((m, p)), np.empty((m, p, p)), np.empty((m, p, p)), bread, 0)
    if far.any():
        _integrated(b, between, within, residual, s.sum(axis=0), (least, ratio), np.flatnonzero(far), out)
    near = np.flatnonzero(~far & (b.sizes <= LARGEST))
    for n in np.unique(b.sizes[near]):
        same = near[b.sizes[near] == n]
        for some in np.array_split(same, min(len(same), 1 + len(same) * int(n) ** 2 // _BATCH)):
            _rooted(b, between, within, pulled, residual, some, out)
    large = np.flatnonzero(~far & (b.sizes > LARGEST))
    for j in large:
        _collapsed(b, pulled, residual, s[j], int(j), out)
    return Pieces(out.score, out.spread, out.lean, bread, len(large))


def _integrated(
    b: Blocks,
    between: float,
    within: float,
    residual: Floats,
    information: Floats,
    bounds: tuple[Floats, Floats],
    some: Ints,
    out: Pieces,
) -> None:
    """Fill ``out`` for samples of any size, by the integral."""
    if len(some) < len(b.starts):
        residual, b = residual[b.rows(some)], b.subset(some)
    bounds = (bounds[0][some], bounds[1][some])
    half = adjusted(b, between, within, information, bounds)
    out.score[some] = b.total(half * residual).T
    out.lean[some] = np.stack([b.total(half * c) for c in b.x.T], axis=-1).transpose(1, 0, 2)
    spread = half * (b.v * (1.0 - b.spread(b.tied)) + within)
    out.spread[some] = np.stack([b.total(spread * h) for h in half], axis=-1).transpose(1, 0, 2)
    ones = b.total(half)
    out.spread[some] += between * np.einsum("cj,dj->jcd", ones, ones)
    if b.rho:
        errors = b.total(half * np.sqrt(b.v))
        out.spread[some] += np.einsum("j,cj,dj->jcd", b.tied, errors, errors)


def _rooted(
    b: Blocks, between: float, within: float, pulled: Floats, residual: Floats, some: Ints, out: Pieces
) -> None:
    """Fill ``out`` for samples of one size, each with the Cholesky root of its block."""
    n = int(b.sizes[some[0]])
    rows = b.starts[some][:, None] + np.arange(n)
    s, rho = np.sqrt(b.v[rows]), b.tied[some][:, None, None]
    theta = between + rho * s[:, :, None] * s[:, None, :]
    theta[:, np.arange(n), np.arange(n)] += (1.0 - rho[:, 0]) * b.v[rows] + within
    root = np.linalg.cholesky(theta)
    turned = root.transpose(0, 2, 1)
    inner, x = turned @ root, b.x[rows]
    lx = turned @ x
    values, vectors = np.linalg.eigh(inner @ inner - lx @ out.bread @ lx.transpose(0, 2, 1))
    # A direction that the moderators explain completely has nothing left to adjust.
    usable = values > _TINY * values[:, -1:]
    power = np.where(usable, 1.0 / np.sqrt(np.where(usable, values, 1.0)), 0.0)
    lifted = pulled[:, rows].transpose(1, 0, 2) @ root
    half = ((lifted @ vectors) * power[:, None, :]) @ vectors.transpose(0, 2, 1) @ turned
    out.score[some] = (half @ residual[rows][..., None])[..., 0]
    wide = half @ root
    out.spread[some] = wide @ wide.transpose(0, 2, 1)
    out.lean[some] = half @ x


def _collapsed(b: Blocks, pulled: Floats, residual: Floats, s: Floats, j: int, out: Pieces) -> None:
    """Fill ``out`` for one large sample by the adjustment that lives in the moderators' space."""
    rows = slice(b.starts[j], b.starts[j] + b.sizes[j])
    factor = np.linalg.cholesky(out.bread)
    values, vectors = np.linalg.eigh(np.eye(len(s)) - factor.T @ s @ factor)
    power = np.where(values > _TINY, 1.0 / np.sqrt(np.maximum(values, _TINY)), 0.0)
    adjust = np.linalg.solve(factor.T, vectors * power) @ vectors.T @ factor.T
    out.score[j] = adjust @ (pulled[:, rows] @ residual[rows])
    out.spread[j] = adjust @ s @ adjust.T
    out.lean[j] = adjust @ s
