"""How strong a hidden cause would have to be: arithmetic of omitted-variable bias in a linear regression.

Pure functions on numbers and arrays; they validate nothing.

References
----------
Cinelli and Hazlett (2020) J. R. Stat. Soc. B 82, 39-67.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Partial:
    """A regression of the outcome on taking part and the covariates, as far as hidden causes are concerned.

    Parameters
    ----------
    estimate, se : float
        Coefficient of taking part with its classical standard error.
    df : int
        Residual degrees of freedom.
    with_treatment, with_outcome : dict of str to float
        Covariate -> partial R² with taking part given the other covariates; with the outcome given those and taking
        part.
    """

    estimate: float
    se: float
    df: int
    with_treatment: dict[str, float]
    with_outcome: dict[str, float]


def partial_regression(
    y: Array, d: Array, x: Array, parts: dict[str, Array], weight: Array | None = None
) -> Partial:
    """Partial R² of taking part and of groups of covariates.

    Parameters
    ----------
    y, d : Array, shape (n,)
    x : Array, shape (n, p)
        Covariates without a constant.
    parts : dict of str to Array of int
        Covariate -> its columns of ``x``.
    weight : Array, shape (n,), optional

    Returns
    -------
    Partial
    """
    root = np.ones(len(y)) if weight is None else np.sqrt(weight)
    # Standardised columns keep the cross products well conditioned; partial R² does not depend on the scale.
    z = (x - np.average(x, axis=0, weights=root**2)) / _scale(x)
    middle, unit = np.average(y, weights=root**2), float(_scale(y[:, None])[0])
    basis = np.column_stack([np.ones(len(y)), z, d, (y - middle) / unit]) * root[:, None]
    cross = basis.T @ basis
    p = x.shape[1]
    covariates = np.arange(p + 1)
    of_treatment = _residual(cross, p + 1, covariates)
    inputs = np.arange(p + 2)
    beta = _solve(cross, inputs, p + 2)
    left = _residual(cross, p + 2, inputs)
    rank = int(np.linalg.matrix_rank(cross[np.ix_(inputs, inputs)], hermitian=True))
    df = len(y) - rank
    se = math.sqrt(left / df / of_treatment) if df > 0 and of_treatment > 0 else math.nan
    with_treatment, with_outcome = {}, {}
    for name, columns in parts.items():
        rest = np.setdiff1d(covariates, np.asarray(columns) + 1)
        fewer = _residual(cross, p + 1, rest)
        with_treatment[name] = _share(fewer, of_treatment)
        fewer = _residual(cross, p + 2, np.append(rest, p + 1))
        with_outcome[name] = _share(fewer, left)
    return Partial(float(beta[p + 1]) * unit, se * unit, df, with_treatment, with_outcome)


def _scale(x: Array) -> Array:
    spread = x.std(axis=0)
    return np.asarray(np.where(spread > 0, spread, 1.0))


def _solve(cross: Array, inputs: Array, output: int) -> Array:
    solved: Array = np.linalg.lstsq(cross[np.ix_(inputs, inputs)], cross[inputs, output], rcond=1e-12)[0]
    return solved


def _residual(cross: Array, output: int, inputs: Array) -> float:
    """Sum of squares of one column that the others leave."""
    beta = _solve(cross, inputs, output)
    return float(max(cross[output, output] - beta @ cross[inputs, output], 0.0))


def _share(fewer: float, full: float) -> float:
    return max(0.0, 1.0 - full / fewer) if fewer > 0 else 0.0


def robustness_value(f: float) -> float:
    """The partial R², equal with taking part and outcome, that makes a bias of ``f`` = bias / (se · √df).

    >>> round(robustness_value(4.184 / 783 ** 0.5), 3)
    0.139
    """
    f = abs(f)
    return 0.5 * (math.sqrt(f**4 + 4 * f**2) - f**2)


def robustness_of_significance(t: float, df: float, level: float = 0.05) -> float:
    """The partial R² that makes a t statistic no longer significant (0 where it is not significant as it stands)."""
    from scipy.stats import t as student

    critical = abs(float(student.ppf(level / 2, df - 1))) / math.sqrt(df - 1)
    f = abs(t) / math.sqrt(df)
    if f <= critical:
        return 0.0
    crossed = f - critical
    # Where the outcome would be explained more than wholly, the association with taking part alone decides.
    if critical > 0 and f > 1 / critical:
        return (f**2 - critical**2) / (1 + f**2)
    return robustness_value(crossed)


def bias(r2_treatment: float, r2_outcome: float, se: float, df: float) -> float:
    """Absolute bias that a hidden cause of this strength makes, in the unit of the outcome."""
    if r2_treatment >= 1:
        return math.inf
    return se * math.sqrt(df) * math.sqrt(r2_outcome * r2_treatment / (1 - r2_treatment))


def adjusted_se(r2_treatment: float, r2_outcome: float, se: float, df: float) -> float:
    """Standard error of the estimate if the hidden cause had been held constant."""
    if r2_treatment >= 1:
        return math.inf
    return se * math.sqrt((1 - r2_outcome) / (1 - r2_treatment)) * math.sqrt(df / (df - 1))


def as_strong_as(with_treatment: float, with_outcome: float, times: float = 1.0) -> tuple[float, float]:
    """Most that a hidden cause ``times`` as strong as an observed one explains: of taking part, of the outcome.

    Parameters
    ----------
    with_treatment, with_outcome : float
        Partial R² of the observed covariate.
    times : float
        Relative strength, the same for both.

    Returns
    -------
    (float, float)
        Partial R² of the hidden cause with taking part and with the outcome, at most 1.
    """
    if with_treatment >= 1 or with_outcome >= 1:
        return 1.0, 1.0
    ratio = with_treatment / (1 - with_treatment)
    of_treatment = times * ratio
    if of_treatment >= 1:
        return 1.0, 1.0
    crossing = times * with_treatment**2 / ((1 - times * with_treatment) * (1 - with_treatment))
    if crossing >= 1:
        return of_treatment, 1.0
    scale = (math.sqrt(times) + math.sqrt(crossing)) / math.sqrt(1 - crossing)
    return of_treatment, min(1.0, scale**2 * with_outcome / (1 - with_outcome))
