"""DOIs in one form, and what they and addresses tell about versions."""

from __future__ import annotations

import re

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_VERSION = re.compile(r"(?:[/._-]v\d{1,2}|(?<=f1000research\.\d{5})\.\d)$")
#: Series of working papers, by DOI and by address.
_DRAFT_DOI = (
    "10.3386/",
    "10.2139/ssrn",
    "10.31235/",
    "10.31219/",
    "10.21203/",
    "10.48550/",
    "10.26481/",
    "10.5167/",
)
_DRAFT_PLACES = re.compile(
    r"nber\.org|ssrn\.com|iza\.org|repec\.org|cesifo|econstor|arxiv\.org|osf\.io|docs\.iza|ftp\.iza|zew\.de|voxeu|"
    r"working.?paper|discussion.?paper|/dp/|/wp/",
    re.I,
)


def doi(text: str) -> str:
    """A DOI, bare and in small letters; "" where there is none."""
    if not text:
        return ""
    found = _DOI.search(_percent(text.lower()))
    return found[0].rstrip(".,;)]}>\"'") if found else ""


def unversioned(known: str) -> str:
    """A DOI without the number of a version at its end."""
    return _VERSION.sub("", known)


def draft(known: str, *places: str) -> bool:
    """Whether a document is a working paper, as far as DOI, address and series tell."""
    return known.startswith(_DRAFT_DOI) or any(_DRAFT_PLACES.search(p) for p in places if p)


def _percent(text: str) -> str:
    """Signs that addresses write as numbers."""
    for code, sign in (
        ("%2f", "/"),
        ("%28", "("),
        ("%29", ")"),
        ("%3a", ":"),
        ("%3b", ";"),
        ("%3c", "<"),
        ("%3e", ">"),
    ):
        text = text.replace(code, sign)
    return text
