"""Which numbers of an audit are not told, because fewer than ten people stand behind them or would be given away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Counts from 1 to one less are not told. 0 is told: it is about nobody.
SMALLEST = 10


def small(counts: Any) -> Array:
    """Which counts are not told."""
    x = np.asarray(counts)
    return np.asarray((x > 0) & (x < SMALLEST))


def hidden_counts(counts: Array, primary: Array, lines: Sequence[Array]) -> Array:
    """Cells to keep back: small ones, and further ones until no known total gives a small one away.

    Parameters
    ----------
    counts : Array of int, shape (c,)
    primary : Array of bool, shape (c,)
    lines : sequence of Array of int
        Cells whose total may be known.

    Returns
    -------
    Array of bool, shape (c,)
        The hidden cells of a line are none, or at least two that hold at least ten people together; or the whole line.

    References
    ----------
    Hundepool et al. (2012) Statistical Disclosure Control, Wiley, chapter 4.
    """
    hidden = primary.copy()
    changed = True
    while changed:
        changed = False
        for line in lines:
            away = hidden[line]
            if not away.any() or (away.sum() >= 2 and not small(counts[line][away].sum())):
                continue
            left = line[~away & (counts[line] > 0)]
            if not len(left):
                continue
            hidden[left[np.argmin(counts[left])]] = True
            changed = True
    return hidden


def lines_of(cells: Sequence[tuple[str, ...]]) -> list[Array]:
    """Groups that add up to a total that is shown elsewhere: all of them, and those that share one part."""
    every = np.arange(len(cells))
    lines = [every]
    if cells and len(cells[0]) > 1:
        for part in range(len(cells[0])):
            values = np.array([c[part] for c in cells])
            lines += [every[values == v] for v in np.unique(values)]
    return lines


def hidden_people(counts: Array, cells: Sequence[tuple[str, ...]]) -> Array:
    """Groups whose number of people is not told, shape (g,)."""
    return hidden_counts(counts, small(counts), lines_of(cells))


def hidden_offers(counts: Array, away: Array, cells: Sequence[tuple[str, ...]]) -> Array:
    """Shares of arms that are not told, because together with the number of people they are counts.

    Parameters
    ----------
    counts : Array of int, shape (g, k)
        People of each group in each arm, the offer of none first.
    away : Array of bool, shape (g,)
        Groups whose number of people is not told.
    cells : sequence of g tuples

    Returns
    -------
    Array of bool, shape (g, k)
        Where the first column is hidden, so must be the share that is offered anything.
    """
    g, k = counts.shape
    primary = small(counts) | away[:, None]
    primary[:, 0] |= small(counts[:, 1:].sum(axis=1))
    flat = np.arange(g * k).reshape(g, k)
    lines = [flat[i] for i in range(g)]
    lines += [flat[line, a] for line in lines_of(cells) for a in range(k)]
    return hidden_counts(counts.ravel(), primary.ravel(), lines).reshape(g, k)
