"""Weights of participants who compared criteria in pairs."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.answers import Answers
from almpo_kit.codesign.weighing.kernels.completion import completed
from almpo_kit.codesign.weighing.kernels.eigenvector import principal
from almpo_kit.codesign.weighing.kernels.geometric_mean import connected, logarithmic_least_squares
from almpo_kit.codesign.weighing.kernels.inconsistency import ratio
from almpo_kit.codesign.weighing.kernels.repairs import worst_pair
from almpo_kit.vocabulary.errors import FrameError

Array = np.ndarray[Any, np.dtype[Any]]
#: Saaty: comparisons with a larger consistency ratio should be looked at again.
ACCEPTABLE = 0.10


def matrices_of(held: Answers) -> Array:
    """Reciprocal matrices, NaN where a pair was not compared; shape (n_participants, n_criteria, n_criteria).

    Raises
    ------
    FrameError
        A value lies outside Saaty's scale.
    """
    values = held.values
    wrong = values[np.isfinite(values) & ((values < 1 / 9 - 1e-6) | (values > 9 + 1e-6))]
    if len(wrong):
        raise FrameError(
            f"item {held.item.id!r}: a comparison of {wrong[0]:g} lies outside the scale from 1/9 to 9."
        )
    n = len(held.criteria)
    matrices = np.full((len(values), n, n), np.nan)
    matrices[:, np.arange(n), np.arange(n)] = 1.0
    for column, (i, j) in enumerate(combinations(range(n), 2)):
        matrices[:, i, j] = values[:, column]
        matrices[:, j, i] = 1 / values[:, column]
    return matrices


def pair_shares(
    held: Answers, method: str, acceptable: float | None
) -> tuple[Array, list[str], list[dict[str, Any]]]:
    """Weights, why there are none, and consistency of each participant.

    Answers with gaps are completed so that they contradict themselves as little as possible; those whose comparisons
    leave a criterion unconnected give no weights.
    """
    matrices = matrices_of(held)
    linked = connected(matrices)
    reasons = ["" if ok else "comparisons leave criteria unconnected" for ok in linked]
    shares = np.full(matrices.shape[:2], np.nan)
    rows = []
    whole = np.array([completed(m) for m in matrices[linked]]).reshape(-1, *matrices.shape[1:])
    weights, largest = principal(whole)
    shares[linked] = weights if method == "eigenvector" else logarithmic_least_squares(matrices[linked])
    limit = ACCEPTABLE if acceptable is None else acceptable
    people = np.array(held.people.index)[linked]
    missing = np.isnan(matrices[linked]).sum(axis=(-1, -2)) // 2
    for person, matrix, eigen, gaps in zip(people, whole, largest, missing, strict=True):
        value = ratio(float(eigen), len(matrix), int(gaps))
        i, j = worst_pair(matrix) if value > limit else (-1, -1)
        rows.append(
            {
                "participant": person,
                "ratio": value,
                "limit": limit,
                "acceptable": value <= limit,
                "missing": int(gaps),
                "look_at": f"{held.criteria[i]}>{held.criteria[j]}" if i >= 0 else "",
            }
        )
    return shares, reasons, rows
