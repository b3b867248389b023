"""Joining pairs into groups, the surest first, without ever joining by way of a third what must stay apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from almpo_kit.learning.doubles.cards import Card
from almpo_kit.learning.doubles.judging import DOUBTFUL, PUBLICATION, STUDY, Judgement

#: Two documents by their numbers, and what they are to each other.
Judged = tuple[int, int, Judgement]


@dataclass
class _Group:
    """What the documents of a publication have in common."""

    first: int
    numbers: set[tuple[str, ...]]
    notices: set[str]
    dois: set[str]
    years: set[int]
    serial: bool
    members: list[int] = field(default_factory=list)


def grouped(
    found: Sequence[Card],
    judged: Sequence[Judged],
    apart: Sequence[tuple[int, int]],
    clash: Callable[[int, int], bool],
) -> tuple[list[int], list[int], list[Judged], list[Judged]]:
    """Publications and studies.

    Parameters
    ----------
    found : sequence of Card
    judged : sequence of Judged
        Any relation but "apart".
    apart : sequence of (int, int)
        Pairs that a person keeps apart.
    clash : Callable
        Whether the titles of two documents are different ones.

    Returns
    -------
    publication, study : list of int, shape (n_documents,)
        The first document of each document's publication and study.
    used : list of Judged
        The pairs that hold.
    doubtful : list of Judged
        Pairs to look at; those with them that would have joined what must stay apart.
    """
    judged = _unambiguous(judged, clash)
    publications, studies = _Forest(found, apart, clash), _Forest(found, apart, clash)
    used, doubtful = list[Judged](), [j for j in judged if j[2].relation == DOUBTFUL]
    # What a person says comes last, when nothing can be held against it any more.
    for pair in sorted(judged, key=lambda j: (j[2].strength >= _GIVEN, -j[2].strength, j[0], j[1])):
        i, j, judgement = pair
        if judgement.relation == DOUBTFUL:
            continue
        forest = publications if judgement.relation == PUBLICATION else studies
        strict = judgement.relation == PUBLICATION
        if not forest.join(i, j, strict=strict and judgement.strength < _GIVEN):
            why = f"{judgement.why}; but it would join others that differ"
            doubtful.append((i, j, Judgement(DOUBTFUL, why, 0)))
            continue
        if strict:
            studies.join(i, j, strict=False)
        used.append(pair)
    n = range(len(found))
    return [publications.top(i) for i in n], [studies.top(i) for i in n], used, sorted(doubtful)


def _unambiguous(judged: Sequence[Judged], clash: Callable[[int, int], bool]) -> list[Judged]:
    """Where a title without subtitle fits several that differ, it is not told to which of them it belongs."""
    partners: dict[int, set[int]] = {}
    for i, j, judgement in judged:
        if judgement.by_subtitle:
            partners.setdefault(i, set()).add(j)
            partners.setdefault(j, set()).add(i)
    torn = {i for i, others in partners.items() if any(clash(x, y) for x in others for y in others if x < y)}
    out = list[Judged]()
    for i, j, judgement in judged:
        if judgement.by_subtitle and (i in torn or j in torn):
            why = "a title without subtitle fits several that differ"
            judgement = Judgement(DOUBTFUL, why, 0)
        out.append((i, j, judgement))
    return out


#: Pairs of two groups that are compared before they are joined; larger ones are copies of one reference.
_COMPARED = 2_500
#: Strength of what a person says.
_GIVEN = 100
TOGETHER = Judgement(PUBLICATION, "said by a person", _GIVEN)
ONE_STUDY = Judgement(STUDY, "said by a person", _GIVEN)


class _Forest:
    """Groups that grow by joining (union–find); the first document names a group."""

    def __init__(
        self, found: Sequence[Card], apart: Sequence[tuple[int, int]], clash: Callable[[int, int], bool]
    ) -> None:
        self._leader = list(range(len(found)))
        self._groups = {c.number: _group(c) for c in found}
        self._apart, self._clash = {frozenset(p) for p in apart}, clash

    def top(self, i: int) -> int:
        while self._leader[i] != i:
            self._leader[i] = self._leader[self._leader[i]]
            i = self._leader[i]
        return i

    def join(self, i: int, j: int, *, strict: bool) -> bool:
        """Join two groups; False where they must stay apart."""
        first, second = sorted((self.top(i), self.top(j)))
        if first == second:
            return True
        a, b = self._groups[first], self._groups[second]
        if self._kept_apart(a, b) or (strict and not (_fit(a, b) and self._titled_alike(a, b))):
            return False
        self._leader[second] = first
        for name in ("numbers", "notices", "dois", "years"):
            getattr(a, name).update(getattr(b, name))
        a.serial |= b.serial
        a.members += b.members
        del self._groups[second]
        return True

    def _titled_alike(self, a: _Group, b: _Group) -> bool:
        """Whether no title of one is another than one of the other, unless a DOI joins them."""
        if a.dois & b.dois or len(a.members) * len(b.members) > _COMPARED:
            return True
        return not any(self._clash(i, j) for i in a.members for j in b.members)

    def _kept_apart(self, a: _Group, b: _Group) -> bool:
        return bool(self._apart) and any(
            frozenset((i, j)) in self._apart for i in a.members for j in b.members
        )


def _group(card: Card) -> _Group:
    dois, years = {card.doi} - {""}, {card.year} - {None}
    kept = {y for y in years if y is not None}
    return _Group(
        card.number, {card.numbers}, {card.notice}, dois, kept, card.serial or card.body, [card.number]
    )


def _fit(a: _Group, b: _Group) -> bool:
    """Whether two publications may be one: no two DOIs, parts, notices, editions, nor years far apart."""
    dois, years = a.dois | b.dois, a.years | b.years
    far = bool(years) and max(years) - min(years) > (0 if a.serial or b.serial else 1)
    same = a.numbers == b.numbers and a.notices == b.notices
    one_doi = bool(a.dois & b.dois)
    return one_doi or (same and len(dois) <= 1 and not far)
