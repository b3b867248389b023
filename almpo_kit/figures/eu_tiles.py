"""The tiles of the 244 regions of NUTS 2024, laid out ahead: the search for them takes a quarter of a second.

``eu_tiles.csv`` holds what :func:`almpo_kit.figures.tiles.lay_out` finds for their label points; other points
are laid out when they are drawn. After a change of the points or of the search, a test asks for
``python -m almpo_kit.figures.eu_tiles``.
"""

from __future__ import annotations

import csv
import hashlib
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


def write(points: Points) -> None:
    """Lay the points out and write the table anew."""
    from almpo_kit.figures.tiles import lay_out

    new = _TABLE.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerows([[_digest(points)], _COLUMNS])
        for geo, t in lay_out(points):
            out.writerow([geo, t.column, t.row, "" if t.shift_km is None else repr(t.shift_km)])
    new.replace(_TABLE)


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(Path(__file__).parents[2]))
    data = Path(__file__).parents[2] / "data"
    with (data / "label_points.csv").open(encoding="utf-8", newline="") as handle:
        at = {r["geo"]: (float(r["lon"]), float(r["lat"])) for r in csv.DictReader(handle)}
    with _TABLE.open(encoding="utf-8", newline="") as handle:
        codes = sorted(line[0] for line in list(csv.reader(handle))[2:])
    write(tuple((code, *at[code]) for code in codes))
