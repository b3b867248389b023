"""Newton's method on variances that cannot be negative, with a fixed limit of steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.likelihood import Point

#: A step that promises less than this much log-likelihood changes no digit that anyone reads.
ENOUGH = 1e-13
#: What may still be promised when rounding stops the climb.
NEARLY = 1e-7
_ROUNDING = 8 * np.finfo(float).eps


@dataclass(frozen=True)
class Ascent:
    """Where the climb ended: the variances, the likelihood there, the steps taken, and whether it is a top."""

    theta: Floats
    point: Point
    steps: int
    converged: bool


def climb(
    evaluate: Callable[[Floats], Point], start: Floats, free: tuple[bool, bool], limit: int = 100
) -> Ascent:
    """Maximise a log-likelihood over two variances, each at least zero.

    A variance at zero whose slope points below zero is left there; the others take Newton steps where the
    surface is concave and Fisher-scoring steps where it is not, halved until the likelihood rises. It ends
    when a full step promises nothing, or after ``limit`` steps, whichever comes first.
    """
    theta, here = start, evaluate(start)
    for step in range(limit):
        direction, promise = _direction(theta, here, np.array(free))
        # What rounding hides in a large log-likelihood is not worth forty looks.
        seen = max(ENOUGH, _ROUNDING * abs(here.loglik))
        moved = None if promise <= seen else _search(evaluate, theta, here, direction)
        if moved is None and promise <= max(NEARLY, 10 * seen):
            # Too small a gain to be seen in the likelihood, but Newton's step still doubles the digits.
            top = np.maximum(theta + direction, 0.0)
            return Ascent(top, evaluate(top), step, True)
        if moved is None:
            return Ascent(theta, here, step, False)
        theta, here = moved
    return Ascent(theta, here, limit, False)


def _direction(theta: Floats, here: Point, free: np.ndarray) -> tuple[Floats, float]:
    """An uphill direction, and the gain in log-likelihood that its full step promises."""
    active = free & ((theta > 0) | (here.gradient > 0))
    direction = np.zeros(2)
    if active.any():
        # Each variance in units of its own precision: they may lie ten orders of magnitude apart.
        unit = 1.0 / np.sqrt(np.maximum(np.diag(here.fisher)[active], np.finfo(float).tiny))
        units, slope, room = unit[:, None] * unit, unit * here.gradient[active], theta[active] / unit
        curvature = -here.hessian[active][:, active] * units
        values, vectors = np.linalg.eigh(curvature)
        if not values[0] > 0:
            curvature = here.fisher[active][:, active] * units
            values, vectors = np.linalg.eigh(curvature)
        # Least squares, because the two variances cannot be told apart when no sample has two estimates.
        inverse = np.where(values > 1e-12 * values[-1], 1.0, 0.0) / np.where(values > 0, values, 1.0)
        step = vectors @ (inverse * (vectors.T @ slope))
        direction[active] = unit * (step if (step >= -room).all() else _at_the_edge(curvature, slope, room))
    return direction, float(here.gradient @ direction)


def _at_the_edge(curvature: Floats, slope: Floats, room: Floats) -> Floats:
    """The best step of the quadratic model when its own top has a variance below zero.

    Cutting that variance off instead could point downhill, which would look like an arrival.
    """
    if len(room) == 1:
        return -room
    steps = np.tile(-room, (2, 1))
    for i in range(2):
        best = (slope[i] + curvature[0, 1] * room[1 - i]) / curvature[i, i]
        steps[i, i] = max(best, -room[i])
    gains = steps @ slope - 0.5 * ((steps @ curvature) * steps).sum(axis=1)
    return np.asarray(steps[gains.argmax()])


def _search(
    evaluate: Callable[[Floats], Point], theta: Floats, here: Point, direction: Floats
) -> tuple[Floats, Point] | None:
    """Halve the step until the likelihood rises; None when rounding lets it rise no more."""
    for halving in range(40):
        there = np.maximum(theta + direction * 0.5**halving, 0.0)
        if float(here.gradient @ (there - theta)) <= _ROUNDING * abs(here.loglik):
            return None
        found = evaluate(there)
        if found.loglik > here.loglik + 1e-4 * max(0.0, float(here.gradient @ (there - theta))) * 0.5:
            return there, found
    return None
