"""What is compared of a text: its head, and the parts of it in which a title or a skill may stand alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A line of at most so many words may be a title; a sentence is cut after so many characters.
TITLE_WORDS, MOST_SENTENCE, MOST_PARTS = 12, 400, 12
_PART = re.compile(
    r"[,;:•·|/()\[\]\n]+|\.(?:\s|$)|\s[-–—]+\s|\b(?:and|or|und|oder|et|ou|y|e|och|og|en|of|i|lub|sau|si|ja|és)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^\n.!?;•]+(?:[.!?;](?=\S)[^\n.!?;•]*)*")
#: What adverts say around a skill or a title. It says nothing of which one it is.
_ASKED = (
    "you we the a an your our their candidate applicant who is are be being will would should must have has having can "
    "able to in of on with for at as well good strong excellent solid proven demonstrated demonstrable outstanding deep "
    "basic advanced great effective relevant previous prior hands-on extensive thorough sound some any also including "
    "such other knowledge experience experienced understanding familiarity familiar ability skill skills skilled "
    "proficiency proficient expertise responsible responsibility responsibilities tasks duties required requirement "
    "requirements desirable preferred ideally expected looking seeking hiring wanted someone track record background "
    "minimum least year years job title position vacancy role"
)
_TITLED = (
    "senior junior lead sr jr trainee experienced freelance temporary permanent part full time parttime fulltime "
    "remote hybrid wanted urgent urgently immediate start nights days weekend shift shifts contract months month ii iii "
    "iv level m f d w h x mfd mwd gn"
)
_LEAD = re.compile(rf"^(?:[\W_]*\b(?:{'|'.join(_ASKED.split())}|\d+\+?)\b)+[\W_]*", re.IGNORECASE)
_END = re.compile(
    r"(?:[\W_]*\b(?:is|are|a|an|the|plus|must|required|desirable|preferred|essential|advantage|advantageous|beneficial|"
    r"of|in|to|with|our|your|team|you|nice|have|would|be|highly)\b)+[\W_]*$",
    re.IGNORECASE,
)
_NOISE = re.compile(rf"\b(?:{'|'.join(_TITLED.split())}|\d+\w{{0,2}})\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """A piece of text that is answered by itself.

    Parameters
    ----------
    start, end : int
        Where it stands in the cleaned text.
    parts : tuple of str
        The whole piece first, then what may stand alone in it.
    weight : float
        Of the units of one text.
    """

    start: int
    end: int
    parts: tuple[str, ...]
    weight: float = 1.0


def parts(text: str, *, title: bool = False, most: int = MOST_PARTS) -> tuple[str, ...]:
    """The whole, the whole without what surrounds it, and its clauses; each once.

    >>> parts("Knowledge of SQL and data warehousing is a plus")
    ('Knowledge of SQL and data warehousing is a plus', 'SQL and data warehousing', 'SQL', 'data warehousing')
    """
    whole = text.strip()[:MOST_SENTENCE]
    found = [whole, _core(whole, title)]
    found += [_core(p, title) for p in _PART.split(whole)]
    kept: dict[str, str] = {}
    for part in found:
        if len(part) > 1:
            kept.setdefault(part.casefold(), part)
    return tuple(kept.values())[:most] or (whole,)


def _core(text: str, title: bool) -> str:
    bare = _NOISE.sub(" ", text) if title else text
    bare = _END.sub("", _LEAD.sub("", bare)).strip(" \t-–—,;:.()[]|/*&+'\"")
    return " ".join(bare.split())


def sentences(text: str, most: int) -> list[tuple[int, int]]:
    """Where sentences and lines start and end, the first ``most`` of them; a very long one is cut."""
    found: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        for start in range(match.start(), match.end(), MOST_SENTENCE):
            end = min(start + MOST_SENTENCE, match.end())
            if any(c.isalnum() for c in text[start:end]):
                found.append((start, end))
            if len(found) == most:
                return found
    return found


def title_units(text: str) -> list[Unit]:
    """What says which occupation a text is about: the line that looks like a title, then the rest."""
    lines = [(s, e) for s, e in sentences(text, 60) if e - s > 1]
    if not lines:
        return []
    if len(lines) == 1 and len(text.split()) <= TITLE_WORDS:
        return [Unit(0, len(text), parts(text, title=True))]
    first = next(((s, e) for s, e in lines[:3] if len(text[s:e].split()) <= TITLE_WORDS), None)
    head = first or lines[0]
    rest = [line for line in lines if line != head][:16]
    units = [Unit(*head, parts(text[slice(*head)], title=True), 0.75 if first else 0.5)]
    if rest:
        body = " ".join(text[s:e].strip() for s, e in rest)
        pieces = (body[:2000], *(text[s:e].strip() for s, e in rest))
        units.append(Unit(rest[0][0], rest[-1][1], pieces, 1 - units[0].weight))
    return units


def sentence_units(text: str, most: int = 400) -> list[Unit]:
    """Each sentence or line, in which skills may be named."""
    return [Unit(s, e, parts(text[s:e])) for s, e in sentences(text, most)]
