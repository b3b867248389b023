"""Where mismatch lies: by cell, by region, by occupation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.balance.small_cells import hidden_cells, hidden_totals
from almpo_kit.matching.mismatch.cells import Cells
from almpo_kit.matching.mismatch.directions import BALANCED, KEPT_BACK, TOO_FEW_SEEKERS, TOO_FEW_VACANCIES
from almpo_kit.matching.mismatch.estimating import Sides
from almpo_kit.matching.mismatch.kernels.planner import (
    Weights,
    between_within,
    contributions,
    planner_shares,
)
from almpo_kit.matching.mismatch.names import cell_names, label

Array = np.ndarray[Any, np.dtype[Any]]


def cell_table(cells: Cells, both: Sides, t: int, w: Weights, alpha: float, minimum: int) -> pd.DataFrame:
    """One row a cell of period ``t``, largest contribution first."""
    u, v = both.u[:, t], both.v[:, t]
    share, planned, part = u / u.sum(), planner_shares(v, w), contributions(u, v, w, alpha)
    surplus = u - planned * u.sum()
    hidden = both.hidden[:, t]
    table = cells.keys.assign(
        unemployed=np.where(hidden, np.nan, u),
        vacancies=np.where(hidden, np.nan, v),
        unemployed_share=share,
        planner_share=planned,
        planner_unemployed=planned * u.sum(),
        surplus=surplus,
        contribution=part,
        contribution_share=part / part.sum() if part.sum() > 0 else 0.0,
        direction=np.select(
            [surplus >= 0.5, surplus <= -0.5], [TOO_FEW_VACANCIES, TOO_FEW_SEEKERS], BALANCED
        ),
        small=hidden | ((u > 0) & (u < minimum)) | ((u == 0) & (v < minimum)),
    )
    # What protects a small cell from being subtracted is no more named than that cell.
    numbers = table.assign(suppressed=hidden)
    table["suppressed"] = hidden_cells(numbers, minimum, cells.by)
    table["small"] |= table["suppressed"]
    order = np.lexsort((np.arange(len(table)), -part))
    return table.iloc[order].reset_index(drop=True)


#: Columns from which the people of a cell or group can be had.
_OF_PEOPLE = ["unemployed", "unemployed_share", "surplus", "contribution", "contribution_share"]
_OF_GROUPS = ["unemployed", "surplus", "between", "within_index", "within"]


def shown_cells(full: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """The cells without the numbers that are kept back, those in the order of their codes at the end."""
    away = full["suppressed"].to_numpy(dtype=bool)
    shown = full.assign(**{c: full[c].mask(away) for c in _OF_PEOPLE})
    shown["direction"] = full["direction"].mask(away, KEPT_BACK)
    # The order by contribution would tell what is kept back.
    return pd.concat([shown[~away], shown[away].sort_values(list(by))], ignore_index=True)


def shown_groups(groups: pd.DataFrame, full: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """The groups without totals that would give away a cell or a group that is kept back."""
    out = groups.copy()
    people, hidden = full["unemployed"].fillna(0.0).to_numpy(), full["suppressed"].to_numpy(dtype=bool)
    for name, rows in groups.groupby("dimension", sort=False).indices.items():
        codes, _ = pd.factorize(full[name], sort=True)
        away = hidden_totals(people, hidden, codes, minimum)
        out.loc[out.index[rows[away]], _OF_GROUPS] = np.nan
    return out


def group_tables(
    cells: Cells, both: Sides, t: int, w: Weights, alpha: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By region and by occupation, and how much lies between and within each.

    Returns
    -------
    (DataFrame, DataFrame)
        ``groups`` and ``split`` of :class:`Mismatch`; empty where worth of matches differs, because the index then has
        no such parts.
    """
    groups_of = [
        "dimension",
        "code",
        "unemployed",
        "vacancies",
        "surplus",
        "between",
        "within_index",
        "within",
    ]
    split_of = ["dimension", "between", "within", "between_share"]
    if not w.plain:
        return pd.DataFrame(columns=groups_of), pd.DataFrame(columns=split_of)
    u, v = both.u[:, t], both.v[:, t]
    share, planned = u / u.sum(), planner_shares(v, w)
    tables, splits = [], []
    for name in cells.by:
        codes, labels = cells.codes(name)
        between, within, _, parts = between_within(share, planned, codes, alpha)
        people, posts, wanted = (np.bincount(codes, x) for x in (u, v, planned * u.sum()))
        frame = pd.DataFrame({"dimension": name, "code": labels, "unemployed": people, "vacancies": posts})
        tables.append(
            frame.assign(surplus=people - wanted, between=between, within_index=within, within=parts)
        )
        whole = between.sum() + parts.sum()
        splits.append((name, between.sum(), parts.sum(), between.sum() / whole if whole > 0 else np.nan))
    return pd.concat(tables, ignore_index=True)[groups_of], pd.DataFrame(splits, columns=split_of)


def tables(
    cells: Cells, both: Sides, w: Weights, alpha: float, minimum: int, labels: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """``full``, ``groups`` and ``split`` of the latest period, with names.

    Returns
    -------
    (DataFrame, DataFrame, DataFrame)
    """
    found = cell_table(cells, both, -1, w, alpha, minimum)
    found.insert(len(cells.by), "name", cell_names(found, cells.by, labels))
    groups, split = group_tables(cells, both, -1, w, alpha)
    if len(groups):
        names = [label(d, c, labels) for d, c in zip(groups["dimension"], groups["code"], strict=True)]
        groups.insert(2, "name", names)
        groups = shown_groups(groups, found, minimum)
    return found, groups, split
