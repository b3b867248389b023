"""The method of equal shares with costs and additive utilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Relative differences below this are rounding: money and prices that differ less are the same.
TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Shared:
    """What was bought with equal shares.

    Parameters
    ----------
    order : tuple of int
        Proposals in the order bought.
    prices : tuple of float
        What each cost its supporters for one unit of utility.
    payments : array, shape (n_voters, n_proposals)
        Who paid how much for what.
    ties : tuple of tuple of int
        Sets of proposals that were equally good when one of them was bought and that could not all be bought.
    """

    order: tuple[int, ...]
    prices: tuple[float, ...]
    payments: Array
    ties: tuple[tuple[int, ...], ...]


def price(money: Array, utility: Array, cost: float) -> float:
    """The lowest price of a unit of utility at which the supporters can pay a proposal; infinite where they cannot.

    Each pays the price times her utility, or all she has left.

    Parameters
    ----------
    money, utility : array, shape (n_voters,)
    cost : float
    """
    backing = utility > 0
    have, worth = money[backing], utility[backing]
    if have.sum() < cost * (1 - TOLERANCE) or not len(have):
        return float("inf")
    order = np.argsort(have / worth, kind="stable")
    have, worth = have[order], worth[order]
    # Those who run out first pay all they have, the others the price times their utility.
    spent = np.concatenate([[0.0], np.cumsum(have)[:-1]])
    left = np.cumsum(worth[::-1])[::-1]
    prices = (cost - spent) / left
    fits = prices * worth <= have * (1 + TOLERANCE)
    return float(prices[np.argmax(fits)]) if fits.any() else float(have[-1] / worth[-1])


def equal_shares(utility: Array, cost: Array, budget: float) -> Shared:
    """Divide the budget into equal shares and buy what supporters can pay, lowest price of a unit of utility first.

    Of equally good proposals the one with more supporters is bought first, then the cheaper one, then the first in the
    list.

    Parameters
    ----------
    utility : array, shape (n_voters, n_proposals)
        At least 0.
    cost : array, shape (n_proposals,)
        Above 0.
    budget : float

    References
    ----------
    Peters, Pierczyński & Skowron (2021) Proportional participatory budgeting with additive utilities. NeurIPS 34.
    """
    n, m = utility.shape
    money = np.full(n, budget / n)
    votes = (utility > 0).sum(axis=0)
    payments = np.zeros((n, m))
    order: list[int] = []
    prices: list[float] = []
    ties: list[tuple[int, ...]] = []
    while len(order) < m:
        asked = np.full(m, np.inf)
        for c in set(range(m)) - set(order):
            asked[c] = price(money, utility[:, c], float(cost[c]))
        least = asked.min()
        if not np.isfinite(least):
            break
        equal = np.flatnonzero(asked <= least * (1 + TOLERANCE))
        best = min(equal, key=lambda c: (-votes[c], cost[c], c))
        pays = np.minimum(money, asked[best] * utility[:, best])
        # Money that rounding leaves over is none.
        money = np.where(money - pays <= TOLERANCE * budget / n, 0.0, money - pays)
        payments[:, best] = pays
        order.append(int(best))
        prices.append(float(asked[best]))
        if len(equal) > 1:
            ties.append(tuple(int(c) for c in equal))
    lost = tuple(t for t in ties if not set(t) <= set(order))
    return Shared(tuple(order), tuple(prices), payments, lost)
