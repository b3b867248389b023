"""The score of one pair, as compiled code sees it. :mod:`~almpo_kit.matching.assignment.dense` says it in NumPy."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

#: Mean radius of the Earth (IUGG), km.
EARTH_KM = 6371.0088


@numba.njit(cache=True, nogil=True)
def arc_km(chord2: float) -> float:
    """Great-circle distance (km) of two points whose chord on the unit sphere has this square."""
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord2) / 2))


@numba.njit(cache=True, nogil=True)
def admitted(s: Any, v: Any, i: int, j: int) -> bool:
    """Whether every hard condition holds between a person and a vacancy."""
    if v.needs[j] & ~s.has[i]:
        return False
    if v.any_of[j] and not v.any_of[j] & s.any_of[i]:
        return False
    for level in range(s.levels.shape[1]):
        # A level nobody noted does not fulfil a demand; a vacancy without a demand asks nothing.
        if v.levels[j, level] == v.levels[j, level] and not s.levels[i, level] >= v.levels[j, level]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def wage_part(reserved: float, offered: float) -> float:
    """1 where the offer reaches the reservation wage, 0 from a fifth below it, 0.5 where either is unknown."""
    if not (reserved == reserved and offered == offered):
        return 0.5
    if offered >= reserved:
        return 1.0
    return max(0.0, 1.0 - (reserved - offered) / (0.2 * reserved))


@numba.njit(cache=True, nogil=True)
def skills_part(s: Any, v: Any, i: int, j: int) -> float:
    """Share of the skills a vacancy asks for that the person has; 0 where it names none."""
    a, a_end, b, b_end = s.skill_start[i], s.skill_start[i + 1], v.skill_start[j], v.skill_start[j + 1]
    asked, shared = b_end - b, 0
    while a < a_end and b < b_end:
        if s.skill[a] == v.skill[b]:
            shared, a, b = shared + 1, a + 1, b + 1
        elif s.skill[a] < v.skill[b]:
            a += 1
        else:
            b += 1
    return shared / asked if asked else 0.0


@numba.njit(cache=True, nogil=True)
def vector_part(s: Any, v: Any, i: int, j: int) -> float:
    """Cosine of two unit vectors, not below 0."""
    total = 0.0
    for d in range(s.vector.shape[1]):
        total += s.vector[i, d] * v.vector[j, d]
    return max(0.0, min(1.0, total))


@numba.njit(cache=True, nogil=True)
def tie(i: int, j: int, seed: int) -> float:
    """A number in [0, 1) that orders ties: the same for the same pair and seed, without a pattern."""
    x = (i * 0x9E3779B1 + j * 0x85EBCA77 + seed * 0xC2B2AE3D + 0x27D4EB2F) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    x = ((x ^ (x >> 12)) * 0x297A2D39) & 0xFFFFFFFF
    return (x ^ (x >> 15)) / 4294967296.0


@numba.njit(cache=True, nogil=True)
def overlaps(s: Any, v: Any, seeker: np.ndarray, vacancy: np.ndarray, out: np.ndarray) -> None:
    """How many of the skills a vacancy asks for the person has, for each pair."""
    for k in range(out.shape[0]):
        asked = v.skill_start[vacancy[k] + 1] - v.skill_start[vacancy[k]]
        out[k] = round(skills_part(s, v, seeker[k], vacancy[k]) * asked)
