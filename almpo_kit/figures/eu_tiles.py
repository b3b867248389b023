"""The tiles of the 244 regions of NUTS 2024, laid out ahead: the search for them takes a quarter of a second.

``eu_tiles.csv`` holds what :func:`almpo_kit.figures.tiles.lay_out` finds for their label points; other points
are laid out when they are drawn. After a change of the points or of the search, a test asks for
``python -m almpo_kit.figures.tiles``.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

Points = tuple[tuple[str, float, float], ...]
Row = tuple[str, int, int, float | None]
_TABLE = Path(__file__).with_name("eu_tiles.csv")
_COLUMNS = ("geo", "column", "row", "shift_km")


def rows_of(points: Points) -> list[Row] | None:
    """Region, column, row and shift (None in the inset) of each tile; None when the table is of other points.

    Parameters
    ----------
    points : tuple of (str, float, float)
        Code, longitude and latitude of each region, sorted.
    """
    with _TABLE.open(encoding="utf-8", newline="") as handle:
        digest, *lines = csv.reader(handle)
    if digest != [_digest(points)]:
        return None
    return [(geo, int(c), int(r), float(s) if s else None) for geo, c, r, s in lines[1:]]


def _digest(points: Points) -> str:
    return hashlib.sha256(repr(points).encode()).hexdigest()


def codes() -> list[str]:
    """The regions in the table, sorted."""
    with _TABLE.open(encoding="utf-8", newline="") as handle:
        return sorted(line[0] for line in list(csv.reader(handle))[2:])


def write(points: Points, rows: Iterable[Row]) -> None:
    """Write the table anew for these points."""
    new = _TABLE.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerows([[_digest(points)], _COLUMNS])
        out.writerows((geo, c, r, "" if shift is None else repr(shift)) for geo, c, r, shift in rows)
    new.replace(_TABLE)
