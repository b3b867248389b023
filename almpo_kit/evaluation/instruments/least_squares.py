"""Two-stage least squares as arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class TwoStage:
    """Coefficients and what their covariance is made from.

    Parameters
    ----------
    coefficient : Array, shape (p, h)
        Of the endogenous columns first, then the exogenous ones.
    predicted : Array, shape (n, p)
        Regressors as the instruments predict them.
    residual : Array, shape (n, h)
        With the actual regressors.
    """

    coefficient: Array
    predicted: Array
    residual: Array


def two_stage_least_squares(
    endogenous: Array, instruments: Array, exogenous: Array, outcome: Array, weight: Array
) -> TwoStage:
    """Regress outcomes on what the instruments predict of the endogenous columns.

    Parameters
    ----------
    endogenous : Array, shape (n, e)
    instruments : Array, shape (n, m)
        m at least e.
    exogenous : Array, shape (n, c)
        With the constant; instruments and exogenous together of full column rank.
    outcome : Array, shape (n, h)
    weight : Array, shape (n,)
    """
    x, z = np.hstack([endogenous, exogenous]), np.hstack([instruments, exogenous])
    predicted = np.hstack([z @ least_squares(z, endogenous, weight), exogenous])
    coefficient = least_squares(predicted, outcome, weight)
    return TwoStage(coefficient, predicted, outcome - x @ coefficient)


def least_squares(x: Array, y: Array, weight: Array) -> Array:
    """Weighted least-squares coefficients, shape (p, h), by QR."""
    root = np.sqrt(weight)[:, None]
    basis, upper = np.linalg.qr(x * root)
    found: Array = np.linalg.solve(upper, basis.T @ (y * root))
    return found


def left_over(y: Array, x: Array, weight: Array) -> Array:
    """What of ``y`` (n, h) the columns of ``x`` (n, p) do not explain."""
    found: Array = y - x @ least_squares(x, y, weight)
    return found
