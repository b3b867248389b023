"""How far a context lies from those that were studied.

Gower's dissimilarity is the mean over characteristics of a distance between 0 and 1: for a category 0
where the two agree and 1 where they do not, for a number their difference over the range that was
studied. It says how unlike the nearest study a context is; :func:`leverage` says how far it lies from
all of them together, seen by the model.

References
----------
Gower (1971) Biometrics 27, 857-871. Hoaglin and Welsch (1978) Am. Stat. 32, 17-22.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from almpo_kit.evidence.kernels.blocks import Floats


def mismatch(asked: str, studied: NDArray[np.object_]) -> Floats:
    """0 where a category is the one asked for, 1 elsewhere, shape (k,)."""
    return np.asarray(studied != asked, dtype=float)


def scaled(asked: float, studied: Floats) -> Floats:
    """Difference over the range that was studied, at most 1 and 1 where unknown, shape (k,)."""
    known = np.isfinite(studied)
    if not known.any():
        return np.ones(len(studied))
    span = float(studied[known].max() - studied[known].min())
    gap = np.abs(studied - asked)
    far = np.minimum(gap / span, 1.0) if span > 0 else (gap > 0).astype(float)
    return np.where(known, far, 1.0)


def gower(parts: list[Floats], of: int) -> Floats:
    """Sum of the partial distances (each (k,)) over ``of`` characteristics; those not asked for count 0."""
    return np.asarray(np.sum(parts, axis=0) / of)


def leverage(x0: Floats, x: Floats, bread: Floats) -> float:
    """Variance of the model's value at ``x0`` (p,) over the largest at the rows of ``x`` (k, p).

    ``bread`` (p, p) is ``(X' W X)⁻¹``. Above 1 the model is less certain of ``x0`` than of any context that
    was studied: ``x0`` lies outside the ellipsoid that they fill.
    """
    studied = np.einsum("ij,jk,ik->i", x, bread, x)
    return float(x0 @ bread @ x0 / studied.max())
