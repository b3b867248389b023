"""Candidates: the best vacancies of every kind of person at given prices, found through the index."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from almpo_kit.matching.assignment import dense
from almpo_kit.matching.assignment.problem import Problem

Progress = Callable[[int, int], None]
#: Pairs up to which all are scored in NumPy, without compiling anything.
_FEW_PAIRS = 2_000_000
_CHUNK = 4096


def candidates(
    p: Problem, price: np.ndarray, width: int, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The ``width`` best vacancies of each kind by score less price, exactly.

    Parameters
    ----------
    p : Problem
    price : (n_vacancies,) float64
        In the order given; infinite where a vacancy may not be shown.
    width : int
    progress : callable, optional

    Returns
    -------
    item : (n_kinds, width) int32
        Best first; -1 where there are no more.
    score : (n_kinds, width) float32
        Price not taken off.
    """
    n = p.kinds.code.size
    item, score = np.full((n, width), -1, np.int32), np.zeros((n, width), np.float32)
    laid = price[p.laid.row]
    if n * p.laid.code.size <= _FEW_PAIRS:
        for i in range(n):
            row, value = dense.best(p.kinds, p.laid, p.index, p.rules, laid, i, width)
            item[i, : row.size], score[i, : row.size] = row, value
        return item, score
    _by_index(p, laid, item, score, progress)
    return item, score


def _by_index(
    p: Problem, price: np.ndarray, item: np.ndarray, score: np.ndarray, progress: Progress | None
) -> None:
    """Chunks on as many threads as numba has; the compiled loop lets go of the interpreter."""
    import numba

    from almpo_kit.matching.assignment.kernels.search import search

    cheapest = np.full(p.index.start.shape[0], np.inf)
    np.minimum.at(cheapest, p.block, price)

    # Alike persons from one place look into the same vacancies: one after another, memory is read once.
    k = p.kinds
    near = np.floor(np.nan_to_num(k.lat) * 5) if p.rules.sphere else k.place
    order = np.lexsort((k.lon, near, k.code))

    def chunk(a: int) -> int:
        who = order[a : a + _CHUNK]
        search(p.kinds, p.laid, p.index, p.rules, price, cheapest, who, item, score)
        return who.size

    # Compiled once, before threads meet.
    search(p.kinds, p.laid, p.index, p.rules, price, cheapest, order[:0], item, score)
    done = 0
    with ThreadPoolExecutor(numba.get_num_threads()) as pool:
        for many in pool.map(chunk, range(0, item.shape[0], _CHUNK)):
            done += many
            if progress is not None:
                progress(done, item.shape[0])
