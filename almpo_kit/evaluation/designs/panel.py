"""Units over periods: a table with several rows a unit becomes a rectangle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.calendar import STEPS, period_kind, period_number
from almpo_kit.evaluation.designs.encoding import encode
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED
from almpo_kit.evaluation.designs.sample import Panel
from almpo_kit.evaluation.disclosure.smallest import few_or
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
#: How "never treated" is written in tables, beside an empty cell.
_NEVER = ("", "never", "nan", "<na>", "none", "inf")


@dataclass(frozen=True, eq=False, repr=False)
class Rectangle:
    """A panel and where the rows of the table stand in it.

    Parameters
    ----------
    panel : Panel
    unit : Array of int, shape (n,)
        Unit of each row of the table.
    kind : str
        Of the periods: "month", "quarter", "year", "step".
    gaps : int
        Periods in which nobody was observed, between the first and the last.
    absent : int
        Cells (unit × period) without a row.
    """

    panel: Panel
    unit: Array
    kind: str
    gaps: int
    absent: int


def rectangle(persons: pd.DataFrame, plan: Plan) -> Rectangle:
    """The panel of a plan.

    Parameters
    ----------
    persons : DataFrame, shape (n, ...)
        One row a unit and period; ``id`` names the unit.
    plan : Plan
        With ``period`` and ``treated_from``.

    Raises
    ------
    DesignError
        Periods that are none or mixed, units whose first treated period changes, arms that contradict it; all at once.
    """
    if "id" not in persons:
        raise DesignError(
            f"{plan.assignment!r} follows units over time and needs a column 'id' that names them, e.g. the region or person."
        )
    period, treated_from = str(plan.period), str(plan.treated_from)
    kind, words, row_at = _periods(persons[period], period)
    unit, units = pd.factorize(persons["id"].astype(str), sort=True)
    row_from = _first_treated(persons[treated_from], words, kind, treated_from)
    first = pd.Series(row_from).groupby(unit).agg(["min", "max"])
    problems = []
    if (changes := int((first["min"] != first["max"]).sum())) > 0:
        problems.append(
            f"column {treated_from!r} changes over time for {few_or(changes, 'unit')}; it must hold the same first treated period in "
            "every row of a unit"
        )
    start = first["min"].to_numpy(dtype=np.int64)
    arm, contradictions = _arms(persons, plan, unit, row_at, start)
    problems += contradictions
    column = plan.outcomes[0].columns[0]
    problems += _constant(persons, plan, unit)
    if problems:
        raise DesignError("the panel cannot be read:\n  " + "\n  ".join(problems))
    grid = np.full((len(units), len(words)), np.nan)
    grid[unit, row_at] = persons[column].to_numpy(dtype=float, na_value=np.nan) * plan.outcomes[0].scale
    opening = _opening_rows(unit, row_at)
    covariates, _, _ = encode(persons.iloc[opening], plan.with_role(*ADJUSTED))
    cluster = np.arange(len(units))
    if plan.cluster is not None:
        cluster = pd.factorize(persons[plan.cluster], sort=True)[0][opening]
    weight = np.ones(len(units))
    if plan.weight is not None:
        weight = persons[plan.weight].to_numpy(dtype=float, na_value=np.nan)[opening]
    numbers = [period_number(w, kind) for w in words]
    panel = Panel(
        units=np.asarray(units, dtype=str),
        periods=tuple(words),
        outcome=grid,
        treated_from=start,
        arm=arm,
        covariates=covariates,
        cluster=cluster,
        weight=weight,
        months_per_period=STEPS[kind],
    )
    gaps = int(max(numbers) - min(numbers)) + 1 - len(numbers)
    return Rectangle(panel, unit, kind, gaps, grid.size - len(persons))


def _word(value: Any) -> str:
    if isinstance(value, float | np.floating) and np.isfinite(value) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m")
    return str(value).strip()


def _periods(values: pd.Series, column: str) -> tuple[str, list[str], Array]:
    if values.isna().any():
        raise DesignError(
            f"column {column!r} is empty in {few_or(int(values.isna().sum()), 'row')}; every row needs its period."
        )
    codes, found = pd.factorize(values)
    words = [_word(v) for v in found]
    kind = period_kind(words)
    if kind is None:
        raise DesignError(
            f"column {column!r} mixes periods or holds none, e.g. {words[0]!r}; write months as 2024-05, quarters as 2024-Q2, "
            "years as 2024, or whole numbers."
        )
    order = np.argsort([period_number(w, kind) for w in words], kind="stable")
    place = np.empty(len(words), dtype=np.int64)
    place[order] = np.arange(len(words))
    return kind, [words[i] for i in order], place[codes]


def _first_treated(values: pd.Series, words: list[str], kind: str, column: str) -> Array:
    """Position of the first treated period of each row's unit; -1 for never, also where it lies after the last period."""
    codes, found = pd.factorize(values)
    numbers = np.array([period_number(w, kind) for w in words])
    place = []
    for value in found:
        word = _word(value)
        # Software for staggered roll-outs writes 0 for units that are never treated.
        if word.lower() in _NEVER or (word == "0" and numbers[0] > 0):
            place.append(-1)
            continue
        if period_kind([word]) != kind and not (kind == "step" and period_kind([word]) == "year"):
            raise DesignError(
                f"column {column!r} holds {word!r}, which is no period like {words[0]!r}; leave it empty for units never treated."
            )
        at = int(np.searchsorted(numbers, period_number(word, kind)))
        place.append(at if at < len(numbers) else -1)
    known = np.array(place or [-1], dtype=np.int64)
    return np.where(codes >= 0, known[codes], -1)


def _arms(
    persons: pd.DataFrame, plan: Plan, unit: Array, row_at: Array, start: Array
) -> tuple[Array, list[str]]:
    """Arm that each unit is ever in, and where arms and first treated periods contradict each other."""
    treated = start >= 0
    if plan.treatment not in persons:
        return treated.astype(np.int64), []
    code = pd.Categorical(persons[plan.treatment].astype(str), categories=plan.arms).codes.astype(np.int64)
    # The column may say the arm in every row, or only from the first treated period on.
    ever = pd.Series(code).groupby(unit).max().to_numpy()
    least = pd.Series(np.where(code > 0, code, ever[unit])).groupby(unit).min().to_numpy()
    # Arms of units that are treated after the last period only are not seen at work.
    problems = []
    if (several := int((least != ever).sum())) > 0:
        problems.append(
            f"{few_or(several, 'unit')} are in two programmes at different times; keep the first, or leave them out"
        )
    if (unarmed := int((treated & (ever == 0)).sum())) > 0:
        problems.append(
            f"{few_or(unarmed, 'unit')} have a first treated period but are in the comparison {plan.comparison!r} throughout"
        )
    undated = (ever > 0) & ~treated & _dated_nowhere(persons, plan, unit)
    if undated.any():
        problems.append(
            f"{few_or(int(undated.sum()), 'unit')} are in a programme but column {plan.treated_from!r} does not say since when"
        )
    return np.where(treated, ever, 0), problems


def _dated_nowhere(persons: pd.DataFrame, plan: Plan, unit: Array) -> Array:
    empty = persons[plan.treated_from].isna()
    return np.asarray(empty.groupby(unit).all().to_numpy(dtype=bool))


def _constant(persons: pd.DataFrame, plan: Plan, unit: Array) -> Iterator[str]:
    if plan.cluster is not None:
        moved = int((persons[plan.cluster].groupby(unit).nunique() > 1).sum())
        if moved:
            yield (
                f"{few_or(moved, 'unit')} change their cluster {plan.cluster!r} over time; use the one of their first period"
            )


def _opening_rows(unit: Array, row_at: Array) -> Array:
    """Row of the first period of each unit."""
    order = np.lexsort((row_at, unit))
    _, first = np.unique(unit[order], return_index=True)
    return order[first]


def contrast_problems(panel: Panel) -> Iterator[str]:
    """Why there is nothing to compare, if there is not."""
    treated = panel.treated_from >= 0
    if not treated.any():
        yield "no unit is treated in any of the periods"
    elif not (panel.treated_from != 0)[treated].any():
        yield "every treated unit is treated from the first period on: there is no time before to compare with"
    later = panel.treated_from.max(initial=-1)
    if treated.all() and (panel.treated_from == later).all():
        yield "every unit is treated from the same period on: there is nobody to compare with"
    if len(panel.periods) < 2:
        yield "there is one period only; a difference over time needs two"
