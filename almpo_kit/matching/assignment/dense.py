"""Scores of persons with every vacancy, in NumPy: for few persons, and what the index is held to."""

from __future__ import annotations

import numpy as np

from almpo_kit.matching.assignment.kernels.arrays import Index, Rules, Side

#: Mean radius of the Earth (IUGG), km.
EARTH_KM = 6371.0088


def distances(s: Side, v: Side, index: Index, rules: Rules, i: int) -> np.ndarray:
    """Kilometres (or the unit of the travel matrix) from one person to every vacancy; NaN beyond its reach.

    Parameters
    ----------
    s, v : Side
    index : Index
        Holds the travel matrix.
    rules : Rules
    i : int

    Returns
    -------
    (n_vacancies,) float64
    """
    n = v.code.size
    if rules.travel:
        to = np.full(int(max(v.place.max(initial=-1), index.reach_to.max(initial=-1))) + 2, np.nan)
        if s.place[i] >= 0:
            a, b = index.reach_start[s.place[i] : s.place[i] + 2]
            to[index.reach_to[a:b]] = index.reach_km[a:b]
        out: np.ndarray = to[v.place]
        return out
    if not rules.sphere:
        return np.zeros(n)
    chord2 = ((s.xyz[i] - v.xyz) ** 2).sum(axis=1)
    km = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord2) / 2))
    return np.where(km <= s.limit[i] + 1e-9, km, np.nan)


def scores(s: Side, v: Side, index: Index, rules: Rules, i: int) -> np.ndarray:
    """Score of one person with every vacancy; NaN where the pair may not be shown.

    Returns
    -------
    (n_vacancies,) float64
    """
    w, km = rules.weights, distances(s, v, index, rules, i)
    similarity = rules.similarity[s.code[i], v.code]
    value = w[0] * similarity
    value = value + (w[1] * np.exp(-km / rules.scale) if w[1] > 0 else 0.0 * km)
    if w[2] > 0:
        value += w[2] * wage_parts(s.wage[i], v.wage)
    if w[3] > 0:
        value += w[3] * skill_parts(s, v, i)
    if w[4] > 0:
        value += w[4] * np.clip(v.vector.astype(float) @ s.vector[i].astype(float), 0, 1)
    value[(similarity < rules.least) | ~admitted(s, v, i)] = np.nan
    return value


def wage_parts(reserved: float, offered: np.ndarray) -> np.ndarray:
    """1 where the offer reaches the reservation wage, 0 from a fifth below it, 0.5 where either is unknown."""
    with np.errstate(invalid="ignore", divide="ignore"):
        short = np.clip(1 - (reserved - offered) / (0.2 * reserved), 0, 1)
    part = np.where(offered >= reserved, 1.0, short)
    return np.where(np.isnan(offered) | np.isnan(reserved), 0.5, part)


def skill_parts(s: Side, v: Side, i: int) -> np.ndarray:
    """Share of the skills each vacancy asks for that the person has; 0 where it names none."""
    own = s.skill[s.skill_start[i] : s.skill_start[i + 1]]
    asked = np.diff(v.skill_start)
    hits = np.concatenate([[0], np.cumsum(np.isin(v.skill, own))])
    shared = hits[v.skill_start[1:]] - hits[v.skill_start[:-1]]
    return np.where(asked > 0, shared / np.maximum(asked, 1), 0.0)


def admitted(s: Side, v: Side, i: int) -> np.ndarray:
    """Whether every hard condition holds between one person and each vacancy."""
    fine = (v.needs & ~s.has[i]) == 0
    fine &= (v.any_of == 0) | ((v.any_of & s.any_of[i]) != 0)
    with np.errstate(invalid="ignore"):
        return fine & (np.isnan(v.levels) | (s.levels[i] >= v.levels)).all(axis=1)


def ties(i: int, rows: np.ndarray, seed: int) -> np.ndarray:
    """As :func:`kernels.pairs.tie`: numbers in [0, 1) that order ties."""
    mask = np.uint64(0xFFFFFFFF)
    fixed = (i * 0x9E3779B1 + seed * 0xC2B2AE3D + 0x27D4EB2F) & 0xFFFFFFFF
    x = (np.uint64(fixed) + rows.astype(np.uint64) * np.uint64(0x85EBCA77)) & mask
    x = ((x ^ (x >> np.uint64(15))) * np.uint64(0x2C1B3C6D)) & mask
    x = ((x ^ (x >> np.uint64(12))) * np.uint64(0x297A2D39)) & mask
    return (x ^ (x >> np.uint64(15))) / 4294967296.0


def best(
    s: Side, v: Side, index: Index, rules: Rules, price: np.ndarray, i: int, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """The ``width`` best vacancies of one person by score less price, best first.

    Returns
    -------
    row : (n,) int32
        Vacancies as given; fewer than ``width`` where fewer may be shown.
    score : (n,) float64
        Price not taken off.
    """
    score = scores(s, v, index, rules, i)
    net = score - price
    fine = np.flatnonzero(np.isfinite(net))
    net = net[fine] + 1e-7 * ties(i, v.row[fine], rules.seed)
    if fine.size > width:
        first = np.argpartition(-net, width - 1)[:width]
        fine, net = fine[first], net[first]
    order = np.argsort(-net, kind="stable")
    return v.row[fine[order]].astype(np.int32), score[fine[order]]
