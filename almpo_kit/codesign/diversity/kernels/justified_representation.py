"""Whether an outcome gives every group that agrees what its share of the money could have bought.

A group that is a part s of all voters, and whose members all vote for every proposal of a set T that costs at most the
part s of the budget, could have bought T. **Extended justified representation** (EJR): at least one of its members has
what is worth as much to her as T. **Proportional** (PJR): what is funded and voted for by some of them is together worth
as much. **Up to one**: it would be so with one more proposal of T (then more than as much, as published).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from almpo_kit.codesign.diversity.kernels.equal_shares import TOLERANCE

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Broken:
    """A group that could have bought a set of proposals and was given less.

    Parameters
    ----------
    proposals : tuple of int
        What the group could have bought.
    voters : array of bool, shape (n_voters,)
    """

    proposals: tuple[int, ...]
    voters: Array


def extended(
    utility: Array, floor: Array, cost: Array, budget: float, funded: Array, *, up_to_one: bool
) -> Broken | None:
    """The first group that breaks extended justified representation, or None; every set of proposals is tried.

    Of a set T only those can form such a group who hold each of its proposals to be worth at least the floor and have
    less than all floors together; if any of them do, then all of them together: counting them is enough. With votes this
    finds every broken group; with utilities that differ from person to person it finds those that agree on the floor.

    Parameters
    ----------
    utility : array, shape (n_voters, n_proposals)
    floor : array, shape (n_proposals,)
        Above 0: what a proposal is worth at least to each of a group; of votes what it is worth to whoever votes for it.
    cost : array, shape (n_proposals,)
    budget : float
    funded : array of bool, shape (n_proposals,)
    up_to_one : bool

    References
    ----------
    Aziz, Lee & Talmon (2018) Proportionally representative participatory budgeting, AAMAS. Peters, Pierczyński & Skowron
    (2021) Proportional participatory budgeting with additive utilities, NeurIPS 34.
    """
    n, m = utility.shape
    backed = utility >= floor - TOLERANCE
    has = utility[:, funded].sum(axis=1)
    share = budget / n
    for size in range(1, m + 1):
        for bought in combinations(range(m), size):
            chosen = list(bought)
            price = cost[chosen].sum()
            if price > budget * (1 + TOLERANCE) or funded[chosen].all():
                continue
            one = utility[:, [c for c in chosen if not funded[c]]].max(axis=1) if up_to_one else None
            group = backed[:, chosen].all(axis=1) & _short(has, floor[chosen].sum(), one)
            if group.any() and group.sum() * share >= price * (1 - TOLERANCE):
                return Broken(bought, group)
    return None


def _short(has: Array, aim: float, one: Array | None) -> Array:
    """Who has less than a set is worth; where one more is granted, also with it not more than that."""
    slack = TOLERANCE * max(aim, 1.0)
    less: Array = has < aim - slack
    return less if one is None else less & (has + one <= aim + slack)


def proportional(
    approved: Array, worth: Array, cost: Array, budget: float, funded: Array, *, up_to_one: bool
) -> Broken | None:
    """The first group that breaks proportional justified representation, or None; every pair of sets is tried.

    A group breaks it with T when the funded proposals that some of it vote for, F, are worth less than T: it is made of
    those who vote for all of T and for no funded proposal outside F. Every F is tried, so that no group is missed.

    Parameters
    ----------
    approved : array of bool, shape (n_voters, n_proposals)
    worth, cost : array, shape (n_proposals,)
        Of a funded proposal to whoever votes for it: 1, or its cost.
    budget : float
    funded : array of bool, shape (n_proposals,)
    up_to_one : bool
    """
    n, m = approved.shape
    share = budget / n
    won = np.flatnonzero(funded)
    outside = [
        (float(worth[list(F)].sum()), ~approved[:, [c for c in won if c not in F]].any(axis=1))
        for size in range(len(won) + 1)
        for F in combinations(won, size)
    ]
    for size in range(1, m + 1):
        for bought in combinations(range(m), size):
            chosen = list(bought)
            price = cost[chosen].sum()
            everyone = approved[:, chosen].all(axis=1)
            if price > budget * (1 + TOLERANCE) or everyone.sum() * share < price * (1 - TOLERANCE):
                continue
            missing = [worth[c] for c in chosen if not funded[c]]
            if not missing:
                continue
            one = np.array([max(missing)]) if up_to_one else None
            for has, inside in outside:
                group = everyone & inside
                large = group.any() and group.sum() * share >= price * (1 - TOLERANCE)
                if large and _short(np.array([has]), worth[chosen].sum(), one)[0]:
                    return Broken(bought, group)
    return None
