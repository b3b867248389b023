"""Who wrote a document: surnames in plain letters, however the list is written."""

from __future__ import annotations

import re
from typing import Final

from almpo_kit.learning.doubles.titles import words

_BETWEEN = re.compile(r"\s*(?:;|\||\band\b|\bund\b|\bet\b(?!\s+al)|&)\s*")
_INITIALS = re.compile(r"^(?:[A-Z][a-z]?\.?[\s-]*){1,4}$")
_PARTICLES_TEXT = "van von der den de la le di da du dos del della ter ten zu zum af el al bin ibn"
_PARTICLES: Final = frozenset(_PARTICLES_TEXT.split())
_SUFFIXES: Final = frozenset(["jr", "sr", "phd", "md"])
_ORGANISATION_TEXT = (
    "commission ministry institute institut institution agency bank university universitat department office council "
    "organisation organization oecd ilo eurofound cedefop eurostat union bundesagentur bundesministerium centre center "
    "foundation service services unesco unicef imf federation association committee bureau authority dares iab wifo ifau "
    "statistics government group consortium network team secretariat nations european ministerio ministere"
)
_ORGANISATION = frozenset(_ORGANISATION_TEXT.split())


def surnames(authors: str) -> tuple[str, ...]:
    """Surnames of the authors in their order, plain.

    Examples
    --------
    >>> surnames("Card, David; Kluve, Jochen; van den Berg, Gerard")
    ('card', 'kluve', 'berg')
    >>> surnames("David Card, Jochen Kluve and A. Weber")
    ('card', 'kluve', 'weber')
    """
    found = []
    for part in _parts(re.sub(r"\bet\s+al\.?", "", authors)):
        name = _surname(part)
        if name:
            found.append(name)
    return tuple(found)


def _parts(authors: str) -> list[str]:
    pieces = [p.strip(" ,.") for p in _BETWEEN.split(authors) if p.strip(" ,.")]
    return [one for piece in pieces for one in _of_commas(piece)]


def _of_commas(piece: str) -> list[str]:
    """One name with a comma in it ("Card, David"), or several between commas."""
    parts = [p.strip() for p in piece.split(",") if p.strip()]
    if len(parts) < 2:
        return parts
    if any(_INITIALS.match(p) for p in parts[1::2]):
        return [", ".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    full = sum(" " in p for p in parts)
    if len(parts) > 2 or full == len(parts):
        return parts if full else [", ".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    return [piece]


def _surname(name: str) -> str:
    head, comma, _ = name.partition(",")
    plain = [w for w in words(head if comma else name) if w not in _SUFFIXES]
    if not plain:
        return ""
    if comma:
        kept = [w for w in plain if w not in _PARTICLES] or plain
        return kept[-1]
    # "Weber A": the initial stands behind.
    long = [w for w in plain if len(w) > 1] or plain
    return long[-1]


def organisation(authors: str) -> bool:
    """Whether the author is a body and no person; bodies publish series under one title."""
    return bool(_ORGANISATION & set(words(authors)))


def alike(mine: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Whether two lists have the same first author.

    Returns
    -------
    {"same", "shared", "unknown", "different"}
        ``shared``: not the same first author, but some in common.
    """
    if not mine or not theirs:
        return "unknown"
    if _close(mine[0], theirs[0]):
        return "same"
    return "shared" if set(mine) & set(theirs) else "different"


def _close(one: str, other: str) -> bool:
    if one == other:
        return True
    from rapidfuzz.distance import OSA

    return min(len(one), len(other)) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1
