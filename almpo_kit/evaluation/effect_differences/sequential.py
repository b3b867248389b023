"""Predictions by people who came before: each fold is predicted from the folds before it, in several orders.

Testing a ranking that was learned on the other folds, and adding the tests up, finds differences where there are none:
each fold's model has seen the folds that the other models are tested on, so the tests are not independent. Where a model
has seen nothing but earlier folds, the parts of the test form a martingale, and the usual intervals hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Learn = Callable[[Array, Array, Array, Array], Callable[[Array], Array]]


@dataclass(frozen=True, eq=False, repr=False)
class Pass:
    """One pass through the folds.

    Parameters
    ----------
    order : tuple of int
        The first fold is trained on only.
    predicted : Array, shape (n,)
        NaN in the first fold.
    step : Array of int, shape (n,)
        How many folds each row's prediction was learned from; 0 in the first.
    """

    order: tuple[int, ...]
    predicted: Array
    step: Array

    @property
    def tested(self) -> Array:
        """Rows that were predicted, shape (n,)."""
        found: Array = self.step > 0
        return found


def orders(count: int, passes: int) -> list[tuple[int, ...]]:
    """Orders of folds: forward, backward, then from the middle outwards and so on.

    Parameters
    ----------
    count : int
        Number of folds.
    passes : int

    Returns
    -------
    list of tuple of int
    """
    forward = tuple(range(count))
    found = [forward, forward[::-1]]
    for shift in range(1, count):
        turned = forward[shift:] + forward[:shift]
        found += [turned, turned[::-1]]
    return found[:passes]


def passes_through(
    x: Array,
    score: Array,
    weight: Array,
    cluster: Array,
    fold: Array,
    learn: Learn,
    *,
    passes: int = 2,
    tick: Callable[[], None] | None = None,
) -> list[Pass]:
    """Learn on earlier folds and predict the next, for each order.

    Parameters
    ----------
    x : Array, shape (n, p)
    score, weight : Array, shape (n,)
    cluster, fold : Array of int, shape (n,)
        Folds keep clusters whole.
    learn : callable
        ``learn(x, score, weight, cluster)`` gives a function that predicts.
    passes : int
    tick : callable, optional
        Called after each fit.

    Returns
    -------
    list of Pass

    References
    ----------
    Wager (2024) arXiv:2405.05534.
    """
    return [
        _one(x, score, weight, cluster, fold, learn, order, tick)
        for order in orders(int(fold.max()) + 1, passes)
    ]


def _one(
    x: Array,
    score: Array,
    weight: Array,
    cluster: Array,
    fold: Array,
    learn: Learn,
    order: tuple[int, ...],
    tick: Callable[[], None] | None,
) -> Pass:
    predicted, step = np.full(len(x), np.nan), np.zeros(len(x), dtype=np.int64)
    for k, (past, now) in enumerate(_stages(order), start=1):
        seen, new = np.isin(fold, past), fold == now
        predicted[new] = learn(x[seen], score[seen], weight[seen], cluster[seen])(x[new])
        step[new] = k
        if tick is not None:
            tick()
    return Pass(order, predicted, step)


def _stages(order: tuple[int, ...]) -> Iterator[tuple[list[int], int]]:
    for k in range(1, len(order)):
        yield list(order[:k]), order[k]
