"""Whether groups moved in parallel before a programme began, and what such a test could have seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.differences.event_time import EventPath
from almpo_kit.evaluation.differences.honest import steps_before

Array = np.ndarray[Any, np.dtype[Any]]

#: Periods tested jointly: at most this many, and a quarter of the degrees of freedom.
_MOST, _SHARE = 12, 4
_LEVEL, _POWER = 0.95, 0.8


@dataclass(frozen=True)
class TrendTest:
    """Tests of the time before the start.

    Parameters
    ----------
    periods : int
        Periods before the reference that were tested jointly; 0 where there is none.
    joint_p : float
    slope, slope_se, slope_p : float
        Trend per period of treated less comparison before the start.
    p : float
        Twice the smaller of both, at most 1.
    last_p : float
        That nothing happened between the last two periods before the start, corrected for the number of steps.
    detectable : float
        Slope per period that would have been seen with 80% chance.
    reach : float
        Mean bias after the start per unit of slope.
    """

    periods: int
    joint_p: float
    slope: float
    slope_se: float
    slope_p: float
    p: float
    last_p: float
    detectable: float
    reach: float


def trend_test(path: EventPath) -> TrendTest:
    """Test the effects before the start: jointly (F, Hotelling's correction), and for a trend.

    References
    ----------
    Roth (2022) Am. Econ. Rev. Insights 4, 305-322 (what a passed test does not say).
    """
    nan = float("nan")
    before = np.flatnonzero(path.time < -1)
    after = path.time >= 0
    reach = float(np.mean(path.time[after] + 1)) if after.any() else nan
    if not len(before):
        return TrendTest(0, nan, nan, nan, nan, nan, nan, nan, reach)
    free = float(np.nanmin(path.df[before]))
    used = before[-max(1, min(_MOST, int(free // _SHARE), len(before))) :]
    joint = _joint(path, used, free)
    slope, se = _slope(path, before)
    from scipy import stats

    slope_p = float(2 * stats.t.sf(abs(slope) / se, free)) if se > 0 else nan
    steps = steps_before(path)
    last = _step(path, steps[-1], free) if len(steps) else nan
    found = float(stats.t.ppf((1 + _LEVEL) / 2, free) + stats.t.ppf(_POWER, free)) * se
    return TrendTest(
        periods=len(used),
        joint_p=joint,
        slope=slope,
        slope_se=se,
        slope_p=slope_p,
        p=_twice_the_smaller(joint, slope_p),
        last_p=float(min(1.0, last * len(steps))),
        detectable=found,
        reach=reach,
    )


def _twice_the_smaller(a: float, b: float) -> float:
    known = [p for p in (a, b) if np.isfinite(p)]
    return min(1.0, 2 * min(known)) if known else float("nan")


def _joint(path: EventPath, used: Array, free: float) -> float:
    from scipy import stats

    b, v = path.effect[used], path.covariance[np.ix_(used, used)]
    rank = int(np.linalg.matrix_rank(v, hermitian=True))
    if rank == 0:
        return float("nan")
    wald = float(b @ np.linalg.pinv(v, hermitian=True) @ b)
    left = max(free - rank + 1, 1.0)
    return float(stats.f.sf(wald * left / (free * rank), rank, left))


def _slope(path: EventPath, before: Array) -> tuple[float, float]:
    """Least-squares slope of the effects before the start on time, the reference (0 at -1) being one of the points."""
    t = np.append(path.time[before], -1).astype(float)
    w = (t - t.mean()) / np.sum((t - t.mean()) ** 2)
    w = w[:-1]
    v = path.covariance[np.ix_(before, before)]
    return float(w @ path.effect[before]), float(np.sqrt(max(float(w @ v @ w), 0.0)))


def _step(path: EventPath, row: Array, free: float) -> float:
    from scipy import stats

    se = float(np.sqrt(max(float(row @ path.covariance @ row), 0.0)))
    return float(2 * stats.t.sf(abs(float(row @ path.effect)) / se, free)) if se > 0 else float("nan")
