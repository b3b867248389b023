"""What a store can do so that several experts work through one queue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from almpo_kit.records import label_words, leases
from almpo_kit.records.leases import Claim
from almpo_kit.records.transactions import Transactions, given
from almpo_kit.vocabulary.documents import RELEVANT
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_MOST_MINUTES = 60.0 * 24 * 31


class LeaseMethods(Transactions):
    """A queue without collisions: documents are handed out for a while."""

    def claim(
        self,
        review: str,
        coder: str,
        candidates: Sequence[str],
        n: int = 1,
        *,
        minutes: float = 30.0,
        coders: int = 1,
        field: str = RELEVANT,
    ) -> list[str]:
        """Hand an expert the next documents that nobody else is reading.

        A document is passed over where this coder has a label of the field that holds, or where ``coders`` others have
        one or hold it now. One that the coder holds already is handed to her again, and her time begins anew.

        Parameters
        ----------
        review : str
        coder : str
            A pseudonym.
        candidates : sequence of str
            Identifiers of documents, those first that are to be read first.
        n : int
            How many, at most.
        minutes : float
            For how long; after that anybody can have them. By the clock of this machine.
        coders : int
            How many experts shall read each document, e.g. 2 for double coding.
        field : str
            Whose label says that a document was read.

        Returns
        -------
        list of str
            In the order of ``candidates``; fewer than ``n`` where no more are free.

        Raises
        ------
        ParameterError
            Numbers that make no sense, or names that are none.
        RecordsError
            The store cannot be written. Nothing was handed out.
        """
        if isinstance(candidates, str):
            raise ParameterError(f"candidates must be a list of identifiers, e.g. [{candidates[:12]!r}].")
        if not (isinstance(minutes, int | float) and math.isfinite(minutes) and 0 < minutes <= _MOST_MINUTES):
            raise ParameterError(
                f"minutes={minutes!r} must be more than 0 and at most {_MOST_MINUTES:.0f}, e.g. 30."
            )
        asked = Claim(
            label_words.review_name(review),
            label_words.field_name(field),
            label_words.coder_name(coder),
            given(n, "n", 1),
            float(minutes),
            given(coders, "coders", 1),
        )
        names = [label_words.document_name(d) for d in candidates]
        return self._write(lambda db: leases.claim(db, asked, names)) if names else []

    def release(
        self, review: str, coder: str, documents: Sequence[str] | None = None, *, field: str = RELEVANT
    ) -> int:
        """Give documents back before their time is over; labels stay.

        Parameters
        ----------
        review, coder, field : str
        documents : sequence of str, optional
            All that she holds where left out.

        Returns
        -------
        int
            How many were given back.
        """
        if isinstance(documents, str):
            raise ParameterError(f"documents must be a list of identifiers, e.g. [{documents[:12]!r}].")
        name, about = label_words.review_name(review), label_words.field_name(field)
        asked = Claim(name, about, label_words.coder_name(coder), 1, 0.0, 1)
        return self._write(lambda db: leases.release(db, asked, documents))

    def leases(self, review: str, *, field: str | None = None) -> pd.DataFrame:
        """Documents that are handed out now.

        Returns
        -------
        DataFrame
            ``document_id, field, coder, until, at`` (UTC), in the order in which they were handed out.
        """
        name = label_words.review_name(review)
        about = None if field is None else label_words.field_name(field)
        with self._reading_experts() as db:
            return leases.listed(db, name, about)
