"""The (restricted) log-likelihood of the three-level model with its first and second derivatives.

Effects of one sample share a random effect (variance *between* samples), each estimate has its own
(variance *within* samples), and sampling errors have known variances. With P the projection that removes
the moderators, the derivatives are traces and quadratic forms of P and of the two patterns (identity for
*within*, blocks of ones for *between*); all of them cost O(k p²).

References
----------
Harville (1977) J. Am. Stat. Assoc. 72, 320-338. Konstantopoulos (2011) Res. Synth. Methods 2, 61-76.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.blocks import Blocks, Floats, Weights, weights


@dataclass(frozen=True)
class Point:
    """The likelihood at one pair of variances ``(between, within)``.

    ``gradient`` (2,), ``hessian`` (2, 2) of the log-likelihood, ``fisher`` (2, 2) its expected negative,
    ``beta`` (p,) the generalised least-squares coefficients, ``bread`` (p, p) their model-based covariance.
    """

    loglik: float
    gradient: Floats
    hessian: Floats
    fisher: Floats
    beta: Floats
    bread: Floats


def point(b: Blocks, between: float, within: float, *, restricted: bool = True) -> Point:
    """Evaluate the log-likelihood and its derivatives at ``(between, within)``."""
    w = weights(b, between, within)
    xd, xm = w.split(b, b.x)
    yd, ym = w.split(b, b.y)
    wx = w.join(b, xd, xm)
    bread = np.linalg.inv(xd.T @ (w.u[:, None] * xd) + xm.T @ (w.mass[:, None] * xm))
    beta = bread @ (xd.T @ (w.u * yd) + xm.T @ (w.mass * ym))
    rd, rm = yd - xd @ beta, ym - xm @ beta
    loglik = _loglik(b, w, float(rd @ (w.u * rd) + rm @ (w.mass * rm)), bread, restricted)
    gradient, fisher = _traces(b, w, wx, w.mass[:, None] * xm, bread if restricted else np.zeros_like(bread))
    scores, average = _quadratics(b, w, wx, bread, w.join(b, rd, rm), w.mass * rm)
    return Point(loglik, scores - gradient, fisher - 2.0 * average, fisher, beta, bread)


def _loglik(b: Blocks, w: Weights, distance: float, bread: Floats, restricted: bool) -> float:
    k, p = b.x.shape
    value = np.log(w.u).sum() + np.log(w.shrink).sum() - distance
    free = k
    if restricted:
        value += np.linalg.slogdet(bread)[1] + np.linalg.slogdet(b.x.T @ b.x)[1]
        free = k - p
    # The constants make it comparable with other software, whatever unit the caller used.
    return float(0.5 * value - 0.5 * free * np.log(2 * np.pi) - free * np.log(b.scale))


def _traces(b: Blocks, w: Weights, wx: Floats, g: Floats, bread: Floats) -> tuple[Floats, Floats]:
    """Half the traces of P times each pattern (2,), and half those of pairs of them (2, 2).

    ``wx`` (k, p) is the inverse covariance times the moderators, ``g`` (m, p) its sum over each sample.
    """
    ones = w.u * b.spread(w.shrink)
    mass = w.mass
    pattern = (g.T @ g, wx.T @ wx)
    first = np.array([mass.sum(), w.trace(b)])
    first -= [np.sum(bread * m) for m in pattern]
    plain = np.array([[mass @ mass, ones @ ones], [0.0, w.trace_of_square(b)]])
    cross = b.total(wx * ones[:, None])
    corrections = (
        (0, 0, g.T @ (mass[:, None] * g)),
        (0, 1, cross.T @ g),
        (1, 1, wx.T @ w.apply(b, wx)),
    )
    for i, j, middle in corrections:
        plain[i, j] += np.sum((bread @ pattern[i]) * (bread @ pattern[j]).T) - 2 * np.sum(bread * middle.T)
    plain[1, 0] = plain[0, 1]
    return 0.5 * first, 0.5 * plain


def _quadratics(
    b: Blocks, w: Weights, wx: Floats, bread: Floats, py: Floats, t: Floats
) -> tuple[Floats, Floats]:
    """Half of y'P V P y for each pattern (2,), and half of y'P V P V P y for each pair (2, 2).

    ``py`` (k,) is the projected outcome, ``t`` (m,) its sum over each sample.
    """
    f = np.column_stack([b.spread(t), py])
    pf = w.apply(b, f) - wx @ (bread @ (wx.T @ f))
    return 0.5 * np.array([t @ t, py @ py]), 0.5 * (f.T @ pf)
