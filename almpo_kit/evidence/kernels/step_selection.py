"""A step function of the p-value that says how likely a result is to be seen, and its likelihood.

True effects are normal around ``mean`` with variance ``tau2``; a result whose p-value lies in interval j
is seen with a likelihood ``delta[j]`` relative to the first interval. With T_j the probability that an
estimate lies beyond the j-th cutpoint, the probability of being seen is
``A = delta_J + sum_j (delta_j − delta_(j+1)) T_j``. T solves the heat equation (its derivative in the
variance is half its second derivative in the mean), so that gradient and Hessian are exact polynomials
times normal densities.

References
----------
Hedges (1992) Stat. Sci. 7, 246-255. Vevea and Hedges (1995) Psychometrika 60, 419-435.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from almpo_kit.evidence.kernels.blocks import Floats, Ints

#: Largest relative likelihood; a search that ends there has found no top.
LARGEST_DELTA = 100.0
_SMALLEST_DELTA = 1e-6
_EDGE = 1e-3
_STEPS = 200


@dataclass(frozen=True)
class Setting:
    """What stays the same while the search moves, in units of a typical standard error.

    ``y``, ``v`` (k,); ``cuts`` (k, J − 1), how large an estimate must be to pass each step; ``group`` (k,),
    interval of each p-value; ``two_sided``.
    """

    y: Floats
    v: Floats
    cuts: Floats
    group: Ints
    two_sided: bool


@dataclass(frozen=True)
class Surface:
    """The log-likelihood at one point: ``scores`` (k, p) by row, ``hessian`` (p, p)."""

    loglik: float
    scores: Floats
    hessian: Floats


@dataclass(frozen=True)
class Selection:
    """A fitted step function, in the caller's units.

    ``delta`` (J,), the first 1; ``covariance`` (J + 1, J + 1) of (mean, tau2, delta[1:]), NaN for what lies
    at its bound; ``scores`` (k, J + 1) by row at the top; ``loglik`` with all constants; ``converged``;
    ``at_edge`` (J + 1,), what lies at its bound; ``starts`` and ``agreeing``, how many searches there were
    and how many came to this top.
    """

    mean: float
    tau2: float
    delta: Floats
    covariance: Floats
    scores: Floats
    loglik: float
    converged: bool
    at_edge: np.ndarray
    starts: int
    agreeing: int


def p_values(y: Floats, v: Floats, alternative: str) -> Floats:
    """p-values (k,) of no effect; ``alternative`` is ``greater``, ``less`` or ``two-sided``."""
    z = y / np.sqrt(v)
    if alternative == "two-sided":
        return np.asarray(2.0 * ndtr(-np.abs(z)))
    return np.asarray(ndtr(-z if alternative == "greater" else z))


def intervals(p: Floats, steps: Floats) -> Ints:
    """Interval of each p-value; ``steps`` (J,) are upper ends, the last of them 1, and belong below."""
    return np.searchsorted(steps, p, side="left").astype(np.intp)


def fit_steps(y: Floats, v: Floats, steps: Floats, alternative: str, start: tuple[float, float]) -> Selection:
    """Maximise the likelihood from several starts.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and sampling variances.
    steps : ndarray, shape (J,)
        Upper ends of the intervals of the p-value, ascending, the last of them 1; none of them empty.
    alternative : {"greater", "less", "two-sided"}
    start : (float, float)
        Mean and variance between studies without selection.
    """
    unit, turn = float(np.sqrt(np.median(v))), -1.0 if alternative == "less" else 1.0
    group = intervals(p_values(y, v, alternative), steps)
    tail = steps[:-1] / 2 if alternative == "two-sided" else steps[:-1]
    u = v / unit**2
    cuts = -np.sqrt(u)[:, None] * ndtri(tail)
    setting = Setting(turn * y / unit, u, cuts, group, alternative == "two-sided")
    begins = _starts(turn * start[0] / unit, start[1] / unit**2, len(steps))
    tops = [_climb(setting, b) for b in begins]
    theta, top, converged = max(tops, key=lambda t: (t[1].loglik, t[2]))
    agreeing = sum(t[1].loglik > top.loglik - 1e-6 for t in tops)
    return _selection(theta, top, unit, turn, converged, len(tops), agreeing)


def _selection(
    theta: Floats, top: Surface, unit: float, turn: float, converged: bool, starts: int, agreeing: int
) -> Selection:
    edge = at_edge(theta)
    scale = np.ones(len(theta))
    scale[:2] = turn * unit, unit**2
    covariance = np.full((len(theta), len(theta)), np.nan)
    inside = np.flatnonzero(~edge)
    covariance[np.ix_(inside, inside)] = _inverse(-top.hessian[np.ix_(inside, inside)])
    return Selection(
        mean=float(theta[0]) * turn * unit,
        tau2=float(theta[1]) * unit**2,
        delta=np.r_[1.0, theta[2:]],
        covariance=covariance * np.outer(scale, scale),
        scores=top.scores / scale,
        loglik=top.loglik - len(top.scores) * float(np.log(unit)),
        converged=converged and bool(np.isfinite(covariance[0, 0])),
        at_edge=edge,
        starts=starts,
        agreeing=agreeing,
    )


def unselected(y: Floats, v: Floats, mean: float, tau2: float) -> tuple[Floats, Floats]:
    """Covariance (2, 2) of (mean, tau2) and scores (k, 2) where every result is seen alike.

    NaN for a ``tau2`` at its bound, as in :func:`fit_steps`, so that the two can be held beside each other.
    """
    spread, residual = v + tau2, y - mean
    scores = np.column_stack([residual / spread, 0.5 * (residual**2 / spread - 1.0) / spread])
    cross = float((residual / spread**2).sum())
    bend = float((residual**2 / spread**3 - 0.5 / spread**2).sum())
    information = np.array([[float((1.0 / spread).sum()), cross], [cross, bend]])
    if tau2 > 0:
        return _inverse(information), scores
    return np.array([[1.0 / information[0, 0], np.nan], [np.nan, np.nan]]), scores


def _inverse(information: Floats) -> Floats:
    """Inverse of a positive definite matrix, NaN where it is not one."""
    unit = 1.0 / np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information * np.outer(unit, unit))
    if values[0] <= 1e-12:
        return np.full_like(information, np.nan)
    return np.asarray((vectors / values) @ vectors.T * np.outer(unit, unit))


def at_edge(theta: Floats) -> np.ndarray:
    """Which of (mean, tau2, delta[1:]) lie at their bound."""
    edge = np.zeros(len(theta), bool)
    edge[1] = theta[1] <= 0
    edge[2:] = (theta[2:] <= 2 * _SMALLEST_DELTA) | (theta[2:] >= LARGEST_DELTA - _EDGE)
    return edge


def _starts(mean: float, tau2: float, intervals_: int) -> list[Floats]:
    """No selection, mild and strong selection, and a mean halved with more spread."""
    fall = np.arange(1, intervals_)
    few = max(tau2, 0.05)
    return [
        np.r_[mean, few, np.ones(intervals_ - 1)],
        np.r_[0.8 * mean, few, 0.6**fall],
        np.r_[0.3 * mean, 2 * few, 0.2**fall],
        np.r_[mean, 0.2 * few, np.full(intervals_ - 1, 2.0)],
    ]


def surface(s: Setting, theta: Floats) -> Surface:
    """Log-likelihood, scores and Hessian at ``theta`` = (mean, tau2, delta[1:])."""
    spread = s.v + theta[1]
    residual = s.y - theta[0]
    delta = np.r_[1.0, theta[2:]]
    tails = _tails(s, float(theta[0]), spread)
    seen, slopes, bends = _seen(tails, delta)
    density = -0.5 * (np.log(2 * np.pi * spread) + residual**2 / spread)
    scores = -slopes / seen[:, None]
    hessian = np.einsum("ia,ib->ab", scores, scores) - np.einsum("iab,i->ab", bends, 1.0 / seen)
    scores[:, 0] += residual / spread
    scores[:, 1] += 0.5 * (residual**2 / spread - 1.0) / spread
    hessian[0, 0] -= (1.0 / spread).sum()
    hessian[0, 1] -= (residual / spread**2).sum()
    hessian[1, 0] = hessian[0, 1]
    hessian[1, 1] += (0.5 / spread**2 - residual**2 / spread**3).sum()
    for j in range(1, len(delta)):
        rows = s.group == j
        scores[rows, 1 + j] += 1.0 / delta[j]
        hessian[1 + j, 1 + j] -= rows.sum() / delta[j] ** 2
    loglik = float((np.log(delta)[s.group] + density - np.log(seen)).sum())
    return Surface(loglik, scores, hessian)


def _tails(s: Setting, mean: float, spread: Floats) -> Floats:
    """Probability of lying beyond each cutpoint and its first four derivatives in the mean, (5, k, J − 1)."""
    root = np.sqrt(spread)[:, None]
    out = _beyond((s.cuts - mean) / root, root)
    if s.two_sided:
        # Below minus the cutpoint: one minus the probability of lying above it.
        below = -_beyond((-s.cuts - mean) / root, root)
        below[0] += 1.0
        out = out + below
    return out


def _beyond(a: Floats, root: Floats) -> Floats:
    bell = np.exp(-0.5 * a**2) / np.sqrt(2 * np.pi)
    return np.stack(
        [
            ndtr(-a),
            bell / root,
            a * bell / root**2,
            (a**2 - 1) * bell / root**3,
            (a**3 - 3 * a) * bell / root**4,
        ]
    )


def _seen(tails: Floats, delta: Floats) -> tuple[Floats, Floats, Floats]:
    """Probability of being seen (k,), its gradient (k, p) and Hessian (k, p, p)."""
    k, p = tails.shape[1], len(delta) + 1
    drop = delta[:-1] - delta[1:]
    mass = tails @ drop
    # The share of each interval but the first: T_j − T_(j−1), and what is left for the last.
    share = np.diff(tails, axis=2, append=0.0)
    share[0, :, -1] += 1.0
    slopes, bends = np.empty((k, p)), np.zeros((k, p, p))
    slopes[:, 0], slopes[:, 1] = mass[1], 0.5 * mass[2]
    slopes[:, 2:] = share[0]
    bends[:, 0, 0], bends[:, 1, 1] = mass[2], 0.25 * mass[4]
    bends[:, 0, 1] = bends[:, 1, 0] = 0.5 * mass[3]
    bends[:, 0, 2:] = bends[:, 2:, 0] = share[1]
    bends[:, 1, 2:] = bends[:, 2:, 1] = 0.5 * share[2]
    return delta[-1] + mass[0], slopes, bends


def _climb(s: Setting, theta: Floats) -> tuple[Floats, Surface, bool]:
    """Newton steps, damped where the surface is not concave, within the bounds.

    The likelihoods of being seen move on their logarithm, so that no step makes them negative.
    """
    low = np.r_[-np.inf, 0.0, np.full(len(theta) - 2, np.log(_SMALLEST_DELTA))]
    high = np.r_[np.inf, np.inf, np.full(len(theta) - 2, np.log(LARGEST_DELTA))]
    place = np.r_[theta[:2], np.log(theta[2:])]
    here, damp = surface(s, theta), 1e-3
    for _ in range(_STEPS):
        gradient, hessian = _logged(here, theta)
        free = ~(((place <= low) & (gradient < 0)) | ((place >= high) & (gradient > 0)))
        step = _step(gradient, hessian, free, damp)
        there = np.clip(place + step, low, high)
        if float(np.abs(gradient[free] @ (there - place)[free])) < 1e-11:
            return theta, here, True
        moved = np.r_[there[:2], np.exp(there[2:])]
        found = surface(s, moved)
        if np.isfinite(found.loglik) and found.loglik >= here.loglik:
            theta, place, here, damp = moved, there, found, damp * 0.2
        elif damp > 1e12:
            # Rounding lets it rise no more; a top all the same where a full step promises nothing.
            return (
                theta,
                here,
                bool(np.abs(gradient[free] @ _step(gradient, hessian, free, 0.0)[free]) < 1e-7),
            )
        else:
            damp *= 8
    return theta, here, False


def _logged(here: Surface, theta: Floats) -> tuple[Floats, Floats]:
    """Gradient and Hessian with the deltas on their logarithm."""
    gradient = here.scores.sum(axis=0)
    stretch = np.r_[1.0, 1.0, theta[2:]]
    hessian = here.hessian * np.outer(stretch, stretch)
    hessian[np.arange(2, len(theta)), np.arange(2, len(theta))] += gradient[2:] * theta[2:]
    return gradient * stretch, hessian


def _step(gradient: Floats, hessian: Floats, free: np.ndarray, damp: float) -> Floats:
    """Uphill in the free directions: Newton's step with the curvature made positive and damped."""
    step = np.zeros_like(gradient)
    if not free.any():
        return step
    curvature = -hessian[np.ix_(free, free)]
    unit = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(curvature)), 1e-12))
    values, vectors = np.linalg.eigh(curvature * np.outer(unit, unit))
    values = np.maximum(np.abs(values), 1e-9) + damp
    step[free] = unit * (vectors @ ((vectors.T @ (unit * gradient[free])) / values))
    return step
