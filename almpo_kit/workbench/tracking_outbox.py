"""The outbox: runs that wait are drained into the run store, each exactly once.

One process drains at a time; one that is killed leaves its entry, and the next looks up in the store how far it came.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench import tracking_store
from almpo_kit.workbench.tracking_entries import (
    address,
    begin,
    clear,
    entries,
    read,
    remove,
    set_aside,
)
from almpo_kit.workbench.tracking_entries import folder as folder
from almpo_kit.workbench.tracking_entries import keep as keep
from almpo_kit.workbench.tracking_entries import new_key as new_key
from almpo_kit.workbench.tracking_patience import is_final, require_alive, with_patience
from almpo_kit.workbench.tracking_writing import Entry, give_up, remove_stragglers, write_once

Say = Callable[[str], None]
_LOCK = ".drain.lock"
#: After so many failures one after the other it is the store and not the run.
_FAILURES_IN_A_ROW = 2


@dataclass(frozen=True)
class Drained:
    """What a draining did.

    Parameters
    ----------
    logged : int
        Runs that are in the store now.
    waiting : int
        Runs that still wait.
    error : TrackingError or None
        Why they wait, where the store is away.
    refused : int
        Runs that the store will never take; they are set aside in ``mlruns/outbox/refused`` with the reason.
    """

    logged: int
    waiting: int
    error: TrackingError | None = None
    refused: int = 0


def waiting() -> int:
    """How many runs wait, for whichever store."""
    return len(entries())


def drain(
    *,
    say: Say = lambda text: None,
    most: int | None = None,
    patient: bool = True,
    anywhere: bool = False,
) -> Drained:
    """Log the runs that wait, in their order, each exactly once.

    Parameters
    ----------
    say : callable
        Told in a line what is being done.
    most : int, optional
        Log no more than so many.
    patient : bool
        Wait for another process that drains; else leave it to that.
    anywhere : bool
        Also log runs that were meant for another store.

    Returns
    -------
    Drained
        Never raises because of the store: what cannot be logged waits on.
    """
    if not entries():
        return Drained(0, 0)
    with _alone(patient) as ours:
        if not ours:
            return Drained(0, waiting())
        clear()
        draining = _Draining(say, most, anywhere)
        draining.work()
        return Drained(draining.logged, waiting(), draining.error, draining.refused)


@contextlib.contextmanager
def _alone(patient: bool) -> Iterator[bool]:
    try:
        handle = (folder() / _LOCK).open("w")
    except OSError:  # read-only, so that no entry can be taken out either
        yield False
        return
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if patient else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        except OSError:  # some network file systems cannot lock; what was begun is looked up all the same
            pass
        yield True


class _Draining:
    """One draining, while nobody else drains."""

    def __init__(self, say: Say, most: int | None, anywhere: bool) -> None:
        self.say, self.most, self.anywhere = say, most, anywhere
        self.logged = self.refused = 0
        self.error: TrackingError | None = None
        self._client: Any = None
        self._experiment = ""

    def work(self) -> None:
        here, failures, again = address(), 0, False
        for path in entries():
            if self.most is not None and self.logged >= self.most:
                break
            try:
                entry, store = read(path)
            except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError) as damage:
                self._refuse(path, f"the entry is damaged: {damage}")
                continue
            except OSError as hindrance:
                # Too many open files, a drive that is away: nothing is wrong with the run.
                self.error = TrackingError(f"{path} cannot be read now ({hindrance.strerror}).")
                continue
            if store != here and not self.anywhere:
                continue
            try:
                again |= self._log(path, entry)
                failures = 0
            except TrackingError as away:
                self.error = away
                break
            except Exception as failure:  # noqa: BLE001 - whatever a store raises: the run waits on
                failures += self._failed(path, entry, failure)
                if failures >= _FAILURES_IN_A_ROW:
                    break
        if again and self.error is None:
            with contextlib.suppress(Exception):
                remove_stragglers(self._client, self._experiment)

    def _log(self, path: Path, entry: Entry) -> bool:
        """True where an earlier attempt may have left something."""
        if self._client is None:
            self._client, self._experiment = _connected()
            self.say(f"Logging runs to {tracking_store.shown(tracking_store.uri())}")
        begun = begin(path)
        with_patience(lambda again: write_once(self._client, self._experiment, entry, again=again or begun))
        remove(path)
        self.logged += 1
        return begun

    def _failed(self, path: Path, entry: Entry, failure: Exception) -> int:
        if is_final(failure):
            give_up(self._client, self._experiment, entry.key, "FAILED")
            self._refuse(path, tracking_store.shown(str(failure)))
            return 0
        self.error = _away(failure)
        return 1

    def _refuse(self, path: Path, reason: str) -> None:
        with contextlib.suppress(OSError):
            set_aside(path, reason)
            self.refused += 1


def _connected() -> tuple[Any, str]:
    def connect(_: bool) -> tuple[Any, str]:
        client = tracking_store.open_client()
        return client, tracking_store.experiment(client)

    try:
        require_alive(tracking_store.uri())
    except TrackingError as error:
        raise _away(error) from None
    tracking_store.prepare()
    try:
        return with_patience(connect)
    except TrackingError:
        raise
    except Exception as error:
        raise _away(error) from error


def _away(failure: BaseException) -> TrackingError:
    said = (str(failure).strip().splitlines() or [type(failure).__name__])[0]
    return TrackingError(
        f"the run store {tracking_store.shown(tracking_store.uri())} cannot be used now: {tracking_store.shown(said)[:300]}"
    )
