"""The store of records: drafts and overrides, only ever added to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from almpo_kit.records import drafts, overrides
from almpo_kit.records.drafts import Draft
from almpo_kit.records.free_text import clean, reason_in_words
from almpo_kit.records.problems import RecordsError, told
from almpo_kit.records.schema import KEPT, WITHDRAWN
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection, Engine

T = TypeVar("T")
#: On a server two writers can read the same latest version; the second one is refused by the key and tries again.
_TRIES = 50


class Store:
    """Drafts and overrides in one database; open it with :func:`almpo_kit.records.open_store`.

    Parameters
    ----------
    engine : Engine
    place : str
        Where it is, without a password.
    read_only : bool
    """

    def __init__(self, engine: Engine, place: str, *, read_only: bool = False) -> None:
        self.engine, self.place, self.read_only = engine, place, read_only

    def __repr__(self) -> str:
        return f"Store({self.place!r}{', read-only' if self.read_only else ''})"

    # ---- drafts ----------------------------------------------------------------------------------------

    def keep_draft(
        self,
        name: str,
        content: Mapping[str, Any],
        *,
        author_role: str = "",
        note: str = "",
        expected_version: int | None = None,
    ) -> Draft:
        """Keep the next version of a draft.

        Parameters
        ----------
        name : str
            1 to 120 characters; capitals count.
        content : mapping
            Plain JSON values with names as keys.
        author_role : str
            What the author is, e.g. "policy officer"; not who.
        note : str
        expected_version : int, optional
            The version that the author began from, 0 for a new draft; another latest version is a conflict. Left out,
            the version is added whatever the latest is.

        Returns
        -------
        Draft
            With its version.

        Raises
        ------
        ConflictError
            Somebody kept a newer version meanwhile. Nothing is written.
        ParameterError
            Content that JSON does not have, or text that seems to name a person.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        name, author_role, note = drafts.words(name, author_role, note)
        text = drafts.as_json(content)
        expected = _whole(expected_version, "expected_version", 0)
        return self._write(lambda db: drafts.keep(db, name, KEPT, text, author_role, note, expected))

    def draft(self, name: str, version: int | None = None) -> Draft:
        """One version of a draft, the latest where none is named.

        Raises
        ------
        ParameterError
            No such draft or version, or it was withdrawn (its earlier versions can be named).
        RecordsError
            The store cannot be read, or the version was changed from outside.
        """
        name, asked = drafts.one_line(clean(name, "name")), _whole(version, "version", 1)
        with self._reading() as db:
            return drafts.read(db, name, asked)

    def drafts(self, name: str | None = None, *, withdrawn: bool = False) -> pd.DataFrame:
        """The latest version of every draft, or every version of one.

        Parameters
        ----------
        name : str, optional
            All versions of this draft, withdrawals with them.
        withdrawn : bool
            List withdrawn drafts, too.

        Returns
        -------
        DataFrame
            ``name, version, at`` (UTC)``, author_role, note, withdrawn``, by name and version.
        """
        with self._reading() as db:
            return drafts.listed(
                db, None if name is None else drafts.one_line(clean(name, "name")), withdrawn
            )

    def withdraw_draft(
        self, name: str, *, reason: str, author_role: str = "", expected_version: int | None = None
    ) -> Draft:
        """Say that a draft no longer holds: a new version without content; the earlier ones stay.

        Raises
        ------
        ParameterError, ConflictError, RecordsError
            As :meth:`keep_draft`; there is no such draft, or it is withdrawn already.
        """
        name, author_role, _ = drafts.words(name, author_role, "")
        why, expected = reason_in_words(reason), _whole(expected_version, "expected_version", 1)

        def work(db: Connection) -> Draft:
            drafts.read(db, name, None)
            return drafts.keep(db, name, WITHDRAWN, "{}", author_role, why, expected)

        return self._write(work)

    # ---- overrides -------------------------------------------------------------------------------------

    def log_override(
        self,
        *,
        advice_id: str,
        advised: str,
        chosen: str,
        reason: str,
        role: str,
        region: str = "",
        model_run: str = "",
        model_version: str = "",
    ) -> int:
        """Keep that somebody decided otherwise than advised; nothing about the person whom it was about.

        Parameters
        ----------
        advice_id : str
            16 to 64 hexadecimal characters, from :func:`almpo_kit.records.new_advice_id`.
        advised, chosen : str
            Names of programmes; "nothing (abstained)" and the like where the machine said nothing.
        reason : str
            In words, 12 characters or more.
        role : str
            What the person who decides is, e.g. "caseworker"; not who.
        region : str
            NUTS or country code.
        model_run, model_version : str
            What the advice came from.

        Returns
        -------
        int
            Number of the override.

        Raises
        ------
        ParameterError
            A reason that is none, text that seems to hold an e-mail address, a telephone or identity number, or what
            follows the advice.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        row = overrides.checked(
            {
                "advice_id": advice_id,
                "advised": advised,
                "chosen": chosen,
                "reason": reason,
                "role": role,
                "region": region,
                "model_run": model_run,
                "model_version": model_version,
            }
        )
        return self._write(lambda db: overrides.add(db, row))

    def withdraw_override(self, override_id: int, *, reason: str) -> int:
        """Say that an override no longer holds, by a new row; the old one stays.

        Raises
        ------
        ParameterError
            No such override, or it was withdrawn already.
        """
        number, why = _whole(override_id, "override_id", 1), reason_in_words(reason)
        return self._write(lambda db: overrides.withdraw(db, number or 0, why))

    def overrides(
        self,
        *,
        advice_id: str | None = None,
        region: str | None = None,
        model_run: str | None = None,
        since: datetime | None = None,
        withdrawn: bool = False,
    ) -> pd.DataFrame:
        """Overrides in the order in which they were kept. For supervision; counts of 1 to 9 are not for publication.

        Parameters
        ----------
        advice_id, model_run : str, optional
        region : str, optional
            A NUTS code; regions within it are listed, too.
        since : datetime, optional
            With a time zone, or local time.
        withdrawn : bool
            List withdrawn ones, too.

        Returns
        -------
        DataFrame
            ``override_id, advice_id, advised, chosen, reason, role, region, model_run, model_version, at`` (UTC)``,
            why_withdrawn, withdrawn``.
        """
        with self._reading() as db:
            return overrides.listed(
                db, advice_id=advice_id, region=region, model_run=model_run, since=since, withdrawn=withdrawn
            )

    # ---- transactions ----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self.place, "read", "What was kept is untouched"), self.engine.begin() as db:
            yield db

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


def _whole(value: Any, name: str, least: int) -> int | None:
    # numpy's whole numbers come out of tables; True is no version.
    if value is None:
        return None
    whole = getattr(value, "item", lambda: value)()
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < least:
        raise ParameterError(f"{name}={value!r} must be a whole number of at least {least}.")
    return whole
