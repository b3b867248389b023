"""Who is matched to whom, with all ties, as two ways of storing the same thing. Kernels; they validate nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Distances that differ by less are equal: sums of the same numbers in another order do.
_TIE = 1e-9


class Matches(Protocol):
    """Donors of each of t targets among m donors; the donors of a target count equally and sum to one."""

    @property
    def count(self) -> Array:
        """Donors of each target, shape (t,)."""
        ...

    def mean(self, values: Array) -> Array:
        """Mean of the donors' values, shape (t, h), of ``values`` (m, h)."""
        ...

    def used(self, weight: Array) -> tuple[Array, Array]:
        """How much each donor is used (m,): sums of weights, and of weights times shares, over targets.

        ``weight`` (t,) are the targets'. The second is what the first would be if every use were squared once more:
        sum of weight × share², share being one over the number of a target's donors.
        """
        ...


@dataclass(frozen=True, eq=False, repr=False)
class RunMatches:
    """Matches along one line: the donors of a target are a run of the sorted donors.

    Parameters
    ----------
    order : Array of int, shape (m,)
        Donors by stratum and score.
    low, high : Array of int, shape (t,)
        Run of each target, ``high`` not included; empty where there is nobody.
    """

    order: Array
    low: Array
    high: Array

    @property
    def count(self) -> Array:
        """Donors of each target, shape (t,)."""
        found: Array = self.high - self.low
        return found

    def mean(self, values: Array) -> Array:
        """See :class:`Matches`."""
        sums = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values[self.order], axis=0)])
        size = np.maximum(self.high - self.low, 1)
        found: Array = (sums[self.high] - sums[self.low]) / size[:, None]
        found[self.high == self.low] = np.nan
        return found

    def used(self, weight: Array) -> tuple[Array, Array]:
        """See :class:`Matches`."""
        size = np.maximum(self.high - self.low, 1)
        held = np.where(self.high > self.low, weight, 0.0)
        return self._spread(held / size), self._spread(held / size**2)

    def _spread(self, amount: Array) -> Array:
        m = len(self.order)
        steps = np.bincount(self.low, amount, m + 1) - np.bincount(self.high, amount, m + 1)
        found = np.empty(m)
        # A running sum of steps leaves rounding where nothing is left.
        found[self.order] = np.maximum(np.cumsum(steps[:m]), 0.0)
        found[found < 1e-12 * max(float(found.max(initial=0.0)), 1e-300)] = 0.0
        return found


@dataclass(frozen=True, eq=False, repr=False)
class ListedMatches:
    """Matches as a list: ``target[i]`` has ``donor[i]``; ``counted`` (t,) donors each; ``donors`` in all."""

    target: Array
    donor: Array
    counted: Array
    donors: int

    @property
    def count(self) -> Array:
        """Donors of each target, shape (t,)."""
        return self.counted

    def mean(self, values: Array) -> Array:
        """See :class:`Matches`."""
        share = 1 / np.maximum(self.count, 1)[self.target]
        found = np.column_stack(
            [np.bincount(self.target, share * v[self.donor], len(self.count)) for v in values.T]
        )
        found[self.count == 0] = np.nan
        return found

    def used(self, weight: Array) -> tuple[Array, Array]:
        """See :class:`Matches`."""
        share = 1 / np.maximum(self.count, 1)[self.target]
        amount = weight[self.target] * share
        return (
            np.bincount(self.donor, amount, self.donors),
            np.bincount(self.donor, amount * share, self.donors),
        )


def along_a_line(
    targets: Array, donors: Array, strata: tuple[Array, Array], m: int, *, own: bool = False
) -> RunMatches:
    """The ``m`` nearest donors on one score, in the same stratum, with all ties.

    Parameters
    ----------
    targets, donors : Array, shapes (t,), (d,)
        Scores.
    strata : (Array of int (t,), Array of int (d,))
    m : int
    own : bool
        Targets are the donors themselves, and are not to be matched with themselves: the run then holds the row, and
        ``m`` others.
    """
    width = 4 * (float(max(np.ptp(targets), np.ptp(donors), abs(targets.max() - donors.min()))) + 1.0)
    t, d = targets + width * strata[0], donors + width * strata[1]
    order = np.argsort(d, kind="stable")
    sorted_donors = d[order]
    near = _mth_distance(t, sorted_donors, m + int(own), width / 2)
    reach = np.where(np.isfinite(near), near, -1.0) + _TIE * width
    low = np.searchsorted(sorted_donors, t - reach, "left")
    high = np.searchsorted(sorted_donors, t + reach, "right")
    return RunMatches(order, low, np.maximum(high, low))


def _mth_distance(t: Array, donors: Array, m: int, limit: float) -> Array:
    """Distance to the m-th nearest of sorted donors (the farthest within ``limit`` where there are fewer than m)."""
    at = np.searchsorted(donors, t)
    padded = np.concatenate([np.full(m, -np.inf), donors, np.full(m, np.inf)])
    # Donors at - m … at + m - 1 hold the m nearest.
    window = np.abs(padded[at[:, None] + np.arange(2 * m)[None, :]] - t[:, None])
    window[window > limit] = np.inf
    window.sort(axis=1)
    nearest = window[:, :m]
    held = np.isfinite(nearest)
    found: Array = np.where(held.any(axis=1), np.where(held, nearest, -np.inf).max(axis=1), np.inf)
    return found


def in_space(
    targets: Array,
    donors: Array,
    strata: tuple[Array, Array],
    m: int,
    *,
    own: bool = False,
    rows: int = 2_000_000,
) -> ListedMatches:
    """The ``m`` nearest donors by Euclidean distance, in the same stratum, with all ties.

    Parameters
    ----------
    targets, donors : Array, shapes (t, p), (d, p)
        Scaled as distances are to be measured.
    own : bool
        Targets are the donors themselves, and are not matched with themselves.
    rows : int
        Distances held at a time.
    """
    count = np.zeros(len(targets), dtype=np.int64)
    pairs: list[tuple[Array, Array]] = []
    for stratum in np.unique(strata[0]):
        here, there = np.flatnonzero(strata[0] == stratum), np.flatnonzero(strata[1] == stratum)
        if not len(there) or (own and len(there) < 2):
            continue
        size = max(rows // len(there), 1)
        for start in range(0, len(here), size):
            some = here[start : start + size]
            chosen = _nearest(targets[some], donors[there], m, some[:, None] == there if own else None)
            at, which = np.nonzero(chosen)
            count[some] = chosen.sum(axis=1)
            pairs.append((some[at], there[which]))
    empty = np.empty(0, dtype=np.int64)
    target = np.concatenate([p[0] for p in pairs]) if pairs else empty
    donor = np.concatenate([p[1] for p in pairs]) if pairs else empty
    return ListedMatches(target, donor, count, len(donors))


def _nearest(targets: Array, donors: Array, m: int, itself: Array | None) -> Array:
    """Whether each donor is among the m nearest of each target, ties included; shape (t, d)."""
    squares = (targets**2).sum(axis=1)[:, None] + (donors**2).sum(axis=1)[None, :]
    distance = squares - 2 * targets @ donors.T
    scale = 1 + squares.max(initial=0.0)
    if itself is not None:
        distance[itself] = np.inf
    usable = donors.shape[0] - int(itself is not None)
    limit = np.partition(distance, min(m, usable) - 1, axis=1)[:, min(m, usable) - 1]
    chosen: Array = distance <= limit[:, None] + _TIE * scale
    return chosen
