"""From places held to a table: one row a person and vacancy, with distance and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.matching.assignment import likeness
from almpo_kit.matching.assignment.dense import EARTH_KM, wage_parts
from almpo_kit.matching.assignment.kernels.arrays import Side
from almpo_kit.matching.assignment.problem import Problem
from almpo_kit.matching.assignment.solving import Solution

_CHUNK = 500_000
#: Pairs from which it pays to compile a loop.
_MANY = 20_000


@dataclass(frozen=True)
class Pairs:
    """Who is shown what: rows of seekers and vacancies, score, rank and how many of the row's persons."""

    seeker: np.ndarray
    vacancy: np.ndarray
    score: np.ndarray
    rank: np.ndarray
    persons: np.ndarray


def pairs(p: Problem, s: Solution) -> Pairs:
    """Places held, ranked by score less price within each person (or group of alike persons)."""
    parts = []
    for a in range(0, s.person.size, _CHUNK):
        i, c = np.nonzero(s.held[a : a + _CHUNK])
        who = s.person[a : a + _CHUNK][i]
        parts.append((who, s.item[p.kind[who], c], s.score[p.kind[who], c]))
    empty = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))
    seeker, vacancy, score = (np.concatenate(x) for x in zip(*(parts or [empty]), strict=True))
    persons: np.ndarray = np.ones(seeker.size, np.int32)
    if p.count.max(initial=0) > 1:
        code = seeker.astype(np.int64) * max(1, p.offers.code.size) + vacancy
        _, first, persons = np.unique(code, return_index=True, return_counts=True)
        seeker, vacancy, score = seeker[first], vacancy[first], score[first]
    order = np.lexsort((vacancy, -(score - s.price[vacancy]), seeker))
    seeker, vacancy, score, persons = (x[order] for x in (seeker, vacancy, score, persons))
    start = np.flatnonzero(np.diff(seeker, prepend=-1))
    rank = np.arange(seeker.size) - np.repeat(start, np.diff(np.append(start, seeker.size))) + 1
    return Pairs(seeker, vacancy, score, rank.astype(np.int32), persons.astype(np.int32))


def kilometres(p: Problem, q: Pairs) -> np.ndarray:
    """Distance of each pair in km, or in the unit of the travel matrix; NaN where distance plays no part."""
    out = np.full(q.seeker.size, np.nan, np.float32)
    if p.rules.travel:
        n = p.index.reach_start.size
        row = np.repeat(np.arange(n - 1), np.diff(p.index.reach_start))
        key = row * n + p.index.reach_to
        want = p.everyone.place[q.seeker].astype(np.int64) * n + p.offers.place[q.vacancy]
        found: np.ndarray = p.index.reach_km[np.searchsorted(key, want)].astype(np.float32)
        return found
    if p.rules.sphere:
        for a in range(0, out.size, _CHUNK):
            i, j = q.seeker[a : a + _CHUNK], q.vacancy[a : a + _CHUNK]
            chord = np.sqrt(((p.everyone.xyz[i] - p.offers.xyz[j]) ** 2).sum(axis=1))
            out[a : a + _CHUNK] = 2 * EARTH_KM * np.arcsin(np.minimum(1, chord / 2))
    return out


def table(p: Problem, s: Solution, q: Pairs, *, by_table: bool) -> pd.DataFrame:
    """The public table; texts are categories, so that ten million rows stay small."""
    km = kilometres(p, q)
    ids = (pd.Index(f["id"]) for f in (p.seekers, p.vacancies))
    seeker, vacancy = (
        pd.Categorical.from_codes(codes, categories=names)
        for codes, names in zip((q.seeker, q.vacancy), ids, strict=True)
    )
    similarity = p.rules.similarity[p.everyone.code[q.seeker], p.offers.code[q.vacancy]]
    return pd.DataFrame(
        {
            "seeker": seeker,
            "vacancy": vacancy,
            "rank": q.rank,
            "score": q.score,
            "price": s.price[q.vacancy].astype(np.float32),
            p.unit: km,
            "similarity": similarity.astype(np.float32),
            "persons": q.persons,
            "reason": reasons(p, q, km, by_table=by_table),
        },
        copy=False,
    )


def with_unserved(table: pd.DataFrame, gone: pd.DataFrame, p: Problem) -> pd.DataFrame:
    """The table with one row of rank 0 for those of each row who have no list, in the order of seekers."""
    if gone.empty:
        return table
    known = pd.Index(p.seekers["id"]).get_indexer(gone["seeker"])
    rest = pd.DataFrame(
        {
            "seeker": pd.Categorical.from_codes(known, categories=table["seeker"].cat.categories),
            "vacancy": pd.Categorical.from_codes(
                np.full(len(gone), -1), categories=table["vacancy"].cat.categories
            ),
            "rank": np.zeros(len(gone), np.int32),
            "score": np.full(len(gone), np.nan, np.float32),
            "persons": gone["persons"].to_numpy(np.int32),
        }
    )
    words = pd.CategoricalDtype(list(dict.fromkeys([*table["reason"].cat.categories, *gone["reason"]])))
    for column in table.columns.difference([*rest.columns, "reason"]):
        rest[column] = np.full(len(gone), np.nan, np.float32)
    rest["reason"] = gone["reason"].astype(words)
    both = pd.concat(
        [table.assign(reason=table["reason"].astype(words)), rest[table.columns]], ignore_index=True
    )
    return both.iloc[np.argsort(both["seeker"].cat.codes, kind="stable")].reset_index(drop=True)


def reasons(p: Problem, q: Pairs, km: np.ndarray, *, by_table: bool) -> pd.Categorical:
    """Why each pair: occupation, distance, wage and skills in words."""
    digits = _shared(p)[p.everyone.code[q.seeker], p.offers.code[q.vacancy]].astype(np.int64)
    alike = p.rules.similarity[p.everyone.code[q.seeker], p.offers.code[q.vacancy]]
    percent = np.rint(100 * np.maximum(alike, 0)).astype(np.int64) if by_table else np.zeros_like(digits)
    far = np.where(np.isnan(km), -1, np.rint(np.nan_to_num(km))).astype(np.int64)
    wage = np.zeros_like(digits)
    if p.rules.weights[2] > 0:
        part = wage_parts(p.everyone.wage[q.seeker], p.offers.wage[q.vacancy])
        known = ~(np.isnan(p.everyone.wage[q.seeker]) | np.isnan(p.offers.wage[q.vacancy]))
        wage = np.where(known, np.where(part >= 1, 1, 2), 0)
    shared, asked = _skills(p, q)
    columns = np.column_stack([digits, percent, far, wage, shared, asked])
    # One number for each combination: a sort of one column instead of six.
    spans = np.maximum(columns.max(axis=0, initial=0) + 2, 2)
    key = np.zeros(q.seeker.size, np.int64)
    for k in range(columns.shape[1]):
        key = key * spans[k] + columns[:, k] + 1
    _, first, code = np.unique(key, return_index=True, return_inverse=True)
    words = [_words(p, *map(int, columns[i]), by_table=by_table) for i in first]
    names = list(dict.fromkeys(words))
    at = {w: k for k, w in enumerate(names)}
    of = np.array([at[w] for w in words], dtype=np.int32)
    return pd.Categorical.from_codes(of[code] if of.size else code, categories=pd.Index(names, dtype="str"))


def _shared(p: Problem) -> np.ndarray:
    out = np.full(p.rules.similarity.shape, -1, np.int8)
    hierarchy = likeness.by_hierarchy(p.sought[:-1], p.offered[:-1])
    steps = np.array([*likeness.SHARED.values(), 1.0])
    out[:-1, :-1] = np.abs(hierarchy[..., None] - steps).argmin(axis=-1) if hierarchy.size else 0
    return out


def _words(
    p: Problem, digits: int, percent: int, far: int, wage: int, shared: int, asked: int, *, by_table: bool
) -> str:
    parts = []
    if digits < 0:
        parts.append("occupation not known")
    elif by_table and digits < 5:
        parts.append(f"occupations {percent}% alike by the table given")
    else:
        parts.append(likeness.SHARED_WORDS[digits])
    parts += [f"{far} {p.unit if p.unit == 'km' else 'minutes'}"] if far >= 0 else []
    parts += [("", "wage as wanted", "wage below what is wanted")[wage]] if wage else []
    parts += [f"{shared} of {asked} skills"] if asked else []
    return ", ".join(parts)


def _skills(p: Problem, q: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Skills shared and asked for, in each pair."""
    asked = np.diff(p.offers.skill_start)[q.vacancy]
    if not (p.everyone.skill.size and p.offers.skill.size):
        return np.zeros_like(asked), np.zeros_like(asked)
    if q.seeker.size > _MANY:
        from almpo_kit.matching.assignment.kernels.pairs import overlaps

        out = np.zeros(q.seeker.size, np.int64)
        overlaps(p.everyone, p.offers, q.seeker, q.vacancy, out)
        return out, asked
    shared = np.array(
        [_overlap(p.everyone, p.offers, i, j) for i, j in zip(q.seeker, q.vacancy, strict=True)]
    )
    return shared.astype(np.int64), asked


def _overlap(s: Side, v: Side, i: int, j: int) -> int:
    own = s.skill[s.skill_start[i] : s.skill_start[i + 1]]
    return int(np.isin(v.skill[v.skill_start[j] : v.skill_start[j + 1]], own, kind="sort").sum())
