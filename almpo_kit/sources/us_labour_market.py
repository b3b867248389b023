"""Monthly unemployment and vacancies of the United States since 1951, from a workbook that a user adds.

The workbook is the data file of Michaillat and Saez (2021): unemployment from the Current Population Survey,
vacancies from Barnichon's (2010) index of help-wanted advertising until 2000 and from the Job Openings and Labor
Turnover Survey since. It is not carried by the workbench; its place is given by the user.

References
----------
Michaillat and Saez (2021) J. Public Econ. Plus 2, 100009; Barnichon (2010) Econ. Lett. 109, 175-178.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.intake.workbooks import read_workbook
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import pandas as pd

DATASET = "us_unemployment_vacancies"
SHEET = "Monthly data"
COLUMNS = {
    "year": "Year",
    "month": "Month",
    "unemployment": "Unemployment rate (percent)",
    "labour_force": "Labor force level (thousands of persons)",
    "vacancies": "Vacancy level (thousands)",
    # The workbook calls it so; its values are per cent of the labour force.
    "vacancy_rate": "Vacancy rate (thousands)",
}
#: Lines among which the headings are looked for.
_TOP = 5
#: Bytes; the workbook has about 150 kB.
_LARGEST = 20_000_000
_SURVEY = "BLS, Current Population Survey, seasonally adjusted (file of Michaillat and Saez 2021)"
_INDEX = "Barnichon (2010) vacancy index, seasonally adjusted (file of Michaillat and Saez 2021)"
_OPENINGS = (
    "BLS, JOLTS vacancies over the labour force, seasonally adjusted (file of Michaillat and Saez 2021)"
)
_AGAIN = "Give the data workbook of Michaillat and Saez (2021), 'Beveridgean Unemployment Gap', as it was published."


def read_us_beveridge(path: str | PathLike[str]) -> pd.DataFrame:
    """US monthly unemployment and vacancy rates as an ``indicators`` frame.

    Parameters
    ----------
    path : path
        The workbook.

    Returns
    -------
    DataFrame
        Rows ``unemployment_rate`` and ``job_vacancy_rate`` of ``US``, periods ``1951-01`` on, both in per cent of the
        labour force (unit ``PC_ACT``) and seasonally adjusted. The vacancy rate is an index of advertisements until
        2000 and a survey since: its rows carry two sources.

    Raises
    ------
    DataError
        No such file, not this workbook, a month twice or out of order, a rate outside 0 to 100.
    """
    import pandas as pd

    data, name = _bytes(Path(path)), Path(path).name
    table = _table(data, name)
    openings = 100 * table["vacancies"] / table["labour_force"]
    surveyed = openings.notna()
    parts = {
        "unemployment_rate": (table["unemployment"], pd.Series(_SURVEY, index=table.index)),
        "job_vacancy_rate": (
            openings.where(surveyed, table["vacancy_rate"]),
            pd.Series(_OPENINGS, index=table.index).where(surveyed, _INDEX),
        ),
    }
    frames = [_rows(table["period"], key, values, source) for key, (values, source) in parts.items()]
    frame = pd.concat(frames, ignore_index=True)
    if not frame["value"].between(0, 100).all():
        raise DataError(f"{name} has rates outside 0 to 100%. {_AGAIN}")
    return stamp(frame, entry(DATASET).stamp(sha256(data)))


def _rows(period: pd.Series, key: str, values: pd.Series, source: pd.Series) -> pd.DataFrame:
    import pandas as pd

    there = values.notna()
    return pd.DataFrame(
        {
            "geo": "US",
            "nuts_version": None,
            "indicator": key,
            "unit": "PC_ACT",
            "age": "Y16-MAX" if key == "unemployment_rate" else "TOTAL",
            "period": period[there].astype("str"),
            "value": values[there].astype(float),
            "flag": None,
            "source": source[there].astype("str"),
        }
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{path.name} is larger than {_LARGEST // 1_000_000} MB. {_AGAIN}")
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be read ({error.strerror}). {_AGAIN}") from None


def _table(data: bytes, name: str) -> pd.DataFrame:
    """The monthly sheet with numbers in our columns and ``period``, in order of time."""
    import pandas as pd

    from almpo_kit.vocabulary.errors import ParameterError

    try:
        raw = read_workbook(data, name, SHEET)
    except ParameterError:
        raise DataError(f"{name} has no sheet {SHEET!r}. {_AGAIN}") from None
    # The headings stand under a line that names the sources.
    lines = [raw.header, *raw.rows[:_TOP]]
    heads = [[str(c).strip() for c in line] for line in lines]
    first = next((i for i, line in enumerate(heads) if set(COLUMNS.values()) <= set(line)), None)
    if first is None:
        raise DataError(f"{name}, sheet {SHEET!r}, lacks a line with {', '.join(COLUMNS.values())}. {_AGAIN}")
    at = {key: heads[first].index(c) for key, c in COLUMNS.items()}
    cells = {key: [row[i] for row in raw.rows[first:]] for key, i in at.items()}
    try:
        table = pd.DataFrame({k: pd.to_numeric(pd.Series(v, dtype=object)) for k, v in cells.items()})
        table = table.dropna(subset=["year", "month"]).astype(float)
    except (ValueError, TypeError) as error:
        raise DataError(
            f"{name}, sheet {SHEET!r}, holds something that is no number ({error}). {_AGAIN}"
        ) from None
    months = table["year"] * 12 + table["month"]
    if table.empty or not table["month"].between(1, 12).all() or not (months.diff().dropna() == 1).all():
        raise DataError(f"{name}, sheet {SHEET!r}, is not one row for each month in order. {_AGAIN}")
    periods = [f"{int(y)}-{int(m):02d}" for y, m in zip(table["year"], table["month"], strict=True)]
    return table.assign(period=periods)
