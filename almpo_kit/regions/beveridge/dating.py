"""Turning points of a series by a rule that anyone can repeat.

A peak is a value at least as high as the ``window`` values before it and higher than the ``window`` values
after it (so of equal values the last one counts); a trough likewise. Peaks and troughs must alternate: of two
in a row the more extreme stays. From peak to peak and from trough to trough there must be at least ``cycle``
periods, else the less extreme goes; from one turn to the next at least ``phase`` periods, else both go, the
smallest swing first (at either end of the series, the outer one). The first and last turn must not be surpassed by a value beyond them.

References
----------
Bry and Boschan (1971) Cyclical Analysis of Time Series, NBER Technical Paper 20; Harding and Pagan (2002)
J. Monetary Econ. 49, 365-381 (the same rule for quarters, without smoothing).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from almpo_kit.regions.beveridge.hac import Array


@dataclass(frozen=True)
class Rule:
    """Lengths in periods: on either side of a turn, of a phase, and of a whole cycle."""

    window: int
    phase: int
    cycle: int


#: Periods a year -> rule. Quarters as in Harding and Pagan (2002), months as in Bry and Boschan (1971).
RULES: dict[int, Rule] = {4: Rule(2, 2, 5), 12: Rule(5, 5, 15)}


@dataclass(frozen=True)
class Turn:
    """A turning point: position, and +1 for a peak or −1 for a trough."""

    at: int
    kind: int


def turns(values: Array, rule: Rule) -> tuple[Turn, ...]:
    """Turning points of a series without gaps, in order of time.

    Parameters
    ----------
    values : array, shape (n_periods,)
    rule : Rule
    """
    found = _alternate(_extremes(values, rule.window), values)
    while True:
        kept = _alternate(_long_cycles(found, values, rule.cycle), values)
        kept = _alternate(_long_phases(kept, values, rule.phase), values)
        kept = _unsurpassed(kept, values)
        if kept == found:
            return tuple(found)
        found = kept


def _extremes(values: Array, window: int) -> list[Turn]:
    found = []
    for t in range(window, len(values) - window):
        before, here, after = values[t - window : t], values[t], values[t + 1 : t + window + 1]
        for kind in (1, -1):
            if (kind * here >= kind * before).all() and (kind * here > kind * after).all():
                found.append(Turn(t, kind))
    return found


def _worse(a: Turn, b: Turn, values: Array) -> Turn:
    """The less extreme of two turns of a kind; of equals the earlier, as the last of a plateau counts."""
    return a if a.kind * values[a.at] <= a.kind * values[b.at] else b


def _alternate(found: list[Turn], values: Array) -> list[Turn]:
    kept: list[Turn] = []
    for turn in found:
        if kept and kept[-1].kind == turn.kind:
            if _worse(kept[-1], turn, values) == turn:
                continue
            kept.pop()
        kept.append(turn)
    return _upright(kept, values)


def _upright(found: list[Turn], values: Array) -> list[Turn]:
    """Drop a neighbouring peak and trough where the peak is not the higher one."""
    for a, b in itertools.pairwise(found):
        if a.kind * values[a.at] <= a.kind * values[b.at]:
            return _alternate([t for t in found if t not in (a, b)], values)
    return found


def _unsurpassed(found: list[Turn], values: Array) -> list[Turn]:
    """Drop outer turns that a value nearer to the end of the series surpasses: what it ends is not over."""
    while (
        found and (found[-1].kind * values[found[-1].at + 1 :] > found[-1].kind * values[found[-1].at]).any()
    ):
        found = found[:-1]
    while found and (found[0].kind * values[: found[0].at] > found[0].kind * values[found[0].at]).any():
        found = found[1:]
    return found


def _long_cycles(found: list[Turn], values: Array, least: int) -> list[Turn]:
    """Drop the less extreme of two turns of a kind that are too close; the earliest such pair first."""
    for a, b in zip(found, found[2:], strict=False):
        if b.at - a.at < least:
            gone = _worse(a, b, values)
            return [t for t in found if t != gone]
    return found


def _long_phases(found: list[Turn], values: Array, least: int) -> list[Turn]:
    """Drop the turns of the smallest swing that is too short; at either end, the outer turn only."""
    short = [i for i in range(len(found) - 1) if found[i + 1].at - found[i].at < least]
    if not short:
        return found
    i = min(short, key=lambda k: (abs(values[found[k + 1].at] - values[found[k].at]), k))
    if len(found) == 2 or i == 0:
        return found[1:]
    if i == len(found) - 2:
        return found[:-1]
    return found[:i] + found[i + 2 :]


def phases(found: tuple[Turn, ...], n: int) -> Array:
    """+1 from a trough (exclusive) to the next peak, −1 from a peak to the next trough, 0 where unknown.

    Before the first turn nothing is known; after the last one its phase holds for as long as nothing has turned
    again.
    """
    out = np.zeros(n)
    if not found:
        return out
    for a, b in itertools.pairwise(found):
        out[a.at + 1 : b.at + 1] = b.kind
    out[found[-1].at + 1 :] = -found[-1].kind
    return out
