"""The best vacancies of many persons, exactly, without looking at every pair."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from almpo_kit.matching.assignment.kernels.pairs import (
    EARTH_KM,
    admitted,
    arc_km,
    skills_part,
    tie,
    vector_part,
    wage_part,
)


@numba.njit(cache=True, nogil=True)
def _sift(key: np.ndarray, item: np.ndarray, score: np.ndarray, n: int) -> None:
    """Let the root of a min-heap sink to its place."""
    at = 0
    while True:
        low, child = at, 2 * at + 1
        if child < n and key[child] < key[low]:
            low = child
        if child + 1 < n and key[child + 1] < key[low]:
            low = child + 1
        if low == at:
            return
        key[at], key[low] = key[low], key[at]
        item[at], item[low] = item[low], item[at]
        score[at], score[low] = score[low], score[at]
        at = low


@numba.njit(cache=True, nogil=True)
def _rise(key: np.ndarray, item: np.ndarray, score: np.ndarray, at: int) -> None:
    """Let the last entry of a min-heap rise to its place."""
    while at and key[at] < key[(at - 1) // 2]:
        up = (at - 1) // 2
        key[at], key[up] = key[up], key[at]
        item[at], item[up] = item[up], item[at]
        score[at], score[up] = score[up], score[at]
        at = up


@numba.njit(cache=True, nogil=True)
def _lower(values: np.ndarray, a: int, b: int, x: float) -> int:
    """First position in ``values[a:b]`` (ascending) that is not below ``x``."""
    while a < b:
        middle = (a + b) // 2
        if values[middle] < x:
            a = middle + 1
        else:
            b = middle
    return a


@numba.njit(cache=True, nogil=True)
def _scan(
    s: Any,
    v: Any,
    rules: Any,
    price: np.ndarray,
    i: int,
    a: int,
    b: int,
    km: float,
    key: np.ndarray,
    item: np.ndarray,
    score: np.ndarray,
    n: int,
) -> int:
    """Score the vacancies ``a:b`` of the index for one person and keep the best; returns how many are kept."""
    w = rules.weights
    limit = s.limit[i]
    chord = 2 * math.sin(min(limit / (2 * EARTH_KM), math.pi / 2)) if limit < 1e9 else 3.0
    chord2_limit = chord * chord
    width = key.shape[0]
    for j in range(a, b):
        similarity = rules.similarity[s.code[i], v.code[j]]
        if similarity < rules.least or price[j] == np.inf:
            continue
        # What it could be worth at most: most vacancies end here, before anything is computed of them.
        ceiling = w[0] * similarity + w[1] + w[2] + w[3] + w[4] - price[j]
        if n == width and ceiling + 1e-7 <= key[0]:
            continue
        distance = km
        if rules.sphere:
            dx = s.xyz[i, 0] - v.xyz[j, 0]
            dy = s.xyz[i, 1] - v.xyz[j, 1]
            dz = s.xyz[i, 2] - v.xyz[j, 2]
            chord2 = dx * dx + dy * dy + dz * dz
            if not chord2 <= chord2_limit:
                continue
            distance = arc_km(chord2) if w[1] > 0 else 0.0
        if not admitted(s, v, i, j):
            continue
        value = w[0] * similarity
        if w[1] > 0:
            value += w[1] * math.exp(-distance / rules.scale)
        if w[2] > 0:
            value += w[2] * wage_part(s.wage[i], v.wage[j])
        if w[3] > 0:
            value += w[3] * skills_part(s, v, i, j)
        if w[4] > 0:
            value += w[4] * vector_part(s, v, i, j)
        net = value - price[j] + 1e-7 * tie(i, v.row[j], rules.seed)
        if n < width:
            key[n], item[n], score[n] = net, j, value
            _rise(key, item, score, n)
            n += 1
        elif net > key[0]:
            key[0], item[0], score[0] = net, j, value
            _sift(key, item, score, width)
    return n


@numba.njit(cache=True, nogil=True)
def search(
    s: Any,
    v: Any,
    index: Any,
    rules: Any,
    price: np.ndarray,
    cheapest: np.ndarray,
    first: int,
    item_out: np.ndarray,
    score_out: np.ndarray,
) -> None:
    """Fill rows of the best vacancies by score less price, best first.

    Parameters
    ----------
    s, v : Side
        Persons, and vacancies in the order of the index.
    index : Index
    rules : Rules
    price : (n_vacancies,) float64
        In the order of the index.
    cheapest : (n_blocks,) float64
        Lowest price in each block of occupations.
    first : int
        The person of the first row.
    item_out : (n_rows, width) int32
        Row of the vacancy as given (not as indexed); -1 where there is none.
    score_out : (n_rows, width) float32
        Its score, price not taken off.
    """
    width = item_out.shape[1]
    key, item, score = np.empty(width), np.empty(width, np.int32), np.empty(width)
    w = rules.weights
    lowest = cheapest.min() if cheapest.size else 0.0
    bands = index.start.shape[1] - 1
    for row in range(item_out.shape[0]):
        i, n = first + row, 0
        a_reach, b_reach = 0, 0
        lat_low, lat_high, spread = 0, bands - 1, math.inf
        if rules.travel:
            if s.place[i] >= 0:
                a_reach, b_reach = index.reach_start[s.place[i]], index.reach_start[s.place[i] + 1]
        elif rules.sphere:
            radius = s.limit[i] / EARTH_KM
            lat, reach = s.lat[i], math.degrees(radius)
            lat_low = max(0, math.floor((lat - reach + 90) / index.height))
            lat_high = min(bands - 1, math.floor((lat + reach + 90) / index.height))
            if abs(lat) + reach < 89.9:
                spread = (
                    math.degrees(math.asin(min(1.0, math.sin(radius) / math.cos(math.radians(lat))))) + 1e-6
                )
            if lat != lat:
                lat_high = -1
        for position in range(index.order.shape[1]):
            block = index.order[s.code[i], position]
            similarity = index.best[s.code[i], block]
            rest = w[1] + w[2] + w[3] + w[4] + 1e-7
            if similarity < rules.least or (n == width and w[0] * similarity + rest - lowest <= key[0]):
                break
            if n == width and w[0] * similarity + rest - cheapest[block] <= key[0]:
                continue
            for r in range(a_reach, b_reach):
                d = index.reach_to[r]
                a, b = index.start[block, d], index.start[block, d + 1]
                n = _scan(s, v, rules, price, i, a, b, index.reach_km[r], key, item, score, n)
            if rules.travel:
                continue
            for band in range(lat_low, lat_high + 1):
                a, b = index.start[block, band], index.start[block, band + 1]
                lon = s.lon[i]
                if a < b and spread < 180 and lon - spread >= -180 and lon + spread <= 180:
                    a = _lower(v.lon, a, b, lon - spread)
                    b = _lower(v.lon, a, b, lon + spread)
                n = _scan(s, v, rules, price, i, a, b, 0.0, key, item, score, n)
        for left in range(n - 1, -1, -1):
            item_out[row, left], score_out[row, left] = v.row[item[0]], score[0]
            key[0], item[0], score[0] = key[left], item[left], score[left]
            _sift(key, item, score, left)
        for left in range(n, width):
            item_out[row, left], score_out[row, left] = -1, 0.0
