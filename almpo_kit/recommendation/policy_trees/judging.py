"""Two trees, each learned from one half of the people and judged on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Array, Caseload
from almpo_kit.recommendation.policy_trees.held_out import Mean
from almpo_kit.recommendation.policy_trees.tree import ExactTree
from almpo_kit.recommendation.policy_values.estimated import Estimated, covariance
from almpo_kit.recommendation.policy_values.estimators import mean_of
from almpo_kit.recommendation.policy_values.fold_of_people import fold_of_people
from almpo_kit.recommendation.policy_values.near_ties import in_contention
from almpo_kit.recommendation.policy_values.value_differences import minus, reach_of


@dataclass(frozen=True)
class Judged:
    """What was learned, and what it is worth.

    Parameters
    ----------
    first : Array of bool, shape (n,)
        The half that the shown tree was learned from.
    tree, other : ExactTree
        Learned from that half, and from the other.
    everyone : int
        The arm that is best for the first half where all are offered the same.
    gain : Mean
        Of trees against no programme, over all people, each under the tree learned without them; prices taken off.
    advantage : Mean
        Of trees against the one arm that is best for the half they were learned from, likewise.
    same_gain : Mean
        Of that one arm against no programme, likewise.
    inside : float
        Mean of what the shown tree was learned to maximise, in its own half.
    outside : float
        The same in the other half.
    agreement : float
        Share of people whom both trees offer the same.
    everyone_else : int
        The arm that is best for the other half where all are offered the same.
    hardest : Mean
        Of trees against the one arm for all that they are least shown to beat: the arm that a half would choose may be a
        bad one, and then beating it shows nothing about questions.
    """

    first: Array
    tree: ExactTree
    other: ExactTree
    everyone: int
    gain: Mean
    advantage: Mean
    same_gain: Mean
    inside: float
    outside: float
    agreement: float
    everyone_else: int
    hardest: Mean


def judge(
    people: Caseload,
    first: Array,
    tree: ExactTree,
    other: ExactTree,
    price: Array,
    reach: Array,
    confidence: float,
) -> Judged:
    """Judge two trees on each other's half.

    Parameters
    ----------
    people : Caseload
    first : Array of bool, shape (n,)
    tree, other : ExactTree
    price : Array, shape (k,)
    reach : Array, shape (k,)
        Share of people to whom each arm alone could be offered within the limits: 1 where there are none.
    confidence : float

    Notes
    -----
    Where one arm for all does about as well, either half could have chosen otherwise, and intervals allow for it
    (see :mod:`almpo_kit.recommendation.policy_values.near_ties`).
    """
    x, net, rows = people.features.to_numpy(dtype=float), people.scores - price, np.arange(len(people))
    offers = np.array([tree.arms(x), other.arms(x)])
    # One arm for all, or for as many, drawn by lot, as the limits allow.
    lot = net[:, [0]] + reach * (net - net[:, [0]])
    alike = np.array([_best(lot, people.weight, half) for half in (first, ~first)])
    # People of the first half are judged under what was learned from the second, and the other way round.
    offered, same = np.where(first, offers[1], offers[0]), np.where(first, alike[1], alike[0])
    under, under_same = net[rows, offered], lot[rows, same]

    trees, constant, none = (mean_of(v, people.weight) for v in (under, under_same, net[:, 0]))
    lots = [mean_of(lot[:, a], people.weight) for a in range(lot.shape[1])]
    near, near_constant = (in_contention(e, lots, people.cluster) for e in (trees, constant))
    beside = {e.value: e for e in (*near, *near_constant)}
    either = [beside[value] for value in sorted(beside)]
    shown, w = net[rows, offers[0]], people.weight
    return Judged(
        first=first,
        tree=tree,
        other=other,
        everyone=int(alike[0]),
        gain=_over(people, trees, none, near, confidence),
        advantage=_over(people, trees, constant, either, confidence),
        same_gain=_over(people, constant, none, near_constant, confidence),
        inside=float(np.average(shown[first], weights=w[first])),
        outside=float(np.average(shown[~first], weights=w[~first])),
        agreement=float(np.average(offers[0] == offers[1], weights=w)),
        everyone_else=int(alike[1]),
        hardest=min((_over(people, trees, e, near, confidence) for e in lots), key=lambda m: m.low),
    )


def in_halves(people: Caseload, seed: int) -> Array:
    """The half that the shown tree is learned from: clusters stay whole, whatever the order of rows or arms."""
    return fold_of_people(people.scores, people.cluster, 2, seed) == 0


def _over(
    people: Caseload, one: Estimated, other: Estimated, near: list[Estimated], confidence: float
) -> Mean:
    """A difference with an interval that holds for what could as well have been chosen, too."""
    if len(np.unique(people.cluster)) < 2:
        return Mean(np.nan, np.nan, np.nan, np.nan)
    gap = minus(one, other)
    se = float(np.sqrt(covariance([gap], people.cluster)[0, 0]))
    half = reach_of(people, [gap, *(minus(e, other) for e in near)], confidence, 0) * se
    return Mean(gap.value, gap.value - half, gap.value + half, se)


def _best(net: Array, weight: Array, half: Array) -> int:
    return int((weight[half] @ net[half]).argmax())
