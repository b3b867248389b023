"""A region written as a weighted mean of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Kind = Literal["synthetic_control", "synthetic_differences"]

#: Weight of the row that makes weights sum to one, beside the length of the rest.
_SUM = 1e4


@dataclass(frozen=True, eq=False, repr=False)
class Gap:
    """What is left of a target beside its donors.

    Parameters
    ----------
    gap : Array, shape (t,)
        Over all periods; for synthetic differences less its weighted mean before the start.
    donors : Array, shape (j,)
        Weights, summing to one.
    rmspe : float
        Root mean squared gap before the start.
    """

    gap: Array
    donors: Array
    rmspe: float


def donor_gap(target: Array, donors: Array, start: int, kind: Kind, units: int = 1) -> Gap:
    """Weight donors so that they move as the target did before its start.

    Synthetic control: weights of at least zero that sum to one, nearest in all periods before the start. Synthetic
    differences: the same up to a constant, with a small penalty on unequal weights, and periods before the start
    weighted so that their mean is near the time after.

    Parameters
    ----------
    target : Array, shape (t,)
    donors : Array, shape (j, t)
    start : int
        Position of the first treated period, at least 1 (2 for synthetic differences).
    kind : {"synthetic_control", "synthetic_differences"}
    units : int
        Treated units that the target is the mean of.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010) J. Am. Stat. Assoc. 105, 493-505; Arkhangelsky, Athey, Hirshberg, Imbens and
    Wager (2021) Am. Econ. Rev. 111, 4088-4118.
    """
    before = donors[:, :start]
    if kind == "synthetic_control":
        weight = simplex(before.T, target[:start], 0.0)
        gap = target - weight @ donors
    else:
        after = donors.shape[1] - start
        noise = float(np.diff(before, axis=1).std(ddof=1)) if before.size > 2 else 0.0
        penalty = (units * after) ** 0.25 * noise
        weight = simplex(_centred(before.T), target[:start] - target[:start].mean(), penalty)
        # A hair of a penalty, as in the authors' software, makes period weights unique.
        period = simplex(_centred(before), _plain(donors[:, start:].mean(axis=1)), 1e-6 * noise)
        gap = target - weight @ donors
        gap = gap - period @ gap[:start]
    rest = gap[:start] if kind == "synthetic_control" else gap[:start] - gap[:start].mean()
    return Gap(gap, weight, float(np.sqrt(np.mean(rest**2))))


def simplex(x: Array, y: Array, penalty: float) -> Array:
    """Weights w >= 0, sum one, minimising |y - xw|² / m + penalty² |w|² for x of shape (m, j)."""
    from scipy.optimize import nnls

    m, j = x.shape
    rows = [x, np.sqrt(m) * penalty * np.eye(j)] if penalty > 0 else [x]
    stacked = np.vstack(rows)
    scale = float(np.linalg.norm(stacked)) or 1.0
    goal = np.concatenate([y, np.zeros(len(stacked) - m)])
    # Subtracting the target from every column keeps the problem the same on the simplex, and well scaled.
    shifted = np.vstack([x - y[:, None], *rows[1:]])
    size = float(np.abs(shifted).max()) or scale
    held = _SUM * size
    weight, _ = nnls(
        np.vstack([shifted, held * np.ones((1, j))]),
        np.concatenate([np.zeros_like(goal), [held]]),
        maxiter=max(200, 30 * j),
    )
    total = float(weight.sum())
    return np.full(j, 1 / j) if total <= 0 else weight / total


def _centred(x: Array) -> Array:
    """Columns without their means: a free constant."""
    found: Array = x - x.mean(axis=0)
    return found


def _plain(y: Array) -> Array:
    found: Array = y - y.mean()
    return found
