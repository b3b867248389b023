"""How far two distributions of one quantity, from sources that know nothing of each other, lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.beliefs.kernels.curves import Curves, Pool, normal_nodes

Array = np.ndarray[Any, np.dtype[Any]]


def chance_above(belief: Pool, centre: float, scale: float, df: float) -> float:
    """Chance that a value drawn from the belief lies above one drawn from the evidence.

    Parameters
    ----------
    centre, scale, df : float
        Of the evidence: Student's t, normal where ``df`` is infinite.
    """
    return 1 - float(_pooled_at_most(belief, np.zeros(1), centre, scale, df)[0])


def chances_above(curves: Curves, centre: float, scale: float, df: float) -> Array:
    """The same, for each person's own belief, shape (n,)."""
    return 1 - _at_most(curves, np.zeros(1), centre, scale, df)[:, 0]


def conflict(above: float) -> float:
    """Twice the smaller tail of the difference: small where one lies all but surely above the other.

    Presanis, Ohlssen, Spiegelhalter & De Angelis (2013) Statistical Science 28, 376-397; for two normals it is the prior
    predictive p-value of Box (1980) J. R. Stat. Soc. A 143, 383-430.
    """
    return 2 * min(above, 1 - above)


def difference_quantiles(belief: Pool, centre: float, scale: float, df: float, p: Array) -> Array:
    """Quantiles of belief less evidence."""
    from scipy.optimize import brentq

    low, high = belief.curves.ends
    far = scale * float(_evidence_quantile(np.array([1 - 1e-9]), df)[0])
    ends = (low - centre - far, high - centre + far)

    def short(d: float, wanted: float) -> float:
        return float(_pooled_at_most(belief, np.array([d]), centre, scale, df)[0]) - wanted

    exact = 1e-9 * (ends[1] - ends[0])
    return np.array([brentq(short, *ends, args=(wanted,), xtol=exact) for wanted in p])


def _pooled_at_most(belief: Pool, d: Array, centre: float, scale: float, df: float) -> Array:
    """Chance that belief less evidence is at most ``d``, shape (m,)."""
    if belief.pooling == "linear":
        return belief.weights @ _at_most(belief.curves, d, centre, scale, df)
    x, part = belief.points()
    return evidence_cdf((d[:, None] - x + centre) / scale, df) @ part


def _at_most(curves: Curves, d: Array, centre: float, scale: float, df: float) -> Array:
    """The same for each person, shape (n, m).

    Averages run over the narrower of both distributions, because the other one's chances are smooth at that scale; of
    metalogs always over the belief, as their chances cost much.
    """
    from scipy.special import ndtr

    z, part = normal_nodes()
    given = curves.given
    narrow = curves.smooth | ((given[:, 2] - given[:, 0]) / 2.563 < scale)
    found = np.empty((len(given), len(d)))
    if narrow.any():
        x = _some(curves, narrow).quantile(ndtr(z))
        for k, at in enumerate(d):
            found[narrow, k] = evidence_cdf((at - x + centre) / scale, df) @ part
    if not narrow.all():
        y = centre + scale * _evidence_quantile(ndtr(z), df)
        held = _some(curves, ~narrow)
        for k, at in enumerate(d):
            found[~narrow, k] = held.cdf(y + at) @ part
    return found


def _some(curves: Curves, which: Array) -> Curves:
    return Curves(curves.given[which], curves.ends, curves.terms[which])


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


def _evidence_quantile(p: Array, df: float) -> Array:
    from scipy.special import ndtri, stdtrit

    return (
        ndtri(np.clip(p, 1e-16, 1 - 1.2e-16)) if np.isinf(df) else stdtrit(df, np.clip(p, 1e-16, 1 - 1.2e-16))
    )
