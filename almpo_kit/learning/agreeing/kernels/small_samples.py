"""Intervals of agreement that stay honest when few documents were coded twice.

A bootstrap of documents that were all agreed on draws agreement for ever: its interval has no width. The exact interval
of a share (Clopper & Pearson 1934) knows that three of ten may differ next time. So the observed disagreement, as a
share of the largest possible, gets that interval too, with what was expected held fixed, and the wider ends are told.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def share_interval(events: float, n: float, level: float) -> tuple[float, float]:
    """Clopper–Pearson interval of a share; ``events`` may be fractional."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = 0.0 if events <= 0 else float(beta.ppf(tail, events, n - events + 1))
    high = 1.0 if events >= n else float(beta.ppf(1 - tail, events + 1, n - events))
    return low, high


def wider(value: float, drawn: Array, *, n_units: int, largest: float, level: float) -> tuple[float, float]:
    """The ends of the bootstrap, or of the exact interval of disagreement where those are further out.

    Parameters
    ----------
    value : float
        The coefficient, ``1 - observed / expected``.
    drawn : array
        Bootstrap draws.
    n_units : int
    largest : float
        Largest possible disagreement over the expected one.
    level : float
    """
    share = min(max((1.0 - value) / largest, 0.0), 1.0)
    least, most = share_interval(share * n_units, n_units, level)
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail]) if len(drawn) else (value, value)
    ends = min(float(low), 1.0 - most * largest), max(float(high), 1.0 - least * largest)
    return max(ends[0], -1.0), min(ends[1], 1.0)
