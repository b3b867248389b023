"""Shares of people without those that stand for a few."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: A count of people below this is not told.
FEWEST = 10


def without_few(share: Array, n: int) -> Array:
    """Shares with NaN where they stand for one to nine people, or would give such a share away.

    Parameters
    ----------
    share : Array, shape (k,)
        Sums to 1.
    n : int
        People whom the shares are of.

    Notes
    -----
    What is left out must stand for ten people at least together, in two shares at least: the rest of a whole is known.
    """
    count = share * n
    hidden = (count > 1e-9) & (count < FEWEST - 1e-9)
    if not hidden.any():
        return share
    for at in np.argsort(count, kind="stable"):
        if hidden.sum() >= 2 and count[hidden].sum() >= FEWEST:
            break
        hidden[at] |= count[at] > 1e-9
    return np.where(hidden, np.nan, share)
