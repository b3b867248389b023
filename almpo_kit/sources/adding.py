"""Taking in a file that a person downloaded: statistics of a series we keep, boundaries of GISCO, or ESCO."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources.boundaries import add_bytes
from almpo_kit.sources.esco import adding_esco
from almpo_kit.sources.given_files import read_file
from almpo_kit.sources.reference import read as read_reference
from almpo_kit.sources.services import formats, locks, store
from almpo_kit.sources.services.formats.opening import unpack
from almpo_kit.sources.services.formats.places import level_of
from almpo_kit.sources.services.series import EVERY, Series, named
from almpo_kit.vocabulary.errors import DataError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.services.formats.observations import Observations

#: A file with less than this share of the places in use would take their place and leave the rest blank.
_LEAST = 0.5
_GEOGRAPHY = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Topology)"')


def add(path: str | Path, series: str | None = None, *, accept_shrinking: bool = False) -> str:
    """Take in a downloaded file: Eurostat's TSV, SDMX-CSV, SDMX-ML, JSON-stat or CSV, GISCO's boundaries, or ESCO.

    Parameters
    ----------
    path : str or Path
        Compressed or not. A dataset that holds several of our series feeds them all. ESCO's CSV download comes as a
        zip, or as the folder that it was unpacked to.
    series : str, optional
        Which series it is (:func:`almpo_kit.sources.series`), where neither content nor name says.
    accept_shrinking : bool
        Also take a file with far fewer places, occupations or skills than what is in use now.

    Returns
    -------
    str
        What was added and what was left out, in words.

    Raises
    ------
    DataError
        Unreadable, damaged, none of our series, or far smaller than what it would replace; nothing was changed.
    ParameterError
        Neither content nor name says which series it is, or there is no series of that name.
    """
    wanted = (named(series),) if series else ()
    esco = adding_esco.add_folder(path, accept_shrinking=accept_shrinking)
    if esco is not None:
        return esco
    name, data = read_file(path)
    if adding_esco.is_esco(name, data):
        if series is not None:
            raise ParameterError(f"{name} holds ESCO, not {series}; add it without naming a series.")
        return adding_esco.add_bytes(name, data, accept_shrinking=accept_shrinking)
    plain = unpack(data)
    if _GEOGRAPHY.search(plain[:4096]):
        if series is not None:
            raise ParameterError(f"{name} holds boundaries, not {series}; add it without naming a series.")
        return add_bytes(plain, name)
    found = formats.observations(plain)
    taken = _read(found, wanted or _recognised(found, name), name)
    if not accept_shrinking:
        for one, frame in taken:
            _complain_if_smaller(one, frame, name)
    with locks.alone(store.folder()):
        return " ".join(_keep(one, frame, data, name) for one, frame in taken)


def _recognised(found: Observations, name: str) -> tuple[Series, ...]:
    """The series that a file can hold, by the dataset it names or, failing that, by its own name."""
    said = found.dataset or _dataset_in(name)
    of_it = tuple(
        s for s in EVERY.values() if said and said in {s.dataset.lower(), *map(str.lower, s.aliases)}
    )
    if of_it:
        return of_it
    which = f"is of the dataset {said.upper()}, which feeds no series of ours" if said else "names no dataset"
    raise ParameterError(
        f"{name} {which}. Say which series it is with `--as SERIES`; there are {', '.join(EVERY)} "
        f"(`almpo data series` shows them with their datasets)."
    )


def _dataset_in(name: str) -> str:
    datasets = sorted({s.dataset.lower() for s in EVERY.values()}, key=len, reverse=True)
    return next((d for d in datasets if re.search(rf"(?<![a-z0-9]){d}(?![a-z0-9])", name.lower())), "")


def _read(
    found: Observations, candidates: tuple[Series, ...], name: str
) -> list[tuple[Series, pd.DataFrame]]:
    """What can be read of the candidates; where nothing can, why not."""
    taken, problems = [], []
    for one in candidates:
        try:
            taken.append((one, formats.frame_of(found, one)))
        except DataError as error:
            problems.append(str(error))
    if not taken:
        raise DataError(f"{name} was not added. {problems[0]}")
    return taken


def _complain_if_smaller(series: Series, frame: pd.DataFrame, name: str) -> None:
    before, now = _in_use(series), frame["geo"].nunique()
    if now < _LEAST * before:
        raise DataError(
            f"{name} has {now} places of {series.name}, while {before} are in use: it would take the place of all of "
            "them. Download all places, or add it with `--accept-shrinking`. Nothing was changed."
        )


def _in_use(series: Series) -> int:
    """Places that have values of the series now: in the store, else in the reference tables."""
    kept = store.latest(series.name)
    if kept is not None:
        return int(kept.frame["geo"].nunique())
    return max((int(rows["geo"].nunique()) for rows in _reference(series)), default=0)


def _reference(series: Series) -> list[pd.DataFrame]:
    """The rows of the reference tables that a series takes the place of."""
    found: list[pd.DataFrame] = []
    if not series.main or series.frame != "indicators":
        return found
    for level, table in ((0, "national_indicators"), (2, "regional_indicators")):
        if level in series.levels:
            rows = read_reference(table)
            there = {g: level_of(g) == level for g in rows["geo"].unique()}
            quarterly = rows["period"].str.contains("-", regex=False)
            mine = (rows["indicator"] == series.indicator) & (quarterly == (series.frequency == "Q"))
            found.append(rows[mine & rows["geo"].map(there).astype(bool)])
    return found


def _no_longer(series: Series, frame: pd.DataFrame) -> str:
    """A sentence on the periods that were in use and that the file does not have."""
    kept = store.latest(series.name)
    before = [kept.frame] if kept is not None else _reference(series)
    gone = sorted({str(p) for rows in before for p in rows["period"]} - set(frame["period"].astype(str)))
    if not gone:
        return ""
    span = gone[0] if len(gone) == 1 else f"{len(gone)} periods between {gone[0]} and {gone[-1]}"
    return f"Mind that it lacks {span}, of which there were values before; add a file with all periods to have them."


def _keep(series: Series, frame: pd.DataFrame, data: bytes, name: str) -> str:
    from almpo_kit.sources.services.transport import Payload

    now = datetime.now(UTC).isoformat(timespec="seconds")
    payload = Payload(data, "", f"file:{name}", retrieved=now)
    about = {"service": series.service, "dataflow": series.dataflow, "file": name}
    told = " ".join(filter(None, (_no_longer(series, frame), *frame.attrs.get("notices", ()))))
    store.keep(series.name, payload, frame, about=about)
    span = f"{frame['period'].min()} to {frame['period'].max()}"
    return (
        f"Added {series.name} from {name}: {_count(len(frame), 'value')} of "
        f"{_count(frame['geo'].nunique(), 'place')}, {span}." + (f" {told}" if told else "")
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"
