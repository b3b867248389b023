"""Which cells must be kept back so that no small one can be computed from totals. Kernels: they validate nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def hidden_cells(
    counts: Array, small: Array, lines: Sequence[Array], smallest: int, *, audit: bool = True
) -> Array:
    """Cells to keep back, primary and secondary.

    Primary are those in ``small``. Secondary: whoever knows the total of every line must not learn a number about
    fewer than ``smallest`` people, so the hidden cells of a line are at least two and hold at least that many people
    together; and with crossing lines no small cell may be confined to fewer than ``smallest`` values (a pair of linear
    programmes a cell, with all totals known and no count negative).

    Parameters
    ----------
    counts : Array, shape (v, n)
        Numbers that share one mask (a part and its rest), each of which the totals are known of.
    small : Array of bool, shape (n,)
    lines : sequence of Array of int
        Cells that add up to a total that may be known.
    smallest : int
    audit : bool
        False where lines do not cross.

    Returns
    -------
    Array of bool, shape (n,)
        Where a line has nothing left to hide, all of it is hidden and its total should not be told.

    References
    ----------
    Hundepool et al. (2012) Statistical Disclosure Control, Wiley, chapter 4 (cell suppression, audit).
    """
    hidden = small.copy()
    while True:
        _close(counts, hidden, lines, smallest)
        exposed = _exposed(counts, small, hidden, lines, smallest) if audit and hidden.any() else []
        more = [c for c in exposed if _hide_one(counts, hidden, [x for x in lines if c in x])]
        if not more:
            return hidden


def _close(counts: Array, hidden: Array, lines: Sequence[Array], smallest: int) -> None:
    changed = True
    while changed:
        changed = False
        for line in lines:
            while _gives_away(counts[:, line], hidden[line], smallest) and _hide_one(counts, hidden, [line]):
                changed = True


def _gives_away(counts: Array, hidden: Array, smallest: int) -> bool:
    if not hidden.any():
        return False
    together = counts[:, hidden].sum(axis=1)
    return bool(hidden.sum() < 2 or ((together > 0) & (together < smallest)).any())


def _hide_one(counts: Array, hidden: Array, lines: Sequence[Array]) -> bool:
    """Hide the smallest filled cell of these lines; False where none is left. Cells of nobody protect nobody."""
    near = np.unique(np.concatenate(lines)) if lines else np.empty(0, dtype=int)
    left = near[~hidden[near] & (counts[0, near] > 0)]
    if not len(left):
        return False
    hidden[left[np.argmin(counts[0, left])]] = True
    return True


def _exposed(counts: Array, small: Array, hidden: Array, lines: Sequence[Array], smallest: int) -> list[int]:
    """Small cells that the totals confine to fewer than ``smallest`` values."""
    from scipy.optimize import linprog

    cells = np.flatnonzero(hidden)
    held = np.array([np.isin(cells, line) for line in lines], dtype=float)
    held = np.unique(held[held.any(axis=1)], axis=0)
    found = set()
    for values in counts:
        totals = held @ values[cells]
        for c in np.flatnonzero(small[cells]):
            aim = np.zeros(len(cells))
            aim[c] = 1.0
            low, high = (
                s * linprog(s * aim, A_eq=held, b_eq=totals, bounds=(0, None)).fun for s in (1.0, -1.0)
            )
            # Rounding of the solver must not turn ten values into fewer.
            if values[cells[c]] > 0 and high - low < smallest - 1e-6:
                found.add(int(cells[c]))
    return sorted(found)
