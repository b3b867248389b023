"""The fewest people about whom a number is told."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Counts from 1 to one less are not told, nor is anything that rests on them. 0 is told: it is about nobody.
SMALLEST = 10


def group_sizes_fine(counts: Any, *, smallest: int = SMALLEST) -> bool:
    """Whether every one of these groups is empty or large enough to be told about.

    Parameters
    ----------
    counts : array-like of int, any shape
        People in each group; what is missing is not fine.
    smallest : int

    Examples
    --------
    >>> group_sizes_fine([0, 10, 25]), group_sizes_fine([9, 25])
    (True, False)
    """
    return not bool(np.any(too_small(counts, smallest)))


def too_small(counts: Any, smallest: int = SMALLEST) -> np.ndarray[Any, np.dtype[Any]]:
    """Which counts are not told: 1 to ``smallest - 1``, and what is not known.

    Returns
    -------
    Array of bool, the shape of ``counts``
    """
    x = np.asarray(counts, dtype=float)
    return np.asarray(np.isnan(x) | ((x > 0) & (x < smallest)))


def few_or(count: int, noun: str) -> str:
    """A number of rows, values or units in a refusal, not told below ten: each may be a person, and pages show refusals.

    Examples
    --------
    >>> few_or(3, "row"), few_or(12, "row")
    ('fewer than 10 rows', '12 rows')
    """
    return f"fewer than {SMALLEST} {noun}s" if 0 < count < SMALLEST else f"{count} {noun}s"
