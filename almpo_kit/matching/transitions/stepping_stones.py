"""The cheapest way from one occupation to another over at most two others. Pure arrays; nothing is validated here.

A person keeps what they brought and learns what the occupation they work in needs; what an earlier stop taught is
not counted again, so that a leg's length depends on where it starts only and the ways form a graph. Dijkstra's (1959)
algorithm runs on its layers: origin, first stop, second stop, target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.matching.transitions.coverage import held_by, sums, weights, with_related
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.matching.transitions.training import (
    TrainingAssumptions,
    formal_months,
    other_field,
    with_qualification,
)

_BLOCK = 256


@dataclass(frozen=True, kw_only=True)
class Legs:
    """Every leg that starts at one of some occupations.

    Parameters
    ----------
    months : ndarray, shape (n_from, n_to)
        Typical months of training.
    covered : ndarray, shape (n_from, n_to)
    """

    months: np.ndarray
    covered: np.ndarray


@dataclass(frozen=True, eq=False)
class Ground:
    """What the legs are computed on.

    Parameters
    ----------
    start : ndarray, shape (n_skills,)
        Skills the person brings, themselves (without credit for related ones).
    level : ndarray, shape (n_occupations,)
        ISCO-08 skill levels.
    start_level : float
    unit : ndarray of str, shape (n_occupations,)
        ISCO-08 unit groups.
    start_rows : ndarray of int
        Occupations the person comes from.
    per_skill : ndarray, shape (n_skills,)
        Typical months to learn each skill.
    """

    space: SkillSpace
    start: np.ndarray
    level: np.ndarray
    start_level: float
    unit: np.ndarray
    start_rows: np.ndarray
    per_skill: np.ndarray
    assumed: TrainingAssumptions


def carried(ground: Ground, row: int) -> np.ndarray:
    """Skills held after working in an occupation, themselves: those brought and those it needs, shape (n_skills,)."""
    return np.maximum(ground.start, held_by(ground.space, np.array([row]))[0])


def legs(ground: Ground, sources: np.ndarray, targets: np.ndarray) -> Legs:
    """Legs from occupations (with what the person brought) to others.

    Parameters
    ----------
    sources, targets : ndarray of int
        Rows of the space.
    """
    from scipy.sparse import csr_matrix

    space = ground.space
    shape = (len(space.occupations), len(space.skills))
    worth, full = space.specificity[space.needed], space.need >= 1

    def of_targets(values: np.ndarray) -> Any:
        return csr_matrix((values, space.needed, space.starts), shape=shape)[targets]

    asked = of_targets(space.need)
    columns = _with_their_groups(space, np.unique(asked.indices))
    matrices = (worth * full, worth * ~full, ground.per_skill[space.needed] * space.essential)
    plain, capped, learn = (of_targets(v)[:, columns] for v in matrices)
    held_at = csr_matrix((space.need, space.needed, space.starts), shape=shape)[sources][:, columns]
    covered, months = np.empty((len(sources), len(targets))), np.empty((len(sources), len(targets)))
    for i in range(0, len(sources), _BLOCK):
        block = slice(i, i + _BLOCK)
        own = np.maximum(held_at[block].toarray(), ground.start[columns])
        held = with_related(space, own, columns).T
        covered[block] = (plain @ held + capped @ np.minimum(held, space.optional)).T
        months[block] = (learn @ (1 - held)).T
    total = sums(space, weights(space))[targets]
    covered = np.divide(covered, total, out=np.full(covered.shape, np.nan), where=total > 0)
    months = np.maximum(months, _schooling(ground, covered, sources, targets))
    return Legs(months=months, covered=covered)


def _with_their_groups(space: SkillSpace, skills: np.ndarray) -> np.ndarray:
    """These skills and all others of their groups: no other skill has a say in whether they are held."""
    groups = np.unique(space.group[skills])
    mates = np.flatnonzero(np.isin(space.group, groups[groups >= 0]))
    return np.union1d(skills, mates)


def _schooling(ground: Ground, covered: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Typical months of schooling that each leg asks for, as one move at a time would have it."""
    out = np.zeros(covered.shape)
    level = ground.level[targets]
    for i, row in enumerate(sources):
        have = float(np.fmax(ground.start_level, ground.level[row]))
        steps = formal_months(have, level, ground.assumed)
        field = other_field(
            ground.unit[targets], level, ground.unit[np.append(ground.start_rows, row)], digits=2
        )
        out[i] = with_qualification(
            steps, covered[i], level, unit_differs=field, field_differs=field, assumed=ground.assumed
        )[:, 1]
    return out


def cheapest(
    direct: float,
    first: np.ndarray,
    middle: np.ndarray,
    last: np.ndarray,
    *,
    penalty: float,
) -> tuple[float, list[int]]:
    """The cheapest way through a graph of at most two stops.

    Parameters
    ----------
    direct : float
        Months of the direct move; infinite where it is not allowed.
    first : ndarray, shape (n,)
        Months from the origin to each stop; infinite where not allowed.
    middle : ndarray, shape (n, n)
        Months from stop to stop.
    last : ndarray, shape (n,)
        Months from each stop to the target.
    penalty : float
        Months added for every move.

    Returns
    -------
    length : float
        Months, penalties included; infinite where there is no way.
    stops : list of int
        Positions of the stops, none for the direct move.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    n = len(first)
    target = 2 * n + 1
    start, then, end = (np.flatnonzero(np.isfinite(v)) for v in (first, middle.ravel(), last))
    a, b = np.divmod(then, n) if n else (then, then)
    tail = np.concatenate([np.zeros(len(start), int), 1 + a, 1 + end, 1 + n + end])
    head = np.concatenate([1 + start, 1 + n + b, np.full(2 * len(end), target)])
    value = np.concatenate([first[start], middle.ravel()[then], last[end], last[end]])
    if np.isfinite(direct):
        tail, head, value = np.append(tail, 0), np.append(head, target), np.append(value, direct)
    # An edge of length 0 would be no edge to the sparse graph.
    graph = coo_matrix((value + penalty + 1e-9, (tail, head)), shape=(target + 1, target + 1)).tocsr()
    length, before = dijkstra(graph, indices=0, return_predecessors=True)
    if not np.isfinite(length[target]):
        return float("inf"), []
    stops, at = [], int(before[target])
    while at > 0:
        stops.append((at - 1) % n)
        at = int(before[at])
    return float(length[target]), stops[::-1]
