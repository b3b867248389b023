"""From the bytes of a service or a file to a frame: parse, choose, place, date, check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from almpo_kit.sources.services.formats import json_stat, opening, sdmx_ml, separated, tsv
from almpo_kit.sources.services.formats.choosing import choose
from almpo_kit.sources.services.formats.code_lists import code_lists
from almpo_kit.sources.services.formats.dating import date
from almpo_kit.sources.services.formats.lmp_categories import category
from almpo_kit.sources.services.formats.observations import (
    FLAG,
    PERIOD,
    VALUE,
    NothingPublishedError,
    Observations,
    joined,
)
from almpo_kit.sources.services.formats.places import sort
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.frames import check

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.services.series_kinds import Series

_PARSERS = {
    "tsv": tsv.parse,
    "sdmx-csv": separated.parse_sdmx,
    "csv": separated.parse_plain,
    "json-stat": json_stat.parse,
    "sdmx-ml": sdmx_ml.parse,
}
INDICATOR_COLUMNS = ("geo", "nuts_version", "indicator", "unit", "age", "period", "value", "flag", "source")
#: ``period`` says what ``year`` does, as every kept series has it.
EXPENDITURE_COLUMNS = (
    *("geo", "period", "year", "scope", "measure", "category", "unit", "value", "flag", "source"),
)


def observations(data: bytes, media_type: str = "") -> Observations:
    """Bytes in any of the formats as observations, before anything is chosen.

    Raises
    ------
    DataError
        Damaged, cut off, or of no known format; the message says what to do.
    """
    text = opening.text_of(opening.unpack(data))
    return _PARSERS[opening.kind(text, media_type)](text)


def read(data: bytes, media_type: str, series: Series) -> pd.DataFrame:
    """Bytes in any of the formats as the frame of one series.

    Parameters
    ----------
    data : bytes
        SDMX-ML 2.1 (generic or structure-specific), SDMX-CSV, JSON-stat 2.0, Eurostat's TSV or a plain CSV;
        compressed with gzip, or alone in a zip, or not.
    media_type : str
        As the service said; the content decides, except that a web page is never data.
    series : Series
        What the file should be; it may hold more.

    Returns
    -------
    DataFrame
        An ``indicators`` frame (with ``age``), or an expenditure frame with ``category``; sorted by place and
        period. Cells published without a value are absent. ``attrs["notices"]`` lists what a reader must be
        told: places left out, codes normalised, vintages mixed, cells withheld.

    Raises
    ------
    DataError
        Damaged, cut off, another dataset, or a structure that changed; the message names the way out.
    """
    return frame_of(observations(data, media_type), series)


def read_parts(parts: Sequence[tuple[bytes, str]], series: Series) -> pd.DataFrame:
    """Several answers to one question (bytes and media type) as one frame; see :func:`read`.

    They are joined before anything is chosen or dated, so that the vintage of all codes is decided together; a part
    without any observation (early years, say) is left out unless all are.

    Raises
    ------
    DataError
        As :func:`read`, or the parts do not belong together.
    """
    found, nothing = [], None
    for data, media_type in parts:
        try:
            found.append(observations(data, media_type))
        except NothingPublishedError as error:
            nothing = error
    if not found:
        raise nothing or DataError(f"There is no answer for {series.name}.")
    return frame_of(joined(found), series)


def frame_of(found: Observations, series: Series) -> pd.DataFrame:
    """Parsed observations as the frame of one series; see :func:`read`. One file may feed several series."""
    _complain_of_another(found, series)
    rows = choose(found, series)
    place = series.geo.lower()
    placed = sort(rows[place].unique(), series.levels)
    notices = list(placed.notices)
    rows = rows[rows[place].isin(placed.codes)]
    rows = rows.assign(**{"@published": rows[place], "geo": rows[place].map(placed.codes).astype("str")})
    rows, more = _with_values(rows)
    frame, dated = _dated(rows, placed.levels)
    notices += [*more, *dated]
    if frame.empty:
        raise DataError(
            f"{series.name} has no value for any place of level {', '.join(map(str, series.levels))} that is known "
            f"here. {' '.join(notices)}"
        )
    _complain_of_two_spellings(frame, series)
    _complain_of_values(frame, series)
    done = _expenditure(frame, series) if series.frame == "expenditure" else _indicators(frame, series)
    done.attrs["notices"] = notices
    done.attrs["updated"] = found.updated
    return done


def _complain_of_another(found: Observations, series: Series) -> None:
    wanted = _names(series.dataset).union(*(_names(a) for a in series.aliases))
    if found.dataset and not wanted & _names(found.dataset):
        raise DataError(
            f"The file is of the dataset {found.dataset.upper()}, while {series.name} comes from "
            f"{series.dataset.upper()}; download that one, or name the right series."
        )


def _names(dataset: str) -> set[str]:
    """Names a dataset goes by: its own, and where its structure is named instead (``DSD_X@DF_Y``, ``DF_Z``)."""
    lower = dataset.lower()
    return {lower, *lower.split("@"), lower.removeprefix("df_")}


def _with_values(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Rows with a value, and a sentence on those published without one."""
    withheld = rows[rows[VALUE].isna()]
    kept = rows[rows[VALUE].notna()]
    if withheld.empty:
        return kept, []
    by_flag = withheld[FLAG].replace("", "no flag").value_counts()
    which = ", ".join(f"{flag}: {n}" for flag, n in sorted(by_flag.items()))
    return kept, [f"{len(withheld):,} cells are published without a value ({which}); they stay missing."]


def _dated(rows: pd.DataFrame, levels: dict[str, int]) -> tuple[pd.DataFrame, list[str]]:
    regions = [g for g in rows["geo"].unique() if levels[g] > 0]
    if not regions:
        return rows.assign(nuts_version=None), []
    dating = date(regions, code_lists())
    rows = rows[~rows["geo"].isin(dating.unknown)]
    return rows.assign(nuts_version=rows["geo"].map(dating.of)), list(dating.notices)


def _complain_of_two_spellings(frame: pd.DataFrame, series: Series) -> None:
    keys = ["geo", PERIOD] + ([series.category.lower()] if series.category else [])
    twice = frame[frame.duplicated(keys, keep=False)]
    if len(twice):
        first = twice.iloc[0]
        spellings = sorted(twice.loc[twice["geo"] == first["geo"], "@published"].unique())
        raise DataError(
            f"{series.name} has {first['geo']} twice for {first[PERIOD]}, spelled {' and '.join(spellings)}; keep one."
        )


def _complain_of_values(frame: pd.DataFrame, series: Series) -> None:
    """A percentage of 4,512 or a population below zero means that unit or multiplier changed."""
    percent = series.unit.startswith("PC")
    odd = frame[(frame[VALUE] < 0) | (frame[VALUE] > 100)] if percent else frame[frame[VALUE] < 0]
    if len(odd):
        first = odd.iloc[0]
        raise DataError(
            f"{series.name} should be in {series.unit}, but {first['geo']} {first[PERIOD]} is {first[VALUE]:g}: the "
            "unit or its multiplier changed. Nothing was taken; download the series in its unit."
        )


def _columns(frame: pd.DataFrame, series: Series) -> pd.DataFrame:
    flag = frame[FLAG].astype("object").where(frame[FLAG] != "", None).astype("str")
    source = f"{series.publisher} {series.dataset}"
    return frame.assign(unit=series.unit, value=frame[VALUE].astype(float), flag=flag, source=source)


def _indicators(frame: pd.DataFrame, series: Series) -> pd.DataFrame:
    full = _columns(frame, series).assign(indicator=series.indicator, age=series.age, period=frame[PERIOD])
    full["nuts_version"] = full["nuts_version"].astype("object").where(full["nuts_version"].notna(), None)
    texts = [c for c in INDICATOR_COLUMNS if c != "value"]
    full = full[list(INDICATOR_COLUMNS)].astype(dict.fromkeys(texts, "str"))
    return check(full.sort_values(["geo", "period"], ignore_index=True), "indicators")


def _expenditure(frame: pd.DataFrame, series: Series) -> pd.DataFrame:
    full = _columns(frame, series).assign(
        period=frame[PERIOD],
        year=frame[PERIOD].astype(float),
        scope=series.scope,
        measure=series.measure,
        category=frame[series.category.lower()].map(category),
    )
    return full.sort_values(["geo", "category", "year"], ignore_index=True)[list(EXPENDITURE_COLUMNS)]
