"""Statements: sentences that a semicolon cut are whole again; a standard error may stand in a sentence of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from almpo_kit.learning.numbers.beside import beside
from almpo_kit.learning.numbers.candidates import Candidate
from almpo_kit.learning.numbers.numerals import LONGEST, Numeral, masked, numerals

_LATE: Final = re.compile(
    r"\s?(?:the|its|der|l'|la|el)?\s?(?:robust\s)?(?:standard\serror|standardfehler|erreur\stype|error\sest[aá]ndar)\s"
)


@dataclass(frozen=True)
class Statement:
    """A text with its place in the document, and where each of its passages begins."""

    text: str
    start: int
    passages: tuple[tuple[int, int], ...]

    def passage_at(self, place: int) -> int:
        """The number of the passage in which a place of the text lies."""
        return [number for begin, number in self.passages if begin <= place][-1]


def whole_statements(texts: Sequence[str], starts: Sequence[int], passages: Sequence[int]) -> list[Statement]:
    """Join what ends with a semicolon with what follows: "(95% CI 1.1; 3.2)" is one statement.

    Parameters
    ----------
    texts : sequence of str, shape (n_passages,)
    starts : sequence of int, shape (n_passages,)
        In the text of the document, so that spans stay true.
    passages : sequence of int, shape (n_passages,)
    """
    made: list[Statement] = []
    for text, start, passage in zip(texts, starts, passages, strict=True):
        last = made[-1] if made else None
        gap = start - last.start - len(last.text) if last else -1
        if last and last.text.endswith(";") and 0 <= gap <= 3 and len(last.text) < LONGEST:
            begin = len(last.text) + gap
            made[-1] = Statement(last.text + " " * gap + text, last.start, (*last.passages, (begin, passage)))
        else:
            made.append(Statement(text, start, ((0, passage),)))
    return made


def late_error(text: str, mark: str) -> Numeral | None:
    """The standard error of a sentence that says nothing else: "The standard error is 0.6."."""
    if len(text) > 120:
        return None
    numbers = numerals(text, mark)
    small, places = masked(text, numbers)
    if len(numbers) != 1 or not _LATE.match(small):
        return None
    found = [b for b in beside(small, places, numbers) if b.kind == "se"]
    return numbers[found[0].numerals[0]] if found and not numbers[0].doubtful else None


def add_late_error(one: Candidate, number: Numeral) -> bool:
    """Give it to the estimate before, if that has none; True where it was given."""
    if one.amount is None or not math.isnan(one.figures.se) or one.figures.ratio:
        return False
    one.figures.se, one.figures.se_half = abs(number.value), number.half
    one.notes.append("its standard error stands in the next sentence")
    return True
