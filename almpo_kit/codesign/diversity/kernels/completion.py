"""What is done with money that equal shares leave over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from almpo_kit.codesign.diversity.kernels.equal_shares import TOLERANCE, Shared, equal_shares

Array = np.ndarray[Any, np.dtype[Any]]
#: Most times shares are raised.
_MOST: Final = 2000


def spendable(cost: Array, order: Iterable[int], budget: float) -> float:
    """Money left over by what was bought."""
    return budget * (1 + TOLERANCE) - float(cost[list(order)].sum())


def raised_shares(utility: Array, cost: Array, budget: float, step: float = 0.01) -> tuple[Shared, float]:
    """Raise everybody's share step by step, until nothing more can be bought or what is bought would cost too much.

    The last outcome within the budget holds; as every share was at least the true one, its guarantee holds too.

    Parameters
    ----------
    utility : array, shape (n_voters, n_proposals)
    cost : array, shape (n_proposals,)
    budget : float
    step : float
        As a part of the true share.

    Returns
    -------
    Shared, float
        The outcome and how large the shares were, as a multiple of the true ones.

    References
    ----------
    Peters & Skowron, "Add1" completion, https://equalshares.net/explanation.
    """
    held, raised = equal_shares(utility, cost, budget), 1.0
    for k in range(1, _MOST + 1):
        out = set(range(len(cost))) - set(held.order)
        left = spendable(cost, held.order, budget)
        if not any(cost[c] <= left and (utility[:, c] > 0).any() for c in out):
            break
        more = equal_shares(utility, cost, budget * (1 + step * k))
        if spendable(cost, more.order, budget) < 0:
            break
        held, raised = more, 1 + step * k
    return held, raised


def most_votes(utility: Array, cost: Array, budget: float, held: Iterable[int] = ()) -> tuple[int, ...]:
    """Add what has most votes and can still be paid, until nothing can; the usual way when it begins with nothing.

    Of equally many votes the cheaper proposal is taken first, then the first in the list.

    Returns
    -------
    tuple of int
        Added proposals, in order.
    """
    votes = (utility > 0).sum(axis=0)
    taken = list(held)
    added: list[int] = []
    for c in sorted(range(len(cost)), key=lambda c: (-votes[c], cost[c], c)):
        if c not in taken and votes[c] > 0 and cost[c] <= spendable(cost, taken, budget):
            taken.append(c)
            added.append(c)
    return tuple(added)
