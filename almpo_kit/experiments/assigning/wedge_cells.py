"""Means of groups by period in a stepped wedge, and which of them are treated for an order in which groups begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.exchanged_units import numbers
from almpo_kit.experiments.assigning.kernels.wedge_effect import held_constant
from almpo_kit.experiments.assigning.published_draw import PublishedDraw
from almpo_kit.experiments.assigning.unit_list import as_text
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.rendering import number

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False, repr=False)
class WedgeCells:
    """Groups that begin at a step, and their means by period.

    Parameters
    ----------
    names : list of str, length m
        Groups.
    label : array of int, shape (m,)
        Step less 1.
    stratum : array of int, shape (m,)
    y : array, shape (cells,)
        Mean outcome of a group in a period, each cell once.
    levels : array, shape (cells, rank)
    treated_of : callable
        Labels of groups -> whether each cell is treated.
    missing : int
        Rows whose outcome is not known.
    """

    names: list[str]
    label: Whole
    stratum: Whole
    y: Real
    levels: Real
    treated_of: Callable[[Whole], Real]
    missing: int


def wedge_cells(
    given: PublishedDraw, outcomes: pd.DataFrame, outcome: str, id: str, period: str
) -> WedgeCells:
    """Read outcomes of a stepped wedge: one row a person and period, or a group and period.

    Raises
    ------
    FrameError
        Columns lack, or groups were not drawn.
    """
    for name in (period, outcome):
        if name not in outcomes:
            raise FrameError(
                f"the outcomes of a stepped wedge need the column {name!r}; periods run from 0, and groups of step k begin in period k."
            )
    groups = given.frame.drop_duplicates("cluster")
    names = groups["cluster"].tolist()
    group = _group(given, outcomes, id, names)
    y, when = numbers(outcomes[outcome], outcome), numbers(outcomes[period], period)
    known = np.isfinite(y)
    if not np.isfinite(when).all() or (when != np.round(when)).any() or (when < 0).any():
        raise FrameError(f"column {period!r} has periods that are not whole numbers from 0; number them so.")
    cells = pd.DataFrame({"g": group, "t": when.astype(int), "y": y})[known]
    mean = cells.groupby(["g", "t"])["y"].mean().reset_index()
    g, t = mean["g"].to_numpy(), mean["t"].to_numpy()

    def treated_of(label: Whole) -> Real:
        made: Real = (t >= label[g] + 1).astype(float)
        return made

    return WedgeCells(
        names=names,
        label=groups["step"].to_numpy(dtype=np.intp) - 1,
        stratum=pd.factorize(groups["block"].to_numpy(dtype=object))[0],
        y=mean["y"].to_numpy(),
        levels=held_constant(pd.factorize(g)[0], pd.factorize(t)[0]),
        treated_of=treated_of,
        missing=int((~known).sum()),
    )


def _group(given: PublishedDraw, outcomes: pd.DataFrame, id: str, names: list[str]) -> Whole:
    """Place of each row's group: by its own column where there is one, else by the person."""
    column = next((c for c in (given.columns["cluster"], "cluster") if c and c in outcomes), id)
    if column not in outcomes:
        raise FrameError(
            f"the outcomes have neither a column {id!r} with people nor one with their groups, 'cluster'; add one."
        )
    text = as_text(outcomes[column], column)
    of = (
        {n: n for n in names}
        if column != id
        else dict(zip(given.frame["id"], given.frame["cluster"], strict=True))
    )
    place = {n: i for i, n in enumerate(names)}
    if strange := sum(v not in of for v in text):
        raise FrameError(
            f"{number(strange, 0)} rows of the outcomes are of units that were not drawn; leave them out."
        )
    return np.array([place[of[v]] for v in text], dtype=np.intp)
