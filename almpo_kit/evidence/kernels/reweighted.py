"""The CR2 adjustment of a weighted mean whose weights are not the inverse of the working variances.

Estimates are independent in the working model, with variances ``D = diag(d)``. Their residuals around the
mean with shares s have in one sample the covariance ``R = D − 1 l' − l 1' + q 11'`` with ``l = D s`` and
``q``, the variance of the mean. The adjustment is ``A = D^(1/2) B^(-1/2) D^(1/2)`` with ``B = D^(1/2) R D^(1/2)``,
and B is a diagonal with two layers of rank one,

    B = D² + q p p' − (1/q) g g',   g = D^(1/2) l,   p = D^(1/2) (1 − l / q).

``B^(-1/2)`` times a vector is the integral of ``(B + t²)⁻¹`` over t, each point of which has a closed form
(Woodbury), so that the cost grows with the sample's size and not with its cube. The last layer takes the
sample's share h of q from the diagonal, so the smallest eigenvalue is at least ``min(d)² (1 − h)``. Where h
is one up to rounding, the root is taken of the matrix itself.

References
----------
Pustejovsky and Tipton (2018) J. Bus. Econ. Stat. 36, 672-683. Hale, Higham and Trefethen (2008) SIAM J.
Numer. Anal. 46, 2505-2523.
"""

from __future__ import annotations

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats, Ints
from almpo_kit.evidence.kernels.shifted import WIDEST, quadrature

#: Samples up to this size are solved in batches by the matrix itself, which is faster.
SMALL = 12
#: Largest sample of which the matrix is built where the integral would lose digits; beyond, plain residuals.
LARGEST = 1_000
_TINY = 1e-12
_BATCH = 1_000_000


def adjusted(share: Floats, d: Floats, starts: Ints, q: float) -> Floats:
    """A s of each sample, shape (k,).

    Parameters
    ----------
    share : ndarray, shape (k,)
        Shares in the mean, summing to one, sorted by sample.
    d : ndarray, shape (k,)
        Working variances.
    starts : ndarray, shape (m,)
        First row of each sample.
    q : float
        Variance of the mean, ``s' D s`` over all rows.
    """
    sizes = np.diff(np.r_[starts, len(share)])
    least, ratio = _widths(share, d, starts, q)
    far = (sizes > SMALL) & (ratio <= WIDEST) & (ratio > 0)
    out = share.copy()
    for j in np.flatnonzero(far):
        rows = slice(starts[j], starts[j] + sizes[j])
        out[rows] = _integrated(share[rows], d[rows], q, float(least[j]), float(ratio[j]))
    for n in np.unique(sizes[~far]):
        if n <= LARGEST:
            rows = starts[~far & (sizes == n)][:, None] + np.arange(n)
            for some in np.array_split(rows, min(len(rows), 1 + len(rows) * int(n) ** 2 // _BATCH)):
                out[some] = _rooted(share[some], d[some], q)
    return out


def _widths(share: Floats, d: Floats, starts: Ints, q: float) -> tuple[Floats, Floats]:
    """Least eigenvalue (m,) and greatest over least (m,): bounds that hold."""
    held = np.add.reduceat(share**2 * d, starts) / q
    free = np.maximum(1.0 - held, 0.0)
    least = np.minimum.reduceat(d, starts) ** 2 * free
    most = np.maximum.reduceat(d, starts) ** 2 + q * np.add.reduceat(d * (1.0 - share * d / q) ** 2, starts)
    with np.errstate(divide="ignore"):
        return least, np.where(least > 0, most / np.where(least > 0, least, 1.0), np.inf)


def _integrated(share: Floats, d: Floats, q: float, least: float, ratio: float) -> Floats:
    points, portions = quadrature(ratio)
    root, lean = np.sqrt(d), share * d
    g, p = root * lean, root * (1.0 - lean / q)
    inverse = 1.0 / (d**2 + (least * points**2)[:, None])
    # Both layers by Woodbury: a 2 × 2 system at each point.
    pp, gg, pg = inverse @ p**2, inverse @ g**2, inverse @ (p * g)
    pu, gu = inverse @ (p * root * share), inverse @ (g * root * share)
    a, b = 1.0 / q + pp, gg - q
    det = a * b - pg**2
    on_p, on_g = (b * pu - pg * gu) / det, (a * gu - pg * pu) / det
    half = inverse * (root * share - on_p[:, None] * p - on_g[:, None] * g)
    return np.asarray(root * (np.sqrt(least) * portions @ half))


def _rooted(share: Floats, d: Floats, q: float) -> Floats:
    """The same for samples of one size, (m, n), by the matrix itself."""
    n = share.shape[1]
    root, lean = np.sqrt(d), share * d
    inner = q - lean[:, None, :] - lean[:, :, None]
    inner[:, np.arange(n), np.arange(n)] += d
    values, vectors = np.linalg.eigh(root[:, :, None] * inner * root[:, None, :])
    usable = values > _TINY * np.maximum(values[:, -1:], _TINY)
    power = np.where(usable, 1.0 / np.sqrt(np.where(usable, values, 1.0)), 0.0)
    turned = np.einsum("mab,ma->mb", vectors, root * share)
    return np.asarray(root * np.einsum("mab,mb->ma", vectors, power * turned))
