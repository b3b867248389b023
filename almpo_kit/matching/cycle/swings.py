"""Turning points as the alternation of rises and falls that explains most of a series: a kernel.

Bry and Boschan (1971) mark candidate extremes and strike those that break a list of rules one after the other. Here the
same constraints are met all at once: among all alternating turns with phases of at least ``least`` periods, those are
taken whose swings are largest in sum, each turn paying ``smallest``. A swing inside a longer one therefore pays exactly
where it exceeds ``smallest``; the last swing must have come back by as much. The optimum is found by dynamic programming.

References
----------
Bry, G. and Boschan, C. (1971). Cyclical Analysis of Time Series. NBER.
Harding, D. and Pagan, A. (2002). Dissecting the cycle. Journal of Monetary Economics 49, 365-381.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def turning_points(z: Array, least: int, smallest: float) -> list[tuple[int, int]]:
    """Turns as (position, +1 for a peak or −1 for a trough), in order.

    Parameters
    ----------
    z : array, shape (n,)
        Without gaps.
    least : int
        Shortest phase, in periods; the first one, whose start is not seen, may be shorter.
    smallest : float
        Smallest swing, in the unit of ``z``.
    """
    n = len(z)
    value = np.full((2, n), -np.inf)
    source = np.full((2, n), -1)
    # Best turn (or the start) of the other kind so far, as what a swing from it is counted from.
    running, holder = [-np.inf, -np.inf], [-1, -1]
    for t in range(1, n):
        s = t - least
        for k, sign in ((0, 1), (1, -1)):
            # k = 0: t is a peak, reached from a trough s; k = 1: a trough, reached from a peak.
            if s >= 1 and value[1 - k, s] - sign * z[s] > running[k]:
                running[k], holder[k] = value[1 - k, s] - sign * z[s], s
            start = -sign * z[0]
            best, where = (running[k], holder[k]) if running[k] > start else (start, -1)
            value[k, t], source[k, t] = best + sign * z[t] - smallest, where
    return _edges(z, _trace(z, value, source, least), smallest)


def _trace(z: Array, value: Array, source: NDArray[np.int_], least: int) -> list[tuple[int, int]]:
    """The best last turn, and back from there."""
    n = len(z)
    best, at, kind = abs(z[-1] - z[0]), -1, 0
    for k, sign in ((0, 1), (1, -1)):
        total = value[k, : max(n - least, 0)] + sign * (z[: max(n - least, 0)] - z[-1])
        if len(total) and total.max() > best:
            best, at, kind = float(total.max()), int(total.argmax()), k
    found = []
    while at > 0:
        found.append((at, 1 if kind == 0 else -1))
        at, kind = int(source[kind, at]), 1 - kind
    return found[::-1]


def _edges(z: Array, found: list[tuple[int, int]], smallest: float) -> list[tuple[int, int]]:
    """Drop outer turns whose outer swing is too small: beyond them only half a cycle is seen."""
    while found and (found[-1][1] * (z[found[-1][0]] - z[found[-1][0] :])).max() < smallest:
        found = found[:-1]
    while found and (found[0][1] * (z[found[0][0]] - z[: found[0][0] + 1])).max() < smallest:
        found = found[1:]
    return found


def directions(z: Array, turns: list[tuple[int, int]], smallest: float, pause: int) -> NDArray[np.int_]:
    """+1 where the series rises from a trough to a peak, −1 where it falls, 0 where it makes no swing.

    Parameters
    ----------
    pause : int
        Periods without a new extreme at the end of the series after which its last swing counts as over.

    Notes
    -----
    Before the first turn a swing counts from the extreme that it started from.
    """
    out = np.zeros(len(z), dtype=int)
    if not turns:
        far = int(np.argmax(np.abs(z - z[0])))
        move = float(z[far] - z[0])
        if abs(move) >= smallest:
            out[: _over(far, len(z), pause)] = np.sign(move)
        return out
    at, kind = turns[0]
    start = int(np.argmin(kind * z[: at + 1]))
    out[start : at + 1] = kind
    for (a, k), (b, _) in itertools.pairwise(turns):
        out[a + 1 : b + 1] = -k
    at, kind = turns[-1]
    far = at + int(np.argmin(kind * z[at:]))
    out[at + 1 : _over(far, len(z), pause)] = -kind
    return out


def _over(far: int, n: int, pause: int) -> int:
    """Where the last swing ends: at its furthest point where that is long ago, else at the end of the series."""
    return far + 1 if n - 1 - far >= pause else n
