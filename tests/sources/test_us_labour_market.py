"""The US workbook: read, refused, and what the verbs find in it that is published elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import regions, sources
from almpo_kit.sources.us_labour_market import COLUMNS, SHEET
from almpo_kit.vocabulary.errors import DataError

SHARED = (
    Path(__file__).parents[3] / "shared" / "data" / "cycle" / "us_unemployment_vacancies_monthly_1951.xlsx"
)
official = pytest.mark.skipif(not SHARED.is_file(), reason="the US workbook lies outside the repository")
Row = list[object]


@pytest.fixture(scope="module")
def us() -> pd.DataFrame:
    """The official workbook as a frame."""
    return sources.read_us_beveridge(SHARED)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a small workbook of the same build."""

    def make(rows: list[Row], *, heads: list[str] | None = None, sheet: str = SHEET) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        page.append([None, "Source:", "somebody"])
        page.append(list(COLUMNS.values()) if heads is None else heads)
        for row in rows:
            page.append(row)
        path = tmp_path / "us.xlsx"
        book.save(path)
        return path

    return make


def good(n: int = 3) -> list[Row]:
    return [[2000, m, 4.0 + m / 10, 1000.0, 30.0 if m > 1 else None, 3.5] for m in range(1, n + 1)]


def test_both_parts_of_the_vacancy_rate(write: Callable[..., Path]) -> None:
    found = sources.read_us_beveridge(write([*good(), [2000, 4, None, None, None, None]]))
    assert set(found["geo"]) == {"US"} and set(found["unit"]) == {"PC_ACT"}
    vacancies = found[found["indicator"] == "job_vacancy_rate"]
    # The index until levels are held; then levels over the labour force.
    assert vacancies["value"].tolist() == [3.5, 3.0, 3.0]
    assert vacancies["period"].tolist() == ["2000-01", "2000-02", "2000-03"]
    assert (
        vacancies["source"].nunique() == 2 and vacancies["source"].str.contains("seasonally adjusted").all()
    )
    assert found[found["indicator"] == "unemployment_rate"]["value"].tolist() == pytest.approx(
        [4.1, 4.2, 4.3]
    )
    (version,) = found.attrs["data_versions"]
    assert version["kind"] == "file" and len(version["sha256"]) == 64


@pytest.mark.parametrize(
    ("rows", "more", "message"),
    [
        (good(), {"sheet": "Data"}, "has no sheet 'Monthly data'"),
        (good(), {"heads": ["Year", "Month"]}, "lacks a line with Year, Month, Unemployment rate"),
        ([*good(), [2000, 3, 4, 1000, 30, 3]], {}, "not one row for each month in order"),
        ([*good(), [2000, 5, 4, 1000, 30, 3]], {}, "not one row for each month in order"),
        ([*good(), [2000, 13, 4, 1000, 30, 3]], {}, "not one row for each month in order"),
        ([[2000, 1, "high", 1000, 30, 3], *good()[1:]], {}, "something that is no number"),
        ([[2000, 1, 412.0, 1000, 30, 3], *good()[1:]], {}, "rates outside 0 to 100%"),
    ],
)
def test_what_is_not_the_workbook_is_refused(
    write: Callable[..., Path], rows: list[Row], more: dict[str, object], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        sources.read_us_beveridge(write(rows, **more))


def test_no_file_and_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.xlsx cannot be read \(No such file"):
        sources.read_us_beveridge(tmp_path / "none.xlsx")
    text = tmp_path / "text.xlsx"
    text.write_text("not a workbook")
    with pytest.raises(DataError, match="no readable workbook"):
        sources.read_us_beveridge(text)


@official
def test_the_official_workbook(us: pd.DataFrame) -> None:
    counts = us.groupby("indicator")["period"].agg(["min", "max", "size"])
    assert counts.loc["unemployment_rate"].tolist() == ["1951-01", "2019-12", 828]
    assert counts.loc["job_vacancy_rate"].tolist() == ["1951-01", "2019-12", 828]


@official
def test_dates_of_unemployment_agree_with_those_of_recessions(us: pd.DataFrame) -> None:
    """NBER's recessions, 1953 to 2009: unemployment turns up before each begins and down after it ends.

    Dates from the National Bureau of Economic Research, "US Business Cycle Expansions and Contractions".
    """
    recessions = [
        *(("1953-07", "1954-05"), ("1957-08", "1958-04"), ("1960-04", "1961-02"), ("1969-12", "1970-11")),
        *(("1973-11", "1975-03"), ("1980-01", "1980-07"), ("1981-07", "1982-11"), ("1990-07", "1991-03")),
        *(("2001-03", "2001-11"), ("2007-12", "2009-06")),
    ]
    found = regions.turning_points(us, country="US", frequency=12).turns

    def month(period: str) -> int:
        return int(period[:4]) * 12 + int(period[5:])

    troughs, peaks = ([month(p) for p in found.loc[found["turn"] == k, "period"]] for k in ("trough", "peak"))
    leads = [min(month(start) - t for t in troughs if t <= month(start)) for start, _ in recessions]
    lags = [min(p - month(end) for p in peaks if p >= month(end)) for _, end in recessions]
    # Before the recessions of 1990 and 1980 unemployment had risen for 16 and 8 months; it peaked 15 and 19 months
    # after those of 1990 and 2001 (the jobless recoveries).
    assert leads == [1, 5, 2, 7, 1, 8, 0, 16, 11, 7]
    assert lags == [4, 3, 3, 9, 2, 0, 1, 15, 19, 4]


@official
def test_the_curve_moved_outward_after_2009(us: pd.DataFrame) -> None:
    """Known from the literature, e.g. Diamond and Şahin (2015) Res. Econ. 69, 18-25."""
    found = regions.beveridge(us, country="US")
    assert found.sentence == (
        "Between 2009 and 2019 unemployment in the United States (US) fell by 5.6 points, from 9.3% to 3.7%, while the "
        "vacancy rate went from 1.6% to 4.4%. Along the Beveridge curve alone it would have fallen by 7.4 points (95%: 6.6 to "
        "8.5); an outward shift of the curve added 1.8 points (95%: 0.7 to 3.1)."
    )
    assert found.line is not None and found.line.slope == pytest.approx(0.81, abs=0.005)
    assert found.sample == ("2005-Q1", "2019-Q4") and len(found.table) == 276
    older = regions.beveridge(us, country="US", since="1990", until="2009", start="1995", end="2005")
    (mixed,) = [c for c in older.checks if c.name == "job_vacancy_rate_editions"]
    assert mixed.status == "failed"


@official
def test_us_tightness_is_exact(us: pd.DataFrame) -> None:
    found = regions.tightness(us, country="US", frequency=12)
    assert found.exact
    # December 2019: 6,552 thousand vacancies, 5,753 thousand unemployed (the rate is rounded to one decimal).
    assert found.latest == pytest.approx(6552 / 5753, rel=0.02)
