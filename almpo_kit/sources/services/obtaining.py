"""One series from its service into the store: ask, fetch, read, check, compare, keep."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from almpo_kit.sources.services import addresses, history, store, transport, updates
from almpo_kit.sources.services.faults import (
    SAFE,
    NothingThereError,
    RefusedError,
    ServiceError,
    TooLargeError,
)
from almpo_kit.sources.services.manners import DEFAULT, Manners
from almpo_kit.sources.services.outcomes import Outcome
from almpo_kit.sources.services.questions import Question, question
from almpo_kit.vocabulary.errors import AlmpoError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.services.series import Series
    from almpo_kit.sources.services.store import Kept
    from almpo_kit.sources.services.transport import Payload


@dataclass
class Wish:
    """How to pull: from which year, whether to believe a smaller series, whether to fetch what seems current."""

    since: int | None = None
    accept_shrinking: bool = False
    again: bool = False
    manners: Manners = DEFAULT
    say: Callable[[str], None] = lambda text: None
    #: When each dataflow was updated, asked once a run.
    asked: dict[tuple[str, str], str] = field(default_factory=dict)


def obtain(series: Series, wish: Wish) -> Outcome:
    """Bring one series up to date.

    Raises
    ------
    ServiceError
        It could not be had; the store is unchanged.
    """
    held = store.latest(series.name)
    stamp = _updated(series, wish)
    # Where the newest version is damaged, the one before is compared with, but never taken for current.
    trusted = held is not None and not wish.again and not held.notice
    if held is not None and trusted and _current(held, stamp, series, wish):
        return _outcome(series, "current", held, note=f"not updated since {stamp}")
    whole = question(series, wish.since, functools.partial(_fetch, wish=wish))
    known = transport.Known()
    if held is not None and trusted and held.manifest["urls"] == [whole.url]:
        known = transport.Known(str(held.manifest["etag"]), str(held.manifest["last_modified"]))
    try:
        payloads = _answers(whole, known, wish)
    except NothingThereError:
        # Early in a year nothing of it is published yet; that is no failure.
        if held is None or wish.since is None or not history.recent(held.frame, wish.since).empty:
            raise
        return _outcome(series, "current", held, note=f"nothing is published from {wish.since} on")
    if not payloads:
        assert held is not None, "not modified is only answered to a conditional request"
        return _outcome(series, "current", held, note="the service says: not modified")
    fresh = _read(payloads, series)
    return _keep(series, held, payloads, fresh, stamp, wish)


def _updated(series: Series, wish: Wish) -> str:
    flow = (series.service, series.dataflow)
    if flow not in wish.asked:
        wish.asked[flow] = updates.updated(series, functools.partial(_fetch, wish=wish))
    return wish.asked[flow]


def _current(held: Kept, stamp: str, series: Series, wish: Wish) -> bool:
    since = held.manifest.get("since")
    covers = since is None or (wish.since is not None and wish.since >= since)
    return (
        bool(stamp)
        and held.manifest.get("updated") == stamp
        and covers
        and held.manifest.get("key") == _asked(series)
    )


def _asked(series: Series) -> str:
    """What is wanted of a series, so that a changed list of ours is fetched even if the service changed nothing."""
    return f"{series.dataflow} {sorted((d, *series.codes(d)) for d in series.key)} {series.start} {series.levels}"


def _fetch(url: str, accept: str, known: transport.Known | None = None, *, wish: Wish) -> Payload | None:
    return transport.fetch(
        url,
        accept=accept,
        known=known,
        resume=store.folder() / ".parts",
        manners=wish.manners,
        say=wish.say,
    )


def _answers(whole: Question, known: transport.Known, wish: Wish) -> list[Payload]:
    """The bodies that answer a question; none where what is known is current. Too large ones are divided."""
    accept = addresses.service(whole.series.service).accept
    waiting: list[Question] = [whole]
    found: list[Payload] = []
    while waiting:
        part = waiting.pop(0)
        try:
            payload = _fetch(part.url, accept, known if part is whole else None, wish=wish)
        except TooLargeError:
            halves = part.halves()
            if halves is None:
                raise
            wish.say(f"{whole.series.name}: too large for one request; asking in parts.")
            waiting[:0] = halves
            continue
        except NothingThereError:
            # A part of the years may be empty; the whole may not.
            if part is whole or (not waiting and not found):
                raise
            continue
        if payload is not None:
            found.append(payload)
    return found


def _read(payloads: list[Payload], series: Series) -> pd.DataFrame:
    from almpo_kit.sources.services import formats

    # Joined before they are read: the vintage of the codes is decided for all parts at once.
    return formats.read_parts([(p.data, p.media_type) for p in payloads], series)


def _keep(
    series: Series,
    held: Kept | None,
    payloads: list[Payload],
    fresh: pd.DataFrame,
    stamp: str,
    wish: Wish,
) -> Outcome:
    size, since = sum(len(p.data) for p in payloads), wish.since
    about = {"service": series.service, "dataflow": series.dataflow, "key": _asked(series), "updated": stamp}
    about["notices"] = fresh.attrs.get("notices", [])
    if held is None:
        kept = store.keep(series.name, payloads, fresh, about=about | {"since": since})
        earlier = f"; what lies before {since} is not held" if since else ""
        return _outcome(series, "new", kept, size, f"{len(fresh):,} values{earlier}")
    window = history.recent(held.frame, since)
    against = history.objections(window, fresh)
    if against and not wish.accept_shrinking:
        raise RefusedError(
            f"The answer for {series.name} does not look like the same series: {'; '.join(against)}. The version of "
            f"{held.retrieved[:10]} stays in use. If this is right, run `almpo data pull {series.name} "
            "--accept-shrinking`."
        )
    found, before = history.difference(window, fresh), held.manifest.get("since")
    # None is the whole history, on either side.
    covered = None if before is None or since is None else min(int(before), since)
    if found.nothing and not against and before == covered and not held.notice:
        return _outcome(series, "unchanged", held, size, "fetched; no value differs")
    whole = history.merged(held.frame, fresh, wish.since)
    counts = {"new": found.new, "changed": found.changed, "gone": found.gone}
    kept = store.keep(series.name, payloads, whole, about=about | {"since": covered, "difference": counts})
    return _outcome(series, "updated", kept, size, str(found))


def _outcome(series: Series, status: str, kept: Kept, size: int = 0, note: str = "") -> Outcome:
    words = " ".join(filter(None, (f"{note}.", kept.notice)))
    return Outcome(series.name, series.service, status, kept.rows, size, kept.version, words)


def told(series: Series, error: AlmpoError) -> Outcome:
    """A failure, with what is still usable."""
    held = store.latest(series.name)
    rest = (
        f"The version of {held.retrieved[:10]} ({held.rows:,} rows) stays in use."
        if held is not None
        else "Nothing of it was held before; the reference tables in data/ stay in use."
    )
    # An answer that came and is not believed, against one that did not come.
    status = (
        "failed" if isinstance(error, ServiceError) and not isinstance(error, RefusedError) else "refused"
    )
    note = str(error).replace(SAFE, rest) if SAFE in str(error) else f"{error} {rest}"
    rows, version = (held.rows, held.version) if held is not None else (0, "")
    return Outcome(series.name, series.service, status, rows, 0, version, note)


def not_tried(series: Series, reason: str) -> Outcome:
    """A series that would meet the same obstacle as one before it."""
    error = ServiceError(f"{reason}, so this was not asked for. {SAFE} Pull again when that is mended.")
    outcome = told(series, error)
    return Outcome(
        outcome.series, outcome.service, "not tried", outcome.rows, 0, outcome.version, outcome.note
    )
