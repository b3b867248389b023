"""Fit the three-level model: variances by (restricted) maximum likelihood, coefficients by GLS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.ascent import Ascent, climb
from almpo_kit.evidence.kernels.blocks import Blocks, Floats, Ints, weights
from almpo_kit.evidence.kernels.likelihood import Point, logliks, point

#: Up to this many samples the likelihood is scanned first.
FEW = 2_000
#: Where it is scanned, in units of the excess variance; the variance between samples costs almost nothing.
_BETWEEN = (0.0, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)
_WITHIN = (0.0, 0.05, 0.2, 0.5, 1.0, 2.0)
#: Another top of the scan this far (in log-likelihood) below the best is not worth a climb.
_HOPELESS = 3.0
_AT_ONCE = 200_000


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

    def working(self, b: Blocks) -> tuple[Blocks, float, float]:
        """The working covariance: blocks that carry its variances, and the two variances in their units."""
        square = b.scale**2
        return b, self.between / square, self.within / square


def fit(
    b: Blocks,
    *,
    restricted: bool = True,
    free: tuple[bool, bool] = (True, True),
    start: tuple[float, float] | None = None,
) -> Fit:
    """Maximise the likelihood over the variances ``(between, within)``; a fixed one stays at zero.

    Every sample with a single estimate makes the two inseparable; fix one then. With a ``start`` (variances
    in the caller's units, say of nearly the same data) the climb begins there, and nowhere else.
    """

    def evaluate(theta: Floats) -> Point:
        return point(b, float(theta[0]), float(theta[1]), restricted=restricted)

    begin = _starts(b, restricted, free) if start is None else [np.array(start) * np.array(free) / b.scale**2]
    climbs = [climb(evaluate, theta, free) for theta in begin]
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


def _starts(b: Blocks, restricted: bool, free: tuple[bool, bool]) -> list[Floats]:
    total = _moment(b)
    if len(b.starts) > FEW:
        return [np.array(free) * total / max(sum(free), 1)]
    axes = [
        total * np.array(grid if f else (0.0,)) for grid, f in zip((_BETWEEN, _WITHIN), free, strict=True)
    ]
    return [np.array([axes[0][i], axes[1][j]]) for i, j in _tops(_scan(b, axes[0], axes[1], restricted))]


def _scan(b: Blocks, between: Floats, within: Floats, restricted: bool) -> Floats:
    """Log-likelihoods, up to a constant, at every pair; shape (len(between), len(within))."""
    parts = int(min(len(within), 1 + b.columns.size * len(within) // _AT_ONCE))
    return np.hstack(
        [logliks(b, between, some, restricted=restricted) for some in np.array_split(within, parts)]
    )


def _tops(surface: Floats) -> list[Ints]:
    """Positions that no neighbour exceeds, best first: a top at the edge may hide another one inside."""
    padded = np.pad(surface, 1, constant_values=-np.inf)
    rows, columns = surface.shape
    around = [padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    top = (surface >= np.max(around, axis=0)) & (surface > surface.max() - _HOPELESS)
    found = np.argwhere(top)
    return list(found[np.argsort(-surface[top], kind="stable")][:4])


def _moment(b: Blocks) -> float:
    """Excess of the residual variance over the sampling variance, at least a little above zero."""
    k, p = b.x.shape
    residual = b.y - b.x @ np.linalg.lstsq(b.x.T @ b.x, b.x.T @ b.y, rcond=None)[0]
    excess = residual @ residual / max(k - p, 1) - b.v.mean()
    return float(max(excess, 0.05))


def row_weights(b: Blocks, fitted: Fit) -> Floats:
    """Share of each estimate in a plain average, in the caller's order; they sum to one.

    With correlated sampling errors the share of a very imprecise estimate may be negative.
    """
    share = weights(*fitted.working(b)).apply(b, np.ones(len(b.y)))
    return b.unsort(share / share.sum())
