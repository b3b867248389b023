"""Correlated-effects and hierarchical-effects working models, their variances by moments (robumeta).

Both weigh estimates simply, as if they were independent, and leave dependence to the robust covariance.
``CORR``: one variance between samples; every estimate of a sample weighs the same, and all of them together
as one estimate of their mean precision. ``HIER``: a variance between samples and one within them.

References
----------
Hedges, Tipton and Johnson (2010) Res. Synth. Methods 1, 39-65. Tipton (2015) Psychol. Methods 20, 375-393.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from almpo_kit.evidence.kernels.blocks import Blocks, Floats, Numbers
from almpo_kit.evidence.kernels.three_level import Fit

Moments = Literal["CORR", "HIER"]
MOMENTS: tuple[str, ...] = get_args(Moments)


@dataclass(frozen=True)
class MomentFit(Fit):
    """A fit whose weights are simple and whose variances come from moments.

    ``between`` is tau2, ``within`` omega2 (zero for CORR), ``loglik`` is not a number, ``steps`` is zero.
    """

    model: Moments

    def working(self, b: Blocks) -> tuple[Blocks, float, float]:
        """The working covariance, which is diagonal."""
        square = b.scale**2
        v = _variances(b, self.model, self.between / square, self.within / square)
        return replace(b, v=v, rho=0.0), 0.0, 0.0


def fit_moments(b: Blocks, model: Moments) -> MomentFit:
    """Fit the working model ``CORR`` (``b.rho`` enters its tau2) or ``HIER`` as robumeta does."""
    tau2, omega2 = (_correlated if model == "CORR" else _hierarchical)(b)
    beta, bread = _least_squares(b, 1.0 / _variances(b, model, tau2, omega2))
    square = b.scale**2
    return MomentFit(
        beta * b.scale, bread * square, tau2 * square, omega2 * square, np.nan, 0, True, model=model
    )


def _variances(b: Blocks, model: Moments, tau2: float, omega2: float) -> Floats:
    if model == "HIER":
        return b.v + tau2 + omega2
    return b.spread(b.total(b.v) + b.sizes * tau2)


def _least_squares(b: Blocks, w: Floats) -> tuple[Floats, Floats]:
    bread = np.linalg.inv((b.x.T * w) @ b.x)
    return bread @ (b.x.T @ (w * b.y)), bread


def _correlated(b: Blocks) -> tuple[float, float]:
    """Excess of the weighted squares over what sampling errors correlated by ``rho`` would give."""
    w = 1.0 / _variances(b, "CORR", 0.0, 0.0)
    beta, bread = _least_squares(b, w)
    residual = b.y - b.x @ beta
    x = b.total(b.x.T)
    weight, sizes = w[b.starts], b.sizes
    alone = (b.x.T * (w / b.spread(sizes))) @ b.x
    together = (x * (weight / sizes)) @ x.T
    lost = np.sum(bread * ((x * weight**2) @ x.T))
    expected = len(sizes) - np.sum(bread * alone) - b.rho * np.sum(bread * (together - alone))
    tau2 = (w @ residual**2 - expected) / (w.sum() - lost)
    return max(0.0, float(tau2)), 0.0


def _hierarchical(b: Blocks) -> tuple[float, float]:
    """Two moments, of the squared sums of samples and of the weighted squares, solved for two variances."""
    w = 1.0 / b.v
    beta, bread = _least_squares(b, w)
    residual = b.y - b.x @ beta
    k, p = b.x.shape
    sums, weighted, sizes = b.total(b.x.T), b.total(b.x.T * w), b.sizes
    # Sums of squares of samples: the same matrices for every row of x, whatever its sample's size.
    plain, mixed, square = sums @ sums.T, weighted @ sums.T, weighted @ weighted.T
    deep = (weighted * sizes) @ sums.T
    double = (b.x.T * w**2) @ b.x

    def trace(*matrices: Numbers) -> float:
        return float(np.trace(np.linalg.multi_dot(matrices)))

    first = (
        float(sizes @ sizes) - 2.0 * trace(bread, deep) + trace(bread, plain, bread, square),
        k - 2.0 * trace(bread, mixed) + trace(bread, plain, bread, double),
        float(b.v.sum()) - trace(bread, plain),
    )
    second = (float(w.sum()) - trace(bread, square), float(w.sum()) - trace(bread, double), float(k - p))
    across = float((b.total(residual) ** 2).sum()) - first[2]
    overall = float(w @ residual**2) - second[2]
    apart = first[1] * second[0] - second[1] * first[0]
    # Only lone estimates: nothing tells the two variances apart, and all is between samples.
    several = k > len(sizes)
    omega2 = max(0.0, (across * second[0] - overall * first[0]) / apart) if several else 0.0
    return max(0.0, (overall - omega2 * second[1]) / second[0]), omega2
