"""What the loops read: plain arrays with names."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Side(NamedTuple):
    """Kinds of persons, or vacancies: ``n`` of them.

    ``code`` int32, row or column of the similarity table; ``xyz`` (n, 3) unit vectors, ``lat`` and ``lon`` degrees,
    NaN where there is no point; ``place`` int32 in the travel matrix, -1 unknown; ``limit`` km (or the unit of
    the travel matrix); ``wage`` NaN unknown; ``has``, ``needs``, ``any_of`` int64 sets of conditions;
    ``levels`` (n, n_levels); ``skill_start`` (n + 1,) into ``skill``, sorted; ``vector`` (n, d) unit rows;
    ``row`` int32, the row as given.
    """

    code: np.ndarray
    xyz: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    place: np.ndarray
    limit: np.ndarray
    wage: np.ndarray
    has: np.ndarray
    needs: np.ndarray
    any_of: np.ndarray
    levels: np.ndarray
    skill_start: np.ndarray
    skill: np.ndarray
    vector: np.ndarray
    row: np.ndarray


class Rules(NamedTuple):
    """How a pair is scored: ``weights`` of occupation, distance, wage, skills, vectors (they sum to 1);
    ``similarity`` (n_codes_sought, n_codes_offered), below ``least`` never shown; ``scale`` of the decay in km;
    ``checked`` where there are conditions to look at.
    """

    weights: np.ndarray
    similarity: np.ndarray
    least: float
    scale: float
    sphere: bool
    travel: bool
    seed: int
    checked: bool


class Index(NamedTuple):
    """Vacancies sorted by block of occupations, then band of latitude (or place), then longitude.

    ``start`` (n_blocks, n_bands + 1); ``order`` and ``best`` (n_codes_sought, n_blocks): blocks from the most
    alike, and how alike their best code is; ``height`` of a band in degrees; ``reach_*`` the travel matrix by row.
    """

    start: np.ndarray
    order: np.ndarray
    best: np.ndarray
    height: float
    reach_start: np.ndarray
    reach_to: np.ndarray
    reach_km: np.ndarray


def take(side: Side, rows: np.ndarray) -> Side:
    """The given rows of a side, in their order."""
    length = np.diff(side.skill_start)[rows]
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    # Position within each row's run of skills, laid end to end.
    within = np.arange(start[-1]) - np.repeat(start[:-1], length)
    skill = side.skill[np.repeat(side.skill_start[:-1][rows], length) + within]
    parts = {
        name: np.ascontiguousarray(getattr(side, name)[rows])
        for name in Side._fields
        if name not in ("skill_start", "skill")
    }
    return Side(skill_start=start, skill=skill, **parts)
