"""One question as the page shows it: its words, what stands in its fields, what was said before and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almpo_kit.records.consultation_problems import Problem
from almpo_kit.vocabulary.consultation_items import Item, said
from almpo_kit.workbench.answering import phrases
from almpo_kit.workbench.answering.group_pictures import Picture
from almpo_kit.workbench.answering.reading import fields_of, name_of
from almpo_kit.workbench.localisation import Speech

#: Answer of an option -> (label, value) in words.
Told = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Given:
    """What is known of a participant's answers to a form.

    Parameters
    ----------
    kept, kept_reasons : mapping
        In this round: item -> answer, item -> reason.
    former : mapping
        Item -> (round, answer), the last of earlier rounds.
    fields : mapping
        What was just sent, where it was sent in vain; it stands in the fields again.
    problems : mapping
        Item -> Problem.
    pictures : mapping
        Item -> Picture.
    reasons : mapping
        Item -> (role or "", words), what others said.
    marks : mapping
        Item -> mark of what is stored, as far as this page shows it.
    clashing : frozenset of str
        Items that were changed elsewhere.
    emptied : frozenset of str
        Those of them that the form would delete.
    """

    kept: Mapping[str, Mapping[str, float]]
    kept_reasons: Mapping[str, str]
    former: Mapping[str, tuple[int, Mapping[str, float]]]
    fields: Mapping[str, str]
    problems: Mapping[str, Problem]
    pictures: Mapping[str, Picture]
    reasons: Mapping[str, Sequence[tuple[str, str]]]
    marks: Mapping[str, str]
    clashing: frozenset[str]
    emptied: frozenset[str]


@dataclass(frozen=True)
class Question:
    """A question for the template; texts are plain and escaped there."""

    item: Item
    number: int
    speech: Speech
    values: Mapping[str, str]
    why: str
    kept: bool
    former: Told
    former_round: int
    turn: str
    problem: str
    problem_part: str
    picture: Picture | None
    reasons: Sequence[tuple[str, str]]
    mark: str
    clashing: bool
    emptied: bool

    @property
    def text(self) -> str:
        """The question."""
        return said(self.item.text, self.speech.language)

    @property
    def language(self) -> str:
        """Of the question: another one than the page's where nobody translated it."""
        return text_language(self.item.text, self.speech.language)

    @property
    def anchor(self) -> str:
        """Where an error summary points."""
        return f"q-{self.item.id}"

    def name(self, *more: str) -> str:
        """Name of a field."""
        return name_of(self.item, *more)

    def value(self, *more: str) -> str:
        """What stands in a field."""
        return self.values.get(self.name(*more), "")

    def option(self, name: str) -> str:
        """A criterion or proposal."""
        return said(self.item.options[name], self.speech.language)

    def pairs(self) -> list[tuple[str, str, str]]:
        """Part, first, second."""
        return [(p, *map(self.option, p.split(">"))) for p in self.item.parts()]  # type: ignore[misc]

    def steps(self) -> range:
        """Of a statement."""
        return range(self.item.scale[0], self.item.scale[1] + 1)

    def strengths(self) -> list[tuple[str, str]]:
        """Value, words."""
        return [(str(n), self.speech.say(w)) for n, w in phrases.STRENGTHS.items()]

    def quantiles(self) -> list[tuple[str, str]]:
        """Part, words."""
        return [(p, self.speech.say(w)) for p, w in phrases.QUANTILES.items()]

    @property
    def unit(self) -> str:
        """Of a quantity."""
        return phrases.unit_words(self.item, self.speech)

    @property
    def limits(self) -> tuple[float, float]:
        """Of its numbers."""
        return phrases.limits(self.item)


def questions(items: Sequence[Item], given: Given, speech: Speech) -> list[Question]:
    """All of them, in order."""
    return [_question(item, k, given, speech) for k, item in enumerate(items, 1)]


def _question(item: Item, number: int, given: Given, speech: Speech) -> Question:
    kept = given.kept.get(item.id, {})
    before, former = given.former.get(item.id, (0, {}))
    values = fields_of(item, kept or former, speech.typed)
    sent = {k: v for k, v in given.fields.items() if k.split("~")[0] == item.id}
    problem = given.problems.get(item.id)
    return Question(
        item=item,
        number=number,
        speech=speech,
        values=sent or values,
        why=sent.get(name_of(item, "why"), given.kept_reasons.get(item.id, "")),
        kept=bool(kept),
        former=() if kept or not former else told(item, former, speech),
        former_round=before,
        turn=sent.get(name_of(item, "turn"), ""),
        problem=phrases.problem_words(problem, item, speech) if problem else "",
        problem_part=problem.part if problem else "",
        picture=given.pictures.get(item.id),
        reasons=given.reasons.get(item.id, ()),
        mark=given.marks[item.id],
        clashing=item.id in given.clashing,
        emptied=item.id in given.emptied,
    )


def told(item: Item, values: Mapping[str, float], speech: Speech, *, whole: bool = False) -> Told:
    """An answer in words: (what, how much).

    Parameters
    ----------
    item : Item
    values : mapping
    speech : Speech
    whole : bool
        Of best and worst also how much more: what tells two answers apart that name the same.
    """

    def option(name: str) -> str:
        return said(item.options[name], speech.language)

    values = {p: values[p] for p in item.parts() if p in values}
    if item.kind == "statement":
        return (("", speech.number(values[""], 0)),)
    if item.kind == "budget":
        chosen = [(option(o), speech.euro(item.cost[o])) for o, v in values.items() if v]
        return tuple(chosen) or ((speech.say("None of these"), ""),)
    if item.kind == "pairwise":
        return tuple(_pair_told(option, p, v, speech) for p, v in values.items())
    if item.kind == "best_worst":
        ends = _best_worst_told(item, values, speech)
        return ends + _strengths_told(option, values, speech) if whole else ends
    if item.kind == "quantity":
        words = phrases.QUANTILES_IN_SHORT
        unit = phrases.unit_words(item, speech)
        return tuple(
            (speech.say(words[p]), f"{speech.number(values[p])} {unit}") for p in words if p in values
        )
    return tuple((option(o), speech.number(v)) for o, v in values.items())


def _pair_told(option: Any, part: str, value: float, speech: Speech) -> tuple[str, str]:
    first, second = map(option, part.split(">"))
    if abs(value - 1) < 1e-6:
        return speech.say("“%(first)s” or “%(second)s”", first=first, second=second), speech.say(
            phrases.EQUAL
        )
    more, less = (first, second) if value > 1 else (second, first)
    told = speech.say("“%(option)s”, beside “%(other)s”", option=more, other=less)
    return told, speech.say(phrases.counted(max(value, 1 / value)))


def _best_worst_told(item: Item, values: Mapping[str, float], speech: Speech) -> Told:
    best = next(p for p in values if p.startswith("best:")).split(":")[1].split(">")[0]
    worst = next(p for p in values if p.startswith("worst:")).split(">")[1]
    return (
        (speech.say("Matters most"), said(item.options[best], speech.language)),
        (speech.say("Matters least"), said(item.options[worst], speech.language)),
    )


def _strengths_told(option: Any, values: Mapping[str, float], speech: Speech) -> Told:
    # The pair of the two ends is asked once and kept twice.
    pairs = {part.split(":")[1]: value for part, value in values.items()}
    return tuple(_pair_told(option, pair, value, speech) for pair, value in pairs.items())


def text_language(text: Mapping[str, str], language: str) -> str:
    """In which language a text is shown."""
    return language if language in text else next(iter(text))
