"""How much of what an occupation needs a person's skills cover. Pure arrays; nothing is validated here.

Coverage of a target t from what is held, h:

    sum over skills of w(s) · min(need(t, s), h(s))  /  sum over skills of w(s) · need(t, s)

the degree to which the fuzzy set of requirements lies within the fuzzy set of skills held (Kosko 1986,
Information Sciences 40, 165-174), each skill weighted by its specificity. It is 1 for an occupation and itself,
never falls when a skill is added, does not change when all weights are multiplied, and is not symmetric: a head
chef covers a kitchen assistant's job, hardly the reverse. Skill distance is 1 − coverage.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from almpo_kit.matching.transitions.skill_space import SkillSpace

_BLOCK = 256


def held_by(space: SkillSpace, rows: np.ndarray) -> np.ndarray:
    """Skills held by people who do these occupations, in full or as far as the relation says.

    Returns
    -------
    ndarray of float32, shape (len(rows), n_skills)
        1 essential, ``optional`` optional, 0 none.
    """
    out = np.zeros((len(rows), len(space.skills)), dtype=np.float32)
    for i, row in enumerate(rows):
        part = space.requirements(int(row))
        out[i, space.needed[part]] = space.need[part]
    return out


def with_related(space: SkillSpace, held: np.ndarray, columns: np.ndarray | None = None) -> np.ndarray:
    """The same, with credit for other skills of the same group where that is more.

    Parameters
    ----------
    held : ndarray, shape (k, n_skills) or (k, len(columns))
    columns : ndarray of int, optional
        The skills that `held` has, whole groups at a time; all when left out.

    Returns
    -------
    ndarray, shape of `held`
    """
    group, credit = (
        (space.group, space.credit) if columns is None else (space.group[columns], space.credit[columns])
    )
    inside = np.flatnonzero(credit > 0)
    if not len(inside):
        return held
    order = inside[np.argsort(group[inside], kind="stable")]
    present, starts = np.unique(group[order], return_index=True)
    most = np.maximum.reduceat(held[:, order], starts, axis=1)
    of = np.searchsorted(present, group[order])
    out = held.copy()
    out[:, order] = np.maximum(held[:, order], most[:, of] * credit[order].astype(held.dtype))
    return out


def shares(space: SkillSpace, held: np.ndarray) -> np.ndarray:
    """Share of each requirement that is met.

    Parameters
    ----------
    held : ndarray, shape (n_skills,)

    Returns
    -------
    ndarray, shape (n_relations,)
        0 to 1; optional skills of weight 0 count as met.
    """
    need = space.need
    met = np.minimum(held[space.needed], need)
    return np.divide(met, need, out=np.ones_like(need), where=need > 0)


def weights(space: SkillSpace) -> np.ndarray:
    """Weight of each requirement: specificity times need, shape (n_relations,)."""
    return space.need * space.specificity[space.needed]


def coverage(space: SkillSpace, share: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Coverage of every occupation.

    Parameters
    ----------
    share, weight : ndarray, shape (n_relations,)

    Returns
    -------
    ndarray, shape (n_occupations,)
        0 to 1; NaN where nothing with a weight is needed.
    """
    total = sums(space, weight)
    return np.divide(sums(space, weight * share), total, out=np.full(len(total), np.nan), where=total > 0)


def sums(space: SkillSpace, values: np.ndarray) -> np.ndarray:
    """Sum over the requirements of each occupation; `values` has shape (n_relations,)."""
    return np.asarray(np.add.reduceat(values, space.starts[:-1]))


def all_coverage(
    space: SkillSpace,
    rows: np.ndarray | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """Coverage of every occupation from each occupation, by sparse products in blocks.

    min(need, held) takes two forms: an essential requirement (need 1) takes what is held, an optional one no
    more than ``optional``; so two products give it exactly.

    Parameters
    ----------
    rows : ndarray of int, optional
        Origins; all occupations when left out.
    progress : callable, optional
        Told (origins done, origins in all).

    Returns
    -------
    ndarray of float32, shape (len(rows), n_occupations)
    """
    from scipy.sparse import csr_matrix

    rows = np.arange(len(space.occupations)) if rows is None else rows
    shape = (len(space.occupations), len(space.skills))
    # Both have the pattern of all relations: zeros where the other kind stands cost little.
    full = space.need >= 1
    worth = space.specificity[space.needed].astype(np.float32)
    essential = csr_matrix((worth * full, space.needed, space.starts), shape=shape)
    optional = csr_matrix((worth * ~full, space.needed, space.starts), shape=shape)
    total = sums(space, weights(space)).astype(np.float32)
    out = np.empty((len(rows), len(space.occupations)), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        held = with_related(space, held_by(space, rows[block])).T
        met = essential @ held + optional @ np.minimum(held, np.float32(space.optional))
        out[block] = np.divide(met.T, total, out=np.full(met.T.shape, np.nan, np.float32), where=total > 0)
        if progress is not None:
            progress(min(start + _BLOCK, len(rows)), len(rows))
    return np.minimum(out, 1.0)
