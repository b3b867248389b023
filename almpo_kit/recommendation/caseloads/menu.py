"""The programmes that can be offered, with their price; the first is to offer none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES

#: The type of the arm that offers nothing.
NO_PROGRAMME = "no_programme"
_NUMBERS = {"unit_cost_eur": (0.0, 1e7), "duration_months": (0.0, 120.0), "capacity": (0.0, np.inf)}


@dataclass(frozen=True, eq=False)
class Menu:
    """Programmes as parallel arrays, shape (k,); position 0 is no programme.

    Parameters
    ----------
    names : tuple of str
    programme_types : tuple of str
        Keys of ``PROGRAMME_TYPES``, ``"no_programme"`` for the first.
    unit_cost : Array, shape (k,)
        Euro a participant; 0 for the first, NaN where nobody knows.
    duration : Array, shape (k,)
        Months a participant is in it; NaN where nobody knows.
    capacity : Array, shape (k,)
        Places; inf where there is no limit.
    cost_source : tuple of str
        Where each unit cost comes from.
    table : DataFrame
        The same as a table: ``programme, programme_type, unit_cost_eur, duration_months, capacity, cost_source``.
    """

    names: tuple[str, ...]
    programme_types: tuple[str, ...]
    unit_cost: np.ndarray
    duration: np.ndarray
    capacity: np.ndarray
    cost_source: tuple[str, ...]
    table: pd.DataFrame = field(repr=False)

    def __len__(self) -> int:
        return len(self.names)

    def position(self, name: str) -> int:
        """Position of a programme.

        Raises
        ------
        FrameError
            No such programme.
        """
        if name not in self.names:
            raise FrameError(f"unknown programme {name!r}; there are {', '.join(self.names)}.")
        return self.names.index(name)


def menu(programmes: pd.DataFrame, *, comparison: str = "no programme") -> Menu:
    """Check a table of programmes and put the offer of none first.

    Parameters
    ----------
    programmes : DataFrame
        One row a programme: ``programme, programme_type``; optional ``unit_cost_eur`` (euro a participant),
        ``duration_months``, ``capacity`` (places; empty: no limit), ``cost_source``. A row of the ``comparison`` may be
        there; it is added where it is not.
    comparison : str
        Name of the arm that offers nothing.

    Returns
    -------
    Menu

    Raises
    ------
    FrameError
        Everything that is wrong, with the row.
    """
    table = _filled(programmes, comparison)
    problems = [*_word_problems(table), *_text_problems(programmes), *_number_problems(table)]
    if problems:
        raise FrameError(
            f"these are no programmes; {len(problems)} problem(s):\n  " + "\n  ".join(problems[:20])
        )
    arrays = {c: table[c].to_numpy(dtype=float) for c in _NUMBERS}
    return Menu(
        names=tuple(table["programme"]),
        programme_types=tuple(table["programme_type"]),
        unit_cost=arrays["unit_cost_eur"],
        duration=arrays["duration_months"],
        capacity=arrays["capacity"],
        cost_source=tuple(table["cost_source"]),
        table=table,
    )


def _filled(programmes: pd.DataFrame, comparison: str) -> pd.DataFrame:
    if not isinstance(programmes, pd.DataFrame):
        raise FrameError(
            f"programmes is a {type(programmes).__name__}; give a table with programme and programme_type."
        )
    if missing := [c for c in ("programme", "programme_type") if c not in programmes]:
        raise FrameError(f"programmes lacks the column(s) {', '.join(missing)}; one row a programme.")
    table = programmes.reset_index(drop=True).copy()
    for column in _NUMBERS:
        if column not in table:
            table[column] = np.nan
        table[column] = pd.to_numeric(table[column], errors="coerce")
    if "cost_source" not in table:
        table["cost_source"] = ""
    table["cost_source"] = table["cost_source"].fillna("").astype(str)
    table["programme"] = table["programme"].astype("string").str.strip()
    offered = table[table["programme"] != comparison]
    none = pd.DataFrame(
        {
            "programme": [comparison],
            "programme_type": [NO_PROGRAMME],
            "unit_cost_eur": [0.0],
            "duration_months": [0.0],
            "capacity": [np.inf],
            "cost_source": [""],
        }
    )
    columns = list(none.columns)
    out = pd.concat([none, offered[columns]], ignore_index=True)
    out["capacity"] = out["capacity"].fillna(np.inf)
    return out


def _word_problems(table: pd.DataFrame) -> list[str]:
    problems = []
    if len(table) < 2:
        problems.append("there is no programme beside the offer of none; list at least one")
    names = table["programme"]
    if names.isna().any() or (names == "").any():
        problems.append("a programme has no name")
    problems += [f"the programme {n!r} stands twice" for n in names[names.duplicated()].dropna().unique()]
    for row in table.iloc[1:].itertuples():
        if row.programme_type not in PROGRAMME_TYPES:
            problems.append(
                f"{row.programme}: unknown programme_type {row.programme_type!r}; choose from {', '.join(PROGRAMME_TYPES)}"
            )
    return problems


def _text_problems(given: pd.DataFrame) -> list[str]:
    return [
        f"{name}: {column} is {value!r}, which is no number"
        for column in _NUMBERS
        if column in given
        for name, value, known in zip(
            given["programme"], given[column], pd.to_numeric(given[column], errors="coerce"), strict=True
        )
        if pd.isna(known) and not pd.isna(value)
    ]


def _number_problems(table: pd.DataFrame) -> list[str]:
    problems = []
    for column, (low, high) in _NUMBERS.items():
        wrong = table[column].notna() & ~table[column].between(low, high)
        problems += [
            f"{r.programme}: {column} is {getattr(r, column)!r}; give a number from {low:g} to {high:g}"
            for r in table[wrong].itertuples()
        ]
    return problems
