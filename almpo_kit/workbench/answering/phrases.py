"""Words of the page that stand in no template: marked here, said in the reader's language by ``Speech``."""

from __future__ import annotations

from typing import Final

from almpo_kit.records.consultation_problems import CodeError, Problem
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.workbench.localisation import Speech


def mark(words: str) -> str:
    """A message to be translated where it is said."""
    return words


#: Code of a problem with an answer -> what is wrong and what to do.
PROBLEMS: Final = {
    "unknown_item": mark("This question is not part of the consultation. Load the page again."),
    "unknown_part": mark("This part of the question is not known. Load the page again."),
    "missing_part": mark(
        "Something is missing here. Fill in every field of this question, or clear all of them."
    ),
    "no_number": mark("This is not a number. Write digits, e.g. 20."),
    "out_of_range": mark("This must be a number from %(low)s to %(high)s."),
    "no_whole_step": mark("Write a whole number, without decimals."),
    "sum": mark("The points must add up to 100."),
    "highest": mark("Give 100 to what matters most; the others are compared with it."),
    "order": mark("The first number must be below the last one, and the middle one between them."),
    "over_budget": mark("What you chose costs more than there is. Take something away."),
    "best_worst": mark("Choose one that matters most and a different one that matters least."),
    "how_much": mark("Say also how much more it counts."),
    "personal": mark(
        "The reason seems to hold an e-mail address, a telephone number or another number of a person. Please leave it out."
    ),
    "too_long": mark("The reason is too long. Write at most 2,000 characters."),
}
_OTHER: Final = mark("This answer could not be kept. Look at it again.")
#: How much more the one counts (Saaty's steps) -> in words.
STRENGTHS: Final = {
    2: mark("slightly more (2)"),
    3: mark("somewhat more (3)"),
    4: mark("between somewhat and clearly (4)"),
    5: mark("clearly more (5)"),
    6: mark("between clearly and very much (6)"),
    7: mark("very much more (7)"),
    8: mark("between very much and extremely (8)"),
    9: mark("extremely more (9)"),
}
EQUAL: Final = mark("the same (1)")
#: Of a quantity.
QUANTILES: Final = {
    "0.1": mark("Low: there is 1 chance in 10 that it is even less"),
    "0.5": mark("Middle: as likely to be less as to be more"),
    "0.9": mark("High: there is 1 chance in 10 that it is even more"),
}
QUANTILES_IN_SHORT: Final = {"0.1": mark("low"), "0.5": mark("middle"), "0.9": mark("high")}
#: What became of a personal code -> in words.
CODES: Final = {
    "missing": mark("Type your personal code."),
    "wrong": mark("This is not the code that was chosen on this page. Try again."),
}
_LOCKED: Final = mark(
    "The code was wrong too often, so none is looked at for a while. Try again from %(time)s on (in %(wait)s). Nothing was lost. "
    "If it was not you who tried, tell whoever invited you and ask for a new link; your answers and your code stay."
)
UNITS: Final = {
    "percentage_points": mark("of 100 people"),
    "percent": mark("per cent"),
    "eur_per_month": mark("euro a month"),
    "eur_per_year": mark("euro a year"),
    "eur_cumulative": mark("euro in total"),
    "days": mark("days"),
    "weeks": mark("weeks"),
    "months": mark("months"),
    "quarters": mark("quarters"),
}
ROLES: Final = {
    "jobseekers": mark("Jobseekers and their organisations"),
    "employers": mark("Employers and their organisations"),
    "trade_unions": mark("Trade unions"),
    "employment_service": mark("Public employment service"),
    "training_providers": mark("Training providers"),
    "regional_authority": mark("Regional or local authority"),
    "ministry": mark("Ministry"),
    "civil_society": mark("Civil society and social economy"),
    "research": mark("Research"),
}
#: Who can tell who said what -> as participants are told before they agree.
DISCLOSURES: Final = {
    "anonymous": mark(
        "Nobody who looks at the answers sees who gave them, not even whoever invited you. Your answers open only with a personal "
        "code that you choose now and that only you know. The database holds no names; somebody with direct access to it could "
        "still find out which invitation an answer belongs to."
    ),
    "by_role": mark(
        "Others see the role, the place and the sector beside each answer, but no names. Where few people share these, somebody "
        "who knows the field might guess who you are."
    ),
    "by_pseudonym": mark(
        "Others see all answers of one person together, under a pseudonym, with role, place and sector. Somebody who knows the "
        "field might guess who you are."
    ),
}


def problem_words(problem: Problem, item: Item | None, speech: Speech) -> str:
    """What is wrong with an answer, and what to do."""
    words = PROBLEMS.get(problem.code, _OTHER)
    if problem.code != "out_of_range":
        return speech.say(words)
    low, high = limits(item)
    return speech.say(words, low=speech.number(low), high=speech.number(high))


def code_words(error: CodeError, speech: Speech) -> str:
    """What became of a personal code, and what to do."""
    if error.until is None:
        return speech.say(CODES.get(error.kind, CODES["wrong"]))
    return speech.say(_LOCKED, time=speech.moment(error.until), wait=speech.wait(error.until))


def limits(item: Item | None) -> tuple[float, float]:
    """Least and largest number that a field of an item takes."""
    if item is None:
        return 0.0, 100.0
    if item.kind == "statement":
        return float(item.scale[0]), float(item.scale[1])
    if item.kind == "quantity":
        return float(item.quantity["low"]), float(item.quantity["high"])
    return (1.0, 9.0) if item.kind in ("pairwise", "best_worst") else (0.0, 100.0)


def unit_words(item: Item, speech: Speech) -> str:
    """The unit of a quantity."""
    unit = str(item.quantity["unit"])
    return speech.say(UNITS[unit]) if unit in UNITS else unit.replace("_", " ")


def counted(value: float) -> str:
    """How much more something counts, as a message."""
    return STRENGTHS.get(round(value), EQUAL)
