"""Small made-up regions with known answers: planted types, planted peers, planted convergence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.places import EU27

#: Indicator -> unit and age band of its rows.
_ROWS = {
    "unemployment_rate": ("PC", "Y15-74"),
    "employment_rate": ("PC_POP", "Y20-64"),
    "gdp_per_head_pps": ("PPS_EU27_HAB", ""),
    "tertiary_attainment": ("PC", "Y25-64"),
    "population": ("NR", ""),
}


def codes(n: int, countries: int = 10) -> list[str]:
    """``n`` NUTS-2 codes, dealt out to so many member states."""
    names = list(EU27)[:countries]
    return sorted(f"{names[i % countries]}{i // countries:02d}" for i in range(n))


def places_of(geos: list[str]) -> pd.DataFrame:
    """A ``taxonomy`` frame of regions."""
    return pd.DataFrame(
        {
            "code": geos,
            "label": [f"Region {g}" for g in geos],
            "parent": [g[:3] for g in geos],
            "level": 2,
            "version": "2024",
        }
    )


def rows_of(values: Mapping[str, float], indicator: str, period: str, version: str = "2024") -> pd.DataFrame:
    """An ``indicators`` frame of one indicator and year; a missing value has no row."""
    unit, age = _ROWS[indicator]
    kept = {g: v for g, v in values.items() if np.isfinite(v)}
    return pd.DataFrame(
        {
            "geo": pd.Series(list(kept), dtype="str"),
            "nuts_version": version,
            "indicator": indicator,
            "unit": unit,
            "age": age or None,
            "period": period,
            "value": pd.Series(list(kept.values()), dtype=float),
            "flag": None,
            "source": "by hand",
        }
    )


def frame_of(matrix: np.ndarray, geos: list[str], on: tuple[str, ...], period: str = "2024") -> pd.DataFrame:
    """An ``indicators`` frame from regions × indicators."""
    parts = [rows_of(dict(zip(geos, matrix[:, j], strict=True)), key, period) for j, key in enumerate(on)]
    return pd.concat(parts, ignore_index=True)


def series_of(matrix: np.ndarray, geos: list[str], indicator: str, first: int) -> pd.DataFrame:
    """An ``indicators`` frame of one indicator from regions × years."""
    parts = [
        rows_of(dict(zip(geos, matrix[:, t], strict=True)), indicator, str(first + t))
        for t in range(matrix.shape[1])
    ]
    return pd.concat(parts, ignore_index=True)
