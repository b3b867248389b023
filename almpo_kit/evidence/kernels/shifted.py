"""The CR2 adjustment of large samples without a matrix of the sample's size.

The adjustment of a sample with working covariance Θ, its inverse W and ``R = Θ − X M X'`` is the geometric
mean of Θ and R⁻¹, whatever root of Θ it is written with. As an integral it needs no root at all,

    A = (2/π) ∫ (R + t² W)⁻¹ dt    over t from 0 to infinity,

and with ``Z = (Θ − i t)⁻¹ X``, a shift that keeps the structure of Θ, the integrand times ``W X`` is
``Im Z / t + Re Z (M⁻¹ − X' Re Z)⁻¹ X' Im Z / t``. Some two dozen points placed by elliptic functions give
all digits, because the error falls geometrically: the cost grows with the sample's size, not with its cube.

References
----------
Hale, Higham and Trefethen (2008) SIAM J. Numer. Anal. 46, 2505-2523 (method 3). Pustejovsky and Tipton
(2018) J. Bus. Econ. Stat. 36, 672-683.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ellipj, ellipkm1

from almpo_kit.evidence.kernels.blocks import Blocks, Floats, weights

#: Largest ratio of eigenvalues for which the points are placed accurately.
WIDEST = 1e10
_DIGITS = 34.0
_ROWS = 300_000


def widths(b: Blocks, between: float, within: float, leverage: Floats) -> tuple[Floats, Floats]:
    """Bounds on the eigenvalues of R relative to W for each sample: least (m,), and greatest over least (m,).

    ``leverage`` (m,): largest share of any coefficient's information that the sample holds.
    """
    diagonal = b.v * (1.0 - b.spread(b.tied)) + within
    least = np.minimum.reduceat(diagonal, b.starts)
    most = np.maximum.reduceat(diagonal, b.starts) + b.tied * b.total(b.v) + between * b.sizes
    with np.errstate(divide="ignore"):
        return least**2 * (1.0 - leverage), (most / least) ** 2 / (1.0 - leverage)


def adjusted(
    b: Blocks, between: float, within: float, information: Floats, bounds: tuple[Floats, Floats]
) -> Floats:
    """A W X of each sample, shape (p, k), for samples whose ratio is at most :data:`WIDEST`.

    ``information`` (p, p): M⁻¹, of all samples together. ``bounds``: what :func:`widths` gave.
    """
    points, portions = quadrature(float(bounds[1].max()))
    out = np.empty(b.x.T.shape)
    per_chunk = max(1.0, _ROWS / (len(points) * b.x.shape[1]))
    chunk = (b.starts / per_chunk).astype(int)
    for some in np.split(np.arange(len(b.starts)), np.flatnonzero(np.diff(chunk)) + 1):
        part = b.subset(some)
        root = np.sqrt(bounds[0][some])
        out[:, b.rows(some)] = _integral(part, between, within, information, root, points, portions)
    return out


def quadrature(ratio: float) -> tuple[Floats, Floats]:
    """Where to evaluate and with which weight, for the inverse root of numbers from 1 to ``ratio``."""
    # An even number, because the upper half mirrors the lower one and would itself be mostly rounding.
    half = int(np.ceil(_DIGITS * (np.log(ratio) + 3.0) / (4.0 * np.pi**2)))
    period = float(ellipkm1(1.0 / ratio))
    sn, cn, dn, _ = ellipj((np.arange(half) + 0.5) * period / (2 * half), 1.0 - 1.0 / ratio)
    side = np.sqrt(ratio)
    points = np.r_[sn / cn, side * cn / sn]
    return points, period / (np.pi * half) * np.r_[dn / cn**2, side * dn / sn**2]


def _integral(
    b: Blocks,
    between: float,
    within: float,
    information: Floats,
    root: Floats,
    points: Floats,
    portions: Floats,
) -> Floats:
    t = points[:, None] * root
    w = weights(b, between, within - 1j * b.spread(t))
    first, rest = b.anchored
    p = len(information)
    z = w.join(b, *w.split(b, (first[:p, None], rest[:p, None])))
    real, scaled = np.ascontiguousarray(z.real), z.imag / b.spread(t)
    # X' Re Z and X' Im Z / t of every point and sample, one moderator at a time to spare memory.
    known = np.stack([b.total(x * real) for x in b.x.T])
    pulled = np.stack([b.total(x * scaled) for x in b.x.T])
    left = information - known.transpose(2, 3, 0, 1)
    share = np.linalg.solve(left, pulled.transpose(2, 3, 0, 1)).transpose(2, 3, 0, 1)
    for a in range(p):
        for c in range(p):
            scaled[c] += real[a] * b.spread(share[a, c])
    weight = b.spread(portions[:, None] * root)
    return np.asarray((scaled * weight).sum(axis=1))
