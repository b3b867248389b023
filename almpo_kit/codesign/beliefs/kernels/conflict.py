"""How far two distributions of one quantity, from sources that know nothing of each other, lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.beliefs.kernels.curves import Curves, Pool, normal_nodes

Array = np.ndarray[Any, np.dtype[Any]]
_HALVINGS = 60


def chance_above(belief: Pool, centre: float, scale: float, df: float) -> float:
    """Chance that a value drawn from the belief lies above one drawn from the evidence.

    Parameters
    ----------
    centre, scale, df : float
        Of the evidence: Student's t, normal where ``df`` is infinite.
    """
    x, part = belief.points()
    return float(part @ evidence_cdf((x - centre) / scale, df))


def chances_above(curves: Curves, centre: float, scale: float, df: float) -> Array:
    """The same, for each person's own belief, shape (n,)."""
    from scipy.special import ndtr

    z, part = normal_nodes()
    return evidence_cdf((curves.quantile(ndtr(z)) - centre) / scale, df) @ part


def conflict(above: float) -> float:
    """Twice the smaller tail of the difference: small where one lies all but surely above the other.

    Presanis, Ohlssen, Spiegelhalter & De Angelis (2013) Statistical Science 28, 376-397; for two normals it is the prior
    predictive p-value of Box (1980) J. R. Stat. Soc. A 143, 383-430.
    """
    return 2 * min(above, 1 - above)


def difference_quantiles(belief: Pool, centre: float, scale: float, df: float, p: Array) -> Array:
    """Quantiles of belief less evidence."""
    x, part = belief.points()
    reach = 60 * scale + belief.curves.ends[1] - belief.curves.ends[0] + abs(centre) + np.abs(x).max()
    lower, upper = np.full(len(p), -reach), np.full(len(p), reach)
    for _ in range(_HALVINGS):
        middle = (lower + upper) / 2
        # belief - evidence <= d, where evidence >= belief - d
        chance = evidence_cdf((middle[:, None] - x + centre) / scale, df) @ part
        lower, upper = np.where(chance < p, middle, lower), np.where(chance < p, upper, middle)
    return (lower + upper) / 2


def overlap(belief: Pool, centre: float, scale: float, df: float, cells: int = 800) -> float:
    """Share that the two distributions have in common: 0 none, 1 all."""
    low = min(belief.curves.ends[0], centre - 8 * scale)
    high = max(belief.curves.ends[1], centre + 8 * scale)
    edges = np.linspace(low, high, cells + 1)
    one = np.diff(belief.cdf(edges), prepend=0.0)
    other = np.diff(evidence_cdf((edges - centre) / scale, df), prepend=0.0)
    return float(np.minimum(one, other).sum())


def evidence_cdf(t: Array, df: float) -> Array:
    """Chance of Student's t (normal where ``df`` is infinite) of being at or below ``t``."""
    from scipy.special import ndtr, stdtr

    return ndtr(t) if np.isinf(df) else stdtr(df, t)
