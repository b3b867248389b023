"""Plain text as a document."""

from __future__ import annotations

import re
from typing import Any

from almpo_kit.sources.documents.bibliographic_guesses import (
    guess_abstract,
    guess_doi,
    guess_title,
    guess_year,
)
from almpo_kit.sources.documents.cleaning import TURNING, clean, letters
from almpo_kit.sources.documents.encodings import decoded_text
from almpo_kit.sources.documents.limits import Limits
from almpo_kit.sources.documents.reading import Reading
from almpo_kit.vocabulary.documents import sentences
from almpo_kit.vocabulary.errors import DataError

_NOWHERE = (float("nan"),) * 4
_BLANK = re.compile(r"(?<![ \t])[ \t]++\n")


def passage_rows(text: str) -> list[tuple[Any, ...]]:
    """The sentences of a text without pages: number, page 0, start, end, text, no box."""
    return [(i, 0, a, b, text[a:b], *_NOWHERE) for i, (a, b) in enumerate(sentences(text))]


def read_text(name: str, data: bytes, limits: Limits, encoding: str | None = None) -> Reading:
    """Read plain text.

    Raises
    ------
    DataError
        No letters in it.
    """
    raw, assumed = decoded_text(data, name, encoding)
    text = _BLANK.sub("\n", clean(raw.replace("\f", "\n\n"))).strip()
    if letters(text) < 2:
        raise DataError(f"{name} holds no words. Check that it is the file you mean.")
    kept = text[: limits.signs]
    title, _ = guess_title({}, "", kept)
    reading = Reading(text=kept, title=title, passages=passage_rows(kept))
    reading.abstract, reading.doi, reading.year = guess_abstract(kept), guess_doi(kept), guess_year(kept)
    fields = ("title", "abstract", "doi", "year")
    guessed = [k for k in fields if (v := getattr(reading, k)) and v == v]
    if guessed:
        reading.noted("guessed", f"Guessed from the text, to be looked at: {', '.join(guessed)}.")
    if assumed:
        reading.noted("letters", assumed)
    if len(text) > len(kept):
        reading.failed("length", f"The text has {len(text):,} signs; the first {len(kept):,} were kept.")
    if len(text) < 0.9 * len(raw.strip()) and letters(text) < 0.5 * len(raw):
        reading.failed(
            "letters", "Many signs of the file are none that text has; check that it is the file you mean."
        )
    if turning := len(TURNING.findall(raw)):
        reading.failed("direction", f"{turning:,} marks that turn the direction of writing were taken out.")
    return reading
