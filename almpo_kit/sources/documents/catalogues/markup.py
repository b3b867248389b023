"""Plain text from what catalogues hold: HTML in titles, JATS in abstracts, abstracts as an index of words."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

#: Words of an abstract; more is a whole paper, or somebody's mischief.
MOST_WORDS: Final = 20_000
_LONGEST = 200_000
_HEADING = re.compile(
    r"<(?:jats:)?title[^<>]*>\s*(?:abstract|summary|zusammenfassung|résumé)\s*:?\s*</(?:jats:)?title>", re.I
)
_TITLE_END = re.compile(r"</(?:jats:)?title>", re.I)
_BLOCK = re.compile(r"</?(?:jats:)?(?:p|sec|title|list|list-item|br|li|div)\b[^<>]*>", re.I)
#: Only what can be a tag: "p < 0.05 and n > 100" stays.
_TAG = re.compile(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>|<!--[^<>]*-->")


def plain(value: Any) -> str:
    """Text in one line without markup; "" for anything that is no text.

    Examples
    --------
    >>> plain("<jats:title>Abstract</jats:title><jats:p>Effects (p &lt; 0.05)<sup>1</sup>.</jats:p>")
    'Effects (p < 0.05)1.'
    """
    if not isinstance(value, str):
        return ""
    text = _HEADING.sub(" ", value[:_LONGEST])
    text = _BLOCK.sub(" ", _TITLE_END.sub(". ", text))
    # Escaped once by the catalogue, and often once more by whoever deposited it.
    text = html.unescape(_TAG.sub("", text))
    text = html.unescape(_TAG.sub("", text)) if re.search(r"&[a-z#]|</?[a-z]", text, re.I) else text
    return " ".join(text.split())


def from_index(index: Any) -> str:
    """An abstract from an index of its words (word → places), as OpenAlex holds it; "" where it is none.

    Examples
    --------
    >>> from_index({"helps": [1], "Training": [0], "most.": [2]})
    'Training helps most.'
    """
    if not isinstance(index, Mapping):
        return ""
    placed = [
        (place, str(word))
        for word, places in index.items()
        if isinstance(places, list)
        for place in places[:MOST_WORDS]
        if isinstance(place, int) and not isinstance(place, bool)
    ]
    return plain(" ".join(word for _, word in sorted(placed)[:MOST_WORDS]))


def first(value: Any) -> str:
    """The first text of a list of texts, or the text itself."""
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str) and v.strip()), "")
    return plain(value)


def inner(value: Any, *path: str | int) -> Any:
    """What lies at a path of keys in an answer; None where there is nothing."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def listed(value: Any, *path: str | int) -> list[Any]:
    """The list that lies at a path; an empty one where there is none."""
    found = inner(value, *path)
    return found if isinstance(found, list) else []
