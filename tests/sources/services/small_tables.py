"""Small tables of a dataset of ours, with what real ones hold: flags, gaps, odd places."""

from __future__ import annotations

import math

import pandas as pd

from almpo_kit.sources.services.series import Series, named

from .official_formats import long_table

NAN = math.nan
UNEMPLOYMENT = named("unemployment_rate_nuts2")
KEY = {"freq": "A", "isced11": "TOTAL", "sex": "T", "age": "Y15-74", "unit": "PC", "geo": ""}
#: (place, period) → (value, flag): two letters, withheld with and without a reason, ISO's Greece, extra-regio.
CELLS = {
    ("AT11", "2023"): (4.2, ""),
    ("AT11", "2024"): (4.5, "bp"),
    ("EL30", "2023"): (12.25, "u"),
    ("PT19", "2024"): (NAN, "c"),
    ("PT19", "2023"): (6.1, "d"),
    ("NL35", "2023"): (0.0, "z"),
    ("NL35", "2024"): (3.1, "e"),
    ("ATZZ", "2023"): (3.0, ""),
    ("AT", "2023"): (5.1, ""),
    ("AT1", "2023"): (5.3, ""),
    ("DE99", "2023"): (2.2, ""),
    ("XX11", "2023"): (2.3, ""),
}


def table(cells: dict[tuple[str, str], tuple[float, str]] | None = None, **changed: str) -> pd.DataFrame:
    """The unemployment rate of regions as a long table; keywords change codes of its dimensions."""
    return long_table(cells or CELLS, KEY | changed)


def of(series: Series, cells: dict[tuple[str, str], tuple[float, str]]) -> pd.DataFrame:
    """Any of our series as a long table."""
    key = {d: (series.codes(d) or ("",))[0] for d in (series.order or series.key)}
    return long_table(cells, key, series.geo)
