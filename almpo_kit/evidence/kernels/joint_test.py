"""Joint test of several contrasts with cluster-robust errors in few samples (AHT, clubSandwich's "HTZ").

References
----------
Tipton and Pustejovsky (2015) J. Educ. Behav. Stat. 40, 604-634.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from almpo_kit.evidence.kernels.adjustment import Pieces, pieces
from almpo_kit.evidence.kernels.blocks import Blocks, Floats
from almpo_kit.evidence.kernels.robust import Kind, inflation
from almpo_kit.evidence.kernels.three_level import Fit


@dataclass(frozen=True)
class Joint:
    """``f`` with ``df_num`` and ``df_den`` (infinite for the model-based test), and ``p``.

    Where the samples are too few for the test (``df_den`` not positive, or not a number) ``f`` and ``p`` are not numbers.
    """

    f: float
    df_num: int
    df_den: float
    p: float


def joint(
    b: Blocks, fitted: Fit, contrasts: Floats, kind: Kind = "CR2", found: Pieces | None = None
) -> Joint:
    """Test that all ``contrasts`` (q, p) of the coefficients are zero; they must be independent.

    The robust covariance is taken as Wishart with the degrees of freedom that match the total variance of
    its entries under the working model, which gives Hotelling's distribution. One contrast gives the square
    of its t statistic with Satterthwaite degrees of freedom. ``model`` gives the Wald test. ``found``: the
    pieces of a sandwich of this ``kind``, where there is one already (``Robust.pieces``).
    """
    q, estimate = len(contrasts), contrasts @ fitted.beta
    if kind == "model":
        wald = _distance(estimate, contrasts @ fitted.bread @ contrasts.T)
        return Joint(wald / q, q, np.inf, float(chdtrc(q, wald)))
    found = found or pieces(b, fitted, adjust=kind == "CR2")
    freedom = _freedom(found, contrasts @ found.bread)
    df = freedom - q + 1
    if not df > 0:
        return Joint(np.nan, q, df, np.nan)
    lifted = found.score @ (contrasts @ found.bread).T
    wald = _distance(estimate, (lifted.T @ lifted) * (b.scale**2 * inflation(len(b.starts), kind)))
    f = wald / q * df / freedom
    return Joint(f, q, df, float(fdtrc(q, df, f)))


def _distance(estimate: Floats, covariance: Floats) -> float:
    try:
        return float(estimate @ np.linalg.solve(covariance, estimate))
    except np.linalg.LinAlgError:
        # Residuals of exactly zero.
        return np.nan


def _freedom(found: Pieces, rows: Floats) -> float:
    """Degrees of freedom of the Wishart; ``rows`` (q, p) are the contrasts times the bread.

    With ``Ω_ij`` (q, q) the covariance of the contributions of samples i and j under the working model,
    ``q (q + 1) / Σ_ij (tr(Ω_ij)² + tr(Ω_ij²))``. As ``Ω_ij`` is a matrix of sample i times one of sample j,
    except where i = j, the double sum is a sum over samples of products of their entries.
    """
    size = np.diag(rows @ found.spread.sum(axis=0) @ rows.T)
    if not (size > 0).all():
        return np.nan
    # Contrasts of one size, so that a small one is not taken for none.
    rows = rows / np.sqrt(size)[:, None]
    spread = rows @ found.spread @ rows.T
    lean = rows @ found.lean @ np.linalg.cholesky(found.bread)
    own = spread - lean @ lean.transpose(0, 2, 1)
    expected = own.sum(axis=0)
    # Some combination has no spread that could be judged: no test.
    if np.linalg.eigvalsh(expected)[0] <= 1e-12:
        return np.nan
    # In units in which the covariance is expected to be the identity.
    unit = np.linalg.inv(np.linalg.cholesky(expected))
    spread, lean = unit @ spread @ unit.T, unit @ lean
    both = lean @ lean.transpose(0, 2, 1)
    flat = lean.reshape(len(lean), -1)
    q, p = lean.shape[1:]
    products = (flat.T @ flat).reshape(q, p, q, p)
    total = (products**2).sum() + np.einsum("scta,tcsa->", products, products)
    trace, cross = (np.trace(a, axis1=1, axis2=2) for a in (spread, both))
    total += (trace**2 - 2.0 * trace * cross).sum()
    total += (spread**2).sum() - 2.0 * (spread * both).sum()
    return float(q * (q + 1) / total)
