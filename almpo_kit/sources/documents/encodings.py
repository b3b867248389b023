"""The letters of a text file or a web page: what it says of itself, what its bytes allow, what its words make likely."""

from __future__ import annotations

import codecs
import re
from typing import Final

from almpo_kit.sources.documents.languages import language_scores
from almpo_kit.vocabulary.errors import DataError, ParameterError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", re.I)
#: Western, central European, Greek, Cyrillic, Baltic; the first wins where nothing tells them apart.
GUESSED: Final = ("cp1252", "cp1250", "iso8859-2", "cp1253", "cp1251", "cp1257")
_SHOWN = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1253": "Windows-1253",
    "cp1251": "Windows-1251",
}
#: Families of encodings of text; Python has codecs that are none, or that hide text.
_TEXT = re.compile(
    r"(?:utf-8|utf-8-sig|utf-16.*|utf-32.*|cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|ascii|gbk|gb2312|gb18030|big5\w*|shift_jis\w*|euc_\w+)$"
)


def decoded_text(
    data: bytes, name: str, encoding: str | None = None, *, declares: bool = False
) -> tuple[str, str]:
    """Bytes as text, and what was assumed (``""`` where nothing was).

    Parameters
    ----------
    encoding : str, optional
        Where the person knows.
    declares : bool
        Whether the format can name its encoding at its start, as web pages do.

    Raises
    ------
    DataError
        Not in the encoding asked for.
    ParameterError
        There is no such encoding.
    """
    if encoding is not None:
        try:
            return data.decode(_known(encoding)), ""
        except UnicodeError:
            raise DataError(
                f"{name} is not text in {encoding}; leave encoding out, or name another."
            ) from None
    for mark, found in _MARKS:
        if data.startswith(mark):
            return data.decode(found, "replace"), ""
    try:
        # Text with special letters that happens to be valid UTF-8 is UTF-8, whatever it declares.
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 or _nearly(data):
            return data.decode("utf-8", "replace"), "A few signs are damaged and stand as �."
    if declares and (declared := _DECLARED.search(data[:4_096])):
        try:
            return data.decode(_known(declared[1].decode("ascii"))), ""
        except (UnicodeError, ParameterError):
            pass
    return _guessed(data)


def _known(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        found = ""
    if not _TEXT.match(found):
        raise ParameterError(
            f"There is no encoding {encoding!r}; use e.g. 'utf-8', 'windows-1252' or 'windows-1253'."
        )
    # What pages call Latin-1 is Windows-1252 in practice.
    return "cp1252" if found in ("iso8859-1", "ascii") else found


def _nearly(data: bytes) -> bool:
    """UTF-8 with a few damaged signs: whole special letters are many more than broken ones."""
    sample = data[:200_000]
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(c > "\x7f" for c in text) - broken > 10 * broken


def _guessed(data: bytes) -> tuple[str, str]:
    """The encoding under which most words are known and special signs are letters."""

    def merit(name: str) -> float:
        text = data[:100_000].decode(name, "replace")
        special = [c for c in text if c > "\x7f"]
        letters = sum(c.isalpha() and c != "\ufffd" for c in special) / max(1, len(special))
        # Capital letters within words are what a wrong code page looks like.
        wrong = len(re.findall(r"[a-zа-яα-ω][À-ÝŚŹŻŁĆŃĄĘΑ-ΩА-Я]", text)) / max(1, len(special))
        return letters - wrong + 2 * max(language_scores(text).values(), default=0.0)

    best = max(GUESSED, key=lambda name: (round(merit(name), 3), -GUESSED.index(name)))
    said = f"The file does not say in which letters it is written; it was read as {_SHOWN.get(best, best)}, which is a guess."
    return data.decode(best, "replace"), said
