"""From two frames to arrays: who, where, how pairs are scored, which persons are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.assignment import likeness
from almpo_kit.matching.assignment.conditions import Conditions, conditions
from almpo_kit.matching.assignment.indexing import index_vacancies
from almpo_kit.matching.assignment.kernels.arrays import Index, Rules, Side, take
from almpo_kit.matching.assignment.people import amounts, counts, skill_sets, unit_rows
from almpo_kit.matching.assignment.places import Points, points, travel_matrix
from almpo_kit.vocabulary.errors import DesignError, ParameterError

PARTS = ("occupation", "distance", "wage", "skills", "vectors")
#: Weights of the parts of a score before those without data are left out and the rest made to sum to one.
WEIGHTS = {"occupation": 0.5, "distance": 0.3, "wage": 0.2, "skills": 0.3, "vectors": 0.3}


@dataclass(frozen=True)
class Problem:
    """Everything the search and the solver need.

    ``kinds`` (one entry for each kind of alike persons), ``kind`` of each row of seekers, ``count`` of each row;
    ``everyone`` and ``offers`` all rows as given, ``laid`` the vacancies that lie somewhere in the order of the
    index; ``posts`` of each vacancy; ``sought`` and ``offered`` codes, the last of each for a missing one.
    """

    seekers: pd.DataFrame
    vacancies: pd.DataFrame
    kinds: Side
    kind: np.ndarray
    count: np.ndarray
    posts: np.ndarray
    everyone: Side
    offers: Side
    laid: Side
    index: Index
    block: np.ndarray
    rules: Rules
    sought: list[str]
    offered: list[str]
    places: tuple[Points, Points]
    unit: str

    @property
    def located(self) -> tuple[np.ndarray, np.ndarray]:
        """Whether each person and each vacancy lies somewhere; all do where distance plays no part."""
        if self.rules.travel:
            return self.everyone.place >= 0, self.offers.place >= 0
        if self.rules.sphere:
            return self.places[0].known, self.places[1].known
        return np.ones(len(self.seekers), bool), np.ones(len(self.vacancies), bool)


def problem(
    seekers: pd.DataFrame,
    vacancies: pd.DataFrame,
    *,
    similarity: pd.DataFrame | None,
    occupations: pd.DataFrame | None,
    locations: pd.DataFrame | None,
    travel: pd.DataFrame | None,
    max_km: float | None,
    eligibility: Any,
    weights: Mapping[str, float] | None,
    vectors: tuple[Any, Any] | None,
    min_similarity: float,
    seed: int,
) -> Problem:
    """Build the arrays; see :func:`~almpo_kit.matching.assignment.assigning.assign` for the arguments."""
    code, sought = likeness.codes_of(_column(seekers, "occupation"), "seekers", occupations)
    asked, offered = likeness.codes_of(_column(vacancies, "occupation"), "vacancies", occupations)
    left, right, masks = conditions(seekers, vacancies, eligibility)
    here, there = points(seekers, locations, "seekers"), points(vacancies, locations, "vacancies")
    matrix, home, work = None, *(np.full(len(f), -1, np.int32) for f in (seekers, vacancies))
    if travel is not None:
        matrix, home, work = travel_matrix(travel, _column(seekers, "geo"), _column(vacancies, "geo"), max_km)
    sphere = matrix is None and bool(here.known.any() or there.known.any())
    if max_km is not None and matrix is None and not (here.known.any() and there.known.any()):
        raise DesignError(
            f"max_km={max_km:g}: no {'person' if not here.known.any() else 'vacancy'} has a point. Give lon and lat, "
            "or pass locations=sources.locations() for label points of regions in geo, or max_km=None to leave "
            "distance out."
        )
    names: dict[str, int] = {}
    asked_skills = skill_sets(vacancies, names)
    own_skills = skill_sets(seekers, names)
    used = {
        "occupation": bool(sought and offered),
        "distance": sphere or matrix is not None,
        "wage": "wage" in seekers and "wage" in vacancies,
        "skills": own_skills[1].size > 0 and asked_skills[1].size > 0,
        "vectors": vectors is not None,
    }
    table = likeness.by_hierarchy(sought, offered)
    if similarity is not None:
        table = likeness.by_table(similarity, sought, offered)
    # Where no occupation is known nothing speaks against a pair if skills or vectors can speak for it.
    blank = min_similarity if used["skills"] or used["vectors"] else -1.0
    table = np.pad(likeness.with_masks(table, masks, sought, offered), (0, 1), constant_values=blank)
    scale = (max_km or 50.0) / 2
    asks = bool(right.needs.any() or right.any_of.any() or right.levels.size)
    rules = Rules(
        _weights(weights, used), table, min_similarity, scale, sphere, matrix is not None, seed, asks
    )
    own_vectors, their_vectors = None, None
    if vectors is not None:
        own_vectors = unit_rows(vectors[0], len(seekers), "seekers")
        their_vectors = unit_rows(vectors[1], len(vacancies), "vacancies")
    limits = np.full(len(seekers), 20_100.0 if max_km is None else max_km)
    if matrix is None and max_km is not None:
        personal = amounts(seekers, "max_km")
        limits = np.where(np.isnan(personal), limits, personal)
    everyone = _side(seekers, code, here, home, limits, left, own_skills, own_vectors)
    offers = _side(
        vacancies, asked, there, work, np.zeros(len(vacancies)), right, asked_skills, their_vectors
    )
    kind, kinds = _kinds(everyone, seekers, alone=vectors is not None)
    typical = float(np.median(limits)) if limits.size else 50.0
    laid, index, block = index_vacancies(offers, [*offered, ""], rules, typical, matrix)
    return Problem(
        seekers=seekers,
        vacancies=vacancies,
        kinds=kinds,
        kind=kind,
        count=counts(seekers, "seekers").astype(np.int64),
        posts=counts(vacancies, "vacancies"),
        everyone=everyone,
        offers=offers,
        laid=laid,
        index=index,
        block=block,
        rules=rules,
        sought=[*sought, ""],
        offered=[*offered, ""],
        places=(here, there),
        unit=matrix.unit if matrix else "km",
    )


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame else pd.Series([None] * len(frame), dtype="object")


def _weights(asked: Mapping[str, float] | None, used: dict[str, bool]) -> np.ndarray:
    """Weights of the parts in use, summing to one.

    Raises
    ------
    ParameterError
        An unknown part, a negative weight.
    DesignError
        Nothing to score by.
    """
    given = dict(WEIGHTS if asked is None else asked)
    if set(given) - set(PARTS) or any(not 0 <= w < np.inf for w in given.values()):
        raise ParameterError(f"weights={given!r}: give numbers from 0 for {', '.join(PARTS)}.")
    raw = np.array([given.get(p, 0.0) * used[p] for p in PARTS], dtype=float)
    if raw.sum() <= 0:
        raise DesignError(
            "there is nothing to score pairs by: neither occupation nor skills, vectors, wage or points are known on "
            "both sides (or their weights are zero)."
        )
    out: np.ndarray = raw / raw.sum()
    return out


def _side(
    frame: pd.DataFrame,
    code: np.ndarray,
    at: Points,
    place: np.ndarray,
    limit: np.ndarray,
    held: Conditions,
    skills: tuple[np.ndarray, np.ndarray],
    vector: np.ndarray | None,
) -> Side:
    n = len(frame)
    return Side(
        code=code,
        # One layout only: each further one would be compiled anew.
        xyz=np.ascontiguousarray(at.xyz),
        lat=at.lat,
        lon=at.lon,
        place=place,
        limit=limit.astype(float),
        wage=amounts(frame, "wage"),
        has=held.has,
        needs=held.needs,
        any_of=held.any_of,
        levels=np.ascontiguousarray(held.levels),
        skill_start=skills[0],
        skill=skills[1],
        vector=np.empty((n, 0), np.float32) if vector is None else vector,
        row=np.arange(n, dtype=np.int32),
    )


def _kinds(side: Side, frame: pd.DataFrame, *, alone: bool) -> tuple[np.ndarray, Side]:
    """Persons that no score can tell apart are one kind: their lists of candidates are made once."""
    n = side.code.size
    if alone or n < 2:
        return np.arange(n, dtype=np.int32), side
    key = pd.DataFrame(
        {
            "code": side.code,
            "lat": side.lat,
            "lon": side.lon,
            "place": side.place,
            "limit": side.limit,
            "wage": side.wage,
            "has": side.has,
            "any_of": side.any_of,
            "skills": pd.factorize(frame["skills"].astype("object"))[0] if side.skill.size else 0,
        }
    )
    for level in range(side.levels.shape[1]):
        key[f"level {level}"] = side.levels[:, level]
    kind = key.groupby(list(key.columns), dropna=False, sort=False).ngroup().to_numpy().astype(np.int32)
    first = np.unique(kind, return_index=True)[1]
    if first.size == n:
        return kind, side
    return kind, take(side, first)
