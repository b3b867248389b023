"""Means of a saturation design by saturation and offer, and contrasts of them; places are what was drawn.

The mean of a cell (saturation, offered or not) is a weighted mean over its places. Its variance is that of place means about
it, corrected as CR2 corrects (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018), which has a closed form here because every
cell has its own mean; with equal weights it is the estimator of Hudgens & Halloran (2008), s² / places. Those offered and
those not offered share their places, so their means covary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.experiments.inferring.kernels.place_cells import PlaceCells

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class SaturationMeans:
    """Cells by saturation.

    ``mean``, ``places``: shape (..., n_levels, 2), the last axis being not offered, offered; NaN where no place has the cell.
    ``share`` and ``part``: shape (..., n_places, n_levels, 2), weight of a place in a cell's mean (they add up to 1) and its
    part of the error, whose products add up to variances. ``spread``: variance of a place's mean in the working model.
    """

    mean: Array
    places: Array
    share: Array
    part: Array
    spread: Array


def saturation_means(cells: PlaceCells, level: Array, n_levels: int, *, by_people: bool) -> SaturationMeans:
    """Average places within cells.

    Parameters
    ----------
    cells : PlaceCells
        Shape (..., n_places, 2).
    level : array of int, shape (n_places,) or (..., n_places)
        Saturation of each place, as a code from 0.
    n_levels : int
    by_people : bool
        Places weigh by their people, or all the same.
    """
    held = cells.count > 0
    weight = np.where(held, cells.count if by_people else 1.0, 0.0)
    here = level[..., :, None] == np.arange(n_levels)
    raw = weight[..., :, None, :] * here[..., :, :, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = raw / raw.sum(axis=-3, keepdims=True)
        value = np.where(held, cells.mean, 0.0)[..., :, None, :]
        mean = (share * value).sum(axis=-3)
        # A place alone in its cell says nothing about the variance between places: 0 / 0 is NaN, as it should be.
        part = share * (value - mean[..., None, :, :]) / np.sqrt(1 - share)
        spread = np.where(held, 1 / np.maximum(cells.count, 1) if by_people else 1.0, 0.0)
    part = np.where(here[..., :, :, None] & held[..., :, None, :], part, 0.0)
    return SaturationMeans(mean, (raw > 0).sum(axis=-3), share, part, spread)


def contrast(means: SaturationMeans, weights: Array) -> tuple[Array, Array, Array]:
    """A weighted sum of cells: estimate, standard error and Satterthwaite degrees of freedom.

    Parameters
    ----------
    means : SaturationMeans
    weights : array, shape (n_levels, 2)
        Cells of weight 0 may be empty.

    Returns
    -------
    estimate, se, df : arrays, shape (...)
        Degrees of freedom under the working model that people (by people) or place means (otherwise) are independent
        and vary alike: Bell & McCaffrey (2002).
    """
    used = weights != 0
    estimate = np.where(used, means.mean, 0.0) * weights
    se = np.sqrt((contrast_parts(means, weights) ** 2).sum(axis=-1))
    return estimate.sum(axis=(-1, -2)), se, _degrees(means, weights, used)


def contrast_parts(means: SaturationMeans, weights: Array) -> Array:
    """Places' parts of a contrast's error, shape (..., n_places): products of two contrasts' add up to their covariance."""
    return np.asarray((np.where(weights != 0, means.part, 0.0) * weights).sum(axis=(-1, -2)))


def _degrees(means: SaturationMeans, weights: Array, used: Array) -> Array:
    """tr(Ω)² / tr(Ω²), where Ω is the covariance of places' parts in the working model.

    In one cell Ω = D (I − 1p') Φ (I − p1') D with D = diag(p / √(1 − p)), so with φ = Φ's diagonal, q = p φ and v = p'Φp
    Ω_jk = d_j d_k (φ_j [j = k] − q_j − q_k + v). Places have one saturation, so Ω of a contrast is block-diagonal over
    saturations; the two cells of one saturation share places and add up.
    """
    levels = means.mean.shape[-2]
    trace: Any = 0.0
    squares: Any = 0.0
    for at in range(levels):
        if not used[at].any():
            continue
        omega: Any = 0.0
        for offer in np.flatnonzero(used[at]):
            p = means.share[..., :, at, offer]
            phi = means.spread[..., :, offer]
            with np.errstate(invalid="ignore", divide="ignore"):
                d = np.where(p > 0, weights[at, offer] * p / np.sqrt(1 - p), 0.0)
            q, v = p * phi, (p**2 * phi).sum(axis=-1)[..., None, None]
            inner = v - q[..., :, None] - q[..., None, :]
            inner = inner + phi[..., :, None] * np.eye(p.shape[-1])
            with np.errstate(invalid="ignore"):
                omega = omega + d[..., :, None] * d[..., None, :] * inner
        trace = trace + np.trace(omega, axis1=-2, axis2=-1)
        squares = squares + (omega**2).sum(axis=(-1, -2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(trace**2 / squares)
