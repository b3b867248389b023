"""The planner's mismatch index: hires lost because the unemployed are not where a planner would have them.

Hires of a cell are Φ φᵢ vᵢ^α uᵢ^(1−α). A planner who can move the unemployed, but not vacancies, gives cell i the
share pᵢ = xᵢ^(1/α) vᵢ / Σ xⱼ^(1/α) vⱼ of them, where xᵢ = φᵢ zᵢ weighs hires by the worth zᵢ of a match (Şahin, Song,
Topa and Violante 2014, Am. Econ. Rev. 104, 3529-3564, equations 4 to 8 and their appendix). The index is
M = 1 − h/h* for hires h as they are and h* under the planner. With equal φ and z, p is the share of vacancies.
Arrays have cells along the first axis; a second axis, where there is one, is periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Weights:
    """What heterogeneity makes of a count of vacancies, cell by cell.

    Parameters
    ----------
    hires : ndarray, shape (n_cells,)
        φ: weight of a cell's hires.
    best : ndarray, shape (n_cells,)
        φ x^((1−α)/α): hires under the planner are proportional to the sum of ``best`` × v.
    call : ndarray, shape (n_cells,)
        x^(1/α): the planner's share of the unemployed is proportional to ``call`` × v.
    """

    hires: Array
    best: Array
    call: Array

    @property
    def plain(self) -> bool:
        """True where the planner's hires are the most there can be, so that the index is at least zero."""
        return bool(np.allclose(self.best, self.call, rtol=1e-9))


def weights(efficiency: Array, worth: Array, alpha: float) -> Weights:
    """Weights of efficiency φ and worth of a match z; both are relative, so their scale does not matter."""
    phi = efficiency / np.exp(np.mean(np.log(efficiency)))
    x = phi * worth / np.exp(np.mean(np.log(worth)))
    return Weights(phi, phi * x ** ((1 - alpha) / alpha), x ** (1 / alpha))


def equal(n: int) -> Weights:
    """Weights of cells that are all alike."""
    ones = np.ones(n)
    return Weights(ones, ones, ones)


def _along(weight: Array, like: Array) -> Array:
    return weight.reshape(-1, *([1] * (like.ndim - 1)))


def planner_shares(vacancies: Array, w: Weights) -> Array:
    """Share of the unemployed that the planner gives each cell; NaN where there are no vacancies at all."""
    called = _along(w.call, vacancies) * vacancies
    with np.errstate(invalid="ignore", divide="ignore"):
        return called / called.sum(axis=0)


def best_hires(unemployed_total: Array, vacancies: Array, w: Weights, alpha: float) -> Array:
    """Hires under the planner, up to Φ."""
    best = (_along(w.best, vacancies) * vacancies).sum(axis=0)
    called = (_along(w.call, vacancies) * vacancies).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return unemployed_total ** (1 - alpha) * best / called ** (1 - alpha)


def index(unemployed: Array, vacancies: Array, w: Weights, alpha: float) -> Array:
    """1 − h/h*, as published.

    Returns
    -------
    ndarray, shape () or (n_periods,)
        In [0, 1] where ``w.plain``; below zero is possible otherwise, because a planner who weighs matches by
        their worth may give up hires. NaN without unemployed or without vacancies.
    """
    hires = (_along(w.hires, vacancies) * vacancies**alpha * unemployed ** (1 - alpha)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 1 - hires / best_hires(unemployed.sum(axis=0), vacancies, w, alpha)
    # Rounding may leave −1e-16 where it is zero.
    return np.where(np.abs(found) < 1e-12, 0.0, found)


def contributions(unemployed: Array, vacancies: Array, w: Weights, alpha: float) -> Array:
    """Parts of the index that add up to it, one a cell.

    With ``w.plain``: α pᵢ + (1−α) tᵢ − pᵢ^α tᵢ^(1−α), where t is the share of the unemployed: never below zero
    (weighted arithmetic and geometric mean), and zero exactly where the planner would change nothing. Otherwise
    the cell's share of the planner's hires less its hires, which may have either sign.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        t = unemployed / unemployed.sum(axis=0)
    p = planner_shares(vacancies, w)
    if w.plain:
        return alpha * p + (1 - alpha) * t - p**alpha * t ** (1 - alpha)
    best = _along(w.best, vacancies) * vacancies
    hires = _along(w.hires, vacancies) * vacancies**alpha * unemployed ** (1 - alpha)
    return best / best.sum(axis=0) - hires / best_hires(unemployed.sum(axis=0), vacancies, w, alpha)


def between_within(t: Array, p: Array, groups: Array, alpha: float) -> tuple[Array, Array, Array, Array]:
    """Split the index by groups of cells: M = M between + Σ c_g M_g, exactly.

    Parameters
    ----------
    t, p : ndarray, shape (n_cells,)
        Shares of the unemployed as they are and under the planner.
    groups : ndarray of int, shape (n_cells,)

    Returns
    -------
    between : ndarray, shape (n_groups,)
        Parts of the index between groups (as :func:`contributions`); their sum is the index of the groups.
    within : ndarray, shape (n_groups,)
        Index inside each group; NaN where a group has nobody on one side.
    weight : ndarray, shape (n_groups,)
        c_g = p_g^α t_g^(1−α).
    parts : ndarray, shape (n_groups,)
        ``weight`` × ``within``.
    """
    n = int(groups.max()) + 1
    tg, pg = (np.bincount(groups, x, minlength=n) for x in (t, p))
    inside = np.bincount(groups, p**alpha * t ** (1 - alpha), minlength=n)
    weight = pg**alpha * tg ** (1 - alpha)
    with np.errstate(invalid="ignore", divide="ignore"):
        within = np.where(weight > 0, np.maximum(1 - inside / weight, 0.0), np.nan)
    parts = np.maximum(weight - inside, 0.0)
    return alpha * pg + (1 - alpha) * tg - weight, within, weight, parts


def merged_efficiency(efficiency: Array, vacancies: Array, groups: Array, alpha: float) -> Array:
    """Efficiency of merged cells under which merging never raises the index: a power mean weighted by vacancies."""
    n = int(groups.max()) + 1
    called = np.bincount(groups, efficiency ** (1 / alpha) * vacancies, minlength=n)
    posts = np.bincount(groups, vacancies, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(posts > 0, (called / posts) ** alpha, 1.0)
