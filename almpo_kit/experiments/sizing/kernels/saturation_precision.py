"""Precision of the contrasts of a two-stage saturation design."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.sizing.kernels.arm_variances import groups_mean

Array = np.ndarray[Any, np.dtype[Any]]


def told_apart(
    within: float, between: float, places: float, size: float, variation: float, chance: Array, told: Array
) -> tuple[float, float]:
    """Variance of the mean of some people of treated places, the offered or the not offered, and its degrees of freedom.

    Parameters
    ----------
    within, between : float
        Variance within and between places.
    places, size, variation : float
        Places in all, people in each, coefficient of variation of sizes.
    chance : array, shape (n_saturations,)
        Shares of all places with each saturation above 0.
    told : array, shape (n_saturations,)
        Share of such a place's people that is meant.

    Notes
    -----
    The pooled estimators of Baird, Bohren, McIntosh & Özler (2018) Rev. Econ. Stat. 100, 844–860, random effects of places:
    people count alike, so places count by the people who are meant, as groups of unequal size do.
    """
    some = told > 0
    total = float(chance[some].sum())
    mean = float(chance @ told) / total
    unequal = float(chance @ told**2) / total / mean**2 * (1 + variation**2) - 1
    return groups_mean(within, between, places * total, size * mean, max(unequal, 0.0) ** 0.5)


def inside_variance(
    within: tuple[float, float], places: float, size: float, chance: Array, told: Array
) -> float:
    """Variance of the difference, within places, between the offered and the not offered; places weighed by precision.

    Parameters
    ----------
    within : (float, float)
        Variance within places without and with the offer.
    """
    each = 1 / (within[0] / (size * (1 - told)) + within[1] / (size * told))
    return 1 / (places * float(chance @ each))
