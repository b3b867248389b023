"""A reading played back, with what was known at each point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.learning.stopping.kernels.ledger import Ledger, reached

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Replay:
    """A ledger at the end of a reading, and the way there.

    ``points`` has rows ``read, found, highest``; ``first`` is after how many documents reading might have stopped for
    the first time, or -1.
    """

    ledger: Ledger
    points: Array
    first: int


def runs(relevant: Array, lot: Array) -> Iterator[tuple[int, bool, bool]]:
    """Stretches of a reading: how many, by lot or by rank, and whether the last of them is relevant.

    >>> list(runs(np.array([0, 0, 1, 0], bool), np.array([0, 0, 0, 1], bool)))
    [(3, False, True), (1, True, False)]
    """
    n = len(relevant)
    if not n:
        return
    last = np.append(np.flatnonzero(relevant[:-1] | (lot[1:] != lot[:-1])), n - 1)
    start = -1
    for end in last.tolist():
        yield end - start, bool(lot[end]), bool(relevant[end])
        start = end


def _may_stop(ledger: Ledger, recall: float, found: bool) -> bool:
    """Whether reading may stop right after a stretch; what the bets say changes here only with a find."""
    if reached(ledger.found, ledger.found + ledger.remaining, recall):
        return True
    return found and ledger.opened and ledger.enough(recall)


def replay(relevant: Array, lot: Array, ledger: Ledger, recall: float, points: int = 0) -> Replay:
    """Play a reading back.

    Parameters
    ----------
    relevant, lot : bool arrays, shape (n_read,)
    ledger : Ledger
        At the beginning; it is written in.
    recall : float
    points : int
        About how many points of the way are kept.
    """
    way: list[tuple[int, int, int]] = []
    read, first, due = 0, -1, 0
    step = max(1, len(relevant) // points) if points else 0
    for count, by_lot, found in runs(relevant, lot):
        stretch = count - found if by_lot else 0
        if by_lot and ledger.betting and (first < 0 or points):
            ledger.open()
            for more in range(0, stretch, step) if points else ():
                way.append((read + more, ledger.found, ledger.highest(more)))
            if first < 0 and ledger.enough(recall, stretch):
                first = read + ledger.more_needed(recall)
        if by_lot:
            ledger.read_by_lot(stretch, found)
        else:
            ledger.read_ranked(count, found)
        read += count
        if first < 0 and _may_stop(ledger, recall, found):
            first = read
        if points and (read >= due or found):
            way.append((read, ledger.found, ledger.highest()))
            due = read + step
    ledger.settle()
    if points:
        way.append((read, ledger.found, ledger.highest()))
    if first < 0 and ledger.enough(recall):
        first = read
    return Replay(ledger, np.array(sorted(set(way)), dtype=int).reshape(-1, 3), first)
