"""Documents about another document (errata, comments), and series whose editions share a title."""

from __future__ import annotations

import itertools
import re
from typing import Final

#: On the same study as what they are about, but another document.
_ATTACHED: Final = {
    "correction": r"erratum|errata|corrigend\w+|correction (?:to|of|notice)|publisher correction|author correction|berichtigung",
    "retraction": r"retract(?:ed|ion)|expression of concern|withdrawn",
    "appendix": r"(?:online |web |technical )?append(?:ix|ices)|supplement(?:ary|al)?(?: materials?| information)?(?: to| for)|addendum",
    "protocol": r"(?:study |trial |review )?protocol|pre analysis plan|registered report",
}
#: By others, or on something else.
_APART: Final = {
    "comment": r"comments? (?:on|to)|commentary (?:on|to)|discussion of|critique of|a note on",
    "reply": r"reply|replies|rejoinder|response to|author response|authors? reply",
    "review": r"book review|review of|buchbesprechung|rezension|compte rendu",
    "editorial": r"editorial|foreword|preface|introduction to (?:the )?special issue|special issue|table of contents|call for papers",
    "replication": r"replication (?:of|data|package|files|study)|data (?:and code )?for|replicating",
    "summary": r"executive summary|policy brief|non technical summary|press release|summary of",
}
_ALL: Final = {**_ATTACHED, **_APART}
#: At the beginning, or as a mark of its own at the end: the words occur within titles, too.
_ANY = re.compile(rf"^(?:{'|'.join(_ALL.values())})\b|\b(?:{'|'.join(_ALL.values())})$")
_FIND = {k: re.compile(rf"^(?:{p})\b|\b(?:{p})$") for k, p in _ALL.items()}
_SERIES_TEXT = (
    "annual yearbook yearly quarterly monthly outlook bulletin newsletter barometer proceedings scoreboard factsheet "
    "jahresbericht jahresgutachten geschaftsbericht jahrbuch monatsbericht annuel annuaire anuario annuale glance"
)
_SERIES = frozenset(_SERIES_TEXT.split())
#: Of a series where no person signs it.
_UNSIGNED = frozenset(
    [
        "report",
        "reports",
        "monitor",
        "review",
        "survey",
        "statistics",
        "update",
        "conference",
        "rapport",
        "informe",
    ]
)


def notice(words: tuple[str, ...]) -> str:
    """What kind of document about a document a title announces, "" for none.

    Examples
    --------
    >>> notice(("erratum", "the", "effects", "of", "training"))
    'correction'
    """
    text = " ".join(words)
    if not _ANY.search(text):
        return ""
    return next((kind for kind, found in _FIND.items() if found.search(text)), "")


def attached(kind: str) -> bool:
    """Whether a notice is on the very study that it is about."""
    return kind in _ATTACHED


def without_notice(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without those that announce a notice."""
    text = " ".join(words)
    for found in _FIND.values():
        text = found.sub(" ", text)
    left = text.split()
    return tuple(left[1:] if left[:1] in (["to"], ["for"], ["of"], ["on"]) else left)


def serial(words: tuple[str, ...], signed: bool) -> bool:
    """Whether a title may be that of a series, of which every year has an edition.

    Parameters
    ----------
    words : tuple of str
    signed : bool
        Whether persons are named as authors.
    """
    if not signed:
        return bool((_SERIES | _UNSIGNED) & set(words))
    # "Effects on annual earnings" is a paper; "Annual report …" and "… outlook" are not.
    ends = {words[0], words[-1]} if words else set()
    return bool(_SERIES & ends) or ("annual", "report") in itertools.pairwise(words)
