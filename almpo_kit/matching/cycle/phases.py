"""The four phases of a labour market: tight or slack, tightening or loosening. A kernel.

The clock has the two hands of Eurostat's Business Cycle Clock and of the OECD's composite leading indicators (level
against its middle, and direction), applied to labour market tightness: *recovery* (slack, tightening), *expansion*
(tight, tightening), *slowdown* (tight, loosening), *contraction* (slack, loosening). Along the Beveridge curve it is the
counter-clockwise loop of Blanchard and Diamond.

References
----------
Blanchard, O. J. and Diamond, P. (1989). The Beveridge curve. Brookings Papers on Economic Activity 1989(1), 1-76.
Eurostat (2012). The Business Cycle Clock. Gyomai, G. and Guidetti, E. (2012). OECD System of Composite Leading Indicators.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.cycle.swings import directions, turning_points

Array = NDArray[np.float64]

PHASES = ("recovery", "expansion", "slowdown", "contraction", "steady")
#: Shortest phase in periods, by periods in a year: Harding and Pagan's for quarters, Bry and Boschan's for months.
SHORTEST = {1: 1, 4: 2, 12: 5}
#: Smallest swing of tightness, in logarithms: a fifth. Of unemployment alone, in points: half a point, the size that
#: Sahm (2019) uses for the start of a recession; annual means smooth it over two years. Conventions.
SWING = 0.2
SWING_POINTS = {1: 0.3, 4: 0.5, 12: 0.5}


def phases(z: Array, least: int, smallest: float, pause: int) -> tuple[list[str], list[tuple[int, int]]]:
    """The phase of each period, and the turning points.

    Parameters
    ----------
    z : array, shape (n,)
        Logarithm of tightness, or unemployment with its sign changed: high is tight.
    least, smallest, pause
        As in :mod:`almpo_kit.matching.cycle.swings`.

    Notes
    -----
    Within a rise the market becomes tight once: after the last period below the median of the series. Otherwise a series
    that hovers around it would change its phase with every period.
    """
    # What is published to one decimal must not turn on the fifteenth.
    z = np.round(z, 9)
    turns = turning_points(z, least, smallest)
    way = directions(z, turns, smallest, pause)
    tight = z >= np.median(z)
    out: list[str] = []
    edges = [0, *(np.flatnonzero(np.diff(way)) + 1).tolist(), len(z)]
    for a, b in itertools.pairwise(edges):
        out += _leg(tight[a:b], int(way[a]))
    return out, turns


def _leg(tight: NDArray[np.bool_], way: int) -> list[str]:
    """Phases of one rise or fall."""
    if way == 0:
        return ["steady"] * len(tight)
    before, after = ("recovery", "expansion") if way > 0 else ("slowdown", "contraction")
    still = np.flatnonzero(~tight if way > 0 else tight)
    first = int(still[-1]) + 1 if len(still) else 0
    return [before] * first + [after] * (len(tight) - first)


def called_right(
    z: Array,
    least: int,
    smallest: float,
    pause: int,
    first: int,
    at_most: int = 240,
    seen: Callable[[int], Array] | None = None,
) -> tuple[int, int]:
    """How often the direction called from the values up to a period was the one seen in hindsight.

    Parameters
    ----------
    first : int
        Values needed for a first call.
    at_most : int
        Calls to try, the latest ones.
    seen : callable, optional
        From a position to the values up to it as they were known then, e.g. with the seasons estimated from them alone;
        those of ``z`` when left out.

    Returns
    -------
    right, tried : int
        A call of no direction is not right. Periods after the last turning point are not tried: hindsight has not come yet.
    """
    z = np.round(z, 9)
    turns = turning_points(z, least, smallest)
    if not turns:
        return 0, 0
    settled = directions(z, turns, smallest, pause)
    times = [t for t in range(max(first, turns[-1][0] - at_most), turns[-1][0] + 1) if settled[t]]
    right = 0
    for t in times:
        known = z[: t + 1] if seen is None else np.round(seen(t), 9)
        right += int(
            directions(known, turning_points(known, least, smallest), smallest, pause)[-1] == settled[t]
        )
    return right, len(times)
