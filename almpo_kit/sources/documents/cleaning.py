"""Text without what no reader sees: control signs, marks that turn the direction of writing, joined letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LIGATURES: Final = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_TABLE: Final = str.maketrans(_LIGATURES | dict.fromkeys(_SPACES, " ") | {"\u2028": "\n", "\u2029": "\n\n"})
#: Marks that turn or hide text: a sentence could read otherwise on the screen than in the file.
TURNING: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: Tags (U+E0000 …) and variation selectors carry text that no font shows.
_UNSEEN: Final = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
)
_UNMAPPED: Final = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
#: Marks above and below letters, more than any language piles up.
_PILED: Final = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)


def clean(text: str) -> str:
    """Text as a reader sees it, in composed letters; line breaks as one sign.

    Examples
    --------
    >>> clean("e\\ufb00ect\\x00 of\\u00a0train\\u00ading")
    'effect of training'
    """
    if text.isascii() and text.isprintable():
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    plain = _PILED.sub(r"\1", _CONTROL.sub("", _UNSEEN.sub("", plain)))
    return unicodedata.normalize("NFC", plain)


def unmapped(text: str) -> int:
    """Signs that stand for nothing: private ones, and those that say that a letter was lost."""
    return sum(1 for _ in _UNMAPPED.finditer(text))


def letters(text: str) -> int:
    """How many letters and figures there are."""
    return sum(map(str.isalnum, text))
