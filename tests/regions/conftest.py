"""The real panel, loaded once, and tiny frames whose answers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
import pytest

from almpo_kit import sources


class Frames(NamedTuple):
    """What the four verbs take."""

    indicators: pd.DataFrame
    places: pd.DataFrame
    national: pd.DataFrame


@pytest.fixture(scope="session")
def real() -> Frames:
    """The panel that the workbench ships."""
    return Frames(sources.indicators(level=2), sources.nuts(), sources.indicators(level=0))


@pytest.fixture
def places() -> pd.DataFrame:
    """Three Greek regions, one of Luxembourg, two of Slovenia; a ZZ code, other levels, another vintage."""
    rows = [
        ("EL", "Greece", 0, "2024"),
        ("EL3", "Attiki", 1, "2024"),
        ("EL30", "Attiki", 2, "2024"),
        ("EL41", "Voreio Aigaio", 2, "2024"),
        ("EL42", "Notio Aigaio", 2, "2024"),
        ("ELZZ", "Extra-Regio NUTS 2", 2, "2024"),
        ("EL99", "Of another vintage", 2, "2021"),
        ("LU00", "Luxembourg", 2, "2024"),
        ("SI03", "Vzhodna Slovenija", 2, "2024"),
        ("SI04", "Zahodna Slovenija", 2, "2024"),
        ("CH01", "Not in the EU", 2, "2024"),
    ]
    frame = pd.DataFrame(rows, columns=["code", "label", "level", "version"])
    return frame.assign(parent=frame["code"].str[:-1])


Build = Callable[..., pd.DataFrame]


@pytest.fixture
def build() -> Build:
    """Make an ``indicators`` frame from ``{(geo, period): value}``."""

    def make(
        cells: dict[tuple[str, str], float],
        indicator: str = "unemployment_rate",
        *,
        flags: dict[tuple[str, str], str] | None = None,
        versions: dict[tuple[str, str], str] | None = None,
        age: str = "Y15-74",
        source: str = "by hand",
    ) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "geo": pd.Series([g for g, _ in cells], dtype="str"),
                "nuts_version": [(versions or {}).get(c, "2024") for c in cells],
                "indicator": indicator,
                "unit": "PC",
                "age": age,
                "period": pd.Series([p for _, p in cells], dtype="str"),
                "value": pd.Series(list(cells.values()), dtype=float),
                "flag": [(flags or {}).get(c) for c in cells],
                "source": source,
            }
        )

    return make


@pytest.fixture
def tiny(places: pd.DataFrame, build: Build) -> Frames:
    """Greece 10, 6, missing in 2021 (EL42 is 7 in 2020); EU 7, Greece 9. Each year has five of six regions."""
    cells = {
        ("EL30", "2020"): 12.0,
        ("EL41", "2020"): 5.5,
        ("EL42", "2020"): 7.0,
        ("EL30", "2021"): 10.0,
        ("EL41", "2021"): 6.0,
        ("LU00", "2021"): 6.0,
        ("SI03", "2020"): 4.0,
        ("SI04", "2020"): 4.0,
        ("SI03", "2021"): 3.0,
        ("SI04", "2021"): 3.0,
        ("ELZZ", "2021"): 99.0,
        ("CH01", "2021"): 2.0,
    }
    national = build(
        {("EU27_2020", "2021"): 7.0, ("EL", "2020"): 10.0, ("EL", "2021"): 9.0, ("LU", "2021"): 6.0}
    )
    return Frames(build(cells, flags={("EL30", "2021"): "p e"}), places, national)


@pytest.fixture
def jobs(places: pd.DataFrame, build: Build) -> Frames:
    """Employment in Greece: 70 → 74 over 2021–2025, 60 → 61, and one at 79."""
    cells = {
        ("EL30", "2021"): 70.0,
        ("EL30", "2025"): 74.0,
        ("EL41", "2021"): 60.0,
        ("EL41", "2025"): 61.0,
        ("EL42", "2025"): 79.0,
        ("LU00", "2021"): 73.0,
        ("LU00", "2025"): 73.5,
        ("SI03", "2025"): 78.0,
        ("SI04", "2025"): 80.0,
    }
    return Frames(build(cells, "employment_rate", age="Y20-64"), places, build({}, "employment_rate"))
