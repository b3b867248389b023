"""Elasticities with free and with constant returns, by either estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.matching.matching_function.kernels.cluster_robust import Fit, cr1, cr2, fit
from almpo_kit.matching.matching_function.kernels.poisson import poisson
from almpo_kit.matching.matching_function.panel import Estimator, Panel

Array = np.ndarray[Any, np.dtype[Any]]
Covariance = Literal["CR2", "CR1"]
FREE, CONSTANT = "free", "constant returns"


@dataclass(frozen=True)
class Model:
    """One fitted matching function.

    Parameters
    ----------
    fit : Fit
    unemployed, vacancies : float
        Elasticities.
    mean : ndarray or None, shape (n,)
        Fitted hires of the Poisson estimator.
    settled : bool
    """

    fit: Fit
    unemployed: float
    vacancies: float
    mean: Array | None
    settled: bool


def estimate(data: Panel, estimator: Estimator, *, periods: bool) -> tuple[Model, Model]:
    """Fit log hires (or hires) on log unemployed and log vacancies: free, and with constant returns.

    With constant returns hires per unemployed person depend on vacancies per unemployed person alone.
    """
    lu, lv = np.log(data.unemployed), np.log(data.vacancies)
    when = data.period if periods else None

    def run(x: Array, offset: Array) -> tuple[Fit, Array | None, bool]:
        if estimator == "log":
            return fit(np.log(data.hires) - offset, x, data.cell, when, data.cluster), None, True
        found = poisson(data.hires, x, data.cell, when, data.cluster, offset)
        return found.fit, found.mean, found.settled

    free = run(np.column_stack([lu, lv]), np.zeros(len(data)))
    tied = run((lv - lu)[:, None], lu)
    return (
        Model(free[0], float(free[0].beta[0]), float(free[0].beta[1]), *free[1:]),
        Model(tied[0], 1 - float(tied[0].beta[0]), float(tied[0].beta[0]), *tied[1:]),
    )


def error_of(covariance: Covariance) -> Callable[[Fit, Array], tuple[float, float]]:
    """CR2 with Satterthwaite degrees of freedom, or CR1. Of a Poisson fit, CR2 is that of its last weighted regression."""
    return cr1 if covariance == "CR1" else cr2


def coefficient_table(
    free: Model, tied: Model, error: Callable[[Fit, Array], tuple[float, float]], confidence: float
) -> pd.DataFrame:
    """``model, term, estimate, se, df, low, high, null, p``; returns to scale are tested against one."""
    rows = []
    size = len(free.fit.beta)
    asked = (
        ("unemployed", (1.0, 0.0), free.unemployed, 0.0),
        ("vacancies", (0.0, 1.0), free.vacancies, 0.0),
        ("returns to scale", (1.0, 1.0), free.unemployed + free.vacancies, 1.0),
    )
    for term, weights, value, null in asked:
        contrast = np.zeros(size)
        contrast[:2] = weights
        rows.append(_row(FREE, term, value, null, error(free.fit, contrast), confidence))
    one = np.zeros(len(tied.fit.beta))
    one[0] = 1.0
    se = error(tied.fit, one)
    rows.append(_row(CONSTANT, "unemployed", tied.unemployed, 0.0, se, confidence))
    rows.append(_row(CONSTANT, "vacancies", tied.vacancies, 0.0, se, confidence))
    return pd.DataFrame(rows)


def _row(
    model: str, term: str, value: float, null: float, found: tuple[float, float], confidence: float
) -> dict[str, Any]:
    from scipy.stats import t

    se, df = found
    half = float(t.ppf(0.5 + confidence / 2, df)) * se
    p = float(2 * t.sf(abs(value - null) / se, df)) if se > 0 else np.nan
    row = {"model": model, "term": term, "estimate": value, "se": se, "df": df}
    return row | {"low": value - half, "high": value + half, "null": null, "p": p}
