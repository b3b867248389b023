"""How two titles differ: not at all, by slips of the pen, by a subtitle, or in what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from almpo_kit.learning.doubles.cards import Card
from almpo_kit.learning.doubles.titles import STOP

SAME, CLOSE, SUBTITLE, UNSURE, DIFFERENT = "same", "close", "subtitle", "unsure", "different"
#: Letters of a title that was cut off, from which on it is taken for the beginning of another one.
_CUT = 32
#: Words that a title goes on with, from which on they may be a subtitle.
_MORE = 3
#: So many times as often stands a word as its misspelling.
_USUAL = 30
#: Words of a title without its subtitle, from which on it says enough.
_ENOUGH = 4
#: Words that differ by a letter or two and mean something else.
_OTHERS_TEXT = (
    "men women male female micro macro employer employee employers employees trainer trainee trainers trainees mentor mentee "
    "inclusion exclusion increase decrease import export internal external rural plural national rational short long formal "
    "informal public private direct indirect insider outsider winter summer worker working wages wagers causal casual "
    "migrant migration immigrant emigrant immigration emigration immigrants emigrants austria australia austrian australian "
    "slovakia slovenia slovak slovene iran iraq ireland iceland irish latvia lithuania niger nigeria mali malawi malta korea "
    "kenya india indiana georgia guinea guyana sweden swiss switzerland romania bosnia panama parma china chile cuba cyprus "
    "hungary norway turkey spain japan eastern western northern southern east west north south jena vienna sienna"
)
_OTHERS: Final = frozenset(_OTHERS_TEXT.split())
_NEGATIONS: Final = (
    "un",
    "in",
    "non",
    "dis",
    "im",
    "ir",
    "re",
    "pre",
    "post",
    "sub",
    "co",
    "wo",
    "fe",
    "im",
    "em",
)


def match(a: Card, b: Card, spread: Mapping[str, int]) -> str:
    """Compare two titles.

    Parameters
    ----------
    a, b : Card
    spread : Mapping
        In how many titles a stem stands: a slip of the pen makes a word that stands in none.

    Returns
    -------
    {"same", "close", "subtitle", "unsure", "different"}
        ``close``: the same words but for slips of the pen, order, small words and plurals. ``unsure``: it cannot be told
        whether a word is misspelt or another one.
    """
    if not a.squeezed or not b.squeezed:
        return DIFFERENT
    if a.squeezed == b.squeezed:
        return SAME
    mine, theirs = Counter(a.stems), Counter(b.stems)
    left, right = _rest(mine - theirs), _rest(theirs - mine)
    left, right = _joined(left, right)
    right, left = _joined(right, left)
    doubt, left, right = _slips(left, right, spread)
    if not left and not right:
        return UNSURE if doubt else CLOSE
    if _cut(a, b) or (not (left and right) and not doubt and _main(a, b, bool(left))):
        return SUBTITLE
    more = max(left, right, key=len)
    # "… for the long-term unemployed in Austria" may be a subtitle that lost its colon, or another study.
    return UNSURE if not (left and right) and len(more) >= _MORE and _begins(a, b) else DIFFERENT


def _rest(words: Counter[str]) -> list[str]:
    return [w for w, n in words.items() for _ in range(n) if w not in STOP]


def _joined(left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """Drop words that are written together on the left and apart on the right: "longterm", "long term"."""
    for word in list(left):
        two = next(((x, y) for x in right for y in right if x is not y and x + y == word), None)
        if two is not None:
            left = [w for w in left if w != word]
            right = [w for w in right if w not in two]
    return left, right


def _slips(left: list[str], right: list[str], spread: Mapping[str, int]) -> tuple[bool, list[str], list[str]]:
    """Pair off words that are one word misspelt; whether any pair is doubtful, and what stays."""
    doubt, rest = False, list(right)
    kept = []
    for word in left:
        found = min(((_distance(word, r), r) for r in rest), default=(9, ""))
        allowed = 0 if min(len(word), len(found[1])) < 4 else 1 if min(len(word), len(found[1])) < 8 else 2
        if found[0] > allowed or _says_otherwise(word, found[1]):
            kept.append(word)
            continue
        rest.remove(found[1])
        doubt |= not _misspelt(word, found[1], found[0], spread)
    return doubt, kept, rest


def _distance(one: str, other: str) -> int:
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=2) if abs(len(one) - len(other)) <= 2 else 9


def _says_otherwise(one: str, other: str) -> bool:
    if one.isdigit() or other.isdigit() or (one in _OTHERS and other in _OTHERS):
        return True
    short, long = sorted((one, other), key=len)
    return any(long == f"{n}{short}" for n in _NEGATIONS)


def _misspelt(one: str, other: str, distance: int, spread: Mapping[str, int]) -> bool:
    """Whether one of two words is none: it stands in hardly any other title and the other does, or they are long."""
    rare, usual = sorted((spread.get(one, 0), spread.get(other, 0)))
    if rare > 1:
        return usual >= _USUAL * (rare - 1)
    return usual > 1 or (distance == 1 and min(len(one), len(other)) >= 7)


def _begins(a: Card, b: Card) -> bool:
    """Whether one title is the beginning of the other."""
    short, long = sorted((a.squeezed, b.squeezed), key=len)
    return len(short) >= _CUT and long.startswith(short)


def _cut(a: Card, b: Card) -> bool:
    """Whether one title was cut off: within a word of the other, or with dots at its end."""
    if not _begins(a, b):
        return False
    short, long = sorted((a, b), key=lambda c: len(c.squeezed))
    return short.dots or short.words != long.words[: len(short.words)]


def _main(a: Card, b: Card, a_longer: bool) -> bool:
    """Whether what one title has and the other has not is its subtitle."""
    long, short = (a, b) if a_longer else (b, a)
    return _ENOUGH <= len(short.words) == long.main and len(long.words) > long.main
