"""Entropic transport on the graph of candidates: shares of showing a vacancy, between 0 and 1."""

from __future__ import annotations

import math

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def _share(x: float) -> float:
    if x > 36:
        return 1.0
    return 1.0 / (1.0 + math.exp(-x)) if x > -36 else 0.0


@numba.njit(cache=True, nogil=True)
def _level(net: np.ndarray, n: int, want: float, heat: float, start: float) -> float:
    """The level at which shares sum to ``want``: Newton's steps kept inside a bracket."""
    low, high, u = net[:n].min() - 40 * heat, net[:n].max() + 40 * heat, start
    for _ in range(60):
        if not low < u < high:
            u = (low + high) / 2
        total, slope = 0.0, 0.0
        for c in range(n):
            x = _share((net[c] - u) / heat)
            total += x
            slope += x * (1 - x) / heat
        if abs(total - want) < 1e-9:
            break
        if total > want:
            low = u
        else:
            high = u
        u = u + (total - want) / slope if slope > 1e-12 else (low + high) / 2
    return u


@numba.njit(cache=True, nogil=True)
def shares(
    count: np.ndarray,
    item: np.ndarray,
    score: np.ndarray,
    price: np.ndarray,
    heat: float,
    top: int,
    strict: bool,
    level: np.ndarray,
    load: np.ndarray,
    out: np.ndarray,
) -> None:
    """One half of a sweep: every person's shares at given prices, and the loads they make.

    ``level`` (n_kinds,) is read as a first guess and overwritten; ``load`` (n_vacancies,) is added to; ``out``
    (n_kinds, width) takes the shares where it has rows.
    """
    width = item.shape[1]
    net = np.empty(width)
    for row in range(item.shape[0]):
        n = 0
        while n < width and item[row, n] >= 0:
            net[n] = score[row, n] - price[item[row, n]]
            if net[n] < -1e9:
                net[n] = -1e9
            n += 1
        usable = 0
        for c in range(n):
            usable += net[c] > -1e9
        if usable == 0:
            continue
        if usable <= top:
            u = net[:n].min() - 80 * heat if usable == n else -1e8
        else:
            u = _level(net, n, float(top), heat, level[row])
        if strict and u < 0:
            u = 0.0
        level[row] = u
        for c in range(n):
            x = _share((net[c] - u) / heat) if net[c] > -1e9 else 0.0
            load[item[row, c]] += count[row] * x
            if out.shape[0]:
                out[row, c] = x


@numba.njit(cache=True, nogil=True)
def draw(kind: np.ndarray, share: np.ndarray, start: np.ndarray, held: np.ndarray) -> None:
    """Lists in which each vacancy stands with exactly its share as probability (systematic sampling).

    Parameters
    ----------
    kind : (n_persons,) int32
    share : (n_kinds, width)
    start : (n_persons,)
        A random number in [0, 1) for each person.
    held : (n_persons, width) bool
        Filled.

    References
    ----------
    Madow (1949) Ann. Math. Statist. 20, 333-354.
    """
    for i in range(kind.shape[0]):
        total, following = 0.0, start[i]
        for c in range(share.shape[1]):
            total += share[kind[i], c]
            held[i, c] = total > following + 1e-12
            if held[i, c]:
                following += 1.0


@numba.njit(cache=True, nogil=True)
def merge(item: np.ndarray, score: np.ndarray, more: np.ndarray, values: np.ndarray, keep: int) -> None:
    """Replace all but the first ``keep`` candidates by those of ``more`` that are not among them."""
    width = item.shape[1]
    for row in range(item.shape[0]):
        n = 0
        while n < keep and item[row, n] >= 0:
            n += 1
        first = n
        for c in range(more.shape[1]):
            j = more[row, c]
            if j < 0 or n == width:
                break
            new = True
            for k in range(first):
                if item[row, k] == j:
                    new = False
            if new:
                item[row, n], score[row, n] = j, values[row, c]
                n += 1
        for c in range(n, width):
            item[row, c], score[row, c] = -1, 0.0
