"""Months of waiting as counts in cells: stretches of elapsed unemployment, and of time since entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.durations import Durations

Array = np.ndarray[Any, np.dtype[Any]]

#: Last months of the stretches inside which a hazard is constant; what comes later is one stretch.
ELAPSED = (1, 2, 3, 4, 6, 9, 12, 18, 24, 36)
#: Last months since entry of the stretches inside which an effect is constant.
SINCE_ENTRY = (6, 12)


@dataclass(frozen=True, eq=False, repr=False)
class Cells:
    """What n persons went through, as counts of months.

    Parameters
    ----------
    job_months : Array, shape (n, g)
        Months survived without a job before entry, by stretch of elapsed months.
    entrants : Array of int, shape (m,)
        Positions of those who entered, by arm.
    after_months : Array, shape (m, g, r)
        Months they survived without a job from entry on, by stretch of elapsed months and of time since entry.
    job : Array of bool, shape (n,)
        A job was found ...
    job_elapsed, job_since : Array of int, shape (n,)
        … in this stretch of elapsed months, and this of time since entry (0: not entered).
    entry_months : Array, shape (n, g)
        Months begun without entering.
    arm : Array of int, shape (n,)
        0, or the arm that was entered, ...
    entry_elapsed : Array of int, shape (n,)
        … in a month of this stretch.
    x : Array, shape (n, p)
    weight : Array, shape (n,)
    arms : int
        Without the comparison.
    """

    job_months: Array
    entrants: Array
    after_months: Array
    job: Array
    job_elapsed: Array
    job_since: Array
    entry_months: Array
    arm: Array
    entry_elapsed: Array
    x: Array
    weight: Array
    arms: int

    def of_arm(self, a: int) -> slice:
        """Where the entrants of an arm stand among all entrants."""
        low, high = np.searchsorted(self.arm[self.entrants], [a, a + 1])
        return slice(int(low), int(high))


def stretch(months: Array, limits: tuple[int, ...]) -> Array:
    """Which stretch months 1 … lie in: 0 up to the first limit, and so on."""
    found: Array = np.searchsorted(limits, months)
    return found


def cells(durations: Durations, arm: Array, x: Array, weight: Array, arms: int) -> Cells:
    """Count months in cells.

    Parameters
    ----------
    durations : Durations
    arm : Array of int, shape (n,)
        0 for those who did not enter.
    x : Array, shape (n, p)
    weight : Array, shape (n,)
    arms : int
        Number of arms without the comparison.
    """
    n, g, r = len(arm), len(ELAPSED) + 1, len(SINCE_ENTRY) + 1
    left, entered = durations.left, durations.entered
    arm = np.where(entered >= 0, arm, 0)
    entrants = np.flatnonzero(arm > 0)
    entrants = entrants[np.argsort(arm[entrants], kind="stable")]
    job_months, entry_months = np.zeros((n, g)), np.zeros((n, g))
    after_months, every = np.zeros((len(entrants), g, r)), np.arange(len(entrants))
    for j in range(1, int(left.max(initial=0)) + 1):
        at = int(stretch(np.array(j), ELAPSED))
        # The last month counts as survived only by those who were still without a job at its end.
        lasted = (j < left) | ((j == left) & ~durations.job)
        since = _since(entered, j)
        job_months[:, at] += lasted & (since == 0)
        after = lasted[entrants] & (since[entrants] > 0)
        after_months[every, at, np.maximum(since[entrants] - 1, 0)] += after
        entry_months[:, at] += (j <= left) & ((entered < 0) | (j <= entered))
    return Cells(
        job_months=job_months,
        entrants=entrants,
        after_months=after_months,
        job=durations.job,
        job_elapsed=stretch(left, ELAPSED),
        job_since=_since(entered, left),
        entry_months=entry_months,
        arm=arm,
        entry_elapsed=stretch(np.maximum(entered, 0) + 1, ELAPSED),
        x=x,
        weight=weight,
        arms=arms,
    )


def _since(entered: Array, month: Array | int) -> Array:
    """0 before entry, else 1 + the stretch of the month since entry (its first month is 1)."""
    since = month - entered
    inside = (entered >= 0) & (since >= 1)
    found: Array = np.where(inside, 1 + stretch(np.maximum(since, 1), SINCE_ENTRY), 0)
    return found


def merged(events: Array, smallest: int) -> Array:
    """Neighbouring stretches joined until each holds enough events.

    Parameters
    ----------
    events : Array of int, shape (g,)
    smallest : int

    Returns
    -------
    Array of int, shape (g,)
        The joined stretch of each: 0, 1, …

    Examples
    --------
    >>> merged(np.array([3, 9, 30, 2]), 10).tolist()
    [0, 0, 1, 1]
    """
    found = np.zeros(len(events), dtype=np.int64)
    current, held = 0, 0
    for k, count in enumerate(events):
        found[k] = current
        held += int(count)
        if held >= smallest and k + 1 < len(events):
            current, held = current + 1, 0
    if held < smallest and current > 0:
        found[found == current] = current - 1
    return found


def cut(held: Cells, rows: Array) -> Cells:
    """Some rows, by ascending position."""
    names = (
        "job_months",
        "job",
        "job_elapsed",
        "job_since",
        "entry_months",
        "arm",
        "entry_elapsed",
        "x",
        "weight",
    )
    kept = np.isin(held.entrants, rows)
    return replace(
        held,
        **{name: getattr(held, name)[rows] for name in names},
        entrants=np.searchsorted(rows, held.entrants[kept]),
        after_months=held.after_months[kept],
    )
