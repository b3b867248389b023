"""A register as arrays: what each person did, month by month, and what she entered first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import few_or
from almpo_kit.evaluation.dynamic.month_numbers import NEVER, month_numbers
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Paths:
    """n persons over t calendar months, in the order of their ids.

    Parameters
    ----------
    order : Array of int, shape (n,)
        Rows of the persons frame, so that ids ascend: what is drawn does not depend on the order of a file.
    first_month, last_month : int
        First and last calendar month of the data, as numbers.
    employed, registered : Array of int8, shape (n, t)
        1, 0, or -1 where not known; ``registered`` is all -1 without such a column.
    earnings : Array, shape (n, t) or None
        NaN where not known.
    began : Array of int, shape (n,)
        Month in which unemployment began.
    entered : Array of int, shape (n,)
        Month of the first programme since then (or of the announcement of it); ``NEVER`` without one.
    arm : Array of int, shape (n,)
        Which programme that was: 1 …, 0 for none, -1 for one that is no arm, or two at once.
    announced : Array of int, shape (n,)
        Month in which that programme was announced; ``NEVER`` where not known.
    before : Array of int, shape (n,)
        Programmes started before unemployment began.
    arms : tuple of str
        Arm names without the comparison.
    left_out : mapping of str to int
        What could not be used, by reason.
    """

    order: Array
    first_month: int
    last_month: int
    employed: Array
    registered: Array
    earnings: Array | None
    began: Array
    entered: Array
    arm: Array
    announced: Array
    before: Array
    arms: tuple[str, ...]
    left_out: Mapping[str, int]

    def __repr__(self) -> str:
        # Rows about persons must not appear in a notebook by accident.
        return f"Paths({len(self.began)} persons)"

    def at(self, matrix: Array, rows: Array, months: Array) -> Array:
        """Values of some persons in some calendar months; missing (-1 or NaN) outside the data."""
        column = months - self.first_month
        inside = (column >= 0) & (column < matrix.shape[1])
        found = matrix[rows, np.clip(column, 0, matrix.shape[1] - 1)]
        nothing = np.nan if matrix.dtype.kind == "f" else -1
        return np.where(inside, found, nothing)


def paths(
    persons: pd.DataFrame,
    entries: pd.DataFrame,
    months: pd.DataFrame,
    *,
    arms: Sequence[str] | Mapping[str, str] | None,
    moment: str,
) -> Paths:
    """Read the three frames of a register into arrays.

    Parameters
    ----------
    arms : sequence of str, mapping of str to str, or None
        Programmes that are arms, or programme -> arm; all programmes where None.
    moment : {"start", "announced"}
        What counts as entering.

    Raises
    ------
    FrameError, DesignError, ParameterError
    """
    _ask(persons, entries, months)
    ids = persons["id"].astype(str).to_numpy(dtype=object)
    order = np.argsort(ids, kind="stable")
    index = pd.Index(ids[order])
    if not index.is_unique:
        raise FrameError(
            f"{few_or(int(index.duplicated().sum()), 'id')} of persons stand twice; one row a person, whose months and entries stand in "
            "the other two frames."
        )
    began = month_numbers(persons["entry_date"].iloc[order], missing=-NEVER)
    held, first, last, strangers = _matrices(index, months)
    entered, arm, announced, before, names, out = _entries(index, entries, began, arms, moment)
    return Paths(
        order=order,
        first_month=first,
        last_month=last,
        employed=_states(held["employed"], "employed"),
        registered=_states(held["registered"], "registered"),
        earnings=held["earnings"] if "earnings" in months else None,
        began=began,
        entered=entered,
        arm=arm,
        announced=announced,
        before=before,
        arms=names,
        left_out=out | {"months_of_strangers": strangers, "no_entry_date": int((began == -NEVER).sum())},
    )


def _ask(persons: pd.DataFrame, entries: pd.DataFrame, months: pd.DataFrame) -> None:
    needed = {
        "persons": (persons, ("id", "entry_date")),
        "programme_entries": (entries, ("id", "programme", "start")),
        "person_months": (months, ("id", "period", "employed")),
    }
    problems = [
        f"{name} has no column {c!r}" for name, (f, cols) in needed.items() for c in cols if c not in f
    ]
    problems += [f"{name} has no rows" for name, (f, _) in needed.items() if not len(f)]
    if problems:
        raise FrameError(
            f"{'; '.join(problems)}. entering_or_waiting(persons, entries, months) takes three frames, as "
            "sources.synthetic_register() has them."
        )


def _matrices(index: pd.Index, months: pd.DataFrame) -> tuple[dict[str, Array], int, int, int]:
    row = index.get_indexer(pd.Index(months["id"].astype(str).to_numpy(dtype=object)))
    when = month_numbers(months["period"])
    first, last = int(when.min()), int(when.max())
    if last - first > 12 * 60:
        raise FrameError("the person_months frame spans more than 60 years; is one of its periods mistyped?")
    known = row >= 0
    if not known.any():
        raise DesignError("no id of the person_months frame is an id of the persons frame.")
    width = last - first + 1
    cell = row[known] * width + (when[known] - first)
    if len(np.unique(cell)) < len(cell):
        raise FrameError(
            "a person has two rows for one month; keep one, e.g. months.drop_duplicates(['id', 'period'])."
        )
    held = {}
    for name in ("employed", "registered", "earnings"):
        flat = np.full(len(index) * width, np.nan)
        if name in months:
            flat[cell] = months[name].to_numpy(dtype=float, na_value=np.nan)[known]
        held[name] = flat.reshape(len(index), width)
    if np.isinf(held["earnings"]).any():
        raise FrameError("earnings hold infinite values; leave such months empty.")
    return held, first, last, int((~known).sum())


def _states(values: Array, name: str) -> Array:
    if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
        raise FrameError(
            f"column {name!r} of person_months must be 1, 0 or empty (the state at the end of the month)."
        )
    return np.where(np.isnan(values), -1, values).astype(np.int8)


def _entries(
    index: pd.Index,
    entries: pd.DataFrame,
    began: Array,
    arms: Sequence[str] | Mapping[str, str] | None,
    moment: str,
) -> tuple[Array, Array, Array, Array, tuple[str, ...], dict[str, int]]:
    row = index.get_indexer(pd.Index(entries["id"].astype(str).to_numpy(dtype=object)))
    start = month_numbers(entries["start"])
    told = np.full(len(entries), NEVER)
    if "announced" in entries:
        told = month_numbers(entries["announced"], missing=NEVER)
    if moment == "announced" and "announced" not in entries:
        raise ParameterError('moment="announced" needs a column announced in the entries frame.')
    names, code = _arms(entries["programme"].astype(str), arms)
    known = row >= 0
    table = pd.DataFrame({"row": row, "start": start, "told": told, "arm": code})[known]
    since = began[table["row"].to_numpy()]
    earlier = table["start"].to_numpy() < since
    before = np.bincount(table["row"][earlier], minlength=len(index))
    if moment == "announced":
        # Told before unemployment began is told by then.
        table["start"] = np.where(
            earlier, table["start"], np.maximum(np.minimum(table["start"], table["told"]), since)
        )
    table = table[~earlier].sort_values(["row", "start", "arm"], kind="stable")
    first = table.groupby("row")["start"].transform("min")
    firsts = (
        table[table["start"] == first]
        .groupby("row")
        .agg(start=("start", "first"), told=("told", "min"), arm=("arm", "first"), kinds=("arm", "nunique"))
    )
    entered, arm, announced = (np.full(len(index), v) for v in (NEVER, 0, NEVER))
    at = firsts.index.to_numpy()
    entered[at], announced[at] = firsts["start"], firsts["told"]
    arm[at] = np.where(firsts["kinds"] > 1, -1, firsts["arm"])
    out = {"entries_of_strangers": int((~known).sum()), "two_at_once": int((firsts["kinds"] > 1).sum())}
    return entered, arm, announced, before, names, out


def _arms(
    programmes: pd.Series, arms: Sequence[str] | Mapping[str, str] | None
) -> tuple[tuple[str, ...], Array]:
    """Arm names, and the arm of each entry: 1 …, or -1 for a programme that is no arm."""
    if isinstance(arms, str):
        arms = (arms,)
    known = sorted(programmes.unique())
    named = (
        {a: a for a in known}
        if arms is None
        else dict(arms)
        if isinstance(arms, Mapping)
        else {a: a for a in arms}
    )
    strange = sorted(set(named) - set(known))
    if strange:
        raise ParameterError(
            f"nobody entered {', '.join(map(repr, strange))}; the entries frame knows {', '.join(map(repr, known[:12]))}."
        )
    names = tuple(dict.fromkeys(str(v) for v in named.values()))
    position = {p: names.index(str(a)) + 1 for p, a in named.items()}
    return names, programmes.map(position).fillna(-1).to_numpy(dtype=np.int64)
