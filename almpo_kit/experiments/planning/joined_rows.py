"""The published draw and the measured outcomes, joined: everybody in the arm that the lot gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.published_draw import published_draw
from almpo_kit.experiments.assigning.unit_list import as_text
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_plans import TrialPlan

#: Columns of the draw beside those of the data; the data's own of the same name go by ``data_…``.
DRAWN: Final = ("arm", "chance", "block", "cluster", "pair", "step", "saturation", "entered", "source")


@dataclass(frozen=True, eq=False)
class JoinedRows:
    """Draw and outcomes, one row a person (in a stepped wedge: a person and period).

    Parameters
    ----------
    rows : DataFrame
        Columns of the draw and of the data. Drawn people of whom nothing is known have missing outcomes.
    by_group : bool
        Whether the draw's rows are groups.
    drawn : DataFrame
        The draw.
    unknown : int
        Rows of the data whose unit was not drawn; they are left out.
    without_data : int
        Drawn units of whom the data say nothing.
    other_arm : int
        Rows whose arm in the data is not the one that was drawn.
    other_group : int
        Rows whose group in the data is not the one in which they were drawn.
    """

    rows: pd.DataFrame
    by_group: bool
    drawn: pd.DataFrame
    unknown: int
    without_data: int
    other_arm: int
    other_group: int


def joined_rows(plan: TrialPlan, assignments: Any, data: Any, id: str) -> JoinedRows:
    """Join a draw with its outcomes.

    Parameters
    ----------
    plan : TrialPlan
    assignments : DataFrame or Assignment
    data : DataFrame
    id : str
        Column of the data with the unit's name. Where groups were drawn, the plan's column ``cluster`` takes its place.

    Raises
    ------
    FrameError
        No draw of these arms, no table, a unit twice, or no column to join by.
    """
    draw = the_draw(plan, assignments)
    if not isinstance(data, pd.DataFrame) or not len(data):
        raise FrameError("data must be a table with one row a person and the outcomes as columns.")
    if data.columns.duplicated().any():
        raise FrameError(
            f"data has the column {data.columns[data.columns.duplicated()][0]!r} twice; keep one."
        )
    by_group = plan.design.of_clusters and _names_groups(draw)
    key = plan.cluster if by_group else id
    if key not in data.columns:
        raise FrameError(
            f"data has no column {key!r} to join the draw by; "
            + ("add the group's name." if by_group else "name the column: id='…'.")
        )
    # As the draw reads its list: 7, 7.0 and "7" are one name.
    names = pd.Series(as_text(data[key], key), index=data.index, dtype=object)
    _once(plan, data, names, key, id if by_group else "")
    return _join(plan, draw, data, names, by_group)


def the_draw(plan: TrialPlan, assignments: Any) -> pd.DataFrame:
    """The ``assignments`` frame, checked, with the arms of the plan.

    Raises
    ------
    FrameError
        No draw, or none of this plan's arms.
    """
    return published_draw(assignments, plan.design).frame.reset_index(drop=True)


def _names_groups(draw: pd.DataFrame) -> bool:
    """Whether a row of the draw is a group: then it bears the group's name, or none beside its own."""
    return bool(((draw["cluster"] == draw["id"]) | (draw["cluster"] == "")).all())


def _once(plan: TrialPlan, data: pd.DataFrame, names: pd.Series, key: str, person: str) -> None:
    """Nobody stands in the data twice; ``person`` is their own column where ``names`` are those of groups."""
    wedge = plan.design.kind == "stepped_wedge"
    if wedge and "period" not in data.columns:
        raise FrameError(
            f"a stepped wedge is analysed by period: data needs the column 'period', 0 to {plan.design.steps}."
        )
    if wedge:
        period = pd.to_numeric(data["period"], errors="coerce")
        if not period.isin(range(plan.design.steps + 1)).all():
            raise FrameError(f"data: 'period' must be a whole number from 0 to {plan.design.steps}.")
    if person:
        if person == key or person not in data.columns:
            return
        people = pd.Series(as_text(data[person], person), index=data.index, dtype=object)
        if (people == names).all():
            return
        key, names = person, people
    twice = pd.DataFrame({"k": names, "p": data["period"] if wedge else 0}).duplicated()
    if twice.any():
        where = " and period" if wedge else ""
        raise FrameError(
            f"data: the same {key!r}{where} stands in more than one row ({number(float(twice.sum()), 0)} too many). Nobody "
            "counts twice: keep the right row of each."
        )


def _join(
    plan: TrialPlan, draw: pd.DataFrame, data: pd.DataFrame, names: pd.Series, by_group: bool
) -> JoinedRows:
    kept = data.rename(columns={c: f"data_{c}" for c in (*DRAWN, "id") if c in data.columns})
    kept = kept.assign(id=names.to_numpy(dtype=object))
    # An adaptive draw says in which batch somebody was drawn.
    more = [c for c in ("batch",) if c in draw.columns and c not in kept.columns]
    units = draw[["id", *DRAWN, *more]]
    known = kept["id"].isin(set(units["id"]))
    without = ~units["id"].isin(set(kept["id"]))
    # Drawn people of whom the data say nothing have no period, and of groups nobody knows how many they were.
    whole: Literal["left", "outer"] = "left" if by_group or plan.design.kind == "stepped_wedge" else "outer"
    rows = kept[known].merge(units, on="id", how=whole).reset_index(drop=True)
    if by_group:
        rows["cluster"] = rows["id"]
    if plan.design.kind == "stepped_wedge":
        begun = pd.to_numeric(rows["period"]) >= rows["step"]
        rows["arm"] = np.where(begun, plan.design.programmes[0], plan.design.comparison)
    return JoinedRows(
        rows=rows,
        by_group=by_group,
        drawn=draw,
        unknown=int((~known).sum()),
        without_data=int(without.sum()),
        other_arm=_differs(rows, "arm"),
        other_group=0 if by_group else _moved(rows, plan.cluster),
    )


def _differs(rows: pd.DataFrame, column: str) -> int:
    if f"data_{column}" not in rows:
        return 0
    said = rows[f"data_{column}"].astype("string").str.strip()
    return int((said.notna() & (said != rows[column])).sum())


def _moved(rows: pd.DataFrame, cluster: str) -> int:
    column = f"data_{cluster}" if f"data_{cluster}" in rows else cluster
    if not cluster or column not in rows or (cluster in DRAWN and column == cluster):
        return 0
    said = rows[column].astype("string").str.strip()
    return int((said.notna() & (rows["cluster"] != "") & (said != rows["cluster"])).sum())


def column_of(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column of the data, also where the draw has one of the same name."""
    return rows[f"data_{name}"] if f"data_{name}" in rows else rows[name]


def outcome_values(rows: pd.DataFrame, name: str, kind: str) -> np.ndarray[Any, np.dtype[Any]]:
    """An outcome as numbers, NaN where unknown.

    Raises
    ------
    FrameError
        Something that is no number, no 0 or 1, or no time.
    """
    column = column_of(rows, name)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    lost = np.isnan(values) & column.notna().to_numpy()
    if lost.any() or np.isinf(values).any():
        raise FrameError(
            f"data: the outcome {name!r} holds something that is no number; empty means unknown."
        )
    known = values[~np.isnan(values)]
    if kind == "binary" and not np.isin(known, (0.0, 1.0)).all():
        raise FrameError(f"data: the outcome {name!r} is yes or no; write 1 or 0, and nothing where unknown.")
    if kind == "duration" and (known < 0).any():
        raise FrameError(f"data: the outcome {name!r} is a time; it cannot be below 0.")
    return values


def event_values(
    rows: pd.DataFrame, name: str, y: np.ndarray[Any, np.dtype[Any]]
) -> np.ndarray[Any, np.dtype[Any]]:
    """Whether a duration ended (1) or was still going on when last seen (0), from the column ``NAME_ended``.

    Raises
    ------
    FrameError, ParameterError
    """
    column = f"{name}_ended"
    if column not in rows:
        raise ParameterError(
            f"{name!r} is a duration: data needs the column {column!r}, 1 where it ended and 0 where it was going on."
        )
    ended = pd.to_numeric(rows[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if not np.isin(ended[~np.isnan(y)], (0.0, 1.0)).all():
        raise FrameError(f"data: {column!r} must be 1 or 0 wherever {name!r} is known.")
    return np.where(np.isnan(y), 0.0, ended)
