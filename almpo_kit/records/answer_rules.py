"""What an answer to each kind of item must look like; the page of participants and the store ask the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from almpo_kit.records.consultation_problems import AnswerError, Problem
from almpo_kit.records.free_text import clean, personal
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.rendering import number

#: Characters of one reason.
LONGEST_REASON: Final = 2000
#: Of points: browsers round.
_SLACK = 0.5
_MOST_PARTS = 300
_LONGEST_NAME = 100
_HUGE = 1e15

Values = dict[str, float]
Fault = tuple[str, str, str]


def checked(plan: Plan, answers: Any, reasons: Any) -> tuple[dict[str, Values], dict[str, str]]:
    """Answers and reasons as they are kept.

    Parameters
    ----------
    plan : Plan
    answers : mapping
        Item -> part -> number; an empty mapping takes the answer back.
    reasons : mapping
        Item -> words; "" takes the reason back.

    Returns
    -------
    answers, reasons : dict

    Raises
    ------
    AnswerError
        Some do not fit the plan; it lists all of them.
    ParameterError
        Too large, or no mappings at all.
    """
    _bounded(plan, answers, reasons)
    items = {i.id: i for i in plan.items}
    problems: list[Problem] = []
    kept: dict[str, Values] = {}
    words: dict[str, str] = {}
    for name, given in answers.items():
        if name not in items:
            problems.append(Problem(str(name)[:40], "", "unknown_item", "there is no such question"))
            continue
        values, faults = _numbers(items[name], given)
        faults = faults or list(_RULES[items[name].kind](items[name], values) if values else ())
        problems += [Problem(name, *fault) for fault in faults[:1]]
        kept[name] = values
    for name, text in reasons.items():
        if name not in items:
            problems.append(Problem(str(name)[:40], "", "unknown_item", "there is no such question"))
            continue
        words[name] = clean(text, "the reason", most=LONGEST_REASON)
        if kind := personal(words[name]):
            said = f"the reason seems to hold {kind}; say it without, nothing here shall tell who a person is"
            problems.append(Problem(name, "", "personal", said))
    if problems:
        raise AnswerError(problems)
    return kept, words


def _bounded(plan: Plan, answers: Any, reasons: Any) -> None:
    """Refuse what no honest page sends before anything of it is read."""
    for given, name in ((answers, "answers"), (reasons, "reasons")):
        if not isinstance(given, Mapping) or len(given) > len(plan.items):
            raise ParameterError(
                f"{name} must be a mapping from at most {len(plan.items)} items, e.g. {{{plan.items[0].id!r}: …}}."
            )
    for parts in answers.values():
        if not isinstance(parts, Mapping) or len(parts) > _MOST_PARTS:
            raise ParameterError(
                f"an answer must map at most {_MOST_PARTS} parts to numbers, e.g. {{'': 7}}."
            )
    for item, text in reasons.items():
        if not isinstance(text, str):
            raise ParameterError("a reason must be text.")
        if len(text) > LONGEST_REASON:
            said = f"the reason has {len(text)} characters; write at most {LONGEST_REASON}"
            raise AnswerError([Problem(str(item)[:40], "", "too_long", said)])


def _numbers(item: Item, given: Mapping[Any, Any]) -> tuple[Values, list[Fault]]:
    known, values = set(item.parts()), {}
    for part, value in given.items():
        if part not in known:
            return {}, [(str(part)[:_LONGEST_NAME], "unknown_part", "there is no such part of the question")]
        plain = getattr(value, "item", lambda v=value: v)()
        if isinstance(plain, bool) or not isinstance(plain, int | float) or not -_HUGE < plain < _HUGE:
            return {}, [(part, "no_number", "give a number")]
        values[str(part)] = float(plain)
    return values, []


def _missing(item: Item, values: Values) -> Iterator[Fault]:
    for part in item.parts():
        if part not in values:
            yield part, "missing_part", f"{part or 'the answer'} is missing"


def _within(values: Values, low: float, high: float) -> Iterator[Fault]:
    for part, value in values.items():
        if not low <= value <= high:
            yield part, "out_of_range", f"{number(value)} must lie between {number(low)} and {number(high)}"


def _whole_steps(values: Values) -> Iterator[Fault]:
    for part, value in values.items():
        if value != round(value):
            yield part, "no_whole_step", f"{number(value)} must be a whole number"


def _statement(item: Item, values: Values) -> Iterator[Fault]:
    yield from _within(values, *item.scale)
    yield from _whole_steps(values)


def _points(item: Item, values: Values) -> Iterator[Fault]:
    yield from _missing(item, values)
    yield from _within(values, 0, 100)
    if abs((total := sum(values.values())) - 100) > _SLACK:
        yield "", "sum", f"the points add up to {number(total)}; they must add up to 100"


def _swing(item: Item, values: Values) -> Iterator[Fault]:
    yield from _missing(item, values)
    yield from _within(values, 0, 100)
    if max(values.values()) < 100:
        yield "", "highest", "give 100 to what matters most"


def _pairwise(item: Item, values: Values) -> Iterator[Fault]:
    # Pairs can be left out; browsers write 1/9 with some digits only.
    yield from _within(values, 1 / 9 - 1e-3, 9)


def _best_worst(item: Item, values: Values) -> Iterator[Fault]:
    yield from _within(values, 1, 9)
    yield from _whole_steps(values)
    best = {p.removeprefix("best:").split(">")[0] for p in values if p.startswith("best:")}
    worst = {p.split(">")[1] for p in values if p.startswith("worst:")}
    if len(best) != 1 or len(worst) != 1 or best == worst:
        yield "", "best_worst", "choose one that matters most and another one that matters least"
        return
    first, last = *best, *worst
    wanted = [f"best:{first}>{o}" for o in item.options if o != first]
    wanted += [f"worst:{o}>{last}" for o in item.options if o != last]
    for part in wanted:
        if part not in values:
            yield part, "missing_part", f"{part} is missing"
            return
    if values[f"best:{first}>{last}"] != values[f"worst:{first}>{last}"]:
        said = "how much more the most important counts than the least important was answered in two ways"
        yield f"worst:{first}>{last}", "best_worst", said


def _quantity(item: Item, values: Values) -> Iterator[Fault]:
    missing = list(_missing(item, values))
    if missing:
        yield from missing
        return
    yield from _within(values, float(item.quantity["low"]), float(item.quantity["high"]))
    low, middle, high = (values[p] for p in item.parts())
    if not (low <= middle <= high and low < high):
        yield "", "order", "the low value must lie below the high one, and the middle one between them"


def _budget(item: Item, values: Values) -> Iterator[Fault]:
    yield from _missing(item, values)
    yield from _within(values, 0, 1)
    yield from _whole_steps(values)
    spent = sum(float(item.cost[p]) for p, v in values.items() if v)
    # Cents that adding up makes are nobody's fault.
    if spent > item.budget * (1 + 1e-9):
        yield "", "over_budget", f"together they cost €{number(spent)}; there are €{number(item.budget)}"


_RULES: Final[dict[str, Callable[[Item, Values], Iterator[Fault]]]] = {
    "statement": _statement,
    "points": _points,
    "swing": _swing,
    "pairwise": _pairwise,
    "best_worst": _best_worst,
    "quantity": _quantity,
    "budget": _budget,
}
