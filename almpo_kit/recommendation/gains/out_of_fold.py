"""Gains of people by models that have not seen them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.recommendation.policy_values.fold_of_people import fold_of_people
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
_COLUMNS = ("mean", "se", "low", "high", "abstains", "reasons", "weight_evidence", "weight_local", "distance")


def fold_of(people: Caseload, folds: int | Array, seed: int) -> Array:
    """Fold of each person, clusters whole, whatever the order of rows or arms, shape (n,).

    Raises
    ------
    ParameterError
        Fewer than two folds, or not one fold a person.
    """
    cluster = people.cluster
    if np.ndim(folds) == 0:
        if isinstance(folds, bool) or int(folds) != folds or not 2 <= folds <= len(np.unique(cluster)):
            raise ParameterError(
                f"folds={folds!r}; give a whole number from 2 to the number of clusters, e.g. 5."
            )
        return fold_of_people(people.scores, cluster, int(folds), seed)
    given = np.asarray(folds)
    if given.shape != cluster.shape or len(np.unique(given)) < 2:
        raise ParameterError(f"folds needs one of at least two folds for each of {len(cluster)} people.")
    return given


def widened(people: Caseload, menu: Menu) -> Caseload:
    """People under a menu that may have further programmes, which nobody could take.

    Raises
    ------
    DesignError
        An arm of the people that the menu does not have.
    """
    if people.menu.names == menu.names:
        return people
    if missing := [a for a in people.arms if a not in menu.names]:
        raise DesignError(
            f"the menu lacks {', '.join(missing)}, which people took; add these programmes, or leave out menu="
        )
    at = np.array([menu.position(a) for a in people.arms])
    # Arms without participants are never read; the offer of none stands in for them.
    scores = np.repeat(people.scores[:, [0]], len(menu), axis=1)
    scores[:, at] = people.scores
    propensity = np.zeros((len(people), len(menu)))
    propensity[:, at] = people.propensity
    return replace(
        people, menu=menu, scores=scores, propensity=propensity, received=at[people.received], expected=None
    )


def joined(parts: list[tuple[Array, Gains]]) -> Gains:
    """Gains of folds put back in the order of people."""
    first = parts[0][1]
    n, k = len(parts[0][0]), len(first.arms)
    columns: dict[str, Any] = {c: np.empty((n, k), dtype=getattr(first, c).dtype) for c in _COLUMNS}
    for out, part in parts:
        for c in _COLUMNS:
            columns[c][out] = getattr(part, c)
    return replace(first, **columns)
