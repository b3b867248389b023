"""What a store can do with labels of experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.records import label_lists, label_words, labels
from almpo_kit.records.label_words import coder_name, review_name
from almpo_kit.records.labels import NewLabel
from almpo_kit.records.problems import ConflictError
from almpo_kit.records.transactions import Transactions, given, whole
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

_KEYS = frozenset(
    ["review", "document_id", "field", "value", "item", "start", "end", "model_version", "expected"]
)
_MOST_AT_ONCE = 20_000


class LabelMethods(Transactions):
    """Labels: given, listed, undone; several experts at once."""

    def label(
        self,
        review: str,
        document_id: str,
        field: str,
        value: str,
        *,
        coder: str,
        item: str = "",
        start: int | None = None,
        end: int | None = None,
        model_version: str = "",
        expected: int | None = None,
        token: str = "",
    ) -> int:
        """Keep what one expert decided on one field of one document.

        Parameters
        ----------
        review : str
            Name of the review; capitals count.
        document_id : str
        field : str
            One of ``vocabulary.documents.FIELDS``, ``"estimate"``, or another small word.
        value : str
            The answer; ``"yes"`` or ``"no"`` for ``"relevant"``, several with ``"|"`` between them, JSON for an estimate.
        coder : str
            A pseudonym, e.g. "coder A"; capitals do not count.
        item : str
            Which estimate.
        start, end : int, optional
            Where in ``documents.text`` it stands.
        model_version : str
            The model whose proposal the coder saw.
        expected : int, optional
            The label that the coder saw as her own latest; none where she saw none.
        token : str
            Names this request; sent again, it is carried out once.

        Returns
        -------
        int
            Number of the label. The same answer given again keeps its number.

        Raises
        ------
        ConflictError
            The coder's own latest label is another one than ``expected``. Nothing is written.
        ParameterError
            An answer that the field does not have, or a coder who seems to be named.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        row = {
            "review": review,
            "document_id": document_id,
            "field": field,
            "value": value,
            "item": item,
            "start": start,
            "end": end,
            "model_version": model_version,
            "expected": expected,
        }
        return self.label_many([row], coder=coder, token=token)[0]

    def label_many(self, rows: Sequence[Mapping[str, Any]], *, coder: str, token: str = "") -> list[int]:
        """Keep several labels of one expert, all of them or none.

        Parameters
        ----------
        rows : sequence of mapping
            Each with ``review, document_id, field, value`` and, if wished, ``item, start, end, model_version, expected``
            as in :meth:`label`.
        coder : str
        token : str
            Names this request; sent again after a lost answer, it is carried out once and answered the same.

        Returns
        -------
        list of int, shape (n_rows,)

        Raises
        ------
        ConflictError, ParameterError, RecordsError
            As :meth:`label`, with the row; nothing is written.
        """
        who, name = coder_name(coder), label_words.token(token)
        checked = _checked(rows)
        return self._write(lambda db: labels.add_all(db, who, checked, name)) if checked else []

    def undo_label(self, label_id: int, *, coder: str) -> int:
        """Take back one's own latest label, by a new row: what stood before it stands again.

        An undoing can be undone as a label can, by its own number.

        Returns
        -------
        int
            Number of the undoing.

        Raises
        ------
        ConflictError
            The coder has decided again since. Nothing is written.
        ParameterError
            No such label, or another coder's.
        """
        number, who = given(label_id, "label_id", 1), coder_name(coder)
        return self._write(lambda db: labels.undo(db, number, who))

    def undo_last(self, review: str, *, coder: str) -> int:
        """Take back the newest label of a coder that still holds; again, the one before it, and so on.

        Returns
        -------
        int
            Number of the undoing; :meth:`undo_label` with it brings the label back.

        Raises
        ------
        ParameterError
            Nothing is left to take back.
        """
        name, who = review_name(review), coder_name(coder)

        def work(db: Connection) -> int:
            number = label_lists.newest_given(db, name, who)
            if number is None:
                raise ParameterError(
                    f"{who} has no label in {name!r} that holds, so there is nothing to take back."
                )
            return labels.undo(db, number, who)

        return self._write(work)

    def labels(
        self,
        review: str,
        *,
        current: bool = True,
        coder: str | None = None,
        documents: Sequence[str] | None = None,
        field: str | None = None,
        hide_others_from: str | None = None,
    ) -> pd.DataFrame:
        """Labels of a review in the order in which they were given.

        Parameters
        ----------
        review : str
        current : bool
            Only what holds now, one row a coder and question; else everything: replaced labels, undone ones, and the
            rows that undid them (``undone`` where the row no longer speaks, or only takes back).
        coder : str, optional
            Only hers.
        documents : sequence of str, optional
            Only those on these.
        field : str, optional
        hide_others_from : str, optional
            For blind double coding: what others say of a question is left out until this coder has a label of her own
            on it.

        Returns
        -------
        DataFrame
            ``LABEL_COLUMNS``; ``at`` in UTC.
        """
        name = review_name(review)
        mine = None if coder is None else coder_name(coder)
        blind = None if hide_others_from is None else coder_name(hide_others_from)
        if isinstance(documents, str):
            raise ParameterError(f"documents must be a list of identifiers, e.g. [{documents[:12]!r}].")
        only = None if documents is None else [label_words.document_name(d) for d in documents]
        about = None if field is None else label_words.field_name(field)
        with self._reading_experts() as db:
            return label_lists.labels_listed(
                db, name, current=current, coder=mine, documents=only, field=about, blind=blind
            )

    def reviews(self) -> pd.DataFrame:
        """Reviews in which labels hold.

        Returns
        -------
        DataFrame
            ``review, documents, labels, coders, last`` (time of the last label, UTC)``, decided`` (documents on which
            something was adjudicated), by name.
        """
        with self._reading_experts() as db:
            return label_lists.reviews_listed(db)


def _checked(rows: Sequence[Mapping[str, Any]]) -> list[NewLabel]:
    if isinstance(rows, Mapping | str) or len(rows) > _MOST_AT_ONCE:
        raise ParameterError(
            f"rows must be a list of at most {_MOST_AT_ONCE} mappings, e.g. [{{'review': 'almp', 'document_id': …, 'field': "
            "'relevant', 'value': 'yes'}]; give more in several requests."
        )
    found: dict[tuple[str, ...], NewLabel] = {}
    for place, row in enumerate(rows):
        made = _one(row, place)
        if made.cell in found:
            raise ConflictError(
                f"rows[{place}] decides the same as another row of this request: {made.field} of document "
                f"{made.document_id[:12]}. Nothing was written; keep one of them."
            )
        found[made.cell] = made
    return list(found.values())


def _one(row: Mapping[str, Any], place: int) -> NewLabel:
    if (
        not isinstance(row, Mapping)
        or set(row) - _KEYS
        or not {"review", "document_id", "field", "value"} <= set(row)
    ):
        raise ParameterError(
            f"rows[{place}] must have review, document_id, field and value, and may have item, start, end, model_version and "
            f"expected; it has {sorted(map(str, row)) if isinstance(row, Mapping) else type(row).__name__}."
        )
    where = label_words.cell(row["review"], row["document_id"], row["field"], row.get("item", ""))
    start, end = label_words.span(row.get("start"), row.get("end"))
    seen = whole(row.get("expected"), "expected", 1)
    version = label_words.model(row.get("model_version", ""))
    return NewLabel(*where, label_words.answer(row["value"], where[2]), start, end, version, seen)
