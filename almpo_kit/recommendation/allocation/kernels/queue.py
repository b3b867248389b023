"""Rules without prices: people or pairs in some order take what is left."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def serve(
    person: np.ndarray,
    programme: np.ndarray,
    place: np.ndarray,
    toll: np.ndarray,
    places: np.ndarray,
    limit: np.ndarray,
    cost: np.ndarray,
    budget: float,
    offered: np.ndarray,
    office: np.ndarray,
) -> None:
    """Go through pairs in the order given; each is served where person, place, programme and money are still free.

    Parameters
    ----------
    person, programme : (n_pairs,) int64
    place : (n,) int64
    toll : (n_places, m)
        Gain lost on the way, ``inf`` where out of reach.
    places, cost : (p, m)
        ``places`` is used up.
    limit : (p,)
        Used up.
    budget : float
    offered, office : (n,) int64
        Filled; -1 where nothing is offered. The nearest office with a free place is taken.
    """
    offered[:] = -1
    office[:] = -1
    left = budget
    for t in range(person.shape[0]):
        i, p = person[t], programme[t]
        if offered[i] >= 0 or limit[p] < 1:
            continue
        z, at = place[i], -1
        for o in range(toll.shape[1]):
            free = places[p, o] >= 1 and toll[z, o] < np.inf and cost[p, o] <= left
            if free and (at < 0 or toll[z, o] < toll[z, at]):
                at = o
        if at < 0:
            continue
        offered[i], office[i] = p, at
        places[p, at] -= 1
        limit[p] -= 1
        left -= cost[p, at]
