"""What a store can do with drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.records import drafts
from almpo_kit.records.drafts import Draft
from almpo_kit.records.free_text import clean, reason_in_words
from almpo_kit.records.schema import KEPT, WITHDRAWN
from almpo_kit.records.transactions import Transactions, whole

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection


class DraftMethods(Transactions):
    """Drafts in versions."""

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
        expected = whole(expected_version, "expected_version", 0)
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
        name, asked = drafts.one_line(clean(name, "name")), whole(version, "version", 1)
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
        why, expected = reason_in_words(reason), whole(expected_version, "expected_version", 1)

        def work(db: Connection) -> Draft:
            drafts.read(db, name, None)
            return drafts.keep(db, name, WITHDRAWN, "{}", author_role, why, expected)

        return self._write(work)
