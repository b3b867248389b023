"""What a form sent, made into answers as the store takes them; nothing a browser sends is believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from almpo_kit.records import answer_rules
from almpo_kit.records.consultation_problems import AnswerError, Problem
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError

Values = dict[str, float]
Fields = Mapping[str, str]
KEEP, CHANGE, NOTHING = "keep", "change", "none"
#: How a number may be typed, in any of the languages: 1250 · 12,5 · −3. What three digits follow is refused rather than
#: guessed: "1.250" is one and a quarter in one language and more than a thousand in another.
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,2})?")
#: Fields show two decimals.
_NEAR: Final = 0.0051
_MINUS: Final = str.maketrans({"−": "-", "–": "-", "\u00a0": None, "\u202f": None, " ": None})


@dataclass(frozen=True)
class Sent:
    """What a form says.

    Parameters
    ----------
    answers : dict
        Item -> part -> number, only what differs from what is kept in this round; empty: taken back.
    reasons : dict
        Item -> words, only what differs.
    problems : tuple of Problem
        One an item; such items are in neither of the two.
    """

    answers: dict[str, Values] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Stays:
    """Items whose answers, and items whose reasons, stay as they are stored whatever the form says."""

    answers: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()

    @property
    def whole(self) -> frozenset[str]:
        """Items of which both stay."""
        return self.answers & self.reasons


class UnreadableError(Exception):
    """A field that cannot be read; ``part`` and ``code`` as in ``Problem``."""

    def __init__(self, part: str, code: str) -> None:
        super().__init__(code)
        self.part, self.code = part, code


def name_of(item: Item, *more: str) -> str:
    """Name of a field."""
    return "~".join((item.id, *more))


def number_of(text: str, part: str) -> float | None:
    """A number as somebody typed it, None where nothing was typed.

    Raises
    ------
    UnreadableError
    """
    plain = text.strip().translate(_MINUS)
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise UnreadableError(part, "no_number")
    return float(plain.replace(",", "."))


def read(
    plan: Plan,
    fields: Fields,
    kept: Mapping[str, Mapping[str, float]],
    kept_reasons: Mapping[str, str],
    former: Mapping[str, Mapping[str, float]],
    *,
    only: str = "",
    stays: Stays | None = None,
) -> Sent:
    """What a form says.

    Parameters
    ----------
    plan : Plan
    fields : mapping
        Field -> text.
    kept, kept_reasons : mapping
        What is kept in this round: item -> answer, item -> reason.
    former : mapping
        The last answers of earlier rounds.
    only : str
        Read one item only.
    stays : Stays, optional
        What is not read from the form.
    """
    stay = stays or Stays()
    answers: dict[str, Values] = {}
    reasons: dict[str, str] = {}
    problems: list[Problem] = []
    for item in plan.items:
        if (only and item.id != only) or item.id in stay.whole:
            continue
        try:
            values = (
                {}
                if item.id in stay.answers
                else _answer(item, fields, former.get(item.id, {}) if item.id not in kept else {})
            )
        except UnreadableError as error:
            problems.append(Problem(item.id, error.part, error.code, error.code))
            continue
        why = why_of(item, fields)
        new = {item.id: values} if item.id not in stay.answers and values != kept.get(item.id, {}) else {}
        said = {item.id: why} if item.id not in stay.reasons and why != kept_reasons.get(item.id, "") else {}
        try:
            answer_rules.checked(plan, new, said)
        except AnswerError as error:
            problems += error.problems[:1]
        except ParameterError:
            problems.append(Problem(item.id, "", "unknown_part", "unknown"))
        else:
            answers |= new
            reasons |= said
    return Sent(answers, reasons, tuple(problems))


def why_of(item: Item, fields: Fields) -> str:
    """The reason as it is kept."""
    return fields.get(name_of(item, "why"), "").replace("\r\n", "\n").strip()


def plain_number(text: str) -> str:
    """A number as it is typed in English, whatever the language; any other text as it is."""
    return text.strip().translate(_MINUS).replace(",", ".")


def _answer(item: Item, fields: Fields, former: Mapping[str, float]) -> Values:
    turn = fields.get(name_of(item, "turn"), "")
    if former and turn == KEEP:
        return dict(former)
    values = _READERS[item.kind](item, fields)
    # Fields begin with the former answer. Somebody who neither kept nor changed it has not answered again.
    if former and turn != CHANGE and _same(values, former):
        return {}
    return values


def _same(values: Values, former: Mapping[str, float]) -> bool:
    return set(values) == set(former) and all(abs(values[p] - former[p]) < _NEAR for p in former)


def _statement(item: Item, fields: Fields) -> Values:
    text = fields.get(name_of(item, "value"), "")
    value = None if text == NOTHING else number_of(text, "")
    return {} if value is None else {"": value}


def _numbers(item: Item, fields: Fields) -> Values:
    given = {p: number_of(fields.get(name_of(item, "n", p), ""), p) for p in item.parts()}
    return {p: v for p, v in given.items() if v is not None}


def _pairwise(item: Item, fields: Fields) -> Values:
    values: Values = {}
    for part in item.parts():
        way, much = fields.get(name_of(item, "way", part), ""), fields.get(name_of(item, "much", part), "")
        if way == "same":
            values[part] = 1.0
        elif way in ("first", "second"):
            strength = _strength(part, much)
            values[part] = strength if way == "first" else 1 / strength
        elif way:
            raise UnreadableError(part, "unknown_part")
    return values


def _strength(part: str, text: str) -> float:
    value = number_of(text, part)
    if value is None:
        raise UnreadableError(part, "how_much")
    # 1/strength lies within the scale whatever is sent: the rule would not see a strength of 0.2.
    if not 1 <= value <= 9:
        raise UnreadableError(part, "out_of_range")
    return value


def _best_worst(item: Item, fields: Fields) -> Values:
    best, worst = fields.get(name_of(item, "best"), ""), fields.get(name_of(item, "worst"), "")
    if not best and not worst:
        return {}
    if best not in item.options or worst not in item.options or best == worst:
        raise UnreadableError("worst" if best in item.options else "best", "best_worst")
    values: Values = {}
    for option in item.options:
        if option != best:
            part = f"best:{best}>{option}"
            values[part] = _strength(part, fields.get(name_of(item, "over", option), ""))
    for option in item.options:
        part = f"worst:{option}>{worst}"
        if option == best:
            # The same question a second time; it is asked once.
            values[part] = values[f"best:{best}>{worst}"]
        elif option != worst:
            values[part] = _strength(part, fields.get(name_of(item, "under", option), ""))
    return values


def _budget(item: Item, fields: Fields) -> Values:
    chosen = {o for o in item.options if fields.get(name_of(item, "fund", o))}
    if not chosen and not fields.get(name_of(item, "fund_none")):
        return {}
    return {o: float(o in chosen) for o in item.options}


_READERS: Final[dict[str, Callable[[Item, Fields], Values]]] = {
    "statement": _statement,
    "points": _numbers,
    "swing": _numbers,
    "quantity": _numbers,
    "pairwise": _pairwise,
    "best_worst": _best_worst,
    "budget": _budget,
}


def fields_of(item: Item, values: Mapping[str, float], typed: Callable[[float], str]) -> dict[str, str]:
    """The other way round: how an answer stands in the fields of a form."""
    if not values:
        return {}
    if item.kind == "statement":
        return {name_of(item, "value"): str(round(values[""]))}
    if item.kind == "budget":
        chosen = {name_of(item, "fund", p): "1" for p, v in values.items() if v}
        return chosen or {name_of(item, "fund_none"): "1"}
    if item.kind == "pairwise":
        return _pair_fields(item, values)
    if item.kind == "best_worst":
        return _best_worst_fields(item, values)
    return {name_of(item, "n", p): typed(v) for p, v in values.items()}


def _pair_fields(item: Item, values: Mapping[str, float]) -> dict[str, str]:
    out = {}
    for part, value in values.items():
        way = "same" if abs(value - 1) < 1e-6 else "first" if value > 1 else "second"
        out[name_of(item, "way", part)] = way
        if way != "same":
            out[name_of(item, "much", part)] = str(round(value if value > 1 else 1 / value))
    return out


def _best_worst_fields(item: Item, values: Mapping[str, float]) -> dict[str, str]:
    out = {}
    for part, value in values.items():
        kind, pair = part.split(":")
        first, second = pair.split(">")
        out[name_of(item, kind)] = first if kind == "best" else second
        over = (name_of(item, "over", second), name_of(item, "under", first))
        out[over[0] if kind == "best" else over[1]] = str(round(value))
    return out
