"""What a consultation can ask, and in which parts an answer is kept:


================  =====================================================  ==================================================
kind              a participant gives                                    ``part`` of a judgement -> ``value``
================  =====================================================  ==================================================
``statement``     how far she agrees, a whole number on ``scale``        ``""`` -> 7
``points``        points for criteria that add up to 100                 ``"jobs"`` -> 40
``swing``         100 for the swing that matters most, others beside it  ``"jobs"`` -> 100
``pairwise``      how much more one criterion counts (Saaty, 1/9 … 9)    ``"jobs>months"`` -> 3.0 (or 1/3)
``best_worst``    best against others, others against worst, 1 … 9       ``"best:jobs>months"`` -> 4, ``"worst:months>saving"`` -> 2
``quantity``      10th, 50th and 90th percentile, in ``unit``            ``"0.1"`` -> -1.0
``budget``        which proposals she would fund                         ``"course"`` -> 1 (funds it) or 0
================  =====================================================  ==================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES

ITEM_KINDS: Final = ("statement", "points", "swing", "pairwise", "best_worst", "quantity", "budget")
#: Kinds from which weights of criteria come.
WEIGHING: Final = ("points", "swing", "pairwise", "best_worst")
QUANTILES: Final = (0.1, 0.5, 0.9)
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_LONGEST: Final = 600
_MOST_OPTIONS = 12


@dataclass(frozen=True)
class Item:
    """One question.

    Parameters
    ----------
    id : str
        Lower-case letters, digits, underscores.
    kind : {"statement", "points", "swing", "pairwise", "best_worst", "quantity", "budget"}
    text : mapping
        Language -> the question.
    scale : (int, int)
        Of a statement.
    options : mapping
        Id -> {language: text}: criteria, or the proposals of a budget.
    cost : mapping
        Proposal -> euro; only of a budget.
    budget : float
        Euro; only of a budget.
    quantity : mapping
        Only of a quantity: ``programme_type, outcome, unit, horizon_months`` and, where they are said, ``target_group,
        country``; ``low`` and ``high`` are the ends of what can be entered.
    """

    id: str
    kind: str
    text: Mapping[str, str]
    scale: tuple[int, int] = (1, 9)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)
    budget: float = 0.0
    quantity: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not _ID.fullmatch(self.id):
            raise ParameterError(
                f"item {self.id!r}: an id is lower-case letters, digits and _, e.g. 'more_courses'."
            )
        if self.kind not in ITEM_KINDS:
            raise ParameterError(f"item {self.id!r}: kind {self.kind!r} is none of {', '.join(ITEM_KINDS)}.")
        object.__setattr__(self, "text", in_languages(self.text, f"the text of item {self.id!r}"))
        object.__setattr__(self, "scale", tuple(self.scale))
        if self.kind == "statement":
            _scale(self)
        elif self.kind == "quantity":
            _quantity(self)
        else:
            _options(self)

    def parts(self) -> tuple[str, ...]:
        """The parts an answer may have, in the order asked; of "best_worst" all that are possible."""
        names = tuple(self.options)
        if self.kind == "statement":
            return ("",)
        if self.kind == "quantity":
            return tuple(str(q) for q in QUANTILES)
        if self.kind == "pairwise":
            return tuple(f"{a}>{b}" for k, a in enumerate(names) for b in names[k + 1 :])
        if self.kind == "best_worst":
            ordered = [(a, b) for a in names for b in names if a != b]
            return (*(f"best:{a}>{b}" for a, b in ordered), *(f"worst:{a}>{b}" for a, b in ordered))
        return names


def said(text: Mapping[str, str], language: str) -> str:
    """A text in a language, or in the first that it has."""
    return text.get(language) or next(iter(text.values()))


def in_languages(text: Any, name: str) -> dict[str, str]:
    """Texts by language, checked; a plain text is taken as English.

    Raises
    ------
    ParameterError
    """
    given = {"en": text} if isinstance(text, str) else text
    if not isinstance(given, Mapping) or not given:
        raise ParameterError(f"{name} must be text by language, e.g. {{'en': '…', 'el': '…'}}.")
    longest = 4000 if name == "the consent" else _LONGEST
    for language, words in given.items():
        language_code(language)
        if not isinstance(words, str) or not words.strip() or len(words) > longest:
            raise ParameterError(f"{name} in {language!r} must be text of 1 to {longest} characters.")
    return {k: v.strip() for k, v in given.items()}


def _scale(item: Item) -> None:
    low_high = item.scale
    whole = len(low_high) == 2 and all(isinstance(x, int) and not isinstance(x, bool) for x in low_high)
    if not whole or not 3 <= low_high[1] - low_high[0] + 1 <= 11:
        raise ParameterError(
            f"item {item.id!r}: scale {low_high} must have 3 to 11 whole steps, e.g. (1, 9)."
        )


def _quantity(item: Item) -> None:
    needed = ("programme_type", "outcome", "unit", "horizon_months", "low", "high")
    if missing := [n for n in needed if n not in item.quantity]:
        raise ParameterError(f"item {item.id!r}: its quantity lacks {', '.join(missing)}.")
    for name, known in (("programme_type", PROGRAMME_TYPES), ("outcome", OUTCOMES), ("unit", UNITS)):
        if item.quantity[name] not in known:
            raise ParameterError(
                f"item {item.id!r}: {name} {item.quantity[name]!r} is none of {', '.join(list(known)[:8])} …"
            )
    low, high = float(item.quantity["low"]), float(item.quantity["high"])
    if not -1e9 < low < high < 1e9:
        raise ParameterError(f"item {item.id!r}: low must lie below high, e.g. -20 and 40.")


def _options(item: Item) -> None:
    if not 2 <= len(item.options) <= _MOST_OPTIONS:
        raise ParameterError(f"item {item.id!r}: give 2 to {_MOST_OPTIONS} options.")
    if wrong := [o for o in item.options if not isinstance(o, str) or not _ID.fullmatch(o)]:
        raise ParameterError(f"item {item.id!r}: option {wrong[0]!r} is no id, e.g. 'jobs'.")
    texts = {o: in_languages(t, f"option {o!r} of item {item.id!r}") for o, t in item.options.items()}
    object.__setattr__(item, "options", texts)
    if item.kind == "budget":
        bad = [o for o in item.options if not 0 < float(item.cost.get(o, 0)) < 1e12]
        if bad or not 0 < item.budget < 1e12:
            raise ParameterError(
                f"item {item.id!r}: a budget needs `budget` and the `cost` of each proposal, in euro."
            )


def language_code(text: Any) -> str:
    """A language, as two letters.

    Raises
    ------
    ParameterError
    """
    if not isinstance(text, str) or not _LANGUAGE.fullmatch(text):
        raise ParameterError(f"language {text!r} must be two letters, e.g. 'en' or 'el'.")
    return text
