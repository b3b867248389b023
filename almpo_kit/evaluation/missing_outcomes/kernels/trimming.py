"""Bounds for those who would be observed in either arm, if an arm only ever makes people easier to observe, or harder."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.missing_outcomes.kernels.identified_set import Ends

Array = np.ndarray[Any, np.dtype[Any]]


def trimming(y: Array, arm: Array, weight: Array) -> tuple[Ends, float]:
    """Lee's bounds on a difference of means, and the share of the better observed arm that is trimmed.

    Parameters
    ----------
    y : Array, shape (n,)
        NaN where missing; somebody is observed in each arm.
    arm : Array of bool, shape (n,)
        True in the arm whose effect is asked for.
    weight : Array, shape (n,)

    Returns
    -------
    (Ends, float)

    References
    ----------
    Lee (2009) Rev. Econ. Stud. 76, 1071-1102. The influences are those of his proposition 3, so that they can be summed by
    cluster; outcomes with ties are trimmed in part.
    """
    seen = (~np.isnan(y)).astype(float)
    q = [float((weight * seen)[g].sum() / weight[g].sum()) for g in (arm, ~arm)]
    if q[0] >= q[1]:
        return _trimmed(y, arm, weight, seen, q[0], q[1]), 1 - q[1] / q[0]
    return _trimmed(y, ~arm, weight, seen, q[1], q[0]).turned(), 1 - q[0] / q[1]


def _trimmed(y: Array, more: Array, weight: Array, seen: Array, q_more: float, q_less: float) -> Ends:
    """Bounds on ``more`` (the better observed arm, which is trimmed) against the other."""
    other, pull_other = _mean(y, weight * ~more, seen)
    low, pull_low = _kept(y, more, weight, seen, q_more, q_less)
    high, pull_high = _kept(-y, more, weight, seen, q_more, q_less)
    return Ends(low - other, -high - other, pull_low - pull_other, -pull_high - pull_other)


def _mean(y: Array, inside: Array, seen: Array) -> tuple[float, Array]:
    w = inside * seen
    mean = float((w * np.nan_to_num(y)).sum() / w.sum())
    return mean, w * (np.nan_to_num(y) - mean) / w.sum()


def _kept(
    y: Array, more: Array, weight: Array, seen: Array, q_more: float, q_less: float
) -> tuple[float, Array]:
    """Mean of the lowest part of the observed in ``more`` that is as large as the observed part of the other arm."""
    if q_less >= q_more:
        return _mean(y, weight * more, seen)
    x = np.nan_to_num(y)
    inside = weight * more
    w = inside * seen
    order = np.argsort(np.where(w > 0, x, np.inf), kind="stable")
    mass = np.cumsum(w[order])
    wanted = q_less * inside.sum()
    # The last of the kept may be kept in part.
    kept = np.clip(wanted - (mass - w[order]), 0.0, w[order])
    edge = float(x[order][np.searchsorted(mass, wanted * (1 - 1e-12))])
    mean = float((kept * x[order]).sum() / kept.sum())
    below = (x - edge) * seen * (x <= edge)
    centre = float((inside * below).sum() / inside.sum())
    rest = weight * ~more
    pull = inside * (below - centre) / inside.sum() + (edge - mean) * rest * (seen - q_less) / rest.sum()
    return mean, pull / q_less


def trimming_in_cells(y: Array, arm: Array, weight: Array, cell: Array) -> tuple[Ends, float]:
    """Lee's bounds within cells, weighted by the people of each who would be observed in either arm.

    Never wider in expectation than without cells; in each cell the direction may be another.

    Parameters
    ----------
    y, arm, weight : Array, shape (n,)
    cell : Array of int, shape (n,)
        Both arms are observed in each.

    References
    ----------
    Lee (2009), section 5.2; Semenova (2025) J. Econom. (directions that differ between cells).
    """
    total = weight.sum()
    n = len(y)
    mass, trimmed = 0.0, 0.0
    sums = np.zeros(2)
    pulls, pull_mass = np.zeros((2, n)), np.zeros(n)
    for c in np.unique(cell):
        at = np.flatnonzero(cell == c)
        ends, share = trimming(y[at], arm[at], weight[at])
        always, pull_always = _always(y[at], arm[at], weight[at])
        p = weight[at].sum() / total
        size = p * always
        own = np.zeros(n)
        own[at] = p * pull_always + always * weight[at] / total
        own -= always * p * weight / total
        mass += size
        trimmed += size * share
        pull_mass += own
        for k, (value, pull) in enumerate(((ends.low, ends.pull_low), (ends.high, ends.pull_high))):
            sums[k] += size * value
            pulls[k] += value * own
            pulls[k, at] += size * pull
    low, high = sums / mass
    return (
        Ends(low, high, (pulls[0] - low * pull_mass) / mass, (pulls[1] - high * pull_mass) / mass),
        trimmed / mass,
    )


def _always(y: Array, arm: Array, weight: Array) -> tuple[float, Array]:
    """Share who would be observed in either arm: that of the worse observed one."""
    seen = (~np.isnan(y)).astype(float)
    shares = [((weight * seen)[g].sum() / weight[g].sum(), g) for g in (arm, ~arm)]
    q, group = min(shares, key=lambda s: s[0])
    inside = weight * group
    return float(q), inside * (seen - q) / inside.sum()
