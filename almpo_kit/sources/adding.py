"""Taking in a file that a person downloaded: statistics of a series we keep, or boundaries of GISCO."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources import boundaries
from almpo_kit.sources.reference import read as read_reference
from almpo_kit.sources.services import formats, locks, store
from almpo_kit.sources.services.formats.places import level_of
from almpo_kit.sources.services.series import EVERY, Series, named
from almpo_kit.vocabulary.errors import DataError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.services.formats.observations import Observations

#: Bytes of a file before unpacking; Eurostat's largest regional dataset has a tenth of it.
_LARGEST = 500_000_000
#: A file with less than this share of the places in use would take their place and leave the rest blank.
_LEAST = 0.5
_GEOGRAPHY = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Topology)"')


def add(path: str | Path, series: str | None = None, *, accept_shrinking: bool = False) -> str:
    """Take in a downloaded file: Eurostat's TSV, SDMX-CSV, SDMX-ML, JSON-stat or CSV, or GISCO's boundaries.

    Parameters
    ----------
    path : str or Path
        Compressed or not. A dataset that holds several of our series feeds them all.
    series : str, optional
        Which series it is (:func:`almpo_kit.sources.series`), where neither content nor name says.
    accept_shrinking : bool
        Also take a file with far fewer places than what is in use now.

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
    source = Path(path).expanduser()
    data = _bytes(source)
    if series is None and _GEOGRAPHY.search(data[:4096]):
        return boundaries.add_file(source)
    wanted = (named(series),) if series else ()
    found = formats.observations(data)
    taken = _read(found, wanted or _recognised(found, source.name), source.name)
    if not accept_shrinking:
        for one, frame in taken:
            _complain_if_smaller(one, frame, source.name)
    with locks.alone(store.folder()):
        return " ".join(_keep(one, frame, data, source.name) for one, frame in taken)


def _bytes(source: Path) -> bytes:
    try:
        if source.stat().st_size > _LARGEST:
            raise DataError(f"{source.name} is larger than any dataset of ours; download a selection of it.")
        return source.read_bytes()
    except OSError as error:
        raise DataError(f"{source} cannot be read ({error.strerror}); check the path.") from None


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
    if not series.main or series.frame != "indicators":
        return 0
    counts = [0]
    for level, table in ((0, "national_indicators"), (2, "regional_indicators")):
        if level in series.levels:
            rows = read_reference(table)
            places = rows.loc[rows["indicator"] == series.indicator, "geo"].unique()
            counts.append(sum(level_of(g) == level for g in places))
    return max(counts)


def _keep(series: Series, frame: pd.DataFrame, data: bytes, name: str) -> str:
    from almpo_kit.sources.services.transport import Payload

    now = datetime.now(UTC).isoformat(timespec="seconds")
    payload = Payload(data, "", f"file:{name}", retrieved=now)
    about = {"service": series.service, "dataflow": series.dataflow, "file": name}
    store.keep(series.name, payload, frame, about=about)
    told = " ".join(frame.attrs.get("notices", ()))
    span = f"{frame['period'].min()} to {frame['period'].max()}"
    return (
        f"Added {series.name} from {name}: {_count(len(frame), 'value')} of "
        f"{_count(frame['geo'].nunique(), 'place')}, {span}." + (f" {told}" if told else "")
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"
