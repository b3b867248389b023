"""Forecasts of a series from every origin, by every model, on the scale on which it is modelled: a kernel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.cycle.autoregression import autoregression, joint
from almpo_kit.matching.cycle.exponential import damped_trend, theta
from almpo_kit.matching.cycle.seasons import factors

Array = NDArray[np.float64]
Positions = NDArray[np.intp]

#: What is averaged, each with the same weight.
MEMBERS = ("damped_trend", "theta", "changes", "joint")
#: What a forecast has to beat; those with seasons only for series that have them.
NAIVE = ("naive", "naive_season", "seasonal_naive")
#: Periods from which on two series are modelled together.
JOINT_FROM = {1: 15, 4: 12, 12: 36}
#: Highest order of autoregressions.
ORDER = {1: 1, 4: 2, 12: 6}
JOINT_ORDER = {1: 1, 4: 1, 12: 4}


@dataclass(frozen=True)
class Track:
    """A series without gaps, and the one it may be modelled together with.

    Parameters
    ----------
    z : array, shape (n,)
    frequency : int
        Periods in a year.
    first : int
        Season of the first value, from 0.
    seasonal : bool
    companion : array, shape (n,), or None
        NaN before its first value, none after.
    companion_seasonal : bool
    """

    z: Array
    frequency: int
    first: int
    seasonal: bool = False
    companion: Array | None = None
    companion_seasonal: bool = False


def forecasts(track: Track, origins: Positions, horizon: int) -> dict[str, Array]:
    """Forecasts by every model, each knowing no more than the values up to its origin.

    Parameters
    ----------
    track : Track
    origins : array of int, shape (n_origins,), ascending
    horizon : int

    Returns
    -------
    dict of str to array, shape (n_origins, horizon)
        The naive ones, ``ar`` (an autoregression of the levels), the members, and ``combination``, their mean.
    """
    ahead = origins[:, None] + np.arange(1, horizon + 1)
    out = {"naive": np.repeat(track.z[origins][:, None], horizon, axis=1)}
    if track.seasonal:
        years_back = -(-np.arange(1, horizon + 1) // track.frequency)
        out["seasonal_naive"] = track.z[ahead - years_back * track.frequency]
    blocks = [_block(track, part, horizon) for part in _blocks(track, origins)]
    for name in blocks[0]:
        out[name] = np.concatenate([b[name] for b in blocks])
    return out


def spreads(track: Track, origins: Positions, horizon: int) -> Array:
    """Root mean square of all changes over 1 … horizon periods up to each origin, seasons taken out.

    Returns
    -------
    array, shape (n_origins, horizon)
    """
    out = np.empty((len(origins), horizon))
    season = (track.first + np.arange(len(track.z))) % track.frequency
    for part in _blocks(track, origins):
        z = track.z - _known(track.z, part, track, track.seasonal)[season]
        for h in range(1, horizon + 1):
            squares = np.cumsum((z[h:] - z[:-h]) ** 2)
            out[np.searchsorted(origins, part), h - 1] = np.sqrt(squares[part - h] / (part - h + 1))
    return out


def _blocks(track: Track, origins: Positions) -> list[Positions]:
    """Origins that share one set of seasonal factors: each its own in short series, a year's in long ones."""
    if not (track.seasonal or track.companion_seasonal):
        return [origins]
    size = 1 if len(track.z) <= 30 * track.frequency else track.frequency
    return [origins[i : i + size] for i in range(0, len(origins), size)]


def _block(track: Track, origins: Positions, horizon: int) -> dict[str, Array]:
    """Models of the series without its seasons as they are known at the first of the origins, seasons put back."""
    last, f = int(origins[-1]), track.frequency
    season = (track.first + np.arange(last + horizon + 1)) % f
    own = _known(track.z, origins, track, track.seasonal)
    z = track.z[: last + 1] - own[season[: last + 1]]
    models = {
        "naive_season": np.repeat(z[origins][:, None], horizon, axis=1),
        "ar": autoregression(z, origins, horizon, ORDER[f]),
        "damped_trend": damped_trend(z, origins, horizon),
        "theta": theta(z, origins, horizon),
        "changes": autoregression(z, origins, horizon, ORDER[f], differences=True),
    }
    models["joint"] = _joint(track, z, origins, horizon)
    models = {k: _within(m, z, origins) for k, m in models.items()}
    models["combination"] = np.nanmean([models[m] for m in MEMBERS], axis=0)
    put_back = own[season[origins[:, None] + np.arange(1, horizon + 1)]]
    if not track.seasonal:
        models.pop("naive_season")
    return {k: m + put_back for k, m in models.items()}


def _joint(track: Track, z: Array, origins: Positions, horizon: int) -> Array:
    """The joint model at origins at which both series are long enough; NaN at others."""
    out = np.full((len(origins), horizon), np.nan)
    if track.companion is None:
        return out
    start = int(np.isnan(track.companion).sum())
    late = origins - start + 1 >= JOINT_FROM[track.frequency]
    if not late.any():
        return out
    cut = Track(track.companion[start:], track.frequency, (track.first + start) % track.frequency)
    theirs = _known(cut.z, np.maximum(origins - start, 0), cut, track.companion_seasonal)
    seasons = (cut.first + np.arange(len(z) - start)) % track.frequency
    other = cut.z[: len(z) - start] - theirs[seasons]
    out[late] = joint(z[start:], other, origins[late] - start, horizon, JOINT_ORDER[track.frequency])
    return out


def _known(z: Array, origins: Positions, track: Track, seasonal: bool) -> Array:
    known = z[: int(origins[0]) + 1]
    return factors(known, track.first, track.frequency) if seasonal else np.zeros(track.frequency)


def _within(forecast: Array, z: Array, origins: Positions) -> Array:
    """Keep forecasts within half the range of what has been seen: few values can make an explosive fit."""
    low, high = np.minimum.accumulate(z)[origins], np.maximum.accumulate(z)[origins]
    room = (high - low) / 2
    return np.clip(forecast, (low - room)[:, None], (high + room)[:, None])
