"""Times of measurement: "after 12 months", "two-year follow-up", "within six months", told from ages and durations."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from almpo_kit.learning.coding.lexicon.phrases import STRONG, WEAK, Hit, Word, fold, folded_set

_NUMBERS: Final = {
    fold(word): n
    for n, words in {
        1: "one a an ein eine einem einen un une uno una een en et",
        2: "two zwei deux dos due twee två to",
        3: "three drei trois tres tre drie",
        4: "four vier quatre cuatro quattro fyra",
        5: "five fünf cinq cinco cinque vijf",
        6: "six sechs seis sei zes sex",
        7: "seven sieben sept siete sette zeven",
        8: "eight acht huit ocho otto",
        9: "nine neun neuf nueve nove negen",
        10: "ten zehn dix diez dieci tien",
        12: "twelve zwölf douze doce dodici twaalf",
        15: "fifteen",
        18: "eighteen achtzehn",
        20: "twenty zwanzig vingt veinte venti twintig",
        24: "twentyfour vierundzwanzig",
        30: "thirty dreißig",
        36: "sechsunddreißig",
    }.items()
    for word in words.split()
}
#: "second year" is the year that ends 24 months on.
_ORDINALS: Final = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_MONTHS: Final = {
    fold(word): factor
    for factor, words in {
        1.0: "month months monat monate monaten mois mes meses mese mesi maand maanden månad månader måned måneder miesiąc "
        "miesięcy miesiące kuukautta mês μήνες μηνών",
        12.0: "year years jahr jahre jahren an ans année années año años anno anni jaar jaren år rok lata lat vuotta ano anos "
        "έτη χρόνια",
        3.0: "quarter quarters quartal quartale trimestre trimestres trimestri kwartaal",
        12.0 / 52: "week weeks woche wochen semaine semaines semana semanas settimana settimane weken",
    }.items()
    for word in words.split()
}
_BEFORE: Final = folded_set(
    "after following within at over later post nach innerhalb binnen après sous después tras dopo entro na efter inom "
    "inden po through first next subsequent in during until"
)
_AFTER: Final = folded_set(
    "after following follow followup later on from since post nach später après suivi plus después más tarde dopo "
    "uppföljning opfølgning horizon period results impacts effects"
)
#: The number is an age, a time unemployed, the length of a course, or how often.
_NOT: Final = folded_set(
    "aged age ages old older olds unemployed jobless unemployment least last lasting course training programme program "
    "per every each subsidy contract contracts participants born benefit receipt alt arbeitslos employed ago experience "
    "duration internship entitlement lasts spell itself payback breaks average"
)
#: Longer follow-ups are years of the calendar or ages.
_LONGEST_MONTHS: Final = 480
_YEAR_MONTHS: Final = 12.0


class _Found(NamedTuple):
    months: float
    first: int
    last: int


def horizons(words: list[Word]) -> list[Hit]:
    """Months after which something was measured, as hits; ``value`` is the number of months, e.g. ``"12"``.

    Examples
    --------
    >>> from almpo_kit.learning.coding.lexicon.phrases import words_of
    >>> [(h.value, h.strength) for h in horizons(words_of("Employment 12 months after entry; two-year follow-up"))]
    [('12', 1), ('24', 1)]
    >>> horizons(words_of("unemployed for at least 12 months"))[0].strength
    0
    """
    hits = []
    for at in range(len(words) - 1):
        for found in _measured(words, at):
            if 0 < found.months <= _LONGEST_MONTHS:
                value = f"{round(found.months):g}" if found.months >= 1 else f"{found.months:.2g}"
                hits.append(Hit(value, _strength(words, found), found.first, found.last))
                break
    return hits


def _measured(words: list[Word], at: int) -> list[_Found]:
    """Readings of what begins at a word: "12 months", "first year", "year 2"."""
    here, after = words[at].folded, words[at + 1].folded
    found = []
    number = _number(here)
    if after in _MONTHS and math.isfinite(number):
        found.append(_Found(number * _MONTHS[after], at, at + 2))
    if here in _ORDINALS and after == "year":
        found.append(_Found(_YEAR_MONTHS * _ORDINALS[here], at, at + 2))
    if here in ("year", "jahr", "annee") and after.isdigit() and len(after) < 3:
        found.append(_Found(_YEAR_MONTHS * int(after), at, at + 2))
    return found


def _number(word: str) -> float:
    if word.isascii() and word.isdigit() and len(word) <= 3:
        return float(word)
    return float(_NUMBERS.get(word, math.nan))


def _strength(words: list[Word], found: _Found) -> int:
    before = {w.folded for w in words[max(0, found.first - 2) : found.first]}
    after = {w.folded for w in words[found.last : found.last + 2]}
    if (before | after) & _NOT:
        return WEAK
    return STRONG if before & _BEFORE or after & _AFTER else WEAK
