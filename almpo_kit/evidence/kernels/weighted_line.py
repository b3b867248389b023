"""A straight line by weighted least squares with a free dispersion: the classical regression test.

References
----------
Egger, Davey Smith, Schneider and Minder (1997) BMJ 315, 629-634.
"""

from __future__ import annotations

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats


def weighted_line(y: Floats, v: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Coefficients (p,) and their covariance (p, p) of ``y`` (k,) on ``x`` (k, p), weights 1 / ``v`` (k,)."""
    w = 1.0 / v
    bread = np.linalg.inv(x.T @ (w[:, None] * x))
    beta = bread @ (x.T @ (w * y))
    residual = y - x @ beta
    return beta, bread * float(w @ residual**2) / (len(y) - x.shape[1])
