"""The real correspondence, and small frames in any vintage."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import sources


@pytest.fixture(scope="session")
def correspondence() -> pd.DataFrame:
    return sources.nuts_correspondence()


def frame(
    values: dict[str, float],
    version: str | None,
    indicator: str = "unemployment_rate",
    period: str = "2015",
    age: str = "Y15-74",
    flag: str | None = None,
) -> pd.DataFrame:
    """An ``indicators`` frame of one period: ``{"HU10": 8.9}`` in one vintage."""
    return pd.DataFrame(
        {
            "geo": list(values),
            "nuts_version": version,
            "indicator": indicator,
            "unit": "PC_ACT",
            "age": age,
            "period": period,
            "value": [float(v) for v in values.values()],
            "flag": flag,
            "source": "made up for this test",
        }
    )


def crosswalk(
    rows: list[tuple[str, str, float]], start: str = "2016", end: str = "2021", **columns: object
) -> pd.DataFrame:
    """A crosswalk of one's own: ``(code_from, code_to, weight)``."""
    table = pd.DataFrame(rows, columns=["code_from", "code_to", "residents"])
    return table.assign(version_from=start, version_to=end, **columns)


def values(found: pd.DataFrame) -> dict[str, float]:
    return dict(zip(found["geo"], found["value"], strict=True))


def words(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["geo"], found["conversion"], strict=True))
