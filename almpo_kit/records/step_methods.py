"""What a store can do with the journal of learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.records import drafts, label_words, steps
from almpo_kit.records.free_text import impersonal
from almpo_kit.records.transactions import Transactions

if TYPE_CHECKING:
    import pandas as pd


class StepMethods(Transactions):
    """Rounds of learning, step by step, so that a round that was cut off goes on where it was."""

    def log_step(
        self, review: str, round_id: str, step: str, content: Mapping[str, Any], *, decided_by: str = ""
    ) -> int:
        """Keep that a step of a round is done, and what came of it.

        Parameters
        ----------
        review : str
        round_id : str
            1 to 64 letters, digits and signs.
        step : str
            E.g. "compared"; small letters, digits and _.
        content : mapping
            Plain JSON values.
        decided_by : str
            A role, where a person took the step, e.g. "evidence officer".

        Returns
        -------
        int
            Number of the step. The same step with the same content keeps its number.

        Raises
        ------
        ConflictError
            The step was kept already with another content. Nothing is written.
        ParameterError
            Content that JSON does not have, or names that are none.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        name, turn = label_words.review_name(review), label_words.round_name(round_id)
        what, text = label_words.field_name(step, "step"), drafts.as_json(content)
        who = impersonal(decided_by, "decided_by", most=120)
        return self._write(lambda db: steps.keep(db, name, turn, what, text, who))

    def steps(self, review: str, round_id: str | None = None) -> pd.DataFrame:
        """Steps of a review's rounds in the order in which they were kept.

        Returns
        -------
        DataFrame
            ``step_id, review, round_id, step, content`` (mapping)``, digest, decided_by, at`` (UTC).

        Raises
        ------
        RecordsError
            The store cannot be read, or a step was changed from outside.
        """
        name = label_words.review_name(review)
        turn = None if round_id is None else label_words.round_name(round_id)
        with self._reading_experts() as db:
            return steps.listed(db, name, turn)
