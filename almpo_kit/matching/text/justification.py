"""The words of a text that speak for a concept."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from almpo_kit.matching.text.segments import Unit
from almpo_kit.matching.text.words import letter_runs, placed_words, words

#: Two words are one, but for their ending, if they share so much of their letters.
_ALIKE = 0.5
_LITTLE = 3
#: Words further apart, in characters, are of different things.
_APART = 20
_JOINING = frozenset(
    [
        "and",
        "or",
        "the",
        "for",
        "with",
        "from",
        "und",
        "oder",
        "der",
        "die",
        "das",
        "für",
        "mit",
        "et",
        "ou",
        "les",
        "des",
        "pour",
        "avec",
        "los",
        "las",
        "por",
        "con",
        "del",
        "per",
    ]
)


class Justification(NamedTuple):
    """Words of the text, where they stand in it, and whether they share letters with a name of the concept."""

    words: str
    start: int
    end: int
    by: str


@lru_cache(maxsize=50_000)
def _runs(names: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    spelled = {w for name in names for w in words(name)}
    return frozenset(spelled), frozenset(r for w in spelled if len(w) > _LITTLE for r in letter_runs(w))


def justify(text: str, unit: Unit, names: tuple[str, ...]) -> Justification:
    """Words of a unit that share most of their letters with a name of a concept; else the unit, compared by meaning.

    Parameters
    ----------
    text : str
        The cleaned text.
    unit : Unit
    names : tuple of str
        Label, alternatives and titles of the concept.
    """
    whole, runs = _runs(names)
    shared = []
    for word, start, end in placed_words(text[unit.start : unit.end]):
        mine = letter_runs(word)
        same = word in whole if len(word) <= _LITTLE else sum(r in runs for r in mine) >= _ALIKE * len(mine)
        if same:
            shared.append((unit.start + start, unit.start + end))
    # "of" and "a" are in many names and speak for none; "SQL" and "C#" do.
    shared = [(s, e) for s, e in shared if e - s > 2 or not text[s:e].islower()]
    shared = [(s, e) for s, e in shared if text[s:e].casefold() not in _JOINING]
    if shared:
        best = max(_together(shared), key=lambda group: sum(e - s for s, e in group))
        return Justification(" ".join(text[s:e] for s, e in best), best[0][0], best[-1][1], "words")
    part = text[unit.start : unit.end].strip()
    return Justification(part[:80], unit.start, unit.end, "meaning")


def _together(shared: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    groups = [[shared[0]]]
    for start, end in shared[1:]:
        if start - groups[-1][-1][1] > _APART:
            groups.append([])
        groups[-1].append((start, end))
    return groups
