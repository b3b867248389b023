"""Where persons and vacancies are: points on the sphere, label points of regions, or a user's travel matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError

#: What a coordinate may be.
_BOUNDS = {"lon": 180.0, "lat": 90.0}


@dataclass(frozen=True)
class Points:
    """Longitude and latitude in degrees, NaN where unknown; ``by_label`` where it is the region's label point."""

    lon: np.ndarray
    lat: np.ndarray
    by_label: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Whether there is a point."""
        return ~np.isnan(self.lat)

    @property
    def xyz(self) -> np.ndarray:
        """(n, 3) unit vectors."""
        lon, lat = np.radians(self.lon), np.radians(self.lat)
        return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


@dataclass(frozen=True)
class Travel:
    """A travel matrix by row: from place ``p`` to ``to[start[p]:start[p + 1]]`` at ``value``."""

    places: int
    start: np.ndarray
    to: np.ndarray
    value: np.ndarray
    unit: str = "km"

    @classmethod
    def nowhere(cls) -> Travel:
        """An empty matrix."""
        return cls(0, np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0))


def points(frame: pd.DataFrame, locations: pd.DataFrame | None, who: str) -> Points:
    """A point for each row: its own ``lon`` and ``lat``, or the label point of its ``geo``.

    Raises
    ------
    FrameError
        A coordinate that cannot be; one of a pair without the other is no point.
    """
    n = len(frame)
    lon, lat = (_coordinate(frame, c, who) for c in ("lon", "lat"))
    half = np.isnan(lon) | np.isnan(lat)
    lon, lat, label = np.where(half, np.nan, lon), np.where(half, np.nan, lat), np.zeros(n, bool)
    if locations is not None and "geo" in frame and half.any():
        at = locations.drop_duplicates("geo").set_index("geo")[["lon", "lat"]].astype(float)
        found = at.reindex(frame["geo"].astype("object")).to_numpy()
        label = half & ~np.isnan(found).any(axis=1)
        lon, lat = np.where(label, found[:, 0], lon), np.where(label, found[:, 1], lat)
    return Points(lon, lat, label)


def _coordinate(frame: pd.DataFrame, column: str, who: str) -> np.ndarray:
    if column not in frame:
        return np.full(len(frame), np.nan)
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isnan(values) & ~(np.abs(values) <= _BOUNDS[column])
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise FrameError(
            f"{who}: {column} {values[row]} of id {frame['id'].iloc[row]!r} cannot be; degrees lie between "
            f"−{_BOUNDS[column]:.0f} and {_BOUNDS[column]:.0f}. Are lon and lat swapped, or in metres?"
        )
    return values


def travel_matrix(
    travel: pd.DataFrame, seekers: pd.Series, vacancies: pd.Series, limit: float | None
) -> tuple[Travel, np.ndarray, np.ndarray]:
    """A long travel table by row, cut at the limit, and the place of each person and vacancy.

    Parameters
    ----------
    travel : DataFrame
        ``origin, destination`` (codes of ``geo``) and ``minutes`` or ``km``.
    seekers, vacancies : Series of str
        ``geo`` of each.
    limit : float, optional
        In the unit of the table.

    Raises
    ------
    FrameError
        Columns are missing, or a value is negative or no number.
    DesignError
        A pair is listed twice.
    """
    unit = next((u for u in ("minutes", "km") if u in travel), "")
    if not {"origin", "destination"} <= set(travel) or not unit:
        raise FrameError(
            "travel needs the columns origin, destination and minutes (or km), one row a pair; it has "
            f"{', '.join(map(str, travel.columns))}."
        )
    value = pd.to_numeric(travel[unit], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(value).any() or (value < 0).any():
        raise FrameError(
            f"travel: every {unit} must be a number from 0; drop the pairs that cannot be travelled."
        )
    if travel.duplicated(["origin", "destination"]).any():
        raise DesignError(
            "travel lists a pair of places twice; keep one, e.g. "
            f"travel.groupby(['origin', 'destination'], as_index=False)['{unit}'].min()"
        )
    names = pd.Index(pd.unique(pd.concat([travel["origin"], travel["destination"]]).astype("object")))
    a, b = names.get_indexer(travel["origin"]), names.get_indexer(travel["destination"])
    near = value <= (np.inf if limit is None else limit)
    a, b, value = a[near], b[near], value[near]
    order = np.lexsort((b, a))
    start = np.searchsorted(a[order], np.arange(len(names) + 1)).astype(np.int64)
    matrix = Travel(len(names), start, b[order].astype(np.int64), value[order], unit)
    home = names.get_indexer(seekers.astype("object")).astype(np.int32)
    return matrix, home, names.get_indexer(vacancies.astype("object")).astype(np.int32)
