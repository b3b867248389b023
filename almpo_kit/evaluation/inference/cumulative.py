"""What effects month by month add up to, from the start of a programme on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Sum(NamedTuple):
    """How a unit adds up: unit of the sum, and what one month (or year) of it counts."""

    unit: str
    factor: float
    spacing: float


def adding(measure: str, unit: str) -> Sum | None:
    """How effects in a unit add up over months; None where adding them says nothing.

    Parameters
    ----------
    measure : str
        What is measured: ``Outcome.measure``. Chances of having *ever* worked are not added; the caller sees to that.
    unit : str
    """
    if measure in ("chance", "share of time") and unit == "percentage_points":
        return Sum("months", 0.01, 1.0)
    if measure == "money" and unit in ("eur_per_month", "dem_per_month", "etb_per_month"):
        # The vocabulary has sums in euros and dollars only.
        return Sum("eur_cumulative", 1.0, 1.0) if unit == "eur_per_month" else None
    if measure == "money" and unit in ("eur_per_year", "usd_per_year"):
        return Sum(f"{unit[:3]}_cumulative", 1.0, 12.0)
    if measure == "time" and unit in ("days", "weeks", "months"):
        return Sum(unit, 1.0, 1.0)
    return None


def consecutive(months: Array, spacing: float) -> Array:
    """Columns that follow one another without a gap from the first period after the start; empty where they do not.

    Parameters
    ----------
    months : Array, shape (h,)
        Negative ones are before the start and never added.
    spacing : float
        1 for months, 12 for years.
    """
    after = np.flatnonzero(months > 0)
    order = after[np.argsort(months[after], kind="stable")]
    wanted = spacing * np.arange(1, len(order) + 1)
    if len(order) < 2 or not np.allclose(months[order], wanted):
        return np.empty(0, dtype=int)
    return order


def running_sums(estimate: Array, covariance: Array, factor: float) -> tuple[Array, Array]:
    """Sums up to each period with their standard errors.

    Parameters
    ----------
    estimate : Array, shape (m,)
        In order of time.
    covariance : Array, shape (m, m)
    factor : float

    Returns
    -------
    (Array, Array)
        Each of shape (m,).
    """
    within = np.tril(np.ones((len(estimate), len(estimate))))
    variance = np.einsum("ij,jk,ik->i", within, covariance, within)
    return factor * within @ estimate, abs(factor) * np.sqrt(np.maximum(variance, 0.0))
