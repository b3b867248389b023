"""How far trends may have differed before an effect can no longer be told from none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.differences.event_time import EventPath

Array = np.ndarray[Any, np.dtype[Any]]

#: Times what trends differed by before the start.
TIMES = (0.0, 0.5, 1.0, 1.5, 2.0)
_LEVEL, _MOST = 0.95, 20.0


def honest_bounds(path: EventPath) -> pd.DataFrame:
    """Bounds on the mean effect after the start when trends differ from one period to the next.

    Between two periods after the start, trends may differ by up to ``times`` what they differed by, at most, between two
    periods before it (relative magnitudes). Each end of an interval is the farthest end over all steps before the
    start of one-sided 97.5% intervals: wherever the largest step truly lay, the interval covers; so it is conservative.

    Parameters
    ----------
    path : EventPath

    Returns
    -------
    DataFrame
        ``times, low_set, high_set, low, high``: ends of the identified set at the estimates, and of the 95% interval;
        empty without a step before the start or with nothing after it.

    References
    ----------
    Rambachan and Roth (2023) Rev. Econ. Stud. 90, 2555-2591, section 2.4.1 (restriction); Berger (1982) Technometrics
    24, 295-300 (union of one-sided tests).
    """
    parts = _parts(path)
    if parts is None:
        return pd.DataFrame(columns=["times", "low_set", "high_set", "low", "high"])
    return pd.DataFrame([{"times": m, **_ends(path, *parts, m)} for m in TIMES])


def breakdown(path: EventPath) -> float:
    """The ``times`` at which the interval of the mean effect first includes zero; 0 where it always does, NaN unknown."""
    parts = _parts(path)
    if parts is None:
        return float("nan")

    def told(m: float) -> bool:
        ends = _ends(path, *parts, m)
        return ends["low"] > 0 or ends["high"] < 0

    if not told(0.0):
        return 0.0
    if told(_MOST):
        return float("inf")
    low, high = 0.0, _MOST
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if told(middle) else (low, middle)
    return low


def mean_effect(path: EventPath) -> tuple[float, float, float]:
    """Mean effect over all times after the start, its standard error, and its degrees of freedom."""
    after = np.flatnonzero(path.time >= 0)
    if not len(after):
        return float("nan"), float("nan"), float("nan")
    weight = np.full(len(after), 1 / len(after))
    block = path.covariance[np.ix_(after, after)]
    return (
        float(path.effect[after].mean()),
        float(np.sqrt(weight @ block @ weight)),
        float(np.nanmin(path.df[after])),
    )


def steps_before(path: EventPath) -> Array:
    """First differences before the start as combinations of the path's effects, shape (s, e); the last ends at -1."""
    before = np.flatnonzero(path.time < -1)
    rows = []
    for i in before:
        row = np.zeros(len(path.time))
        later = np.flatnonzero(path.time == path.time[i] + 1)
        if path.time[i] == -2:
            row[i] = -1.0
        elif len(later):
            row[later[0]], row[i] = 1.0, -1.0
        else:
            continue
        rows.append(row)
    return np.array(rows).reshape(len(rows), len(path.time))


def _parts(path: EventPath) -> tuple[Array, Array, float] | None:
    steps, after = steps_before(path), path.time >= 0
    if not len(steps) or not after.any():
        return None
    target = after / after.sum()
    # A gap opened by one unit a period has this mean after the start.
    reach = float(np.mean(path.time[after] + 1))
    return target, steps, reach


def _ends(path: EventPath, target: Array, steps: Array, reach: float, times: float) -> dict[str, float]:
    from scipy import stats

    t = float(stats.t.ppf((1 + _LEVEL) / 2, np.nanmin(path.df)))
    aims = np.vstack([target + times * reach * steps, target - times * reach * steps])
    value = aims @ path.effect
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", aims, path.covariance, aims), 0.0))
    return {
        "low_set": float(value.min()),
        "high_set": float(value.max()),
        "low": float((value - t * se).min()),
        "high": float((value + t * se).max()),
    }
