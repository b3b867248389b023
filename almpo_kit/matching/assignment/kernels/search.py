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
def search(
    s: Any,
    v: Any,
    index: Any,
    rules: Any,
    price: np.ndarray,
    cheapest: np.ndarray,
    who: np.ndarray,
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
    who : (n_rows,) int64
        Persons to look for, neighbours one after another so that what they look into is still at hand.
    item_out : (n_persons, width) int32
        Row of the vacancy as given (not as indexed); -1 where there is none.
    score_out : (n_persons, width) float32
        Its score, price not taken off.
    """
    # Arrays by their own names: handing the named tuples on for each block would count references of every array,
    # on which the threads then wait for each other.
    width, bands = item_out.shape[1], index.start.shape[1] - 1
    key, item, score = np.empty(width), np.empty(width, np.int32), np.empty(width)
    w0, w1, w2, w3, w4 = (
        rules.weights[0],
        rules.weights[1],
        rules.weights[2],
        rules.weights[3],
        rules.weights[4],
    )
    lowest = cheapest.min() if cheapest.size else 0.0
    other, scale, least, height = w2 + w3 + w4 + 1e-7, rules.scale, rules.least, index.height
    start, order, best, alike = index.start, index.order, index.best, rules.similarity
    xyz, code, offered, lon_of, row_of = v.xyz, v.code, v.wage, v.lon, v.row
    travel, sphere, checked, seed = rules.travel, rules.sphere, rules.checked, rules.seed
    for i in who:
        n, me = 0, s.code[i]
        x, y, z, lat, lon = s.xyz[i, 0], s.xyz[i, 1], s.xyz[i, 2], s.lat[i], s.lon[i]
        limit, reserved = s.limit[i], s.wage[i]
        half = min(limit / (2 * EARTH_KM), math.pi / 2)
        chord2_limit = 4 * math.sin(half) ** 2 + 1e-15
        first, last = 0, 1
        if travel:
            first = last = 0
            if s.place[i] >= 0:
                first, last = index.reach_start[s.place[i]], index.reach_start[s.place[i] + 1]
        elif sphere:
            last = 2 * bands if lat == lat else 0
        home = min(bands - 1, math.floor((lat + 90) / height)) if sphere and lat == lat else 0
        for position in range(order.shape[1]):
            block = order[me, position]
            known = w0 * best[me, block] + other
            if best[me, block] < least or (n == width and known + w1 - lowest <= key[0]):
                break
            known -= cheapest[block]
            below, above, band, km = home, home + 1, 0, 0.0
            for step in range(first, last):
                need = key[0] - known if n == width else 0.0
                if need >= w1 and n == width:
                    break
                if travel:
                    band, km = index.reach_to[step], index.reach_km[step]
                elif sphere:
                    # Bands from the nearest outwards, no farther than a vacancy can still get in.
                    south = max(0.0, lat - ((below + 1) * height - 90)) if below >= 0 else math.inf
                    north = above * height - 90 - lat if above < bands else math.inf
                    gap = min(south, north)
                    reach = min(limit, -scale * math.log(need / w1) + 1e-6) if need > 0 else limit
                    if math.radians(gap) * EARTH_KM > reach + 1e-6:
                        break
                    if south <= north:
                        band = below
                        below -= 1
                    else:
                        band = above
                        above += 1
                a, b = start[block, band], start[block, band + 1]
                if sphere and b - a > 16:
                    radius = reach / EARTH_KM
                    if abs(lat) + math.degrees(radius) < 89.9:
                        spread = math.sin(radius) / math.cos(math.radians(lat))
                        spread = math.degrees(math.asin(min(1.0, spread))) + 1e-6
                        if lon - spread >= -180 and lon + spread <= 180:
                            a = _lower(lon_of, a, b, lon - spread)
                            b = _lower(lon_of, a, b, lon + spread)
                for j in range(a, b):
                    similarity = alike[me, code[j]]
                    if similarity < least or price[j] == np.inf:
                        continue
                    # What it could be worth at most: most vacancies end here.
                    ceiling = w0 * similarity + w1 + other - price[j]
                    if n == width and ceiling <= key[0]:
                        continue
                    distance = km
                    if sphere:
                        chord2 = (x - xyz[j, 0]) ** 2 + (y - xyz[j, 1]) ** 2 + (z - xyz[j, 2]) ** 2
                        if not chord2 <= chord2_limit:
                            continue
                        distance = arc_km(chord2)
                    if checked and not admitted(s, v, i, j):
                        continue
                    value = w0 * similarity
                    if w1 > 0:
                        value += w1 * math.exp(-distance / scale)
                    if w2 > 0:
                        value += w2 * wage_part(reserved, offered[j])
                    if w3 > 0:
                        value += w3 * skills_part(s, v, i, j)
                    if w4 > 0:
                        value += w4 * vector_part(s, v, i, j)
                    net = value - price[j] + 1e-7 * tie(i, row_of[j], seed)
                    if n < width:
                        key[n], item[n], score[n] = net, j, value
                        _rise(key, item, score, n)
                        n += 1
                    elif net > key[0]:
                        key[0], item[0], score[0] = net, j, value
                        _sift(key, item, score, width)
        for left in range(n - 1, -1, -1):
            item_out[i, left], score_out[i, left] = row_of[item[0]], score[0]
            key[0], item[0], score[0] = key[left], item[left], score[left]
            _sift(key, item, score, left)
        for left in range(n, width):
            item_out[i, left], score_out[i, left] = -1, 0.0
