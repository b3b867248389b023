"""Weights from numbers given to criteria directly: points, and swings.

Points: 100 shared out (direct rating). Swings: 100 for the criterion whose swing from worst to best matters most, others
beside it (von Winterfeldt & Edwards 1986, Decision Analysis and Behavioral Research). Both are divided by their sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Points may miss 100 by this much: thirds are hard to type.
SLACK = 0.5


def points_shares(points: Array) -> tuple[Array, list[str]]:
    """Shares, and why there are none where points do not add up.

    Parameters
    ----------
    points : array, shape (n_participants, n_criteria)
        A criterion left empty got nothing, provided that the others add up to 100.

    Returns
    -------
    shares : array, shape (n_participants, n_criteria)
    reasons : list of str
    """
    given = np.nan_to_num(points, nan=0.0)
    total = given.sum(axis=1)
    reasons = [
        "points below 0" if low else "" if abs(t - 100) <= SLACK + 1e-9 else "points do not add up to 100"
        for low, t in zip((given < 0).any(axis=1), total, strict=True)
    ]
    return _divided(given, reasons), reasons


def swing_shares(swings: Array) -> tuple[Array, list[str]]:
    """Shares, and why there are none: a swing was left out, or all are zero.

    Parameters
    ----------
    swings : array, shape (n_participants, n_criteria)

    Returns
    -------
    shares : array, shape (n_participants, n_criteria)
    reasons : list of str
    """
    reasons = []
    for row in swings:
        if np.isnan(row).any():
            reasons.append("not every swing was rated")
        elif row.min() < 0 or row.max() <= 0:
            reasons.append("swings below 0, or all 0")
        else:
            reasons.append("")
    return _divided(np.nan_to_num(swings, nan=0.0), reasons), reasons


def _divided(given: Array, reasons: list[str]) -> Array:
    good = np.array([not r for r in reasons], dtype=bool)
    shares = np.full(given.shape, np.nan)
    shares[good] = given[good] / given[good].sum(axis=1, keepdims=True)
    return shares
