"""The (restricted) log-likelihood of the three-level model with its first and second derivatives.

Effects of one sample share a random effect (variance *between* samples), each estimate has its own
(variance *within* samples), and sampling errors have known variances and an assumed correlation. With P the
projection that removes the moderators, the derivatives are traces and quadratic forms of P and of the two
patterns (identity for *within*, blocks of ones for *between*); all of them cost O(k p²).

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
    p = b.x.shape[1]
    w = weights(b, between, within)
    distance, mean = w.split(b, b.anchored)
    sharp, heavy = w.beneath(b, distance), w.mass * mean
    gram = distance[:p] @ sharp.T + mean[:p] @ heavy.T
    bread = np.linalg.inv(gram[:, :p])
    beta = bread @ gram[:, p]
    # From here on the last column is the residual; as a difference of squares it would be mostly rounding.
    for columns in (distance, mean, sharp, heavy):
        columns[p] -= beta @ columns[:p]
    loglik = _loglik(b, w, float(distance[p] @ sharp[p] + mean[p] @ heavy[p]), gram[:, :p], restricted)
    pulled = sharp + w.image * b.spread(w.shrink * mean)
    gradient, fisher, average = _derivatives(b, w, pulled, heavy, bread, restricted)
    return Point(loglik, gradient, fisher - 2.0 * average, fisher, beta, bread)


def logliks(b: Blocks, between: Floats, within: Floats, *, restricted: bool = True) -> Floats:
    """Values alone, up to a constant, at every pair of variances between (c,) and within (d,); shape (c, d).

    Those between cost next to nothing, because everything about the rows is in one sum for each sample.
    """
    p = b.x.shape[1]
    w = weights(b, 0.0, within[:, None])
    distance, mean = (a.swapaxes(0, 1) for a in w.split(b, tuple(a[:, None] for a in b.anchored)))
    sharp = w.beneath(b, distance.swapaxes(0, 1)).transpose(1, 2, 0)
    shrink = 1.0 / (1.0 + between[:, None, None] * w.mass_beneath)
    heavy = mean * (shrink * w.mass_beneath)[:, :, None, :]
    gram = distance @ sharp + heavy @ mean.swapaxes(1, 2)
    beta = np.linalg.solve(gram[..., :p, :p], gram[..., :p, p:])
    rest = gram[..., p, p] - (gram[..., p:, :p] @ beta)[..., 0, 0]
    value = w.logdet() + np.log(shrink).sum(axis=-1) - rest
    return np.asarray(0.5 * (value - np.linalg.slogdet(gram[..., :p, :p])[1] if restricted else value))


def _loglik(b: Blocks, w: Weights, distance: float, gram: Floats, restricted: bool) -> float:
    k, p = b.x.shape
    value, free = float(w.logdet()) - distance, k
    if restricted:
        value += b.logdet_x - np.linalg.slogdet(gram)[1]
        free = k - p
    # The constants make it comparable with other software, whatever unit the caller used.
    return float(0.5 * value - 0.5 * free * np.log(2 * np.pi) - free * np.log(b.scale))


def _derivatives(
    b: Blocks, w: Weights, pulled: Floats, heavy: Floats, bread: Floats, restricted: bool
) -> tuple[Floats, Floats, Floats]:
    """Gradient (2,), Fisher information (2, 2) and half of y'P V P V P y for each pair of patterns (2, 2).

    ``pulled`` (p + 1, k) is the inverse covariance times the moderators and the residual, ``heavy``
    (p + 1, m) its sum over each sample.
    """
    p = len(bread)
    ones = w.shrink * b.total(w.image * pulled)
    again = _quadratic(b, w, pulled, ones)
    single = (heavy @ heavy.T, pulled @ pulled.T)
    double = ((heavy * w.mass) @ heavy.T, ones @ heavy.T, again)
    first, pair = _traces(b, w)
    if restricted:
        flat = [bread @ s[:p, :p] for s in single]
        first -= [np.trace(f) for f in flat]
        for n, (i, j) in enumerate(((0, 0), (0, 1), (1, 1))):
            pair[n] += np.sum(flat[i] * flat[j].T) - 2.0 * np.sum(bread * double[n][:p, :p])
    side = [s[p, :p] for s in single]
    bent = [double[n][p, p] - side[i] @ bread @ side[j] for n, (i, j) in enumerate(((0, 0), (0, 1), (1, 1)))]
    gradient = 0.5 * (np.array([s[p, p] for s in single]) - first)
    return gradient, 0.5 * _symmetric(pair), 0.5 * _symmetric(np.array(bent))


def _symmetric(three: Floats) -> Floats:
    return three[[[0, 1], [1, 2]]]


def _quadratic(b: Blocks, w: Weights, pulled: Floats, ones: Floats) -> Floats:
    """``pulled`` times the inverse covariance times itself, shape (p + 1, p + 1)."""
    mass = w.mass
    mean = ones / mass
    distance = pulled - b.spread(mean)
    return np.asarray(distance @ w.beneath(b, distance).T + (mean * mass) @ mean.T)


def _traces(b: Blocks, w: Weights) -> tuple[Floats, Floats]:
    """Traces of the inverse covariance times each pattern (2,), and times each pair of patterns (3,)."""
    plain, squared, image2, image3 = _beneath(b, w)
    several = b.sizes > 1
    part = image2 / w.mass_beneath
    # A lone estimate has nothing apart from its own mean; rounding must not put something there.
    apart = several * (plain - part)
    across = several * (image3 / w.mass_beneath - part**2)
    apart2 = several * (squared - 2.0 * image3 / w.mass_beneath + part**2)
    q, mass = w.shrink, w.mass
    first = np.array([mass.sum(), (apart + q * part).sum()])
    return first, np.array([mass @ mass, q**2 @ image2, (apart2 + 2.0 * q * across + q**2 * part**2).sum()])


def _beneath(b: Blocks, w: Weights) -> tuple[Floats, Floats, Floats, Floats]:
    """Per sample, with B as in :class:`Weights`: traces of B and BB, and 1'BB1 and 1'BBB1."""
    if w.errors is None:
        square = w.u * w.u
        total, cube = b.total(np.stack([square, square * w.u]))
        return w.mass_beneath, total, total, cube
    e = w.errors
    lost = (1.0 - e.shrink) / e.total
    lean2 = e.lean**2
    u, u2, r, ur = b.total(np.stack([w.u, w.u**2, lean2, w.u * lean2]))
    image2, image3 = b.total(np.stack([w.image**2, w.image * w.beneath(b, w.image)]))
    return u - lost * r, u2 - 2.0 * lost * ur + lost**2 * r**2, image2, image3
