"""People of a node in the order of each feature."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def sort_people(x: Array) -> tuple[Array, Array]:
    """Everybody in the order of each feature.

    Parameters
    ----------
    x : Array, shape (n, p)

    Returns
    -------
    order : Array of int32, shape (p, n)
        Rows, lowest value first; equal values in the order of rows.
    rank : Array of int32, shape (p, n)
        Position of each row's value among the distinct values of the feature.
    """
    n, p = x.shape
    order, rank = np.empty((p, n), np.int32), np.empty((p, n), np.int32)
    for j in range(p):
        order[j] = np.argsort(x[:, j], kind="stable")
        ordered = x[order[j], j]
        rank[j, order[j]] = np.concatenate([[0], np.cumsum(ordered[1:] != ordered[:-1])])
    return order, rank


@numba.njit(cache=True, nogil=True)
def part(
    order: np.ndarray, rank: np.ndarray, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The people of a node, in the order of each feature.

    Parameters
    ----------
    order, rank : (p, n) int32
        As :func:`sort_people` gives them.
    inside : (n,) bool

    Returns
    -------
    rows : (c,) int32
    order, rank : (p, c) int32
        Positions in ``rows``, ranks among the distinct values in the node.
    distinct : (p,) int64
        Number of distinct values.
    """
    p, n = order.shape
    local = np.empty(n, np.int32)
    c = 0
    for i in range(n):
        if inside[i]:
            local[i] = c
            c += 1
    rows = np.empty(c, np.int32)
    for i in range(n):
        if inside[i]:
            rows[local[i]] = i
    o, r, distinct = np.empty((p, c), np.int32), np.empty((p, c), np.int32), np.zeros(p, np.int64)
    for j in range(p):
        at, before, now = 0, -1, -1
        for s in range(n):
            i = order[j, s]
            if inside[i]:
                if rank[j, i] != before:
                    now += 1
                    before = rank[j, i]
                o[j, at] = local[i]
                r[j, local[i]] = now
                at += 1
        distinct[j] = now + 1
    return rows, o, r, distinct
