"""Where the places of a series lie: one square a place, near where it is."""

from __future__ import annotations

import io
from collections.abc import Iterable

from almpo_kit.sources.catalogue import read_bytes
from almpo_kit.vocabulary.places import EU27
from almpo_kit.workbench.sweeps.place_names import regions

Cells = dict[str, tuple[int, int]]

#: Column from the west and row from the north of every member state.
_STATES: Cells = {
    "SE": (5, 0),
    "FI": (6, 0),
    "DK": (4, 1),
    "EE": (7, 1),
    "IE": (0, 2),
    "NL": (3, 2),
    "DE": (4, 2),
    "PL": (5, 2),
    "LT": (6, 2),
    "LV": (7, 2),
    "BE": (2, 3),
    "LU": (3, 3),
    "CZ": (4, 3),
    "SK": (5, 3),
    "FR": (2, 4),
    "AT": (4, 4),
    "HU": (5, 4),
    "RO": (6, 4),
    "PT": (0, 5),
    "ES": (1, 5),
    "IT": (3, 5),
    "SI": (4, 5),
    "HR": (5, 5),
    "BG": (6, 5),
    "MT": (3, 6),
    "EL": (6, 6),
    "CY": (7, 6),
}


def cells(places: Iterable[str]) -> Cells:
    """Cell of each place, and of those around them that the series leaves out; empty where not all are places of one kind.

    Parameters
    ----------
    places : iterable of str
        Codes of member states, or of NUTS-2 regions.

    Returns
    -------
    dict of str to (column, row)
        From 0, cut to where the places lie.
    """
    wanted = set(places)
    if wanted and wanted <= set(EU27):
        return dict(_STATES)
    if wanted and wanted <= set(regions()):
        return _cut(_regions(), wanted)
    return {}


def _regions() -> Cells:
    import pandas as pd

    from almpo_kit.figures.tiles import layout

    points = pd.read_csv(io.BytesIO(read_bytes("data/label_points.csv")), keep_default_na=False)
    tiles = layout(points[points["geo"].isin(set(regions()))].astype({"lon": float, "lat": float}))
    last = max(t.row for t in tiles.values() if not t.inset)
    # Regions overseas stand in a row of their own below the others.
    return {geo: (t.column, last + 2 if t.inset else t.row) for geo, t in tiles.items()}


def _cut(all_cells: Cells, wanted: set[str]) -> Cells:
    columns = [all_cells[geo][0] for geo in wanted]
    rows = [all_cells[geo][1] for geo in wanted]
    west, north, east, south = min(columns), min(rows), max(columns), max(rows)
    inside = {g: c for g, c in all_cells.items() if west <= c[0] <= east and north <= c[1] <= south}
    return {geo: (column - west, row - north) for geo, (column, row) in inside.items()}
