"""Gains less what others lose: the arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def net_of_displacement(gain: Any, rate: Any) -> Array:
    """Gains of participants less the part that others lose.

    Only gains are displaced. Where participants lose, others may or may not take the jobs: nothing is taken off a loss, so
    that a harmful programme never looks better by displacement.

    Parameters
    ----------
    gain : array_like
        Any shape; draws or limits of an interval as well as means (the map is monotone, so limits map to limits).
    rate : array_like
        Share of additional jobs that others lose, 0 to 1; broadcasts against ``gain``.

    Returns
    -------
    Array
    """
    gain = np.asarray(gain, dtype=float)
    return gain - np.asarray(rate, dtype=float) * np.maximum(gain, 0.0)


def break_even_rate(gain: Any, cost: Any, worth: Any) -> Array:
    """Displacement at which what a participant's gain is worth equals what it costs.

    Parameters
    ----------
    gain : array_like
        In some unit.
    cost : array_like
        Euro a participant.
    worth : array_like
        Euro a unit of gain.

    Returns
    -------
    Array
        ``1 - cost / (gain * worth)``: below 0 where the price is not covered even without displacement, minus infinity where
        there is no gain; NaN where something is not known.
    """
    gain, cost, worth = (np.asarray(x, dtype=float) for x in (gain, cost, worth))
    gain, cost, worth = np.broadcast_arrays(gain, cost, worth)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1.0 - cost / (gain * worth)
    unknown = np.isnan(gain) | np.isnan(cost) | np.isnan(worth)
    return np.where(unknown, np.nan, np.where(gain * worth > 0, found, -np.inf))
