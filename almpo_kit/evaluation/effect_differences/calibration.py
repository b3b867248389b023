"""Does a predicted gain of one more mean a gain of one more?"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.effect_differences.targeting import Ranked

Array = np.ndarray[Any, np.dtype[Any]]


def calibration_slope(predicted: Array, score: Array, weight: Array, fold: Array) -> Ranked:
    """Slope of the scores on the predictions, within folds.

    Parameters
    ----------
    predicted, score, weight : Array, shape (n,)
    fold : Array of int, shape (n,)
        Both are centred within each, and all folds share one slope: a fold whose model hardly tells people apart then
        hardly counts.

    Returns
    -------
    Ranked
        1 when predicted differences are as large as actual ones, 0 when they say nothing.

    References
    ----------
    Chernozhukov, Demirer, Duflo and Fernández-Val (2025) Econometrica 93, 1121-1164 (the best linear predictor).
    """
    weight = weight / weight.mean()
    centred, gap = _within(predicted, weight, fold), _within(score, weight, fold)
    total = float(np.mean(weight * centred**2))
    if total <= 1e-24 * max(1.0, float(np.abs(predicted).max(initial=0.0)) ** 2):
        return Ranked(0.0, np.zeros(len(score)))
    slope = float(np.mean(weight * centred * gap)) / total
    return Ranked(slope, weight * centred * (gap - slope * centred) / total)


def _within(values: Array, weight: Array, fold: Array) -> Array:
    total = np.bincount(fold, weight)
    mean = np.divide(np.bincount(fold, weight * values), total, out=np.zeros_like(total), where=total > 0)
    found: Array = values - mean[fold]
    return found


def calibration_error(predicted: Array, score: Array, weight: Array, groups: int = 5) -> float:
    """Mean distance between predicted and actual effects of fifths of the predictions, in the unit of the scores."""
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, groups)
    gaps = [
        abs(np.average(predicted[p], weights=weight[p]) - np.average(score[p], weights=weight[p]))
        for p in parts
        if len(p)
    ]
    return float(np.mean(gaps))
