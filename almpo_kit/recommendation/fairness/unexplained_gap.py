"""What expected gains do not explain of who is offered something, with the doubt about a group's gains carried along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.fairness.contrasts import against_rest, strata_of, unexplained

Array = np.ndarray[Any, np.dtype[Any]]
_STRATA = 20


def unexplained_gap(
    offered: Array,
    weight: Array,
    inside: Array,
    known: Array,
    gains: Array,
    by_groups: Array,
    actual: Array,
) -> tuple[float, Array, float]:
    """Offers of a group less those of others with the same expected gains.

    People are compared in classes of the gain expected of their best programme. One number, and not a model of who is
    offered what: a model would find in noise what the rule really goes by. Three expectations are tried, and the one with
    the least evidence of a difference counts (0 where they point to either side): gains by features, which miss what sets groups apart; these
    with the group brought to its doubly robust mean, whose uncertainty widens the interval; and gains by features and
    all groups, which are shrunk.

    Parameters
    ----------
    offered, weight : Array, shape (n,)
    inside, known : Array of bool, shape (n,)
    gains : Array, shape (n, a)
        Expected gains by features, out of fold, of the programmes that the rule offers at all.
    by_groups : Array, shape (n, a)
        The same with the groups among the inputs.
    actual : Array, shape (n, a)
        Doubly robust scores of these gains.

    Returns
    -------
    (float, Array of shape (n,), float)
        As :func:`unexplained`.
    """
    compare = _Comparison(offered, weight, inside, known, gains.max(axis=1))
    grouped = _Comparison(offered, weight, inside, known, by_groups.max(axis=1))
    by_features = compare.at(gains)
    by_group = _shifted(compare, gains, actual)
    found = [f for f in (by_features, by_group, grouped.at(by_groups)) if np.isfinite(f[0])]
    if not found:
        return by_group
    # A warning must hold whichever expectation is right, so the one that supports it least is told.
    value, parts, compared = min(found, key=_evidence)
    if min(f[0] for f in found) < 0 < max(f[0] for f in found):
        value = 0.0
    return value, parts, compared


def _evidence(found: tuple[float, Array, float]) -> float:
    """Size of a difference in its standard errors."""
    se = float(np.sqrt((found[1] ** 2).sum()))
    return abs(found[0]) / se if se > 0 else np.inf if found[0] else 0.0


@dataclass(frozen=True, eq=False, repr=False)
class _Comparison:
    """A group beside the others, whose classes of expected gain stay as they are."""

    offered: Array
    weight: Array
    inside: Array
    known: Array
    others: Array

    def at(self, gains: Array) -> tuple[float, Array, float]:
        """With these gains of the group."""
        values = self.others.copy()
        values[self.inside] = gains[self.inside].max(axis=1)
        outside = self.known & ~self.inside
        stratum = strata_of(values, self.others[outside], _STRATA)
        return unexplained(self.offered, self.weight, self.inside, self.known, stratum)


def _shifted(compare: _Comparison, gains: Array, actual: Array) -> tuple[float, Array, float]:
    """The difference with the group's gains at their doubly robust mean, by the delta method."""
    inside = compare.inside
    away = [
        against_rest(actual[:, a] - gains[:, a], compare.weight, inside, compare.known)
        for a in range(gains.shape[1])
    ]
    moved = gains + np.where(inside[:, None], [shift for shift, _ in away], 0.0)
    value, parts, compared = compare.at(moved)
    for a, (_, error) in enumerate(away):
        se = float(np.sqrt((error**2).sum()))
        if se <= 0 or not np.isfinite(value):
            continue
        ends = []
        for step in (-se, se):
            stepped = moved.copy()
            stepped[inside, a] += step
            ends.append(compare.at(stepped)[0])
        if np.isfinite(ends).all():
            parts = parts + (ends[1] - ends[0]) / (2 * se) * error
    return value, parts, compared
