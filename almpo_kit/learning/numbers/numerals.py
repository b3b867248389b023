"""Where numbers stand in a sentence and what they are worth, by the decimal mark of the document.

What cannot be read for sure (``1.240`` in a document whose mark nothing proves, ``2,4`` in an English one) is marked
as doubtful, never guessed in silence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: Stands for one numeral in a masked sentence.
NUMERAL: Final = "#"
#: A longer sentence is a table that lost its lines; what stands beyond is not read.
LONGEST: Final = 4_000
#: Languages that write decimal commas.
COMMA_LANGUAGES: Final = frozenset(
    {
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "et",
        "fi",
        "fr",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
    }
    | {"sk", "sl", "sv"}
)
#: A sentence without one prints no effect.
DIGIT: Final = re.compile(r"[0-9]")
#: Characters that make a reader see another order of digits than stands in the text.
HIDDEN: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2060\ufeff]")
_SPACE = "\u0020\u00a0\u2009\u202f'’"
_MINUS = "-\u2212\u2013\u2010\u2011"
# Possessive, and every digit is visited a bounded number of times.
_NUMBER = re.compile(
    rf"(?<!\w)(?:(?<!\w[.,])(?:[0-9]{{1,3}}(?:[{_SPACE}][0-9]{{3}}(?![0-9]))++(?:[.,][0-9]++)?|[0-9]++(?:[.,][0-9]++)*+)|[.,][0-9]++)"
)
_ODDS_RATIO = re.compile(r"\bOR\b(?=\s?(?:[=:]|of|was)?\s?#)")
_PERIOD_BEFORE = re.compile(r"(?:month|year|quarter|week|monat|jahr|mois|année|année)s?\s$", re.I)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|s)(?![a-z])|[a-df-oq-z]\d", re.I)


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number: its value, its place (sign included), its decimals, whether a sign is printed, and doubt."""

    value: float
    start: int
    end: int
    decimals: int
    signed: bool
    doubtful: bool = False

    @property
    def half(self) -> float:
        """Half a unit of the last printed place: what rounding may hide."""
        return float(0.5 * 10.0**-self.decimals)

    @property
    def is_year(self) -> bool:
        """Whether it looks like a calendar year."""
        return (
            not self.decimals
            and not self.signed
            and self.end - self.start == 4
            and 1900 <= self.value <= 2100
        )


def mark_of(texts: Iterable[str], language: str) -> str:
    """The decimal mark of a document: what its numbers prove, else what its language writes.

    Returns
    -------
    {".", ",", ""}
        ``""`` where neither is known.
    """
    votes = {".": 0, ",": 0}
    for text in texts:
        for found in re.finditer(r"(?<![\w.,])\d{1,6}([.,])(\d{1,5})(?![\w.,]?\d)", text[:LONGEST]):
            votes[found[1]] += len(found[2]) != 3 or found[0].startswith("0")
    usual = "," if language in COMMA_LANGUAGES else "." if language == "en" else ""
    total = votes["."] + votes[","]
    most = max(votes, key=lambda m: votes[m])
    # A few slips do not change the language of a document; most of its numbers do.
    return most if total >= (2 if usual else 1) and votes[most] >= 0.8 * total else usual


def numerals(text: str, mark: str) -> list[Numeral]:
    """The numbers of a sentence, from left to right.

    Parameters
    ----------
    text : str
    mark : {".", ",", ""}
        The document's decimal mark.
    """
    found_all: list[Numeral] = []
    for found in _NUMBER.finditer(text):
        body, start = found[0], found.start()
        if _ORDINAL.match(text, found.end()):
            continue
        if " " in body and _PERIOD_BEFORE.search(text[max(0, start - 12) : start]):
            # "month 12 124": two numbers.
            first = body.split(" ", 1)[0]
            found_all.append(Numeral(float(first), start, start + len(first), 0, False))
            body, start = body[len(first) + 1 :], start + len(first) + 1
        value, decimals, doubtful = _valued(body, mark)
        begin = _sign_before(text, start)
        plus = text[max(0, start - 1) : start] == "+"
        found_all.append(
            Numeral(
                value if begin is None else -value,
                start if begin is None else begin,
                found.end(),
                decimals,
                plus or begin is not None,
                doubtful,
            )
        )
    return found_all


def _sign_before(text: str, start: int) -> int | None:
    """Where the minus of a number stands; None where the dash before it makes a range or joins words."""
    at = start
    while at > max(0, start - 4) and text[at - 1] in " \u00a0\u202f€$£":
        at -= 1
    if at == 0 or text[at - 1] not in _MINUS or (text[at - 1] != "\u2212" and text[start - 1] in " \u00a0"):
        return None
    sign = at - 1
    if sign and text[sign - 1] in _MINUS:
        return sign
    before = text[max(0, sign - 2) : sign]
    if before[-1:].isalnum() or (before[-1:] in tuple("%)]*") or before[-1:].isdigit()):
        return None
    if before.rstrip()[-1:].isdigit() and text[start - 1] in " \u00a0":
        # A dash between two numbers, with spaces on both sides.
        return None
    return sign


def _valued(body: str, mark: str) -> tuple[float, int, bool]:
    """Value, decimals and whether the reading is in doubt."""
    body = re.sub(rf"[{_SPACE}]", "", body)
    marks = re.findall(r"[.,]", body)
    parts = re.split(r"[.,]", body)
    if len(body) > 40:
        return math.nan, 0, True
    if not marks:
        return float(body), 0, False
    groups = all(len(p) == 3 for p in parts[1:]) and 1 <= len(parts[0]) <= 3 and parts[0] != "0"
    if len(marks) == 1:
        fraction = parts[1]
        if marks[0] == mark or (not groups and not mark):
            return float(f"{parts[0] or '0'}.{fraction}"), len(fraction), False
        if groups:
            return float("".join(parts)), 0, not mark
        # The other mark, and no thousands: "2,4" in an English text.
        return float(f"{parts[0] or '0'}.{fraction}"), len(fraction), True
    if len(set(marks)) == 1:
        return (float("".join(parts)), 0, False) if groups else (math.nan, 0, True)
    whole = all(len(p) == 3 for p in parts[1:-1]) and marks.count(marks[-1]) == 1
    return (
        (float(f"{''.join(parts[:-1])}.{parts[-1]}"), len(parts[-1]), False) if whole else (math.nan, 0, True)
    )


def masked(text: str, found: list[Numeral]) -> tuple[str, list[int]]:
    """The sentence in small letters with ``#`` for every numeral, and where each of them then stands.

    Patterns over it need not know how numbers are written.
    """
    pieces, places, at, length = list[str](), list[int](), 0, 0
    for n in found:
        piece = text[at : n.start].replace(NUMERAL, " ")
        pieces += [piece, NUMERAL]
        length += len(piece)
        places.append(length)
        length += 1
        at = n.end
    pieces.append(text[at:].replace(NUMERAL, " "))
    joined = "".join(pieces)
    # "OR" is the odds ratio only in capitals.
    joined = _ODDS_RATIO.sub("øʀ", joined)
    small = joined.lower()
    # Some capitals become two letters; places must stay.
    return small if len(small) == len(joined) else joined, places
