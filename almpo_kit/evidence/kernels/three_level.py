"""Fit the three-level model: variances by (restricted) maximum likelihood, coefficients by GLS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.ascent import Ascent, climb
from almpo_kit.evidence.kernels.blocks import Blocks, Floats, weights
from almpo_kit.evidence.kernels.likelihood import Point, point

#: Up to this many samples the climb begins at several places.
FEW = 2_000


@dataclass(frozen=True)
class Fit:
    """A fitted model, in the caller's units.

    ``beta`` (p,), ``bread`` (p, p) their model-based covariance, ``between`` and ``within`` the two
    variances, ``loglik`` the (restricted) log-likelihood with all constants, ``steps`` and ``converged``
    how the search ended.
    """

    beta: Floats
    bread: Floats
    between: float
    within: float
    loglik: float
    steps: int
    converged: bool


def fit(b: Blocks, *, restricted: bool = True, free: tuple[bool, bool] = (True, True)) -> Fit:
    """Maximise the likelihood over the variances ``(between, within)``; a fixed one stays at zero.

    Every sample with a single estimate makes the two inseparable; fix one then.
    """

    def evaluate(theta: Floats) -> Point:
        return point(b, float(theta[0]), float(theta[1]), restricted=restricted)

    climbs = [climb(evaluate, start, free) for start in _starts(b, free)]
    best: Ascent = max(climbs, key=lambda c: c.point.loglik)
    square = b.scale**2
    return Fit(
        beta=best.point.beta * b.scale,
        bread=best.point.bread * square,
        between=float(best.theta[0]) * square,
        within=float(best.theta[1]) * square,
        loglik=best.point.loglik,
        steps=best.steps,
        converged=best.converged,
    )


def _starts(b: Blocks, free: tuple[bool, bool]) -> list[Floats]:
    total = _moment(b)
    # Several starts while samples are few: only then can a top at the edge hide another one inside.
    if free == (True, True) and len(b.starts) <= FEW:
        return [np.array(s) * total for s in ((0.5, 0.5), (1.0, 0.0), (0.0, 1.0))]
    if free == (True, True):
        return [np.array([0.5, 0.5]) * total]
    return [np.array(free, dtype=float) * total]


def _moment(b: Blocks) -> float:
    """Excess of the residual variance over the sampling variance, at least a little above zero."""
    k, p = b.x.shape
    residual = b.y - b.x @ np.linalg.lstsq(b.x, b.y, rcond=None)[0]
    excess = residual @ residual / max(k - p, 1) - b.v.mean()
    return float(max(excess, 0.05))


def row_weights(b: Blocks, fitted: Fit) -> Floats:
    """Share of each estimate in a plain average, in the caller's order; they sum to one."""
    square = b.scale**2
    share = weights(b, fitted.between / square, fitted.within / square).apply(b, np.ones(len(b.y)))
    return b.unsort(share / share.sum())
