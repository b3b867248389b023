"""Joining pairs into groups, the surest first, without ever joining by way of a third what must stay apart."""

from __future__ import annotations

from collections.abc import Sequence
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
    found: Sequence[Card], judged: Sequence[Judged], apart: Sequence[tuple[int, int]] = ()
) -> tuple[list[int], list[int], list[Judged], list[Judged]]:
    """Publications and studies.

    Parameters
    ----------
    found : sequence of Card
    judged : sequence of Judged
        Any relation but "apart".
    apart : sequence of (int, int)
        Pairs that a person keeps apart.

    Returns
    -------
    publication, study : list of int, shape (n_documents,)
        The first document of each document's publication and study.
    used : list of Judged
        The pairs that hold.
    doubtful : list of Judged
        Pairs to look at; those with them that would have joined what must stay apart.
    """
    publications, studies = _Forest(found, apart), _Forest(found, apart)
    used, doubtful = list[Judged](), [j for j in judged if j[2].relation == DOUBTFUL]
    for pair in sorted(judged, key=lambda j: (-j[2].strength, j[0], j[1])):
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


#: Strength of what a person says.
_GIVEN = 100
TOGETHER = Judgement(PUBLICATION, "said by a person", _GIVEN)
ONE_STUDY = Judgement(STUDY, "said by a person", _GIVEN)


class _Forest:
    """Groups that grow by joining (union–find); the first document names a group."""

    def __init__(self, found: Sequence[Card], apart: Sequence[tuple[int, int]]) -> None:
        self._leader = list(range(len(found)))
        self._groups = {c.number: _group(c) for c in found}
        self._apart = {frozenset(p) for p in apart}

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
        if self._kept_apart(a, b) or (strict and not _fit(a, b)):
            return False
        self._leader[second] = first
        for name in ("numbers", "notices", "dois", "years"):
            getattr(a, name).update(getattr(b, name))
        a.serial |= b.serial
        a.members += b.members
        del self._groups[second]
        return True

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
