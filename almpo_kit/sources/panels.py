"""Statistics of places: what was pulled or added comes first, the reference tables stand in for the rest.

A series is taken whole from one place: of an indicator, level and frequency either the newest version in the store or
the reference table, never rows of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.sources import held_series
from almpo_kit.sources.catalogue import entry
from almpo_kit.sources.reference import read
from almpo_kit.sources.services.formats.places import level_of
from almpo_kit.sources.services.series import SERIES, feeding, named
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.indicators import INDICATORS
from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.services.series import Series

_TABLES = {0: "national_indicators", 2: "regional_indicators"}
#: The series whose total takes the place of the reference table's, by scope.
_TOTALS = {"measures_2_7": "2-7"}


def indicators(level: int = 2) -> pd.DataFrame:
    """Statistics of places: NUTS regions of one level (1, 2, 3), or countries and groups of them (0).

    Parameters
    ----------
    level : {0, 1, 2, 3}
        Without a network levels 0 and 2 are there; levels 1 and 3 once they were pulled or added.

    Returns
    -------
    DataFrame
        An ``indicators`` frame with the column ``age`` besides; years, and quarters such as ``2024-Q3`` for
        countries. A place without a row was not published. Which version each series is of stands in the
        frame's data versions, what must be known of it in ``attrs["notices"]``.

    Raises
    ------
    ParameterError
        Another level, or one of which nothing is held.
    """
    _complain_of_level(level)
    found = _assembled(level, tuple(INDICATORS))
    if found is None:
        raise ParameterError(
            f"indicators() has levels 0 (countries) and 2 (NUTS-2 regions) without a network; of level {level} nothing "
            f"was pulled or added yet. Run `almpo data pull {' '.join(_names(level))}`."
        )
    return found


def panel(indicator: str, level: int = 2, *, series: str | None = None) -> pd.DataFrame:
    """One indicator, all places and periods.

    Parameters
    ----------
    indicator : str
        Key of :data:`almpo_kit.vocabulary.indicators.INDICATORS`.
    level : {0, 1, 2, 3}
    series : str, optional
        A series of :func:`almpo_kit.sources.series` by name instead of the one that is taken by default, e.g. the
        ILO's definition; it must have been pulled or added.

    Returns
    -------
    DataFrame
        As :func:`indicators`.

    Raises
    ------
    ParameterError
        No such indicator at this level, or no such series held; the message lists those there are.
    """
    _complain_of_level(level)
    found = _of_series(named(series), indicator, level) if series else _assembled(level, (indicator,))
    if found is not None:
        return found
    known = sorted(indicators(level)["indicator"].unique()) if level in _TABLES else []
    there = f"there are {', '.join(known)}" if known else "nothing else of this level is held either"
    pulled = [s.name for s in feeding(indicator, level)]
    more = f" Run `almpo data pull {' '.join(pulled)}` to have it." if pulled else ""
    raise ParameterError(f"There is no indicator {indicator!r} at level {level}; {there}.{more}")


def _complain_of_level(level: int) -> None:
    if level not in (0, 1, 2, 3):
        raise ParameterError(f"There are levels 0 (countries) to 3 (NUTS-3 regions), not {level!r}.")


def _names(level: int) -> list[str]:
    return [s.name for s in SERIES.values() if s.main and s.indicator and level in s.levels]


def _assembled(level: int, keys: tuple[str, ...]) -> pd.DataFrame | None:
    """Rows of some indicators at one level, each series whole from one place; None where there is none."""
    import pandas as pd

    parts, versions, notices = [], [], []
    replaced: set[tuple[str, str]] = set()
    for series in [s for key in keys for s in feeding(key, level)]:
        taken = _at_level(series, level)
        if taken is not None:
            rows, version, told = taken
            parts.append(rows)
            versions.append(version)
            notices += told
            replaced.add((series.indicator, series.frequency))
    base, listed = _reference(level, keys, replaced)
    if base is not None and len(base):
        parts.insert(0, base)
        versions.append(listed)
    if not parts:
        return None
    whole = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    whole.attrs = {"notices": notices} if notices else {}
    return stamp(whole, *versions)


def _reference(
    level: int, keys: tuple[str, ...], replaced: set[tuple[str, str]]
) -> tuple[pd.DataFrame | None, DataVersion]:
    if level not in _TABLES:
        return None, DataVersion("", "")
    name = _TABLES[level]
    table = read(name)
    if len(keys) < len(INDICATORS):
        table = table[table["indicator"].isin(keys)]
    if replaced:
        quarterly = table["period"].str.contains("-", regex=False)
        gone = [
            (table["indicator"] == indicator) & (quarterly == (frequency == "Q"))
            for indicator, frequency in replaced
        ]
        for rows in gone:
            table = table[~rows.reindex(table.index)]
    return table.reset_index(drop=True), entry(name).stamp()


def _at_level(series: Series, level: int) -> tuple[pd.DataFrame, DataVersion, list[str]] | None:
    """What is held of a series at one level."""
    kept = held_series.held(series)
    if kept is None:
        return None
    frame = held_series.frame(kept)
    there = {geo: level_of(geo) == level for geo in frame["geo"].unique()}
    rows = frame[frame["geo"].map(there).astype(bool)].reset_index(drop=True)
    rows.attrs = {}
    return (rows, held_series.version(series, kept), held_series.notices(series, kept)) if len(rows) else None


def _of_series(series: Series, indicator: str, level: int) -> pd.DataFrame:
    taken = _at_level(series, level) if series.indicator == indicator else None
    if taken is None:
        what = (
            f"is of {series.indicator or series.measure}, not of {indicator!r}"
            if series.indicator != indicator
            else f"is not held at level {level}; run `almpo data pull {series.name}` or `almpo data add FILE --as "
            f"{series.name}`"
        )
        raise ParameterError(f"{series.name} {what}.")
    rows, version, notices = taken
    rows.attrs = {"notices": notices} if notices else {}
    return stamp(rows, version)


def expenditure(*, by_category: bool = False) -> pd.DataFrame:
    """Spending on labour market measures in % of GDP, and participants where they are held.

    Parameters
    ----------
    by_category : bool
        Rows by category of measure (``category``: "2" training, "4" incentives, …, "2-7" their total), as DG EMPL
        and the OECD publish them; empty until they are pulled or added. Otherwise totals only.

    Returns
    -------
    DataFrame
        ``geo, year, scope, measure, unit, value, flag, source``, and ``category`` where asked for. ``scope`` keeps
        Eurostat's measures 2–7, OECD active measures 1–7, DG EMPL and OECD categories apart: never add or compare
        across scopes.
    """
    import pandas as pd

    table = read("lmp_expenditure")
    parts, versions = [], []
    for series in [s for s in SERIES.values() if s.frame == "expenditure"]:
        kept = held_series.held(series)
        if kept is not None:
            parts.append(held_series.frame(kept).drop(columns="period"))
            versions.append(held_series.version(series, kept))
    if by_category:
        empty = table.iloc[:0].assign(category=pd.Series(dtype="str"))
        rows = pd.concat(parts, ignore_index=True) if parts else empty
        rows.attrs = {}
        return stamp(rows, *versions)
    return _with_newer_totals(table, parts, versions)


def _with_newer_totals(
    table: pd.DataFrame, parts: list[pd.DataFrame], versions: list[DataVersion]
) -> pd.DataFrame:
    """The reference totals; a scope whose total was pulled or added comes whole from there."""
    import pandas as pd

    found, used = [table], [entry("lmp_expenditure").stamp()]
    for scope, total in _TOTALS.items():
        for part, version in zip(parts, versions, strict=True):
            newer = part[
                (part["category"] == total) & (part["measure"] == "expenditure") & (part["unit"] == "PC_GDP")
            ]
            if len(newer):
                newer = newer.assign(scope=scope)[list(table.columns)]
                found = [table[table["scope"] != scope], newer]
                used.append(version)
    whole = found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)
    whole.attrs = {}
    return stamp(whole, *used)


def series() -> pd.DataFrame:
    """The series that can be pulled or added, and what is held of each.

    Returns
    -------
    DataFrame
        One row a series: ``series`` (its name), ``indicator, title, levels, frequency, unit, age, service, dataset``;
        ``default`` (feeds :func:`panel`), ``held, rows, first, last, retrieved, version``; ``checked`` says what
        confirms dataset and codes, ``unsure`` which of them nothing does.
    """
    return held_series.table()
