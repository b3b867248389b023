"""What expected gains do not explain of who is offered something, with the doubt about a group's gains carried along."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.recommendation.fairness.contrasts import against_rest, strata_of, unexplained
from almpo_kit.recommendation.fairness.expected_gains import offer_index

Array = np.ndarray[Any, np.dtype[Any]]
_STRATA = 20


def unexplained_gap(
    offered: Array,
    weight: Array,
    inside: Array,
    known: Array,
    gains: Array,
    plain: Array,
    actual: Array,
) -> tuple[float, Array, float]:
    """Offers of a group less those of others with the same expected gains.

    Two expectations are tried, and the smaller difference counts (0 where they point to either side): gains by features
    alone, which miss what sets a group apart, and gains that also read the groups. The second are shrunk, so each
    group's mean is first brought to its doubly robust mean; how uncertain that mean is widens the interval.

    Parameters
    ----------
    offered, weight : Array, shape (n,)
    inside, known : Array of bool, shape (n,)
    gains, plain : Array, shape (n, k - 1)
        Expected gains with and without the groups among the inputs, out of fold.
    actual : Array, shape (n, k - 1)
        Doubly robust scores of gains.

    Returns
    -------
    (float, Array of shape (n,), float)
        As :func:`unexplained`.
    """
    by_features = _at(offered, weight, inside, known, plain)
    by_group = _shifted(offered, weight, inside, known, gains, actual)
    found = [f for f in (by_features, by_group) if np.isfinite(f[0])]
    if not found:
        return by_group
    value, parts, compared = min(found, key=lambda f: abs(f[0]))
    if min(f[0] for f in found) < 0 < max(f[0] for f in found):
        value = 0.0
    # The wider of the two intervals: which difference is the smaller is itself a matter of chance.
    wider = max(found, key=lambda f: float((f[1] ** 2).sum()))[1]
    return value, wider, compared


def _at(
    offered: Array, weight: Array, inside: Array, known: Array, gains: Array
) -> tuple[float, Array, float]:
    stratum = strata_of(offer_index(gains, offered, weight), _STRATA)
    return unexplained(offered, weight, inside, known, stratum)


def _shifted(
    offered: Array, weight: Array, inside: Array, known: Array, gains: Array, actual: Array
) -> tuple[float, Array, float]:
    """The difference with the group's gains at their doubly robust mean, by the delta method."""
    away = [against_rest(actual[:, a] - gains[:, a], weight, inside, known) for a in range(gains.shape[1])]
    moved = gains + np.where(inside[:, None], [shift for shift, _ in away], 0.0)
    value, parts, compared = _at(offered, weight, inside, known, moved)
    if not np.isfinite(value):
        return value, parts, compared
    for a, (_, error) in enumerate(away):
        se = float(np.sqrt((error**2).sum()))
        if se <= 0:
            continue
        ends = []
        for step in (-se, se):
            stepped = moved.copy()
            stepped[inside, a] += step
            ends.append(_at(offered, weight, inside, known, stepped)[0])
        if np.isfinite(ends).all():
            parts = parts + (ends[1] - ends[0]) / (2 * se) * error
    return value, parts, compared
