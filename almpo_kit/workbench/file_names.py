"""Names of people's making (of a consultation, of a place) as parts of file names that every system takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

#: ELOT 743 (ISO 843, type 2), the romanisation of Greek passports and road signs; letters without marks.
_GREEK: Final = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        ["a", "v", "g", "d", "e", "z", "i", "th", *"iklmnxoprssty", "f", "ch", "ps", "o"],
        strict=True,
    )
)
_TOGETHER: Final = {"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch"}
#: Behind α, ε and η an υ is a consonant, voiceless before these and at the end of a word.
_VOICELESS: Final = "θκξπσςτφχψ"
_LONGEST_PART, _LONGEST = 40, 80


def romanised(text: str) -> str:
    """``text`` in plain Latin letters as far as it can be: Greek by ELOT 743, marks dropped, the rest as it is.

    Examples
    --------
    >>> romanised("Τουρισμός 2026"), romanised("Εύβοια"), romanised("Śląsk")
    ('Tourismos 2026', 'Evvoia', 'Sląsk')
    """
    # A mark on the first of two vowels, or two dots on the second, parts them: they are looked at before marks go.
    marked = unicodedata.normalize("NFC", text)
    found, at = [], 0
    while at < len(marked):
        taken = 2 if _pair(marked, at) else 1
        letters = marked[at : at + taken]
        latin = _pair(marked, at) or _GREEK.get(_bare(letters.lower()), "")
        found.append(_cased(latin, letters, marked[at + taken : at + taken + 1]) if latin else _bare(letters))
        at += taken
    return "".join(found)


def _pair(text: str, at: int) -> str:
    """What two Greek letters make together, "" where each speaks for itself."""
    pair = text[at : at + 2].lower()
    if len(pair) < 2:
        return ""
    first, second = pair[0], pair[1].replace("ύ", "υ")
    if first in "αεη" and second == "υ":
        after = _bare(text[at + 2 : at + 3].lower())
        return _GREEK[first] + ("f" if not after.isalpha() or after in _VOICELESS else "v")
    if pair == "μπ" and not text[at - 1 : at].isalpha():
        return "b"
    return _TOGETHER.get(first + second, "")


def _cased(latin: str, letters: str, following: str) -> str:
    if not letters[0].isupper():
        return latin
    whole = letters[-1].isupper() and (len(letters) > 1 or following.isupper())
    return latin.upper() if whole else latin.capitalize()


def _bare(text: str) -> str:
    """``text`` without accents and other marks; ligatures and full-width letters as plain ones."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def joined(parts: Sequence[str]) -> str:
    """One name for these parts: readable, and with a digest where anything of them was lost.

    Parameters
    ----------
    parts : sequence of str

    Returns
    -------
    str
        Letters A–Z, digits, ``.``, ``-`` and ``_`` only, at most 89 of them. Two lists of parts that differ get different
        names; a letter with its accent typed apart is the same letter.
    """
    parts = [unicodedata.normalize("NFC", part) for part in parts]
    plain = [re.sub(r"[^A-Za-z0-9.-]+", "-", romanised(part)).strip("-.")[:_LONGEST_PART] for part in parts]
    name = "_".join(filter(None, plain))[:_LONGEST]
    if plain != parts or name != "_".join(parts):
        name = f"{name}_{hashlib.sha256(repr(parts).encode()).hexdigest()[:8]}".lstrip("_")
    return name
