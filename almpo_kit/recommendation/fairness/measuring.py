"""All measures of all groups: at prediction, and after simulated deployment. Kernels over arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.fairness.contrasts import (
    against_rest,
    calibration_error,
    group_mean,
    slope_in,
)
from almpo_kit.recommendation.fairness.estimates import Estimates
from almpo_kit.recommendation.fairness.groupings import Grouping
from almpo_kit.recommendation.fairness.steering import steered_gap
from almpo_kit.recommendation.fairness.unexplained_gap import unexplained_gap

Array = np.ndarray[Any, np.dtype[Any]]
#: Fewest people and clusters of a group that numbers are told about.
FEWEST_PEOPLE, FEWEST_CLUSTERS = 30, 10


@dataclass(frozen=True, eq=False, repr=False)
class Deployed:
    """What people get, shape (n,) each.

    Parameters
    ----------
    offered, today : Array
        Chance of any programme under the rule, and as it was.
    gain, against_today, left : Array
        Doubly robust scores of the rule against no programme, against what was, and of the same places by expected gain
        against the rule.
    best : Array
        1 where the programme offered is the one of most expected gain; NaN where none is offered.
    decided : Array of bool
    expected, by_groups, actual : Array, shape (n, a)
        Gains by features, by features and groups, and doubly robust ones, of programmes that are offered at all.
    places : Array, shape (n, a)
        Chance of each of these programmes.
    """

    offered: Array
    today: Array
    gain: Array
    against_today: Array
    left: Array
    best: Array
    decided: Array
    expected: Array
    by_groups: Array
    actual: Array
    places: Array


@dataclass(frozen=True, eq=False, repr=False)
class Predicted:
    """A prediction beside its doubly robust counterpart, shape (n,) each; people without a prediction are out.

    Parameters
    ----------
    kind : {"gain", "score"}
    predicted, actual : Array
    known : Array of bool
    """

    kind: str
    predicted: Array
    actual: Array
    known: Array


@dataclass(frozen=True, eq=False, repr=False)
class Measured:
    """Estimates, and plain numbers by (grouping, group)."""

    estimates: Estimates
    plain: dict[tuple[str, str], dict[str, float]]


def measure(
    groupings: Sequence[Grouping],
    cluster: Array,
    weight: Array,
    deployed: Deployed,
    predictions: Sequence[Predicted],
) -> Measured:
    """Every measure of every group that is large enough.

    Returns
    -------
    Measured
        Keys of estimates are (by, group, measure); the whole caseload is ("everybody", "everybody", …).
    """
    estimates, plain = Estimates(cluster), {}
    whole = np.ones(len(weight), dtype=bool)
    everybody = ("everybody", "everybody")
    plain[everybody] = _levels(estimates, everybody, weight, whole, deployed, predictions)
    for grouping in groupings:
        known = grouping.members >= 0
        for g, name in enumerate(grouping.groups):
            inside = grouping.members == g
            key = (grouping.by, name)
            if not large_enough(inside, cluster):
                plain[key] = {}
                continue
            plain[key] = _levels(estimates, key, weight, inside, deployed, predictions)
            if large_enough(known & ~inside, cluster):
                plain[key] |= _gaps(estimates, key, weight, inside, known, deployed, predictions)
    return Measured(estimates, plain)


def large_enough(inside: Array, cluster: Array) -> bool:
    """Whether numbers of a group are told."""
    return int(inside.sum()) >= FEWEST_PEOPLE and len(np.unique(cluster[inside])) >= FEWEST_CLUSTERS


def _levels(
    estimates: Estimates,
    key: tuple[str, str],
    weight: Array,
    inside: Array,
    d: Deployed,
    predictions: Sequence[Predicted],
) -> dict[str, float]:
    for name in ("offered", "gain", "against_today", "left"):
        estimates.add((*key, name), *group_mean(getattr(d, name), weight, inside))
    found = {
        "offered_today": group_mean(d.today, weight, inside)[0],
        "undecided": group_mean((~d.decided).astype(float), weight, inside)[0],
    }
    with_offer = inside & ~np.isnan(d.best)
    if with_offer.sum() >= FEWEST_PEOPLE:
        found["best_offers"] = group_mean(np.nan_to_num(d.best), weight * d.offered, with_offer)[0]
    for p in predictions:
        here = inside & p.known
        if here.sum() < FEWEST_PEOPLE:
            continue
        estimates.add((*key, f"{p.kind}_bias"), *group_mean(p.predicted - p.actual, weight, here))
        slope, parts = slope_in(p.predicted, p.actual, weight, here)
        if np.isfinite(slope):
            estimates.add((*key, f"{p.kind}_slope"), slope, parts)
        found[f"{p.kind}_predicted"] = group_mean(p.predicted, weight, here)[0]
        found[f"{p.kind}_actual"] = group_mean(p.actual, weight, here)[0]
        found[f"{p.kind}_error"] = calibration_error(p.predicted[here], p.actual[here], weight[here])
    return found


def _gaps(
    estimates: Estimates,
    key: tuple[str, str],
    weight: Array,
    inside: Array,
    known: Array,
    d: Deployed,
    predictions: Sequence[Predicted],
) -> dict[str, float]:
    """How a group stands to everybody else."""
    estimates.add((*key, "gap"), *against_rest(d.offered, weight, inside, known))
    estimates.add((*key, "left_more"), *against_rest(d.left, weight, inside, known))
    estimates.add((*key, "undecided_more"), *against_rest((~d.decided).astype(float), weight, inside, known))
    decided = (weight, inside & d.decided, known & d.decided)
    value, parts, compared = unexplained_gap(d.offered, *decided, d.expected, d.by_groups, d.actual)
    if np.isfinite(value):
        estimates.add((*key, "unexplained"), value, parts)
    value, parts = steered_gap(d.places, *decided, (d.expected, d.by_groups), d.actual)
    if np.isfinite(value):
        estimates.add((*key, "steered"), value, parts)
    for p in predictions:
        here, there = inside & p.known, known & p.known
        if here.sum() >= FEWEST_PEOPLE and (there & ~here).sum() >= FEWEST_PEOPLE:
            bias = against_rest(p.predicted - p.actual, weight, here, there)
            estimates.add((*key, f"{p.kind}_bias_more"), *bias)
    return {"compared": compared}
