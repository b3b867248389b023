"""One store, its engine, and how work on it is done whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from almpo_kit.records.problems import RecordsError, told
from almpo_kit.records.schema import SCHEMA_VERSION, WITH_CONSULTATIONS, WITH_EXPERTS, WITH_TRIALS
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

T = TypeVar("T")
#: On a server two writers can read the same latest version; the second one is refused by the key and tries again.
_TRIES = 50


class Transactions:
    """A database and the two ways of using it.

    Parameters
    ----------
    engine : Engine
    place : str
        Where it is, without a password.
    read_only : bool
    """

    def __init__(self, engine: Engine, place: str, *, read_only: bool = False) -> None:
        self.engine, self.place, self.read_only = engine, place, read_only
        #: Form of its tables; less than ours only where an older store may not be written.
        self.form = SCHEMA_VERSION

    def __repr__(self) -> str:
        return f"Store({self.place!r}{', read-only' if self.read_only else ''})"

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self.place, "read", "What was kept is untouched"), self.engine.begin() as db:
            yield db

    @contextlib.contextmanager
    def _reading_experts(self) -> Iterator[Connection]:
        with self._reading_form(WITH_EXPERTS, "labels") as db:
            yield db

    @contextlib.contextmanager
    def _reading_consultations(self) -> Iterator[Connection]:
        with self._reading_form(WITH_CONSULTATIONS, "consultations") as db:
            yield db

    @contextlib.contextmanager
    def _reading_trials(self) -> Iterator[Connection]:
        with self._reading_form(WITH_TRIALS, "trials") as db:
            yield db

    @contextlib.contextmanager
    def _reading_form(self, least: int, what: str) -> Iterator[Connection]:
        if self.form < least:
            raise RecordsError(
                f"{self.place} was kept by an older version, holds no {what} yet and is read-only. What was kept is "
                "untouched; make it writable (`chmod u+w`) and open it once, or set ALMPO_RECORDS to another place."
            )
        with self._reading() as db:
            yield db

    def _forget_pages(self) -> None:
        """After a deletion, empty SQLite's log of former pages.

        Readers that are busy put it off until the last of them is done; whoever answers meanwhile must not wait for them.
        """
        if self.engine.dialect.name == "sqlite":
            with (
                told(self.place, "tidied up", "What was to be deleted is deleted"),
                self.engine.connect() as db,
            ):
                made: Any = db.connection.driver_connection
                made.execute("PRAGMA busy_timeout=250")
                made.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _write(self, work: Callable[[Connection], T]) -> T:
        from sqlalchemy.exc import IntegrityError

        if self.read_only:
            raise RecordsError(
                f"{self.place} is read-only. Nothing was written; make it writable (`chmod u+w`) and open it again, or set "
                "ALMPO_RECORDS to another place."
            )
        with told(self.place, "written", "Nothing was written"):
            for again in range(_TRIES, -1, -1):
                try:
                    with self.engine.execution_options(writes=True).begin() as db:
                        return work(db)
                except IntegrityError:
                    if not again:
                        raise
        raise AssertionError("unreachable")


def whole(value: Any, name: str, least: int) -> int | None:
    """A whole number, or none.

    Raises
    ------
    ParameterError
        Something else, or less than ``least``.
    """
    # numpy's whole numbers come out of tables; True is no version.
    if value is None:
        return None
    number = getattr(value, "item", lambda: value)()
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise ParameterError(f"{name}={value!r} must be a whole number of at least {least}.")
    return number


def given(value: Any, name: str, least: int) -> int:
    """A whole number that may not be left out.

    Raises
    ------
    ParameterError
        As :func:`whole`, or none.
    """
    number = whole(value, name, least)
    if number is None:
        raise ParameterError(f"{name} must be a whole number of at least {least}; none was given.")
    return number
