"""What a store can do with decisions on disagreements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from almpo_kit.records import decisions, label_lists, label_words
from almpo_kit.records.free_text import impersonal, reason_in_words
from almpo_kit.records.transactions import Transactions, given, whole
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection


class DecisionMethods(Transactions):
    """Adjudication: what holds where experts disagree, who decided and why."""

    def adjudicate(
        self,
        review: str,
        document_id: str,
        field: str,
        value: str,
        *,
        decided_by: str,
        reason: str,
        item: str = "",
        expected: int | None = None,
        seen: Collection[int] | None = None,
    ) -> int:
        """Keep what holds where experts disagree; their labels stay as they are.

        Parameters
        ----------
        review, document_id, field, value, item : str
            As in :meth:`label`.
        decided_by : str
            A role, e.g. "senior reviewer", or "coder A and coder B" where they decided together; nobody who labelled
            the same alone.
        reason : str
            In words, 12 characters or more.
        expected : int, optional
            The decision that was seen to hold; none where none did.
        seen : collection of int, optional
            Numbers of the labels that were looked at; others holding now is a conflict.

        Returns
        -------
        int
            Number of the decision.

        Raises
        ------
        ConflictError
            Decided already, or the labels have changed since they were seen. Nothing is written.
        ParameterError
            Nobody has labelled it, a reason that is none, or somebody who decides on her own label.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        cell = label_words.cell(review, document_id, field, item)
        said = label_words.answer(value, cell[2])
        who, why = _who(decided_by), reason_in_words(reason)
        before = whole(expected, "expected", 1)
        looked = None if seen is None else [given(n, "seen", 1) for n in seen]
        return self._write(
            lambda db: decisions.decide(
                db, cell, said, decided_by=who, reason=why, expected=before, seen=looked
            )
        )

    def reopen(
        self,
        review: str,
        document_id: str,
        field: str,
        *,
        decided_by: str,
        reason: str,
        expected: int,
        item: str = "",
    ) -> int:
        """Say that a decision no longer holds, by a new row; the case is open again.

        Parameters
        ----------
        review, document_id, field, item, decided_by, reason
            As in :meth:`adjudicate`.
        expected : int
            The decision that is reopened.

        Returns
        -------
        int
            Number of the row.

        Raises
        ------
        ConflictError
            Another decision holds, or none. Nothing is written.
        """
        cell = label_words.cell(review, document_id, field, item)
        who, why = _who(decided_by), reason_in_words(reason)
        before = given(expected, "expected", 1)
        return self._write(
            lambda db: decisions.decide(
                db, cell, None, decided_by=who, reason=why, expected=before, seen=None
            )
        )

    def decisions(
        self,
        review: str,
        *,
        current: bool = True,
        documents: Sequence[str] | None = None,
        hide_others_from: str | None = None,
    ) -> pd.DataFrame:
        """Decisions of a review in the order in which they were made.

        Parameters
        ----------
        review : str
        current : bool
            Only what holds now; else replaced ones and reopenings, too (``reopened``, without a value).
        documents : sequence of str, optional
            Only those on these.
        hide_others_from : str, optional
            For blind double coding: only decisions on what this coder has labelled.

        Returns
        -------
        DataFrame
            ``DECISION_COLUMNS``; ``labels`` are the numbers of the labels that held when it was decided, ``at`` in UTC.
        """
        name = label_words.review_name(review)
        blind = None if hide_others_from is None else label_words.coder_name(hide_others_from)
        if isinstance(documents, str):
            raise ParameterError(f"documents must be a list of identifiers, e.g. [{documents[:12]!r}].")
        with self._reading_experts() as db:
            found = decisions.listed(db, name, current=current, documents=documents)
            return found if blind is None else _seen_by(db, found, name, blind)


def _who(value: object) -> str:
    return " ".join(impersonal(value, "decided_by", least=2, most=120).split())


def _seen_by(db: Connection, found: pd.DataFrame, review: str, coder: str) -> pd.DataFrame:
    own = label_lists.labels_listed(
        db, review, current=True, coder=coder, documents=None, field=None, blind=None
    )
    question = ["document_id", "field", "item"]
    seen = found.set_index(question).index.isin(own.set_index(question).index)
    return found[seen].reset_index(drop=True)
