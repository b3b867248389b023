"""Who could enter in a month, who did, and who went on waiting: decided from what was known then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.dynamic.paths import Paths

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Moments:
    """r moments at which a person entered or went on waiting.

    Parameters
    ----------
    person : Array of int, shape (r,)
        Row of the paths.
    elapsed : Array of int, shape (r,)
        Whole months since unemployment began.
    arm : Array of int, shape (r,)
        0 waiting, 1 … entering.
    """

    person: Array
    elapsed: Array
    arm: Array

    def __repr__(self) -> str:
        return f"Moments({len(self.person)} rows)"


def at_risk(held: Paths, longest: int, *, at_end: bool = False) -> Array:
    """Who was waiting without a programme at the beginning of each month of unemployment.

    A person is still waiting when at the end of every month so far she was not in work and was on the register (or, where
    the register says nothing, known to be out of work). Leaving the register without a job ends waiting too, and so does
    a month about which nothing is known. Nothing later than that month is looked at.

    Parameters
    ----------
    longest : int
        Months of unemployment that are looked at.
    at_end : bool
        Also ask that she was waiting at the end of the month itself: entries then count as made at its end.

    Returns
    -------
    Array of bool, shape (n, longest)
    """
    n = len(held.began)
    every = np.arange(n)
    waiting = (held.employed != 1) & (
        (held.registered == 1) | ((held.registered == -1) & (held.employed == 0))
    )
    states = waiting.astype(np.int8)
    still = (held.began >= held.first_month) & (held.began <= held.last_month)
    found = np.zeros((n, longest), dtype=bool)
    for u in range(longest):
        month = held.began + u
        if u:
            still = still & (held.at(states, every, month - 1) == 1)
        now = still & (held.entered >= month)
        found[:, u] = now & (held.at(states, every, month) == 1) if at_end else now
    return found


def moments(
    held: Paths, risk: Array, *, strata_months: int, horizon: int, every_month: bool, seed: int
) -> tuple[Moments, Array]:
    """The moments compared: every entry, and for those waiting one month a stratum (or all of them).

    Looking at each waiting person in one month of a stratum, drawn beforehand with equal chances, keeps each month's
    waiting people in proportion: nobody is chosen by what she did later.

    Returns
    -------
    (Moments, Array of bool of shape (n, longest))
        The second says which months of risk have their whole horizon in the data.
    """
    n, longest = risk.shape
    month = held.began[:, None] + np.arange(longest)
    followed = month + horizon <= held.last_month
    enters = held.entered[:, None] == month
    open_ = risk & followed
    who, when = np.nonzero(open_ & enters & (held.arm[:, None] > 0))
    look = open_ & ~enters
    if not every_month:
        look &= drawn(n, longest, strata_months, seed)
    others, then = np.nonzero(look)
    return (
        Moments(
            np.concatenate([who, others]),
            np.concatenate([when, then]),
            np.concatenate([held.arm[who], np.zeros(len(others), dtype=np.int64)]),
        ),
        followed,
    )


def drawn(n: int, longest: int, strata_months: int, seed: int) -> Array:
    """One month of every stratum for each person, with equal chances.

    Returns
    -------
    Array of bool, shape (n, longest)
    """
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    found = np.zeros((n, longest), dtype=bool)
    for start in range(0, longest, strata_months):
        width = min(strata_months, longest - start)
        found[np.arange(n), start + generator.integers(0, width, n)] = True
    return found
