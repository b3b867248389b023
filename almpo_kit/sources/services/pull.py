"""Pull: refresh the kept series from their official services, one by one, each by itself."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from almpo_kit.sources.services import addresses, locks, obtaining, partials, store
from almpo_kit.sources.services.faults import UnkeptError, UnreachableError
from almpo_kit.sources.services.journal import Journal
from almpo_kit.sources.services.manners import DEFAULT, Manners
from almpo_kit.sources.services.obtaining import Wish
from almpo_kit.sources.services.outcomes import Outcome, finding
from almpo_kit.sources.services.questions import first_year
from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    from almpo_kit.sources.services.series import Series

_EARLIEST = 1950
_QUESTION = "Are the series up to date with the official services?"
_METHOD = "sources.pull"


def pull(
    names: Iterable[str] | None = None,
    *,
    since: int | str | None = None,
    dry_run: bool = False,
    accept_shrinking: bool = False,
    again: bool = False,
    progress: Callable[[str], None] | None = None,
    manners: Manners = DEFAULT,
) -> Finding:
    """Fetch series from Eurostat, DG EMPL, the ILO and the OECD into the cache.

    One failure does not stop the others. What fails, is refused or is interrupted leaves the last good version in
    place; run again, it continues where it stopped.

    Parameters
    ----------
    names : iterable of str, optional
        Series (``almpo data list`` shows them); all by default.
    since : int or str, optional
        Ask only for this year and later, and join that to what is held.
    dry_run : bool
        Only say what would be asked; nothing is sent and nothing is written.
    accept_shrinking : bool
        Keep an answer that has another structure or far fewer rows than the version held.
    again : bool
        Fetch what seems current, too.
    progress : Callable, optional
        Told in a few words what is done.
    manners : Manners
        Timeouts, attempts and pauses.

    Returns
    -------
    Finding
        The table has ``series, service, status, rows, bytes, version, note``; one failed check a series that is not as
        wanted.

    Raises
    ------
    ParameterError
        No such series, or ``since`` is no year.
    PullRunningError
        Another pull is running.
    UnkeptError
        The cache cannot be written at all.
    """
    chosen, year = _chosen(names), _year(since)
    if dry_run:
        return finding(_QUESTION, [_planned(s, year) for s in chosen], "series", {"since": year}, _METHOD)
    say = progress or (lambda text: None)
    wish = Wish(year, accept_shrinking, again, manners, say)
    with locks.alone(store.folder()):
        partials.clear(store.folder() / ".parts")
        journal = Journal(store.folder(), year)
        outcomes = list(_each(chosen, wish, journal))
        if not any(o.bad for o in outcomes):
            journal.finish()
    return finding(_QUESTION, outcomes, "series", {"since": year}, _METHOD)


def _chosen(names: Iterable[str] | None) -> list[Series]:
    from almpo_kit.sources.services.series import SERIES, named

    if isinstance(names, str):
        names = [names]
    if names is None:
        return list(SERIES.values())
    wanted = [named(n) for n in dict.fromkeys(names)]
    if not wanted:
        raise ParameterError(
            "pull() got an empty list of series; name some, or leave it out for all of them."
        )
    return wanted


def _year(since: int | str | None) -> int | None:
    if since is None:
        return None
    text, this_year = str(since).strip(), datetime.datetime.now(datetime.UTC).year
    if not (text.isascii() and text.isdigit() and _EARLIEST <= int(text) <= this_year):
        raise ParameterError(f"since is {since!r}; give a year from {_EARLIEST} to {this_year}, e.g. 2018.")
    return int(text)


def _planned(series: Series, since: int | None) -> Outcome:
    """What would be asked, without asking: the key's order may still have to be looked up."""
    held, year = store.latest(series.name), first_year(series, since)
    where = f"{addresses.service(series.service).title}, {series.dataflow}, from {year}"
    note = f"{where} ({addresses.base(series.service)})."
    rows, version = (held.rows, held.version) if held is not None else (0, "")
    return Outcome(series.name, series.service, "planned", rows, 0, version, note)


def _each(chosen: list[Series], wish: Wish, journal: Journal) -> Iterator[Outcome]:
    silent: dict[str, str] = {}
    for i, series in enumerate(chosen, start=1):
        outcome = _one(series, wish, journal, silent)
        # Why something is not as wanted is told at the end, once.
        wish.say(
            f"{i}/{len(chosen)} {series.name}: {outcome.status}. {'' if outcome.bad else outcome.note}".rstrip()
        )
        yield outcome


def _one(series: Series, wish: Wish, journal: Journal, silent: dict[str, str]) -> Outcome:
    if series.name in journal.done and not wish.again:
        held = store.latest(series.name)
        if held is not None and not held.notice:
            note = "got by the run that is being continued."
            return Outcome(series.name, series.service, "done", held.rows, 0, held.version, note)
    if reason := silent.get(series.service) or silent.get("disk"):
        # Every other series would wait for the same host, or fill the same disk, in vain.
        return obtaining.not_tried(series, reason)
    try:
        outcome = obtaining.obtain(series, wish)
    except AlmpoError as error:
        if isinstance(error, UnreachableError):
            silent[series.service] = f"{addresses.service(series.service).title} did not answer"
        if isinstance(error, UnkeptError):
            silent["disk"] = "The cache takes no more"
        return obtaining.told(series, error)
    journal.add(series.name)
    return outcome
