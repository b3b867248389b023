"""Mean outcome of those offered and of those not offered, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class PlaceCells:
    """Cells of places: ``mean`` and ``count``, shape (..., n_places, 2); the last axis is not offered, offered.

    The mean of an empty cell is NaN.
    """

    mean: Array
    count: Array


def place_cells(y: Array, offered: Array, place: Array, n_places: int) -> PlaceCells:
    """Gather people into their places.

    Parameters
    ----------
    y : array, shape (..., n)
        Outcomes; people whose outcome is NaN are left out. Leading axes are replications.
    offered : array of 0 and 1, shape (..., n)
    place : array of int, shape (n,) or (..., n)
        From 0 to ``n_places - 1``.
    n_places : int
    """
    y, offered, place = np.broadcast_arrays(np.asarray(y, dtype=float), offered, place)
    lead = y.shape[:-1]
    runs = int(np.prod(lead)) if lead else 1
    cell = 2 * place.reshape(runs, -1).astype(np.intp) + offered.reshape(runs, -1).astype(np.intp)
    cell = (cell + 2 * n_places * np.arange(runs)[:, None]).ravel()
    value = y.ravel()
    known = ~np.isnan(value)
    size = runs * n_places * 2
    count = np.bincount(cell[known], minlength=size).astype(float)
    total = np.bincount(cell[known], weights=value[known], minlength=size)
    with np.errstate(invalid="ignore"):
        mean = total / count
    shape = (*lead, n_places, 2)
    return PlaceCells(mean.reshape(shape), count.reshape(shape))
