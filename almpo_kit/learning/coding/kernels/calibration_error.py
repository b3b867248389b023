"""How far probabilities are from what happened."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class CalibrationError(NamedTuple):
    """Brier score, expected calibration error and its interval by bootstrap of studies."""

    brier: float
    ece: float
    ece_low: float
    ece_high: float


def brier(p: Array, right: Array) -> float:
    """Mean squared distance of probability and what happened (Brier 1950)."""
    return float(np.mean((p - right) ** 2)) if len(p) else float("nan")


def expected_calibration_error(p: Array, right: Array, bins: int = 10) -> float:
    """Mean distance of mean probability and share that was right, over bins of equally many cases.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015) AAAI 29; equal-mass bins as in Nixon et al. (2019) CVPR workshops.
    """
    if not len(p):
        return float("nan")
    order = np.argsort(p, kind="stable")
    parts = np.array_split(order, min(bins, len(p)))
    return float(sum(abs(p[k].mean() - right[k].mean()) * len(k) for k in parts) / len(p))


def calibration_error(
    p: Array, right: Array, groups: Array, *, bins: int = 10, draws: int = 200, seed: int = 0
) -> CalibrationError:
    """Brier score and calibration error, the latter with a 95% interval over redrawn studies.

    The error of a finite sample is above zero even where every probability is right; the interval has that upward pull too.
    """
    whole = expected_calibration_error(p, right, bins)
    names = np.unique(groups)
    if len(names) < 2:
        return CalibrationError(brier(p, right), whole, float("nan"), float("nan"))
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    members = [np.flatnonzero(groups == g) for g in names]
    found = []
    for _ in range(draws):
        rows = np.concatenate([members[i] for i in rng.integers(len(names), size=len(names))])
        found.append(expected_calibration_error(p[rows], right[rows], bins))
    low, high = np.quantile(found, [0.025, 0.975])
    return CalibrationError(brier(p, right), whole, float(low), float(high))
