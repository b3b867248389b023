"""Which programme a group is offered, held against what would help it most: a rule can steer people without cutting support."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.recommendation.fairness.contrasts import group_mean, strata_of, unexplained

Array = np.ndarray[Any, np.dtype[Any]]
_CLASSES = 8
#: Fewest people of a group with an offer.
_FEWEST = 30


def steered_gap(
    places: Array,
    weight: Array,
    inside: Array,
    known: Array,
    expectations: tuple[Array, ...],
    actual: Array,
) -> tuple[float, Array]:
    """How much less often a group is offered the programme of most expected gain than others like it.

    Only people who are offered something count, and they are compared with others for whom the same programme is best
    by about as much: a rule that is short of places for that programme treats both alike.

    Parameters
    ----------
    places : Array, shape (n, a)
        Chance of each programme that the rule offers at all.
    weight : Array, shape (n,)
    inside, known : Array of bool, shape (n,)
    expectations : tuple of Array, shape (n, a)
        Expected gains. The one with the least evidence of a difference counts, 0 where they point to either side.
    actual : Array, shape (n, a)
        Doubly robust scores of these gains. Where they do not say that the group loses by what it is offered, the
        expectations may be wrong about what is best for it, and the difference counts as 0.

    Returns
    -------
    value : float
        Difference in shares; NaN where there is nothing to compare.
    parts : Array, shape (n,)
    """
    offered = places.sum(axis=1)
    n, a = places.shape
    here, there = inside & (offered > 0), known & (offered > 0)
    if a < 2 or min(here.sum(), (there & ~here).sum()) < _FEWEST:
        return np.nan, np.zeros(n)
    found = [_compared(places, offered, weight, here, there, gains) for gains in expectations]
    if not all(np.isfinite(value) for value, _ in found):
        return np.nan, np.zeros(n)
    value, parts = min(found, key=_evidence)
    if min(v for v, _ in found) < 0 < max(v for v, _ in found):
        value = 0.0
    if value < 0 and not all(_loses(places, offered, weight, here, g, actual) for g in expectations):
        value = 0.0
    return value, parts


def _loses(places: Array, offered: Array, weight: Array, here: Array, gains: Array, actual: Array) -> bool:
    """Whether the group's scores are lower, by more than their standard error, than under the best expected."""
    best = actual[np.arange(len(actual)), gains.argmax(axis=1)]
    got = (places * actual).sum(axis=1) / np.where(offered > 0, offered, 1.0)
    value, parts = group_mean(best - got, weight * offered, here)
    return bool(value > np.sqrt((parts**2).sum()))


def _compared(
    places: Array, offered: Array, weight: Array, here: Array, there: Array, gains: Array
) -> tuple[float, Array]:
    best = gains.argmax(axis=1)
    ordered = np.sort(gains, axis=1)
    ahead = ordered[:, -1] - ordered[:, -2]
    got = places[np.arange(len(places)), best] / np.where(offered > 0, offered, 1.0)
    stratum = _CLASSES * best + strata_of(ahead, ahead[there & ~here], _CLASSES)
    value, parts, _ = unexplained(got, weight * offered, here, there, stratum)
    return value, parts


def _evidence(found: tuple[float, Array]) -> float:
    se = float(np.sqrt((found[1] ** 2).sum()))
    return abs(found[0]) / se if se > 0 else np.inf if found[0] else 0.0
