"""The arm on whose stretch a lot falls, in whole numbers throughout."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def arms_by_lot(lot: Array, millionths: Array) -> Array:
    """Position of each unit's arm.

    Parameters
    ----------
    lot : array of uint64, shape (n,)
    millionths : array of int, shape (n, n_arms)
        Each row adds up to a million.

    Returns
    -------
    array of int, shape (n,)
    """
    million, half = np.uint64(1_000_000), np.uint64(32)
    # floor(lot * 10^6 / 2^64) in two halves: the product itself does not fit in 64 bits.
    low = (lot & np.uint64(0xFFFFFFFF)) * million
    number = ((lot >> half) * million + (low >> half)) >> half
    return np.asarray((number.astype(np.int64)[:, None] >= np.cumsum(millionths, axis=1)).sum(axis=1))
