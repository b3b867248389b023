"""The least weight that has to move for a rival to draw level, when scores are linear in the weights."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def least_move(leader: Array, rival: Array, weights: Array) -> tuple[float, Array]:
    """Move as little weight as possible so that the rival scores as much as the leader.

    Every unit is worth most when it goes to the criterion by which the rival is best against the leader, and comes
    from the one by which it is worst: a linear programme that the greedy order solves.

    Parameters
    ----------
    leader, rival : Array, shape (k,)
        What each criterion gives per unit of weight.
    weights : Array, shape (k,)
        They add up to 1.

    Returns
    -------
    moved : float
        Share of all weight that moves, 0 to 1; infinite where no weights make them level.
    weights : Array, shape (k,)
        Weights at which they are level.
    """
    lead = leader - rival
    new = weights.astype(float).copy()
    gap = float(lead @ new)
    to = int(lead.argmin())
    if gap <= 0:
        return 0.0, new
    if lead[to] > 0:
        return float("inf"), weights
    moved = 0.0
    for j in np.argsort(-lead, kind="stable"):
        if j == to or lead[j] <= lead[to] or gap <= 0:
            continue
        step = min(new[j], gap / (lead[j] - lead[to]))
        new[j] -= step
        new[to] += step
        gap -= step * (lead[j] - lead[to])
        moved += step
    return moved, new
