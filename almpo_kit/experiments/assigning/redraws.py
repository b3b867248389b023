"""Draws that could have been: all of them where they are few, many by lot otherwise, under the criterion if there was one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from almpo_kit.experiments.assigning.assigned_frame import option_of
from almpo_kit.experiments.assigning.covariate_columns import covariate_columns, in_order_of, of_units
from almpo_kit.experiments.assigning.drawing import options
from almpo_kit.experiments.assigning.kernels.arrangements import arrangements, how_many
from almpo_kit.experiments.assigning.kernels.covariate_distance import distance, whitened
from almpo_kit.experiments.assigning.kernels.permuting import dealt_again
from almpo_kit.experiments.assigning.published_draw import PublishedDraw, relisted
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

Whole = np.ndarray[Any, np.dtype[np.intp]]
#: Whether a draw would have been accepted; of the labels of what is drawn again.
Accepts = Callable[[Whole], bool]
#: So many different draws are all gone through.
_ALL: Final = 20_000
#: Refused draws for each accepted one, after which it is given up.
_PATIENCE: Final = 100_000


def all_of_them(labels: Whole, stratum: Whole) -> bool:
    """Whether the draws that could have been are few enough to go through each."""
    ways = how_many(labels, stratum)
    if ways < 2:
        raise DesignError(
            "there is only one way to draw these units, so nothing can be told from drawing again: each block needs units of both "
            "arms. Use larger blocks."
        )
    return ways <= _ALL


def redraws(
    labels: Whole,
    stratum: Whole,
    draws: int,
    rng: np.random.Generator,
    accepts: Accepts | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Whole]:
    """Labels as they could have been: each way once where they are few, else ``draws`` of them by lot.

    With the counts of each stratum given, all draws of :func:`assign` are alike probable, so labels dealt out again within
    strata are its draws with other seeds.
    """
    if all_of_them(labels, stratum):
        yield from (found for found in arrangements(labels, stratum) if accepts is None or accepts(found))
        return
    by_stratum = np.argsort(stratum, kind="stable")
    for done in range(draws):
        yield _one(labels, stratum, by_stratum, rng, accepts)
        if progress is not None:
            progress(done + 1, draws)


def _one(
    labels: Whole, stratum: Whole, by_stratum: Whole, rng: np.random.Generator, accepts: Accepts | None
) -> Whole:
    for _ in range(_PATIENCE):
        found = dealt_again(labels, stratum, by_stratum, rng)
        if accepts is None or accepts(found):
            return found
    raise DesignError(
        f"none of {number(_PATIENCE, 0)} draws meets the criterion of balance; it may not be the one that was drawn under."
    )


def criterion_of(
    given: PublishedDraw, units: pd.DataFrame | None, names: list[str], place: Whole | None = None
) -> Accepts | None:
    """Whether the criterion accepts labels of the drawn units ``names``; None where there is no criterion.

    Parameters
    ----------
    given : PublishedDraw
    units : DataFrame
        The list, with its covariates.
    names : list of str
        What is drawn again, in the order of the labels.
    place : array of int, optional
        Option of each label; labels are options where it is left out.

    Raises
    ------
    ParameterError
        The draw had a criterion and the list is not given.
    """
    if given.criterion is None:
        return None
    if units is None:
        raise ParameterError(
            "the draw was made under a criterion of balance; give its list with the covariates, units=…, so that draws are made again "
            "under the same criterion."
        )
    frame = given.from_list
    values, _, _ = covariate_columns(units, given.criterion.covariates)
    values = values[in_order_of(units, given.columns["id"], frame["id"].tolist())]
    listed = relisted(frame, given.design)
    white = whitened(of_units(values, listed.unit, len(listed.drawn)), listed.stratum)
    _, weights = options(given.design)
    shares = np.array(weights) / sum(weights)
    limit = given.criterion.limit(white.shape[1] * (len(weights) - 1))
    held = option_codes(frame, given.design, listed)
    where = {n: i for i, n in enumerate(listed.drawn.tolist())}
    at = np.array([where.get(n, -1) for n in names])
    known = at >= 0
    slack = limit * (1 + 1e-9) if math.isfinite(limit) else limit

    def accepts(labels: Whole) -> bool:
        option = held.copy()
        option[at[known]] = (labels if place is None else place[labels])[known]
        return distance(white, option, shares) <= slack

    return accepts


def option_codes(frame: pd.DataFrame, design: Any, listed: Any) -> Whole:
    """Option of each drawn unit as it was drawn, shape (m,)."""
    names, _ = options(design)
    codes = {n: i for i, n in enumerate(names)}
    found = np.zeros(len(listed.drawn), dtype=np.intp)
    found[listed.unit] = [codes[o] for o in option_of(frame, design)]
    return found
