"""The draw that is taken: the only one, or the first that a criterion accepts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.experiments.assigning.covariate_columns import covariate_columns, of_units
from almpo_kit.experiments.assigning.drawing import Drawn, LotMaker, can_be_met, draw, options
from almpo_kit.experiments.assigning.kernels.covariate_distance import distance, whitened
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.experiments.assigning.unit_list import UnitList, unit_list
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.trial_designs import TrialDesign

Real = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False, repr=False)
class Accepted:
    """A draw with the list it is of, and what the criterion made of it."""

    listed: UnitList
    drawn: Drawn
    stage: str
    attempt: int = 0
    distance: float = math.nan
    limit: float = math.nan


def accepted(
    units: pd.DataFrame,
    design: TrialDesign,
    columns: dict[str, Any],
    lot: LotMaker,
    criterion: Rerandomisation | None,
    stage: str,
    progress: Callable[[int, int], None] | None = None,
) -> Accepted:
    """Read the list, refuse what cannot be drawn, and draw."""
    listed, values = listed_as_asked(units, design, columns, criterion)
    can_be_met(listed, design)
    if criterion is None:
        return Accepted(listed, draw(listed, design, lot, stage), stage)
    white = whitened(of_units(values, listed.unit, len(listed.drawn)), listed.stratum)
    return first_accepted(listed, design, lot, criterion, white, stage, progress)


def listed_as_asked(
    units: pd.DataFrame, design: TrialDesign, columns: dict[str, Any], criterion: Rerandomisation | None
) -> tuple[UnitList, Real]:
    """The list, with the covariates of a criterion as text in it and as numbers, shape (n, p), beside it."""
    if criterion is None:
        return unit_list(units, design, **columns), np.zeros((len(units), 0))
    if not isinstance(criterion, Rerandomisation):
        raise ParameterError("criterion must be a Rerandomisation, e.g. Rerandomisation(['age', 'sex']).")
    values, _, texts = covariate_columns(units, criterion.covariates)
    return unit_list(units, design, **columns, known=tuple(map(tuple, texts))), values


def first_accepted(
    listed: UnitList,
    design: TrialDesign,
    lot: LotMaker,
    criterion: Rerandomisation,
    white: Real,
    stage: str,
    progress: Callable[[int, int], None] | None = None,
) -> Accepted:
    """Draws 1, 2, 3 and so on, until one is balanced enough.

    Raises
    ------
    DesignError
        None is, or the covariates do not vary.
    """
    _, weights = options(design)
    shares = np.array(weights) / sum(weights)
    if not white.shape[1]:
        raise DesignError(
            "the covariates of the criterion do not vary between units of a block, so every draw is balanced; leave it out."
        )
    limit = criterion.limit(white.shape[1] * (len(weights) - 1))
    best = math.inf
    for k in range(1, criterion.most + 1):
        drawn = draw(listed, design, lot, f"{stage}#{k}")
        apart = distance(white, drawn.option, shares)
        if apart <= limit:
            return Accepted(listed, drawn, f"{stage}#{k}", k, apart, limit)
        best = min(best, apart)
        if progress is not None:
            progress(k, criterion.most)
    raise DesignError(
        f"none of {number(criterion.most, 0)} draws is balanced enough: the smallest distance is {best:.3g}, the limit {limit:.3g}. Accept a "
        "larger share of draws, or name fewer covariates."
    )
