"""Which offices each person can reach, and what the way takes from the gain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.offices import Offices
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Starting places × programmes × offices that fit into memory and time.
_MOST = 4_000_000


def read_reach(
    people: pd.DataFrame,
    offices: Offices,
    travel: pd.DataFrame | None,
    max_travel: float | None,
    travel_loss: float,
) -> tuple[Array, Array]:
    """Starting place of each person, and the gain lost on the way from each to each office.

    Parameters
    ----------
    people : DataFrame, shape (n, ...)
        ``geo`` where ``travel`` is long; else ``office`` (the person's own, the only one) or nothing (any office).
    travel : DataFrame or None
        Long ``geo, office, minutes`` (or ``km``), what is missing being out of reach; or wide, one row a person and one
        column an office.
    max_travel : float or None
        In the unit of ``travel``; a column ``max_travel`` of ``people`` comes first.
    travel_loss : float
        Gain lost for each minute (or km).

    Returns
    -------
    place : Array of int, shape (n,)
    toll : Array, shape (z, m)
        ``inf`` out of reach.

    Raises
    ------
    FrameError, ParameterError, DesignError
    """
    _check(max_travel, travel_loss)
    n, m = len(people), len(offices.names)
    if travel is None:
        return (
            _own_office(people, offices) if "office" in people else (np.zeros(n, np.int64), np.zeros((1, m)))
        )
    if not isinstance(travel, pd.DataFrame):
        raise FrameError(f"travel is a {type(travel).__name__}; give a table with geo, office and minutes.")
    way = _long(people, offices, travel) if "office" in travel else _wide(n, offices, travel)
    limit = np.full(n, np.inf if max_travel is None else float(max_travel))
    if "max_travel" in people:
        own = pd.to_numeric(people["max_travel"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        limit = np.where(np.isnan(own), limit, own)
    code, rows = way
    pairs, place = np.unique(np.column_stack([code, limit]), axis=0, return_inverse=True)
    if len(pairs) * m * len(offices.places) > _MOST:
        raise DesignError(
            f"people start from {len(pairs)} places with {m} offices and {len(offices.places)} programmes, too many to solve. "
            "Give travel by geo, or round minutes to fives."
        )
    far = rows[pairs[:, 0].astype(int)]
    toll = np.where(far <= pairs[:, 1][:, None], far * travel_loss, np.inf)
    return place.ravel().astype(np.int64), np.where(np.isfinite(far), toll, np.inf)


def _check(max_travel: float | None, travel_loss: float) -> None:
    if max_travel is not None and not 0 <= max_travel < np.inf:
        raise ParameterError(f"max_travel={max_travel!r}: minutes or km from 0, e.g. 60, or None: no limit.")
    if not 0 <= travel_loss < np.inf:
        raise ParameterError(f"travel_loss={travel_loss!r}: gain lost for each minute, from 0, e.g. 0.02.")


def _own_office(people: pd.DataFrame, offices: Offices) -> tuple[Array, Array]:
    place = pd.Index(offices.names).get_indexer(
        pd.Index(people["office"].astype("string").str.strip().astype(object))
    )
    unknown = sorted({str(x) for x in people["office"][place < 0].dropna()})
    if len(unknown):
        raise FrameError(
            f"people are at {len(unknown)} office(s) that the table of offices does not have, e.g. {unknown[0]!r}; add them "
            "(with 0 places where they have none), or give travel."
        )
    toll = np.full((len(offices.names) + 1, len(offices.names)), np.inf)
    np.fill_diagonal(toll, 0.0)
    # The last row: people of whom no office is known.
    return np.where(place < 0, len(offices.names), place).astype(np.int64), toll


def _long(people: pd.DataFrame, offices: Offices, travel: pd.DataFrame) -> tuple[Array, Array]:
    column = next((c for c in ("minutes", "km") if c in travel), None)
    if column is None or "geo" not in travel:
        raise FrameError(
            "travel needs geo, office and minutes (or km), e.g. geo='EL301', office='North', minutes=25."
        )
    if "geo" not in people:
        raise FrameError(
            "travel is by geo, but people have no column geo; add it, or give one row of minutes a person."
        )
    o = pd.Index(offices.names).get_indexer(
        pd.Index(travel["office"].astype("string").str.strip().astype(object))
    )
    if (o < 0).any():
        raise FrameError(
            f"travel names an office that there is not: {str(travel['office'].iloc[int(np.argmin(o))])!r}; there are "
            f"{', '.join(offices.names[:8])}."
        )
    if travel.duplicated(["geo", "office"]).any():
        raise FrameError("travel has a pair of geo and office twice; keep one row each, e.g. the shortest.")
    code, names = pd.factorize(people["geo"].astype("string").fillna("").astype(object))
    z = pd.Index(names).get_indexer(pd.Index(travel["geo"].astype("string").astype(object)))
    rows = np.full((len(names), len(offices.names)), np.inf)
    value = _minutes(travel[column])
    rows[z[z >= 0], o[z >= 0]] = value[z >= 0]
    return code, rows


def _wide(n: int, offices: Offices, travel: pd.DataFrame) -> tuple[Array, Array]:
    if len(travel) != n or (missing := [o for o in offices.names if o not in travel]):
        which = "" if len(travel) != n else f" (it lacks {', '.join(missing[:5])})"
        raise FrameError(
            f"travel has {len(travel)} rows; give geo, office and minutes, or one row for each of {n} people and one column "
            f"for each office{which}."
        )
    wide = np.column_stack([_minutes(travel[o]) for o in offices.names])
    rows, code = np.unique(wide, axis=0, return_inverse=True)
    return code.ravel(), rows


def _minutes(values: pd.Series) -> Array:
    known = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if (np.isnan(known) & values.notna().to_numpy()).any() or (known < 0).any():
        raise FrameError(
            "travel has a time that is no number from 0; leave it empty where the office is out of reach."
        )
    return np.where(np.isnan(known), np.inf, known)
