"""How much a skill says about an occupation, and how much of that a related skill says too. Pure arrays."""

from __future__ import annotations

import numpy as np


def information(row: np.ndarray, column: np.ndarray, n_columns: int, n_rows: int) -> np.ndarray:
    """Information content −log of the share of occupations that need a skill (or any skill of a group).

    It is the inverse document frequency of text search (Spärck Jones 1972): a skill that all need tells
    occupations apart not at all. One is added to the number of occupations, so that the weight of a skill that
    all need is small and not zero.

    Parameters
    ----------
    row, column : ndarray of int, shape (n_relations,)
        Occupation and skill (or group) of each relation; pairs may repeat.

    Returns
    -------
    ndarray of float, shape (n_columns,)
        Nats; what nobody needs counts as needed by one.
    """
    pairs = np.unique(row.astype(np.int64) * max(n_columns, 1) + column)
    needed_by = np.bincount(pairs % max(n_columns, 1), minlength=n_columns)
    return np.log((n_rows + 1) / np.maximum(needed_by, 1))


def share_in_common(specificity: np.ndarray, common: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Share of a skill's information that its group holds already.

    For two skills, of which one is held and one needed, it is the information of what they have in common over
    the information of what is needed: Resnik's (1995) and Lin's (1998) similarity in a taxonomy, one-sided. A
    group that many occupations draw on (languages) earns little, a rare one (bricklaying techniques) much.

    Parameters
    ----------
    specificity : ndarray of float, shape (n_skills,)
    common : ndarray of float, shape (n_groups,)
        Information content of the groups.
    group : ndarray of int, shape (n_skills,)
        -1 where a skill has none.

    Returns
    -------
    ndarray of float, shape (n_skills,)
        0 to 1; 0 without a group.
    """
    if not len(common):
        return np.zeros(len(specificity))
    shared = common[np.maximum(group, 0)] / specificity
    return np.where(group >= 0, np.minimum(shared, 1.0), 0.0)
