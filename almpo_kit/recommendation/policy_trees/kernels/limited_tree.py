"""The best tree that keeps within limits: exact for one layer of questions, otherwise with a stated gap."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.sorted_people import sort_people
from almpo_kit.recommendation.policy_trees.tree import ExactTree, between
from almpo_kit.recommendation.policy_trees.tree_use import Use

Array = np.ndarray[Any, np.dtype[Any]]
#: Assignments of arms to leaves that are tried one by one.
_MOST = 500_000


def limited_tree(
    grow: Callable[[Array], ExactTree],
    x: Array,
    scores: Array,
    weight: Array,
    use: Use,
    depth: int,
    min_leaf: int,
    *,
    rounds: int = 24,
    tolerance: float = 1e-3,
) -> ExactTree:
    """Maximise the sum of scores within the limits.

    One layer: all questions and pairs of arms are compared. More layers: prices on what is used are moved (bisection for one
    limit, Polyak steps for several) and the best tree at these prices is found; each price gives an upper bound (Lagrange), each
    tree, with arms put on its leaves anew within the limits, something that can be had. The gap between the two is stated.

    Parameters
    ----------
    grow : callable
        Scores, shape (n, k), not yet weighted -> best tree.
    x : Array, shape (n, p)
    scores : Array, shape (n, k)
    weight : Array, shape (n,)
    use : Use
    depth, min_leaf : int
    rounds : int
        Most prices that are tried.
    tolerance : float
        Gap, as a share of the gain, at which to stop.

    References
    ----------
    Fisher (1981) Manage. Sci. 27, 1-18; Polyak (1969) USSR Comput. Math. Math. Phys. 9, 14-29.
    """
    free = grow(scores)
    if (_used(free, x, weight, use) <= use.most * (1 + 1e-12)).all():
        return free
    if depth == 1:
        return _one_layer(x, scores, weight, use, min_leaf)
    best, bound = _relabelled(free, x, scores, weight, use), free.bound
    price, low, high = np.zeros(len(use.most)), 0.0, np.inf
    step = _first_price(scores, use)
    for _ in range(rounds):
        if len(price) == 1:
            price = np.array([step if np.isinf(high) else (low + high) / 2])
        else:
            over = _used(free, x, weight, use) - use.most
            length = max(bound - best.value, 0.0) / max(float(over @ over), 1e-300)
            price = np.maximum(0.0, price + length * over)
        free = grow(scores - price @ use.each)
        bound = min(bound, free.bound + float(price @ use.most))
        found = _relabelled(free, x, scores, weight, use)
        best = found if found.value > best.value else best
        if len(price) == 1:
            fits = bool(_used(free, x, weight, use)[0] <= use.most[0])
            low, high = (low, float(price[0])) if fits else (float(price[0]), high)
            step *= 1 if fits else 4
        if bound - best.value <= tolerance * max(best.value - float(weight @ scores[:, 0]), 1e-12):
            break
    bound = max(bound, best.value)
    close = 1e-9 * max(1.0, abs(best.value))
    return replace(best, bound=bound, proven=bool(bound - best.value <= close))


def _first_price(scores: Array, use: Use) -> float:
    worth = np.abs(scores[:, 1:] - scores[:, [0]]).mean()
    spent = use.each[:, 1:]
    return float(worth / max(spent[spent > 0].mean() if (spent > 0).any() else 1.0, 1e-300))


def _used(tree: ExactTree, x: Array, weight: Array, use: Use) -> Array:
    return np.asarray(use.each[:, tree.arms(x)] @ weight)


def _relabelled(tree: ExactTree, x: Array, scores: Array, weight: Array, use: Use) -> ExactTree:
    """The same questions with the best arms on the leaves that keep within the limits."""
    nodes, own = np.unique(tree.leaves(x), return_inverse=True)
    worth = np.array([np.bincount(own, weight * s, len(nodes)) for s in scores.T]).T
    size = np.bincount(own, weight, len(nodes))
    arms = _choose(worth, size, use)
    arm = tree.arm.copy()
    arm[nodes] = arms
    return replace(tree, arm=arm, value=float(worth[np.arange(len(nodes)), arms].sum()))


def _choose(worth: Array, size: Array, use: Use) -> Array:
    """Arms of leaves within limits: the best of all assignments, or, where these are too many, one leaf after another."""
    leaves, k = worth.shape
    if k**leaves <= _MOST:
        total, used = np.zeros(1), np.zeros((len(use.most), 1))
        for w, n in zip(worth, size, strict=True):
            total = (total[:, None] + w).ravel()
            used = (used[:, :, None] + n * use.each[:, None, :]).reshape(len(use.most), -1)
        total[(used > use.most[:, None] * (1 + 1e-12)).any(axis=0)] = -np.inf
        return np.array(np.unravel_index(int(total.argmax()), (k,) * leaves))
    arms, left = np.zeros(leaves, np.int64), use.most.astype(float).copy()
    gains = worth - worth[:, [0]]
    for leaf, a in sorted(itertools.product(range(leaves), range(1, k)), key=lambda c: -gains[c]):
        spent = use.each[:, a] * size[leaf]
        if arms[leaf] == 0 and gains[leaf, a] > 0 and (spent <= left).all():
            arms[leaf], left = a, left - spent
    return arms


def _one_layer(x: Array, scores: Array, weight: Array, use: Use, min_leaf: int) -> ExactTree:
    """Every question with every pair of arms, or one arm for all."""
    order, rank = sort_people(x)
    own, n = scores * weight[:, None], len(x)
    worth, size = own.sum(axis=0), float(weight.sum())
    fits = (use.each * size <= use.most[:, None]).all(axis=0)
    alone = int(np.where(fits, worth, -np.inf).argmax())
    best, found = worth[alone], (-1, 0, alone, alone)
    for j in range(x.shape[1]):
        at = np.arange(min_leaf, n - min_leaf + 1)
        at = at[rank[j, order[j, at - 1]] != rank[j, order[j, np.minimum(at, n - 1)]]]
        if not at.size:
            continue
        below, people = np.cumsum(own[order[j]], axis=0)[at - 1], np.cumsum(weight[order[j]])[at - 1]
        for a, b in itertools.product(range(scores.shape[1]), repeat=2):
            used = use.each[:, [a]] * people + use.each[:, [b]] * (size - people)
            value = np.where(
                (used <= use.most[:, None] * (1 + 1e-12)).all(axis=0),
                below[:, a] + worth[b] - below[:, b],
                -np.inf,
            )
            if value.max() > best + 1e-11 * np.abs(own).sum():
                best, found = value.max(), (j, int(at[value.argmax()]), a, b)
    j, left, a, b = found
    if j < 0:
        arrays = (np.array([-1]), np.array([np.nan]), np.array([-1]), np.array([-1]), np.array([a]))
    else:
        cut = between(*x[order[j, left - 1 : left + 1], j])
        arrays = (
            np.array([j, -1, -1]),
            np.array([cut, np.nan, np.nan]),
            np.array([1, -1, -1]),
            np.array([2, -1, -1]),
            np.array([-1, a, b]),
        )
    return ExactTree(*arrays, value=float(best), bound=float(best), proven=True)
