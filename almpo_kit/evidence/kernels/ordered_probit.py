"""Ordered probit by maximum likelihood, with cluster-robust covariance.

An unseen leaning ``x'b + e`` with a standard normal ``e`` is cut at ordered points into categories:
``P(y <= j) = Φ(cut_j - x'b)``. There is no intercept; the cutpoints carry it. The log-likelihood is
concave in coefficients and cutpoints together, so Newton's method with halved steps finds the only top
there is, unless categories can be told apart perfectly and the top is at infinity (:func:`separation`).

The cluster-robust covariance is the sandwich ``H⁻¹ (Σ s_g s_g') H⁻¹ · G / (G - 1)`` with the observed
information ``H`` and the summed scores ``s_g`` of each of the G clusters: what Stata's
``oprobit, vce(cluster …)`` and R's ``sandwich::vcovCL(type = "HC0")`` on ``MASS::polr`` give.

References
----------
McKelvey and Zavoina (1975) J. Math. Sociol. 4, 103-120. Pratt (1981) J. Am. Stat. Assoc. 76, 103-106
(concavity). Albert and Anderson (1984) Biometrika 71, 1-10 (separation). Rogers (1993) Stata Tech. Bull.
13, 19-23.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from almpo_kit.evidence.kernels.blocks import Floats, Ints

_LOG_ROOT_2PI = 0.5 * float(np.log(2 * np.pi))
#: A Newton step that promises less log-likelihood than this (per row) moves no digit that anyone reads.
_ENOUGH = 1e-14


@dataclass(frozen=True)
class OrderedFit:
    """``beta`` (p,), increasing cutpoints ``cut`` (J - 1,), ``bread`` (p + J - 1, p + J - 1) the inverse of
    the observed information in that order, ``scores`` (k, p + J - 1) of each row, ``loglik``, and how the
    search ended."""

    beta: Floats
    cut: Floats
    bread: Floats
    scores: Floats
    loglik: float
    steps: int
    converged: bool


@dataclass(frozen=True)
class _Point:
    loglik: float
    scores: Floats
    information: Floats


def fit(y: Ints, x: Floats, limit: int = 100) -> OrderedFit:
    """Maximise the likelihood.

    Parameters
    ----------
    y : ndarray of int, shape (k,)
        Category 0 … J - 1 of each row; every category occurs.
    x : ndarray, shape (k, p)
        Moderators without an intercept; p may be 0. Together with a column of ones of full column rank.
    """
    # Centred and scaled, so that years and logarithms are inverted at the same precision.
    centre = x.mean(axis=0)
    unit = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    z = (x - centre) / unit
    theta = np.r_[np.zeros(x.shape[1]), _marginal_cuts(y)]
    here = _point(y, z, theta)
    steps, converged = 0, False
    while steps < limit and not converged:
        step = np.linalg.solve(here.information, here.scores.sum(axis=0))
        converged = float(step @ here.scores.sum(axis=0)) <= _ENOUGH * len(y)
        if converged:
            # Too small a gain to be seen in the likelihood, but the step still doubles the digits.
            theta, here = theta + step, _point(y, z, theta + step)
            break
        moved = _search(y, z, theta, here, step)
        if moved is None:
            break
        (theta, here), steps = moved, steps + 1
    return _in_units(here, theta, centre, unit, steps, converged)


def _marginal_cuts(y: Ints) -> Floats:
    """Cutpoints that fit the shares of the categories when nothing moderates."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.cumsum(np.bincount(y))[:-1] / len(y)))


def _search(y: Ints, z: Floats, theta: Floats, here: _Point, step: Floats) -> tuple[Floats, _Point] | None:
    """Halve the step until the likelihood rises and the cutpoints stay in order."""
    p = z.shape[1]
    for halving in range(40):
        there = theta + step * 0.5**halving
        if np.all(np.diff(there[p:]) > 0):
            found = _point(y, z, there)
            if found.loglik > here.loglik:
                return there, found
    return None


def _point(y: Ints, x: Floats, theta: Floats) -> _Point:
    """Log-likelihood, scores and observed information at ``theta`` (coefficients, then cutpoints)."""
    (k, p), j = x.shape, len(theta) - x.shape[1]
    edges = np.r_[-np.inf, theta[p:], np.inf]
    leaning = x @ theta[:p]
    up, low = edges[y + 1] - leaning, edges[y] - leaning
    log_p = _log_between(low, up)
    # Density at each edge over the probability between them; zero at an infinite edge.
    a = np.exp(_log_density(up) - log_p)
    b = np.exp(_log_density(low) - log_p)
    above, below = np.zeros((k, p + j)), np.zeros((k, p + j))
    above[:, :p] = below[:, :p] = -x
    rows = np.arange(k)
    top, bottom = y < j, y > 0
    above[rows[top], p + y[top]] = 1.0
    below[rows[bottom], p + y[bottom] - 1] = 1.0
    scores = a[:, None] * above - b[:, None] * below
    # The second derivative of log P: edge terms minus the outer product of the scores.
    wa, wb = a * np.where(np.isfinite(up), up, 0.0), b * np.where(np.isfinite(low), low, 0.0)
    information = above.T @ (wa[:, None] * above) - below.T @ (wb[:, None] * below) + scores.T @ scores
    return _Point(float(log_p.sum()), scores, information)


def _log_density(z: Floats) -> Floats:
    return -0.5 * z**2 - _LOG_ROOT_2PI


def _log_between(low: Floats, up: Floats) -> Floats:
    """log(Φ(up) - Φ(low)), by the tail in which the two are far from one."""
    flip = low > 0
    lo, hi = np.where(flip, -up, low), np.where(flip, -low, up)
    top = log_ndtr(hi)
    return np.asarray(top + np.log1p(-np.exp(log_ndtr(lo) - top)))


def _in_units(
    here: _Point, theta: Floats, centre: Floats, unit: Floats, steps: int, converged: bool
) -> OrderedFit:
    """Back from centred and scaled moderators: cut = cut_z + centre'beta, beta = beta_z / unit."""
    p, size = len(centre), len(theta)
    turn = np.eye(size)
    turn[:p, :p] = np.diag(1.0 / unit)
    turn[p:, :p] = centre / unit
    back = turn @ theta
    bread = turn @ np.linalg.inv(here.information) @ turn.T
    return OrderedFit(
        beta=back[:p],
        cut=back[p:],
        bread=bread,
        scores=np.linalg.solve(turn.T, here.scores.T).T,
        loglik=here.loglik,
        steps=steps,
        converged=converged,
    )


def clustered(f: OrderedFit, samples: Ints) -> Floats:
    """Cluster-robust covariance (p + J - 1, p + J - 1) with the factor G / (G - 1).

    ``samples`` (k,) are 0 … G - 1, each met at least once. Its rank is at most G - 1: with fewer samples
    than parameters some direction has no variance at all, which is for the caller to refuse.
    """
    groups = int(samples.max()) + 1
    sums = np.zeros((groups, f.scores.shape[1]))
    np.add.at(sums, samples, f.scores)
    lifted = sums @ f.bread
    return np.asarray(lifted.T @ lifted) * groups / (groups - 1)


def probabilities(beta: Floats, cut: Floats, x: Floats) -> Floats:
    """Probability of each category, shape (k, J)."""
    from scipy.special import ndtr

    leaning = (x @ beta)[:, None]
    below = ndtr(np.column_stack([cut - leaning, np.full(len(x), np.inf)]))
    return np.diff(below, axis=1, prepend=0.0)


@dataclass(frozen=True)
class Shift:
    """A mean ``value`` over rows and its gradient (p + J - 1,) in coefficients and cutpoints."""

    value: float
    gradient: Floats


def mean_top(beta: Floats, cut: Floats, x: Floats) -> Shift:
    """Mean probability of the highest category over the rows of ``x``."""
    from scipy.special import ndtr

    gap = x @ beta - cut[-1]
    density = np.exp(_log_density(gap))
    slope = np.r_[density @ x, np.zeros(len(cut) - 1), -density.sum()] / len(x)
    return Shift(float(ndtr(gap).mean()), slope)


def slope_top(beta: Floats, cut: Floats, x: Floats, direction: Floats) -> Shift:
    """Mean derivative of the probability of the highest category as the rows of ``x`` move along
    ``direction`` (k, p)."""
    gap = x @ beta - cut[-1]
    density, pull = np.exp(_log_density(gap)), direction @ beta
    bend = -gap * density * pull
    slope = np.r_[density @ direction + bend @ x, np.zeros(len(cut) - 1), -bend.sum()] / len(x)
    return Shift(float((density * pull).mean()), slope)


def separation(y: Ints, x: Floats) -> Floats | None:
    """A direction along which the likelihood rises for ever, or None.

    Shape (p + J - 1,): coefficients, then cutpoints. Along it no row loses and some row gains: its upper
    edge does not fall, its lower edge does not rise. Found by a linear programme that maximises the sum of
    all gains within the unit box; where there is such a direction there is no maximum-likelihood estimate.
    """
    from scipy.optimize import linprog

    p, j = x.shape[1], int(y.max())
    unit = np.where(np.abs(x).max(axis=0, initial=0.0) > 0, np.abs(x).max(axis=0, initial=0.0), 1.0)
    z = x / unit
    gains = []
    for side, has in ((1.0, y < j), (-1.0, y > 0)):
        rows = np.flatnonzero(has)
        gain = np.zeros((len(rows), p + j))
        gain[:, :p] = -z[rows]
        gain[np.arange(len(rows)), p + y[rows] - (side < 0)] = 1.0
        gains.append(side * gain)
    gain = np.vstack(gains)
    done = linprog(-gain.sum(axis=0), A_ub=-gain, b_ub=np.zeros(len(gain)), bounds=(-1.0, 1.0))
    if done.x is None or -done.fun < 1e-7 * max(1.0, np.abs(gain).sum() / len(gain)):
        return None
    return np.asarray(done.x / np.r_[unit, np.ones(j)])
