"""Whether those not offered fare differently where more others are offered: an exact test by drawing saturations again.

If others' offers do nothing, somebody not offered has the same outcome whatever the saturation of the place. Who is not
offered depends on the saturation, though, so the test looks at **focal** people: the same number in a place whatever its
saturation, drawn by lot from those not offered there. Given them, every order of saturations was equally likely (a case of
Athey, Eckles & Imbens 2018 and Basse, Feller & Toulis 2019), so their share of results as extreme is an exact p-value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def focal_means(
    y: Array, offered: Array, place: Array, wanted: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Mean outcome of focal people and their number, place by place.

    Parameters
    ----------
    y, offered, place : arrays, shape (n,)
    wanted : array of int, shape (n_places,)
        Focal people of each place; fewer where fewer are not offered.
    rng : Generator
    """
    lot = rng.random(len(y))
    order = np.lexsort((lot, offered, place))
    starts = np.searchsorted(place[order], np.arange(len(wanted)))
    rank = np.arange(len(y)) - starts[place[order]]
    chosen = order[(rank < wanted[place[order]]) & (offered[order] == 0)]
    count = np.bincount(place[chosen], minlength=len(wanted)).astype(float)
    known = chosen[~np.isnan(y[chosen])]
    total = np.bincount(place[known], weights=y[known], minlength=len(wanted))
    found = np.bincount(place[known], minlength=len(wanted))
    with np.errstate(invalid="ignore"):
        return total / found, np.where(found > 0, count, 0.0)


def permutation_p(
    mean: Array, weight: Array, saturation: Array, stratum: Array, draws: int, rng: np.random.Generator
) -> float:
    """p-value of no spill-over: slope of focal means over saturations, saturations drawn again within strata.

    Parameters
    ----------
    mean, weight : arrays, shape (n_places,)
        Places of weight 0 are left out.
    saturation : array, shape (n_places,)
    stratum : array of int, shape (n_places,)
        Within which saturations were drawn.
    draws : int
    rng : Generator
    """
    kept = weight > 0
    mean, weight, saturation, stratum = mean[kept], weight[kept], saturation[kept], stratum[kept]
    lots = rng.random((draws, len(mean)))
    # Sorting places by stratum and lot, and giving them the sorted strata's saturations in turn, draws within strata.
    order = np.lexsort((lots, np.broadcast_to(stratum, lots.shape)), axis=-1)
    drawn = np.empty((draws, len(mean)))
    given = saturation[np.argsort(stratum, kind="stable")]
    np.put_along_axis(drawn, order, np.broadcast_to(given, lots.shape), axis=-1)
    seen, others = _slope(mean, weight, saturation), _slope(mean, weight, drawn)
    return float((1 + np.sum(np.abs(others) >= abs(seen) * (1 - 1e-12))) / (1 + draws))


def _slope(mean: Array, weight: Array, x: Array) -> Array:
    share = weight / weight.sum()
    x = x - (share * x).sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((share * x * mean).sum(axis=-1) / (share * x**2).sum(axis=-1))
