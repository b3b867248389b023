"""Places by programme and office, with their price and their area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.vocabulary.errors import DesignError, FrameError

Array = np.ndarray[Any, np.dtype[Any]]
#: Name of the one office where none is given.
ANYWHERE = "anywhere"


@dataclass(frozen=True, eq=False, repr=False)
class Offices:
    """``names`` (m,); ``places``, ``listed``, ``cost`` (p, m) over programmes without the offer of none; ``areas`` the names of
    areas, ``area`` (m,) their positions; ``priced`` (p,) whether the price is known."""

    names: tuple[str, ...]
    places: Array
    listed: Array
    cost: Array
    areas: tuple[str, ...]
    area: Array
    priced: Array


def read_offices(offices: pd.DataFrame | None, menu: Menu) -> Offices:
    """Check the table of offices against the menu.

    Parameters
    ----------
    offices : DataFrame or None
        One row an office and programme: ``office, programme, places`` (empty: no limit); optional ``unit_cost_eur`` (empty:
        that of the menu) and ``area`` (of the office, for crowding). None: one office with the menu's places.

    Raises
    ------
    FrameError
        Everything that is wrong, with the row.
    """
    if offices is None:
        offices = pd.DataFrame({"office": ANYWHERE, "programme": list(menu.names[1:]), "places": np.inf})
    if not isinstance(offices, pd.DataFrame):
        raise FrameError(
            f"offices is a {type(offices).__name__}; give a table with office, programme and places."
        )
    if missing := [c for c in ("office", "programme", "places") if c not in offices]:
        raise FrameError(
            f"offices lacks the column(s) {', '.join(missing)}; a row is e.g. office='North', programme='course', places=120."
        )
    table = offices.reset_index(drop=True)
    for column in ("office", "programme", *(["area"] if "area" in table else [])):
        table[column] = table[column].astype("string").str.strip()
    numbers = {c: _numbers(table, c) for c in ("places", "unit_cost_eur") if c in table}
    if problems := _problems(table, numbers, menu):
        raise FrameError(
            f"these are no offices; {len(problems)} problem(s):\n  " + "\n  ".join(problems[:20])
        )
    return _arrays(table, numbers, menu)


def _numbers(table: pd.DataFrame, column: str) -> Array:
    known = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.isnan(known) & table[column].notna().to_numpy()
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise FrameError(
            f"offices: {column} in row {at + 2} is {table[column].iloc[at]!r}, which is no number."
        )
    return known


def _problems(table: pd.DataFrame, numbers: dict[str, Array], menu: Menu) -> list[str]:
    out = [] if len(table) else ["there is no row; list at least one office with a programme"]
    for column in ("office", "programme"):
        blank = table[column].isna() | (table[column] == "")
        out += [f"row {i + 2}: no {column}" for i in np.flatnonzero(blank)]
    unknown = sorted(set(table["programme"].dropna()) - set(menu.names[1:]) - {""})
    out += [f"unknown programme {u!r}; the menu has {', '.join(menu.names[1:])}" for u in unknown]
    double = table.duplicated(["office", "programme"])
    out += [
        f"row {i + 2}: this office has this programme twice; add the places up"
        for i in np.flatnonzero(double)
    ]
    for column, values in numbers.items():
        bad = (values < 0) | (np.isinf(values) & (column != "places"))
        out += [f"row {i + 2}: {column} is {values[i]:g}; give a number from 0" for i in np.flatnonzero(bad)]
    places = numbers["places"]
    part = np.isfinite(places) & (places != np.round(places))
    out += [f"row {i + 2}: {places[i]:g} places; give whole places" for i in np.flatnonzero(part)]
    if "area" in table and (table.groupby("office")["area"].nunique(dropna=False) > 1).any():
        out.append("an office lies in two areas; give each office one area")
    return out


def _arrays(table: pd.DataFrame, numbers: dict[str, Array], menu: Menu) -> Offices:
    names = tuple(str(o) for o in dict.fromkeys(table["office"]))
    o = pd.Index(names).get_indexer(pd.Index(table["office"].astype(object)))
    p = np.array([menu.position(str(n)) - 1 for n in table["programme"]])
    shape = (len(menu) - 1, len(names))
    places, listed = np.zeros(shape), np.zeros(shape, dtype=bool)
    places[p, o] = np.where(np.isnan(numbers["places"]), np.inf, numbers["places"])
    listed[p, o] = True
    cost = np.repeat(menu.unit_cost[1:, None], len(names), axis=1)
    if "unit_cost_eur" in numbers:
        own = numbers["unit_cost_eur"]
        cost[p, o] = np.where(np.isnan(own), cost[p, o], own)
    priced = np.array([bool(np.isfinite(c[s]).all()) for c, s in zip(cost, listed, strict=True)])
    told = table.drop_duplicates("office")["area"].fillna("unknown") if "area" in table else pd.Series(names)
    code, areas = pd.factorize(told, sort=False)
    return Offices(names, places, listed, cost, tuple(str(a) for a in areas), code, priced)


def need_prices(offices: Offices, menu: Menu) -> None:
    """Refuse a budget where a price is missing.

    Raises
    ------
    DesignError
    """
    if not offices.priced.all():
        unknown = [n for n, known in zip(menu.names[1:], offices.priced, strict=True) if not known]
        raise DesignError(
            f"a budget needs the price of every programme; nobody knows that of {', '.join(unknown)}. Give unit_cost_eur in "
            "the menu or in offices, or leave these programmes out."
        )
