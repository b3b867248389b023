"""Whether two documents are one publication, or two on one study; each answer with its reason.

Rules and no score: a person must be able to say why a reference was dropped. Where a rule does not settle it, the pair is
shown and nothing is joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from almpo_kit.learning.doubles import authors, notices
from almpo_kit.learning.doubles.cards import ABSTRACT, Card
from almpo_kit.learning.doubles.title_match import CLOSE, DIFFERENT, SAME, SUBTITLE, UNSURE, match

PUBLICATION, STUDY, DOUBTFUL, APART = "same publication", "same study, another document", "look at", "apart"
#: Years from the first working paper to the journal.
LONGEST_WAY: Final = 8
#: Words from which on a title is no heading that many share ("Introduction").
_SAYING = 4


class Judgement(NamedTuple):
    """What two documents are to each other; ``strength`` orders the joining, the surest first."""

    relation: str
    why: str
    strength: int
    by_subtitle: bool = False


_APART = Judgement(APART, "", 0)


def judge(a: Card, b: Card, spread: Mapping[str, int]) -> Judgement:
    """Compare two documents; see the module."""
    one_doi = bool(a.doi) and a.doi == b.doi
    if _strangers(a, b):
        return _APART
    how = match(a, b, spread)
    if a.notice != b.notice:
        return _notice(a, b, how)
    if a.numbers != b.numbers:
        return _numbers(a, b, how, one_doi)
    if one_doi:
        return _one_doi(a, b, how)
    if a.base_doi and a.base_doi == b.base_doi and how != DIFFERENT:
        return Judgement(STUDY, "versions of one DOI", 8)
    if how == DIFFERENT:
        return _other_title(a, b)
    if a.serial or a.body or b.body:
        return _edition(a, b, how)
    return _by_author(a, b, how)


def _strangers(a: Card, b: Card) -> bool:
    """Whether nothing but a title can join them, and nobody who wrote one wrote the other: no rule joins such a pair."""
    if a.base_doi and a.base_doi == b.base_doi:
        return False
    return authors.alike(a.surnames, b.surnames) == "different" and not _one_abstract(a, b)


def _notice(a: Card, b: Card, how: str) -> Judgement:
    """An erratum is no copy of the article; it is on the same study."""
    about = a.notice or b.notice
    mine = authors.alike(a.surnames, b.surnames)
    one_of_them = not (a.notice and b.notice)
    if one_of_them and notices.attached(about) and how in (SAME, CLOSE) and mine in ("same", "unknown"):
        return Judgement(STUDY, f"a {about} and what it is about", 5)
    return _APART


def _numbers(a: Card, b: Card, how: str, one_doi: bool) -> Judgement:
    """Part I and Part II, editions by year: never one, also not under one DOI."""
    if one_doi:
        return Judgement(DOUBTFUL, "one DOI, but the numbers in the titles differ", 0)
    if how == SUBTITLE and authors.alike(a.surnames, b.surnames) == "same" and _gap(a, b) in (0, 1):
        return Judgement(DOUBTFUL, "one title goes on with numbers that the other lacks", 0)
    return _APART


def _one_doi(a: Card, b: Card, how: str) -> Judgement:
    if how in (SAME, CLOSE, SUBTITLE, UNSURE) or not a.squeezed or not b.squeezed:
        return Judgement(PUBLICATION, "one DOI", 10)
    near = (_gap(a, b) or 0) <= 1
    if _one_abstract(a, b) or (near and authors.alike(a.surnames, b.surnames) == "same"):
        return Judgement(PUBLICATION, "one DOI and one author, under two titles", 9)
    return Judgement(DOUBTFUL, "one DOI, but titles and authors differ: one of the DOIs may be wrong", 0)


def _other_title(a: Card, b: Card) -> Judgement:
    """A working paper often gets another title on its way, and keeps its abstract."""
    mine = authors.alike(a.surnames, b.surnames)
    gap = _gap(a, b)
    if not _one_abstract(a, b) or a.serial or b.serial or (gap or 0) > LONGEST_WAY:
        return _APART
    if mine in ("same", "shared"):
        return Judgement(STUDY, "one abstract under two titles", 4)
    return (
        Judgement(DOUBTFUL, "one abstract, but titles and authors differ", 0) if mine == "unknown" else _APART
    )


def _edition(a: Card, b: Card, how: str) -> Judgement:
    """Reports that come out every year under one title, and what bodies publish."""
    gap, mine = _gap(a, b), authors.alike(a.surnames, b.surnames)
    if gap is None:
        if how == SAME and mine == "same":
            return Judgement(DOUBTFUL, "may be two editions of one report: a year is missing", 0)
        return _APART
    if gap or mine in ("different", "shared"):
        return _APART
    if a.doi and b.doi:
        return Judgement(DOUBTFUL, "one title and year, but two DOIs", 0)
    if how in (SAME, CLOSE):
        return Judgement(PUBLICATION, f"one title{_slips(how)} and one year", 6)
    return Judgement(DOUBTFUL, "titles of one year that are nearly the same", 0)


def _by_author(a: Card, b: Card, how: str) -> Judgement:
    mine, gap = authors.alike(a.surnames, b.surnames), _gap(a, b)
    if mine == "unknown":
        return _no_author(a, b, how, gap)
    if mine != "same":
        if how in (SAME, CLOSE) and (mine == "shared" or _one_abstract(a, b)):
            return Judgement(DOUBTFUL, "one title, but another first author", 0)
        return _APART
    if how == UNSURE or (how == SUBTITLE and not _one_abstract(a, b) and a.abstract and b.abstract):
        return Judgement(DOUBTFUL, "one author, and titles that differ by a word or go on differently", 0)
    if gap is not None and gap > LONGEST_WAY:
        return Judgement(DOUBTFUL, f"one title and author, but {gap} years apart", 0)
    if _short(a, b) and (gap != 0 or _other_abstracts(a, b)):
        return Judgement(DOUBTFUL, "one author and a title that says little", 0)
    said, part = f"title{_slips(how)}, first author", how == SUBTITLE
    if a.doi and b.doi:
        return Judgement(STUDY, f"one {said}; two DOIs", 6, part)
    if gap is not None and gap > 1:
        return Judgement(STUDY, f"one {said}; {gap} years apart", 5, part)
    if a.draft != b.draft:
        return Judgement(STUDY, f"one {said}; one is a working paper", 6, part)
    if _unlike_abstracts(a, b):
        return Judgement(DOUBTFUL, "one title and first author, but the abstracts differ", 0)
    years = "year" if gap == 0 else "years next to each other" if gap else "no second year"
    return Judgement(PUBLICATION, f"one {said}, {years}", 7 if gap == 0 else 6, part)


def _no_author(a: Card, b: Card, how: str, gap: int | None) -> Judgement:
    """A PDF whose authors could not be read, or a careless list."""
    if how not in (SAME, CLOSE) or (gap or 0) > LONGEST_WAY:
        return _APART
    if _short(a, b) or _other_abstracts(a, b):
        return Judgement(DOUBTFUL, "one title; authors are missing", 0)
    if (gap or 0) > 1 or (a.doi and b.doi) or a.draft != b.draft:
        return Judgement(STUDY, f"one title{_slips(how)}; authors are missing on one side", 3)
    return Judgement(PUBLICATION, f"one title{_slips(how)}; authors are missing on one side", 3)


def _slips(how: str) -> str:
    return {CLOSE: " but for spelling", SUBTITLE: " but for the subtitle"}.get(how, "")


def _gap(a: Card, b: Card) -> int | None:
    return None if a.year is None or b.year is None else abs(a.year - b.year)


def _short(a: Card, b: Card) -> bool:
    return min(len(a.words), len(b.words)) < _SAYING


def _one_abstract(a: Card, b: Card) -> bool:
    if min(len(a.abstract), len(b.abstract)) < ABSTRACT:
        return False
    from rapidfuzz import fuzz

    return fuzz.ratio(a.abstract, b.abstract) >= 90


def _other_abstracts(a: Card, b: Card) -> bool:
    """Whether both have an abstract, and not the same."""
    return min(len(a.abstract), len(b.abstract)) >= ABSTRACT and not _one_abstract(a, b)


def _unlike_abstracts(a: Card, b: Card) -> bool:
    """Whether both have an abstract, and these share no more than any two texts of a language do."""
    if min(len(a.abstract), len(b.abstract)) < ABSTRACT:
        return False
    from rapidfuzz import fuzz

    return fuzz.ratio(a.abstract, b.abstract) < 60
