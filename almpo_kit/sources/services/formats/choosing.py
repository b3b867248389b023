"""Which observations are the series': every dimension fixed by the list of series, or the file is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.sources.services.formats.observations import FLAG, PERIOD, VALUE, Observations, frequency
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.services.series_kinds import Series

#: Attributes that structure-specific XML and some CSVs carry beside the dimensions; they choose nothing.
_ATTRIBUTES = frozenset(
    [
        "time_format",
        "decimals",
        "unit_mult",
        "unit_measure",
        "unit_measure_type",
        "base_per",
        "ref_period",
        "collection",
        "obs_pre_break",
        "price_base",
        "currency",
        "source",
        "indicator",
        "note_source",
        "note_indicator",
        "note_classif",
        "label",
        "title",
    ]
)
#: Codes that mean "all together": a new dimension that has only such a code changes nothing.
_TOTALS = frozenset(["total", "t", "_t", "_z", "total_all", "tot"])
#: Codes of one meaning, renamed by Eurostat over the years.
_SAME = {"ths": "ths_per"}
_HOW = (
    "Download exactly these codes, or the whole dataset; if the service changed its structure, the list of series "
    "(almpo_kit/sources/services) must be updated."
)


def choose(found: Observations, series: Series) -> pd.DataFrame:
    """The rows of one series: places, periods, values, flags, and the category where the series has one.

    Parameters
    ----------
    found : Observations
        Of a file that may hold more than the series.
    series : Series

    Returns
    -------
    DataFrame
        Columns of the places' and the category's dimension beside ``@period``, ``@value`` and ``@flag``.

    Raises
    ------
    DataError
        A dimension is missing, renamed or new, a code is not there, or a cell is not unique.
    """
    key = {d.lower(): {_same(c) for c in series.codes(d)} for d in series.key}
    _complain_of_structure(found, series, key)
    rows = found.table
    for dimension, wanted in key.items():
        if wanted and dimension in rows:
            rows = _only(rows, dimension, wanted, series)
    rows = _of_frequency(rows, series)
    kept = [d.lower() for d in (series.geo, series.category) if d]
    # "label=both" writes "AT: Austria"; the code is what stands before the colon.
    rows = rows.assign(**{d: rows[d].str.partition(":")[0].str.strip() for d in kept})
    _complain_of_cells(rows, kept, found, series)
    return rows[[*kept, PERIOD, VALUE, FLAG]].reset_index(drop=True)


def _same(code: str) -> str:
    bare = code.partition(":")[0].strip().lower()
    return _SAME.get(bare, bare)


def _complain_of_structure(found: Observations, series: Series, key: dict[str, set[str]]) -> None:
    there = set(found.dimensions)
    # The frequency is told by the periods too; a dimension that nobody was seen to use may not exist. Unit and
    # age of an indicator must always be said.
    must = {"unit", "age"} if series.frame == "indicators" else set()
    doubtful = {d.lower() for d in series.unsure} - must
    lacking = [d for d in key if d not in there | doubtful | {"freq"}]
    more = there - set(key) - _ATTRIBUTES
    # Beside a missing dimension even a harmless new one is shown: it may be the old one under another name.
    new = [d for d in more if lacking or not _harmless(found.table[d])]
    if not lacking and not new:
        return
    said = []
    if lacking:
        said.append(
            f"lacks {'the dimension' if len(lacking) == 1 else 'the dimensions'} {', '.join(lacking)}"
        )
    if new:
        shown = "; ".join(f"{d} ({_some(found.table[d])})" for d in sorted(new))
        said.append(
            f"has {'a dimension' if len(new) == 1 else 'dimensions'} that {series.dataset} had not: {shown}"
        )
    raise DataError(
        f"This {found.form} is not {series.name} as we know it: it {' and '.join(said)}. Expected: "
        f"{', '.join(f'{d}={_listed(series, d)}' for d in series.key)}. {_HOW}"
    )


def _harmless(codes: pd.Series) -> bool:
    return {_same(c) for c in codes.unique()} <= _TOTALS


def _listed(series: Series, dimension: str) -> str:
    return "+".join(series.codes(dimension)) or "(all)"


def _some(codes: pd.Series) -> str:
    unique = sorted(map(str, codes.dropna().unique()))
    return ", ".join(unique[:6]) + (f", … {len(unique)} in all" if len(unique) > 6 else "")


def _only(rows: pd.DataFrame, dimension: str, wanted: set[str], series: Series) -> pd.DataFrame:
    mapped = {c: _same(str(c)) in wanted for c in rows[dimension].unique()}
    inside = rows[rows[dimension].map(mapped).astype(bool)]
    if inside.empty:
        raise DataError(
            f"{series.name} needs {dimension}={'+'.join(sorted(wanted))}, which is not there; the file has "
            f"{_some(rows[dimension])}. {_HOW}"
        )
    return inside


def _of_frequency(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    kinds = {p: frequency(p) for p in rows[PERIOD].unique()}
    inside = rows[rows[PERIOD].map(kinds) == series.frequency]
    if inside.empty:
        words = {"A": "years such as 2024", "Q": "quarters such as 2024-Q3"}[series.frequency]
        raise DataError(
            f"{series.name} needs {words}; the file has the periods {_some(rows[PERIOD])}. {_HOW}"
        )
    return inside


def _complain_of_cells(rows: pd.DataFrame, kept: list[str], found: Observations, series: Series) -> None:
    twice = rows[rows.duplicated([*kept, PERIOD], keep=False)]
    if twice.empty:
        return
    first = twice.iloc[0]
    same = twice[(twice[[*kept, PERIOD]] == first[[*kept, PERIOD]]).all(axis=1)]
    open_ones = [d for d in found.dimensions if d not in kept and same[d].nunique() > 1]
    why = (
        "; ".join(f"{d} is {_some(same[d])}" for d in open_ones) or "the same row stands there several times"
    )
    raise DataError(
        f"{series.name} has {len(same)} values for {' '.join(map(str, first[[*kept, PERIOD]]))}: {why}. "
        f"Keep one, then add the file again. {_HOW}"
    )
