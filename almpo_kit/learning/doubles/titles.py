"""Titles in a plain form, so that spelling, markup and punctuation do not part what is the same."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_WORD = re.compile(r"[^\W_]+")
#: What has no decomposition in Unicode.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ı": "i",
        "&": " and ",
    }
)
#: British and American spellings of the field's words; endings are handled apart.
_SPELLINGS: Final = {
    "labour": "labor", "programme": "program", "programmes": "programs", "behaviour": "behavior",
    "behavioural": "behavioral", "favour": "favor", "centre": "center", "centres": "centers", "enrol": "enroll",
    "enrolment": "enrollment", "ageing": "aging", "defence": "defense", "skilful": "skillful", "counselling": "counseling",
    "neighbourhood": "neighborhood", "neighbourhoods": "neighborhoods", "labelled": "labeled", "modelling": "modeling",
}  # fmt: skip
#: Words that may be missing without a title being another one.
_STOP_TEXT = (
    "a an and as at by for from in into of on or over the their to under upon with within der die das des dem den ein eine "
    "einer fur im in mit und von zu zur zum auf aus bei le la les l de du des un une et en au aux dans sur pour el los las y "
    "una del al con por il lo gli i e di da nel della delle dei degli"
)
STOP: Final = frozenset(_STOP_TEXT.split())
_ROMAN: Final = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
}
_PART_TEXT = (
    "part parts pt vol volume volumes teil band partie parte tome tom chapter phase wave round study paper report book "
    "edition module issue"
)
_PART = frozenset(_PART_TEXT.split())
_COUNTED: Final = {
    "i": "1", "v": "5", "x": "10", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "a": "1", "b": "2", "c": "3",
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5",
}  # fmt: skip


def words(title: str) -> tuple[str, ...]:
    """The words of a title in plain small letters, spelled the American way, numerals as digits.

    Examples
    --------
    >>> words("<i>Labour</i> Market Programmes, Part II")
    ('labor', 'market', 'programs', 'part', '2')
    """
    text = html.unescape(html.unescape(_TAG.sub(" ", title)))
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
        text = "".join(c for c in text if not unicodedata.combining(c))
    found = [
        _spelled(w)
        for w in _WORD.findall(text.lower().replace("&", " and ").replace("'", "").replace("’", ""))
    ]
    return tuple(_numbered(found))


@lru_cache(maxsize=100_000)
def _spelled(word: str) -> str:
    known = _SPELLINGS.get(word)
    if known:
        return known
    # By their endings, so that a misspelt "labuor" is as near to "labor" as to "labour".
    if len(word) > 4 and (found := re.fullmatch(r"(\w+)(our|amme)(s?)", word)):
        return f"{found[1]}{'or' if found[2] == 'our' else 'am'}{found[3]}"
    # "evaluation" stays, "organisation" becomes "organization".
    if len(word) > 6 and (found := re.fullmatch(r"(\w{3,}[^aeiou])is(ation|ations|e|ed|es|ing)", word)):
        return f"{found[1]}iz{found[2]}"
    return word


def _numbered(found: list[str]) -> list[str]:
    """Numerals as digits; "I" and words only where they count something: "Part I", "second wave"."""
    out = []
    for i, word in enumerate(found):
        before = found[i - 1] if i else ""
        after = found[i + 1] if i + 1 < len(found) else ""
        ordinal = word in ("first", "second", "third", "fourth", "fifth") and after in _PART
        last = word in ("i", "v", "x") and 0 < i == len(found) - 1
        counts = (before in _PART and word in _COUNTED) or ordinal or last
        out.append(_ROMAN[word] if word in _ROMAN and i else _COUNTED[word] if counts else word)
    return out


def stem(word: str) -> str:
    """A word without the ending of its plural."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def numbers(found: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers among words, sorted: parts, years, volumes; titles that differ in them are different publications."""
    return tuple(sorted(w.lstrip("0") or "0" for w in found if w[0].isdigit()))


def main_length(title: str) -> int:
    """How many words stand before the subtitle; all where there is none."""
    head = re.split(r":\s|\s[–—-]\s|\.\s|\?\s", title, maxsplit=1)[0]
    return len(words(head))
