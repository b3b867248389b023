"""Which rows are regions of which vintage; a code that its vintage does not have is an error, not a guess."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from almpo_kit.regions.cells import text_periods, usable
from almpo_kit.regions.panel import require
from almpo_kit.regions.vintages.crosswalk import Steps
from almpo_kit.vocabulary.errors import FrameError, PlaceError
from almpo_kit.vocabulary.places import PLACE_NAMES, is_extra_regio, normalise

_COLUMNS = ("geo", "nuts_version", "indicator", "unit", "period", "value", "flag", "source")
#: A row of a converted frame that was not measured on its territory has no ``nuts_version``; this column
#: still says in which vintage its code is to be read.
CODE_VERSION = "code_version"


@dataclass(frozen=True, eq=False)
class Sorted:
    """The rows of a frame by what becomes of them.

    Parameters
    ----------
    regions : DataFrame
        Rows of NUTS regions, with the column ``vintage``.
    outside : DataFrame
        Countries, groups of countries and extra-regio codes: passed through as they are.
    uncovered : DataFrame
        Regions of countries that the correspondence does not know; they cannot be converted.
    respelled : tuple of str
        Codes that were read in Eurostat's spelling (``GR`` as ``EL``, ``GB`` as ``UK``).
    extra_regio : int
        How many of ``outside`` belong to no region (``ZZ``).
    """

    regions: pd.DataFrame
    outside: pd.DataFrame
    uncovered: pd.DataFrame
    respelled: tuple[str, ...]
    extra_regio: int


def sort(frame: pd.DataFrame, known: Steps, name: str = "indicators") -> Sorted:
    """Sort the rows of an ``indicators`` frame and check every code against its vintage.

    Raises
    ------
    FrameError
        A column is missing, a value is no number, a period no year.
    PlaceError
        A code that its stated vintage does not have, or a region without a vintage; the message suggests one.
    """
    require(frame, _COLUMNS, name)
    rows = usable(frame, name)
    rows = rows.assign(period=text_periods(rows["period"], name)).reset_index(drop=True)
    written = rows["geo"].astype(str)
    unique = {code: normalise(code) for code in written.unique()}
    rows["geo"] = written.map(unique).astype("str")
    respelled = tuple(sorted(c for c, n in unique.items() if c.strip().upper() != n))
    # EA20 and EU28 have the length of a region, and are groups of countries.
    inside = {
        c: 3 <= len(c) <= 5 and c not in PLACE_NAMES and not is_extra_regio(c) for c in rows["geo"].unique()
    }
    region = rows["geo"].map(inside).astype(bool)
    covered = rows["geo"].str[:2].isin(known.countries)
    regions = rows[region & covered].assign(vintage=lambda r: vintages(r, name, known))
    _check(regions, known, name)
    zed = rows["geo"].map({c: is_extra_regio(c) for c in inside}).astype(bool)
    return Sorted(
        regions=regions,
        outside=rows[~region],
        uncovered=rows[region & ~covered],
        respelled=respelled,
        extra_regio=int(zed.sum()),
    )


def vintages(rows: pd.DataFrame, name: str, known: Steps) -> pd.Series:
    """The vintage in which each row's code is to be read."""
    stated = rows["nuts_version"].astype("object")
    if CODE_VERSION in rows:
        stated = stated.where(stated.notna(), rows[CODE_VERSION].astype("object"))
    without = rows[stated.isna()]
    if len(without):
        raise PlaceError(
            f"`{name}` has {_n(len(without), 'row')} of regions without a nuts_version ({_some(without['geo'])}); "
            f"{_suggestion(set(without['geo']), known)}"
        )
    return stated.map(lambda v: str(int(v)) if isinstance(v, float) else str(v)).astype("str")


def _check(regions: pd.DataFrame, known: Steps, name: str) -> None:
    for version in sorted(regions["vintage"].unique()):
        group = regions[regions["vintage"] == version]
        if version not in known.versions:
            raise PlaceError(
                f"`{name}` has rows of NUTS {version}; the correspondence knows {', '.join(known.versions)}."
            )
        wrong = sorted(set(group["geo"]) - known.codes(version))
        if wrong:
            raise PlaceError(
                f"`{name}` has {_n(len(wrong), 'code')} that NUTS {version} does not have: {_some(wrong)}; "
                f"{_suggestion(set(wrong), known)}"
            )


def _suggestion(codes: set[str], known: Steps) -> str:
    having = [v for v in known.versions if codes <= known.codes(v)]
    if having:
        best = having[-1]
        also = f" (and in {', '.join(having[:-1])})" if len(having) > 1 else ""
        return (
            f"all of them are codes of NUTS {best}{also}: state it, e.g. "
            f"frame.loc[frame['geo'].isin([...]), 'nuts_version'] = {best!r}."
        )
    counts = {v: len(codes & known.codes(v)) for v in known.versions}
    most = ", ".join(f"{n} in {v}" for v, n in counts.items())
    return f"no vintage has them all ({most}); correct them, or leave them out."


def _n(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _some(codes: object, most: int = 12) -> str:
    listed = sorted(set(codes))  # type: ignore[call-overload]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def once(rows: pd.DataFrame, keys: list[str], name: str) -> None:
    """Raise FrameError where a region has two values of one statistic for one period in one vintage."""
    twice = rows[rows.duplicated([*keys, "geo", "vintage"], keep=False)]
    if len(twice):
        cells = sorted(
            {f"{g} {p} ({i})" for g, p, i in twice[["geo", "period", "indicator"]].itertuples(index=False)}
        )
        raise FrameError(
            f"`{name}` has more than one value for {', '.join(cells[:10])}; keep one row for each place and period."
        )
