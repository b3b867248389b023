"""Units in a line, arms in turn."""

from __future__ import annotations

from typing import Any

import numpy as np

Whole = np.ndarray[Any, np.dtype[np.intp]]
Lots = np.ndarray[Any, np.dtype[np.uint64]]


def in_line(block: Whole, lots_of_blocks: Lots, lots_of_units: Lots) -> Whole:
    """Units in order: blocks by their lot, and in each block units by theirs.

    Parameters
    ----------
    block : array of int, shape (n,)
        Codes of blocks.
    lots_of_blocks : array of uint64, shape (n_blocks,)
    lots_of_units : array of uint64, shape (n,)

    Returns
    -------
    array of int, shape (n,)
        Places of units in the list, first in line first.
    """
    return np.lexsort((lots_of_units, block, lots_of_blocks[block]))


def by_turns(line: Whole, row: Whole, start: int) -> Whole:
    """Whose turn it is: the arm of each unit of the list, the line going along the row of turns from ``start`` on.

    Returns
    -------
    array of int, shape (n,)
    """
    found = np.empty(len(line), dtype=np.intp)
    found[line] = row[(start + np.arange(len(line))) % len(row)]
    return found
