"""Two trees, each learned from one half of the people and judged on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Array, Caseload
from almpo_kit.recommendation.policy_trees.held_out import Mean, clustered_mean, halves
from almpo_kit.recommendation.policy_trees.tree import ExactTree


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
    """
    x, net, rows = people.features.to_numpy(dtype=float), people.scores - price, np.arange(len(people))
    offers = np.array([tree.arms(x), other.arms(x)])
    # One arm for all, or for as many, drawn by lot, as the limits allow.
    lot = net[:, [0]] + reach * (net - net[:, [0]])
    alike = np.array([_best(lot, people.weight, half) for half in (first, ~first)])
    # People of the first half are judged under what was learned from the second, and the other way round.
    offered, same = np.where(first, offers[1], offers[0]), np.where(first, alike[1], alike[0])
    under, under_same = net[rows, offered], lot[rows, same]

    def mean(values: Array) -> Mean:
        return clustered_mean(values, people.weight, people.cluster, confidence)

    shown, w = net[rows, offers[0]], people.weight
    return Judged(
        first=first,
        tree=tree,
        other=other,
        everyone=int(alike[0]),
        gain=mean(under - net[:, 0]),
        advantage=mean(under - under_same),
        same_gain=mean(under_same - net[:, 0]),
        inside=float(np.average(shown[first], weights=w[first])),
        outside=float(np.average(shown[~first], weights=w[~first])),
        agreement=float(np.average(offers[0] == offers[1], weights=w)),
    )


def in_halves(people: Caseload, seed: int) -> Array:
    """The half that the shown tree is learned from: clusters stay whole."""
    return halves(people.cluster, seed)


def _best(net: Array, weight: Array, half: Array) -> int:
    return int((weight[half] @ net[half]).argmax())
