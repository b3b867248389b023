"""Which values come into question for a document, and what speaks for each: numbers that mean the same for every value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from almpo_kit.learning.coding.lexicon.phrases import fold
from almpo_kit.learning.coding.mentions import Mention
from almpo_kit.learning.coding.texts import LEAD, Text

Array = np.ndarray[Any, np.dtype[Any]]

#: What speaks for a value: name -> (coefficient before anything is learned, its standard deviation). In log odds.
PRIOR: Final[dict[str, tuple[float, float]]] = {
    "intercept": (-2.0, 1.0),
    "usual": (0.3, 0.3),
    "named": (1.0, 1.0),
    "hinted": (0.3, 0.7),
    "in title": (1.0, 1.0),
    "share": (2.0, 1.5),
    "early": (0.5, 0.7),
    "only compared": (-1.5, 1.0),
    "words": (1.0, 1.0),
    "vectors": (1.0, 1.0),
}
FEATURES: Final = tuple(PRIOR)
#: More mentions than this say no more.
_MANY: Final = 5
#: A score of words counts where it is this much above the usual share.
_LIFT: Final = 0.15
#: The log odds of a rare value are not blown up beyond this.
_MOST_LIFT: Final = 4.0


class Pair(NamedTuple):
    """A document and a value that comes into question. ``sentence`` is where to look; ``mention`` the words, if named."""

    document: int
    value: str
    features: tuple[float, ...]
    mention: Mention | None


class Scores(NamedTuple):
    """What words (or vectors) say: ``scores`` and ``usual`` of shape (n_documents, n_values), on the scale of a share."""

    scores: Array
    usual: Array

    def lift(self, document: int, value: int) -> float:
        """Difference to the usual share in log odds, roughly: (score − p) / p(1 − p)."""
        p = min(max(float(self.usual[document, value]), 0.02), 0.98)
        raw = (float(self.scores[document, value]) - p) / (p * (1 - p))
        return min(max(raw, -_MOST_LIFT), _MOST_LIFT)

    def speaks(self, document: int, value: int) -> bool:
        """Whether the words alone bring a value into question: far above usual and the best of all values."""
        row = self.scores[document]
        return bool(row[value] - self.usual[document, value] > _LIFT and row[value] >= row.max())


def pairs_of(
    number: int,
    text: Text,
    field: str,
    usual: dict[str, float],
    *,
    rules: bool,
    learned: Sequence[str],
    words: Scores | None,
    vectors: Scores | None,
) -> list[Pair]:
    """The values in question for one document.

    Parameters
    ----------
    number : int
        Row of the document in ``words`` and ``vectors``.
    usual : dict
        Share of other studies that have a value.
    learned : sequence of str
        Values with a column in ``words`` and ``vectors``.
    """
    named: dict[str, list[Mention]] = {}
    for mention in text.named.get(field, ()) if rules else ():
        named.setdefault(mention.value, []).append(mention)
    column = {value: k for k, value in enumerate(learned)}
    values = list(named)
    for value, at in column.items():
        if value not in named and any(s is not None and s.speaks(number, at) for s in (words, vectors)):
            values.append(value)
    total = sum(m.strong and not m.compared for found in named.values() for m in found)
    rest = usual.get("", 0.0)
    pairs = []
    for value in values:
        found = named.get(value, [])
        k = column.get(value)
        lifts = [0.0 if s is None or k is None else s.lift(number, k) for s in (words, vectors)]
        features = (1.0, _log_odds(usual.get(value, rest)), *_of_mentions(found, text, total), *lifts)
        pairs.append(Pair(number, value, features, _best(found)))
    return pairs


def _of_mentions(found: list[Mention], text: Text, total: int) -> tuple[float, ...]:
    clear = [m for m in found if not m.compared]
    strong = [m for m in clear if m.strong]
    title = any(all(fold(w) in text.title for w in _plain(m.words)) for m in strong)
    early = any(m.start <= LEAD for m in strong)
    return (
        math.log1p(min(len(strong), _MANY)),
        math.log1p(min(len(clear) - len(strong), _MANY)),
        float(title),
        len(strong) / total if total else 0.0,
        float(early),
        float(bool(found) and not clear),
    )


def _plain(words: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in words).split()


def _best(found: list[Mention]) -> Mention | None:
    """What to show: a clear mention before one in a comparison, a strong before a weak, the first of them."""
    return min(found, key=lambda m: (m.compared, not m.strong, m.start), default=None)


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share)) if 0 < share < 1 else 0.0
