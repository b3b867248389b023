"""How strongly instruments move participation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.inference.bias_reduced import contributions
from almpo_kit.evaluation.instruments.least_squares import (
    least_squares,
    left_over,
    two_stage_least_squares,
)
from almpo_kit.evaluation.instruments.stages import Stages

Array = np.ndarray[Any, np.dtype[Any]]

#: Below it a normal approximation of the estimate is poor (Staiger and Stock 1997; Montiel Olea and Pflueger 2013).
WEAK = 10.0
#: Below it a t interval of nominal 95% with one instrument may cover less (Lee, McCrary, Moreira and Porter 2022).
USUAL_INTERVAL_HOLDS = 104.7
#: A first stage below it cannot be told from none at the 5% level.
NOT_FROM_ZERO = 3.84
#: A coefficient whose variance is below this share of its scale fits without error.
_EXACT = 1e-18


@dataclass(frozen=True, eq=False, repr=False)
class FirstStage:
    """The regression of participation on instruments and exogenous columns.

    Parameters
    ----------
    coefficient : Array, shape (m, e)
        Of each instrument on each programme's participation.
    covariance : Array, shape (e, m, m)
        CR2.
    df : Array, shape (m,)
    strength : Array, shape (e,)
        Effective F (one programme), or conditional F (several); inf where there is no error.
    """

    coefficient: Array
    covariance: Array
    df: Array
    strength: Array


def first_stage(both: Stages, cluster: Array, weight: Array) -> FirstStage:
    """Regress participation on the instruments.

    Notes
    -----
    With one programme the strength is the effective F of Montiel Olea and Pflueger (2013), equal to the robust F with
    one instrument. With several it is the conditional F of Sanderson and Windmeijer (2016) with a robust covariance:
    what the instruments say of one programme's participation beside that in the others.

    References
    ----------
    Montiel Olea and Pflueger (2013) J. Bus. Econ. Stat. 31, 358-369; Sanderson and Windmeijer (2016) J. Econom. 190,
    212-221.
    """
    z, d = both.instruments, both.participation
    e = d.shape[1]
    coefficient, covariance, df = _regress(z, d, both.exogenous, cluster, weight)
    if e == 1:
        strength = np.array([effective_f(coefficient[:, 0], covariance[0], z, both.exogenous, weight)])
    else:
        strength = np.array([_conditional(both, j, cluster, weight) for j in range(e)])
    return FirstStage(coefficient, covariance, df, strength)


def effective_f(pi: Array, covariance: Array, z: Array, exogenous: Array, weight: Array) -> float:
    """π'Qπ / tr(ΣQ), with Q the moments of the instruments after the exogenous columns."""
    cleaned = left_over(z, exogenous, weight)
    q = cleaned.T @ (cleaned * weight[:, None])
    noise = float(np.trace(covariance @ q))
    signal = float(pi @ q @ pi)
    return float("inf") if noise <= _EXACT * max(signal, 1e-300) else signal / noise


def _conditional(both: Stages, j: int, cluster: Array, weight: Array) -> float:
    d, z, w = both.participation, both.instruments, both.exogenous
    others = np.delete(d, j, axis=1)
    rest = two_stage_least_squares(others, z, w, d[:, [j]], weight).residual
    pi, covariance, _ = _regress(z, rest, w, cluster, weight)
    scale = max(float(np.abs(covariance).max()), float((pi**2).max()))
    if float(np.abs(covariance).max()) <= _EXACT * max(scale, 1e-300):
        return float("inf")
    # One-sided take-up leaves some coefficients without error; they say nothing of this programme.
    wald = float(pi[:, 0] @ np.linalg.pinv(covariance[0], rcond=1e-10, hermitian=True) @ pi[:, 0])
    return wald / max(1, z.shape[1] - d.shape[1] + 1)


def _regress(
    z: Array, y: Array, exogenous: Array, cluster: Array, weight: Array
) -> tuple[Array, Array, Array]:
    m = z.shape[1]
    x = np.hstack([z, exogenous])
    coefficient = least_squares(x, y, weight)
    made, df = contributions(x, y - x @ coefficient, cluster, weight, np.eye(x.shape[1])[:m])
    return coefficient[:m], np.einsum("gah,gbh->hab", made, made), df
