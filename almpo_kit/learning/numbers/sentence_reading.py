"""One sentence: its effects with the figures that belong to them."""

from __future__ import annotations

import math
from typing import Final

from almpo_kit.learning.numbers.amounts import Amount, amounts, directed, outcome_near, time_change
from almpo_kit.learning.numbers.beside import Beside, beside
from almpo_kit.learning.numbers.brackets import put_bracket
from almpo_kit.learning.numbers.candidates import Candidate
from almpo_kit.learning.numbers.held_back import held_back
from almpo_kit.learning.numbers.implied_errors import Crossed, Figures
from almpo_kit.learning.numbers.numerals import DIGIT, HIDDEN, LONGEST, Numeral, masked, numerals
from almpo_kit.learning.numbers.words import (
    ELSE,
    MEASURED,
    NOT_SIGNIFICANT,
    NOTHING,
    OTHERS,
    SIGNIFICANT,
    SPAN_OF_YEARS,
)

#: A "sentence" with more is a table that lost its lines: nobody can say which number belongs to which.
MOST_NUMBERS: Final = 60
#: Figures that say how sure an effect is.
_SURE: Final = ("se", "ci", "t", "p", "level", "bracket", "pair")


def sample_sizes(text: str, mark: str) -> set[float]:
    """The sample sizes of one sentence."""
    text = text[:LONGEST]
    if not DIGIT.search(text):
        return set()
    numbers = numerals(text, mark)
    if len(numbers) > MOST_NUMBERS:
        return set()
    small, places = masked(text, numbers)
    return {numbers[b.numerals[0]].value for b in beside(small, places, numbers) if b.kind == "n"}


def read_sentence(text: str, mark: str, *, brackets: str = "", outcome: str = "") -> list[Candidate]:
    """The effects of one sentence.

    Parameters
    ----------
    text : str
    mark : {".", ",", ""}
        Decimal mark of the document.
    brackets : {"se", "t", ""}
        What bare brackets hold, where the document says so.
    outcome : str
        The outcome of the sentence before, which holds where this one names none.
    """
    text = text[:LONGEST]
    if not DIGIT.search(text) and not NOTHING.search(text.lower()):
        return []
    numbers = numerals(text, mark)
    if len(numbers) > MOST_NUMBERS:
        return []
    small, places = masked(text, numbers)
    if ELSE.search(small) and not MEASURED.search(small):
        return []
    figures = beside(small, places, numbers)
    taken = {k for f in figures for k in f.numerals}
    given = amounts(small, places, numbers, taken)
    found = _bound(given, figures, small, places, numbers, brackets, outcome)
    if HIDDEN.search(text):
        for one in found:
            one.doubts.append(
                "the sentence holds hidden characters that can change the order in which digits are shown"
            )
    if found:
        return found
    return _nothing(small, text, figures, outcome)


def _nothing(small: str, text: str, figures: list[Beside], outcome: str) -> list[Candidate]:
    """A sentence that says that there is no effect, without a number."""
    hit = NOTHING.search(small)
    if not hit or ELSE.search(small) or OTHERS.search(small):
        return []
    named = outcome_near(small, hit.end(), (0, len(small))) or outcome
    if not named:
        return []
    one = Candidate(None, named, "", 0, len(text), Figures(), Crossed((), (), ()))
    months = [f for f in figures if f.kind == "months"]
    if len(months) == 1:
        one.months, one.origin = months[0].value, months[0].sense
    one.significant = False
    one.doubts.append("it says that there is no significant effect and gives no number")
    return [one]


def _bound(
    given: list[Amount],
    figures: list[Beside],
    small: str,
    places: list[int],
    numbers: list[Numeral],
    brackets: str,
    outcome: str,
) -> list[Candidate]:
    owned = _owners(given, figures, small)
    found: list[Candidate] = []
    before: Amount | None = None
    for k, amount in enumerate(given):
        mine = owned[k]
        start = max((f.end for f in owned[k - 1]), default=given[k - 1].end) if k else 0
        start = min(max(start, given[k - 1].end) if k else 0, amount.place)
        end = given[k + 1].place if k + 1 < len(given) else len(small)
        directed(amount, small, (start, end))
        sure = any(f.kind in _SURE for f in mine) or amount.stars > 0
        if not amount.cue and before is not None and (sure or small[: amount.place].endswith("by ")):
            amount.cue, amount.sign = before.cue, before.sign
        amount.outcome = outcome_near(small, amount.place, (start, end))
        amount.outcome = amount.outcome or (before.outcome if before else "")
        amount.outcome = amount.outcome or outcome_near(small, amount.place, (0, len(small))) or outcome
        if not amount.unit and not amount.share and before is not None and before.unit:
            amount.unit = before.unit
        if amount.outcome == "employment_probability" and amount.unit in ("days", "weeks", "months"):
            # "Worked 12 days more": time in work, and no chance.
            amount.outcome = f"{amount.unit}_employed"
        one = _one(amount, mine, small, numbers, brackets)
        if _is_effect(amount, small, numbers, places, sure):
            found.append(one)
            before = amount
    found = _merged(found)
    _add_words(found, small)
    return found


def _owners(given: list[Amount], figures: list[Beside], small: str) -> list[list[Beside]]:
    """Which figure belongs to which amount: the last one before it; months also to the next, or to all."""
    owned: list[list[Beside]] = [[] for _ in given]
    if not given:
        return owned
    for f in figures:
        before = [k for k, a in enumerate(given) if a.place <= f.start]
        if f.kind in ("months", "n"):
            continue
        kinds = {g.kind for g in owned[before[-1]]} if before else set()
        if before and f.kind not in kinds:
            owned[before[-1]].append(f)
        elif not before and len(given) == 1:
            owned[0].append(f)
    for kind in ("months", "n"):
        _spread(given, [f for f in figures if f.kind == kind], owned, small)
    return owned


def _spread(given: list[Amount], figures: list[Beside], owned: list[list[Beside]], small: str) -> None:
    """Months and sample sizes: to the nearest amount on the same side of a semicolon; one alone holds for all."""
    if len(figures) == 1:
        for mine in owned:
            mine.append(figures[0])
        return
    for f in figures:

        def distance(k: int, f: Beside = f) -> tuple[int, int]:
            a = given[k]
            between = small[min(a.end, f.end) : max(a.place, f.start)]
            return between.count(";") + between.count(" and by "), abs(a.place - f.start)

        owned[min(range(len(given)), key=distance)].append(f)


def _is_effect(amount: Amount, small: str, numbers: list[Numeral], places: list[int], sure: bool) -> bool:
    """Whether the words make a number a difference that a programme made."""
    if amount.ratio:
        return True
    years = [places[k] for k, n in enumerate(numbers) if n.is_year]
    spans = any(sum(m.start() <= y < m.end() for y in years) >= 2 for m in SPAN_OF_YEARS.finditer(small))
    if not sure and (spans or time_change(small)):
        return False
    if not amount.unit and not sure and not amount.share:
        return amount.cue in ("up", "down") and bool(amount.outcome)
    return bool(amount.cue and amount.outcome) or (sure and bool(amount.outcome or amount.unit))


def _one(amount: Amount, mine: list[Beside], small: str, numbers: list[Numeral], brackets: str) -> Candidate:
    number = numbers[amount.numeral]
    f = Figures(effect=number.value, effect_half=number.half, stars=amount.stars, ratio=amount.ratio)
    if not number.signed and amount.sign and not amount.ratio:
        f.effect *= amount.sign
    one = Candidate(amount, amount.outcome, amount.unit, number.start, number.end, f, Crossed((), (), ()))
    if number.doubtful:
        one.doubts.append("its decimal mark is not that of the document")
    if number.signed and number.value < 0 and amount.sign < 0:
        one.doubts.append("a minus stands after a word such as fell, so that the sign is in doubt")
    for b in mine:
        _put(one, b, numbers, brackets)
    if amount.sign < 0 and not number.signed and not amount.ratio:
        _turn(f)
    if ELSE.search(small):
        one.doubts.append("the sentence speaks of costs, ages, answers, vacancies or the like too")
    if OTHERS.search(small):
        one.doubts.append("the sentence speaks of other studies")
    one.doubts += held_back(amount, small, effect=f.effect, signed=number.signed, decimals=number.decimals)
    if amount.whole_range:
        one.doubts.append("a range or a list of numbers, of which none is the estimate")
        f.effect = math.nan
    return one


def _turn(f: Figures) -> None:
    """ "Fell by 6 days (95% CI 1 to 12)": an interval printed without its sign, as the effect is, is turned."""
    if f.low < f.high and abs(f.effect + (f.low + f.high) / 2) < abs(f.effect - (f.low + f.high) / 2):
        f.low, f.high = -f.high, -f.low


def _put(one: Candidate, b: Beside, numbers: list[Numeral], brackets: str) -> None:
    """Write one figure into the candidate."""
    f = one.figures
    first = numbers[b.numerals[0]] if b.numerals else None
    if first is not None and any(numbers[k].doubtful for k in b.numerals):
        one.doubts.append("a number beside it has another decimal mark than the document")
    if b.kind == "months":
        one.months, one.origin = b.value, b.sense
    elif first is None:
        return
    elif b.kind == "n":
        one.n = first.value
    elif b.kind in ("ci", "pair"):
        second = numbers[b.numerals[1]]
        f.low, f.high, f.ci_half = first.value, second.value, min(first.half, second.half)
        f.level = numbers[b.numerals[2]].value if len(b.numerals) > 2 else math.nan
        if not 50 <= f.level < 100:
            f.level = math.nan
            one.notes.append("the level of the interval is not stated beside it")
    elif b.kind == "t":
        f.t, f.t_half = first.value, first.half
        if f.t < 0 < f.effect and not f.ratio:
            one.doubts.append("its t is negative, and it is not")
    elif b.kind == "p":
        f.p, f.p_half, f.p_sense = first.value, first.half, b.sense or "="  # type: ignore[assignment]
        if f.p == 0 and f.p_sense == "=":
            f.p, f.p_sense = 2 * first.half, "<"
    elif b.kind == "level":
        f.p, f.p_half, f.p_sense = first.value / 100, 0.0, "<"
    elif b.kind == "se":
        f.se, f.se_half = abs(first.value), first.half
    elif b.kind == "bracket":
        put_bracket(one, first, brackets)


def _merged(found: list[Candidate]) -> list[Candidate]:
    """ "0.045 (s.e. 0.018), that is 4.5 points": one estimate said twice."""
    for a in found:
        for b in found:
            twice = a is not b and a.amount is not None and a.amount.share and b.unit == "percentage_points"
            if (
                twice
                and abs(100 * a.figures.effect - b.figures.effect)
                <= 100 * a.figures.effect_half + b.figures.effect_half
            ):
                if math.isnan(b.figures.se):
                    b.figures.se, b.figures.se_half = 100 * a.figures.se, 100 * a.figures.se_half
                b.notes.append("also printed as a share")
                return [c for c in found if c is not a]
    return found


def _add_words(found: list[Candidate], small: str) -> None:
    """ "Not significant" holds for the one estimate of a sentence; of several nobody knows which is meant."""
    if len(found) != 1:
        return
    if NOT_SIGNIFICANT.search(small):
        found[0].figures.significant = False
    elif (hit := SIGNIFICANT.search(small)) and not NOTHING.search(small) and hit.start() >= 0:
        found[0].figures.significant = True
