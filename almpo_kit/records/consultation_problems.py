"""What can go wrong on the way of a participant, in words that tell a stranger nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from almpo_kit.records.problems import RecordsError
from almpo_kit.vocabulary.errors import ParameterError


class LinkError(RecordsError):
    """A link opens nothing: never made, replaced, withdrawn, or its answers were deleted; it does not say which."""

    def __init__(self) -> None:
        super().__init__(
            "this link opens no consultation. Check that the whole link was copied, or ask whoever invited you for a new one."
        )


class CodeError(RecordsError):
    """A personal code is missing, wrong, or was tried too often.

    Parameters
    ----------
    words : str
    kind : {"missing", "wrong", "locked"}
    until : datetime, optional
        Of a locked one: when codes are looked at again.
    """

    def __init__(self, words: str, kind: str, until: datetime | None = None) -> None:
        super().__init__(words)
        self.kind, self.until = kind, until


class ConsentError(RecordsError):
    """Nobody has agreed yet, or to another plan."""


class MovedOnError(RecordsError):
    """Other answers of the same person arrived since hers were read."""

    def __init__(self) -> None:
        super().__init__(
            "your answers were changed elsewhere since they were read. Nothing was written; load the page again to see what is kept."
        )


class RoundError(RecordsError):
    """A round is not open, or the order of rounds does not allow it."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one answer.

    Parameters
    ----------
    item : str
    part : str
        "" where it is the answer as a whole.
    code : str
        For a page to say it in another language: ``unknown_item, unknown_part, missing_part, no_number, out_of_range,
        no_whole_step, sum, highest, order, over_budget, best_worst, personal, too_long``.
    words : str
        In English.
    """

    item: str
    part: str
    code: str
    words: str


class AnswerError(ParameterError):
    """Answers that do not fit the plan; ``problems`` has one entry an answer. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        more = f" {len(self.problems) - 1} more answers do not fit." if len(self.problems) > 1 else ""
        super().__init__(
            f"{first.item}: {first.words}.{more} Nothing was written; mend it and send it again."
        )
