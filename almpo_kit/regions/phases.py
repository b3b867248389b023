"""Rising, falling, peak, trough or stable: dating the turns of a series of rates, a kernel.

Rule. A *turning point* is the highest (lowest) rate between two moves of at least ``size`` points: the rate
rose by that much to a peak and has fallen by that much from it since (a trough: the other way round). Between
turning points the rate is *rising* or *falling*. After the last one it is so up to the furthest point it has
reached, and *stable* from there on, as long as it has not come back by ``size``; a start without a move is
stable too. The first period is *unknown* where a move starts in it: what came before is not held. Of equal
rates, the first is the turning point.

A peak is known only in hindsight: the last period of a series is never one.

References
----------
Harding, D. and Pagan, A. (2002). Dissecting the cycle. Journal of Monetary Economics 49, 365-381.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from almpo_kit.regions.changes import DIFFERENCE_DIGITS

PHASES = ("rising", "falling", "peak", "trough", "stable", "unknown")


def turns(values: Sequence[float], size: float) -> list[int]:
    """Positions where the direction changes, with the first extreme before and the last one reached.

    Parameters
    ----------
    values : sequence of float
        Without gaps.

    Returns
    -------
    list of int
        Alternating lows and highs, each at least ``size`` from the next; empty where no move is that large.
    """
    low = high = 0
    found: list[int] = []
    upward: bool | None = None
    for t, v in enumerate(values):
        if upward is None:
            low = t if v < values[low] else low
            high = t if v > values[high] else high
            # Only one of them can be new, so only one of the two moves can have become large enough.
            if _move(values[low], v) >= size and low < t:
                found, upward, high = [low], True, t
            elif _move(v, values[high]) >= size and high < t:
                found, upward, low = [high], False, t
        elif upward:
            if v > values[high]:
                high = t
            elif _move(v, values[high]) >= size:
                found, upward, low = [*found, high], False, t
        elif v < values[low]:
            low = t
        elif _move(values[low], v) >= size:
            found, upward, high = [*found, low], True, t
    return found if upward is None else [*found, high if upward else low]


def phases(values: Sequence[float], size: float) -> list[str]:
    """The phase of each period.

    Parameters
    ----------
    values : sequence of float
        Without gaps.
    size : float
        Points that a move must have; above 0.
    """
    out = ["stable"] * len(values)
    at = turns(values, size)
    for a, b in itertools.pairwise(at):
        word = "rising" if values[b] > values[a] else "falling"
        out[a + 1 : b + 1] = [word] * (b - a)
    if at and at[0] == 0:
        out[0] = "unknown"
    for k in at[1:-1]:
        out[k] = "peak" if out[k] == "rising" else "trough"
    return out


def _move(a: float, b: float) -> float:
    return round(b - a, DIFFERENCE_DIGITS)
