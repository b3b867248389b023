"""A number alone in brackets: a standard error or a t statistic, by the notes of the document or by what fits the stars."""

from __future__ import annotations

import math
import re
from typing import Final

from almpo_kit.learning.numbers.candidates import Candidate
from almpo_kit.learning.numbers.implied_errors import Figures, cross_check
from almpo_kit.learning.numbers.numerals import LONGEST, Numeral

_BRACKET_SE = re.compile(
    r"(?:standard\serrors?|standardfehler|erreurs?\stypes?)[^.]{0,60}(?:parenthes|bracket|klammern|parenthèses)",
    re.I,
)
#: Larger t statistics are rare beside effects of programmes.
_MOST_T: Final = 12.0
_BRACKET_T = re.compile(r"t[\s-](?:statistics?|values?|werte)[^.]{0,60}(?:parenthes|bracket|klammern)", re.I)


def bracket_meaning(text: str) -> str:
    """What a document says that its brackets hold: ``"se"``, ``"t"`` or ``""``."""
    se, t = bool(_BRACKET_SE.search(text[:LONGEST])), bool(_BRACKET_T.search(text[:LONGEST]))
    return "" if se == t else "se" if se else "t"


def put_bracket(one: Candidate, number: Numeral, brackets: str) -> None:
    """A number alone in brackets: a standard error or a t statistic, by the notes or by what fits the stars."""
    f = one.figures
    if not math.isnan(f.se) or not math.isnan(f.t) or f.ratio:
        return
    meaning = brackets
    if not meaning and f.stars:
        as_se = cross_check(
            Figures(f.effect, f.effect_half, se=abs(number.value), se_half=number.half, stars=f.stars)
        )
        as_t = cross_check(
            Figures(f.effect, f.effect_half, t=number.value, t_half=number.half, stars=f.stars)
        )
        no_t = bool(as_t.against) or abs(number.value) > _MOST_T
        if bool(as_se.against) != no_t:
            meaning = "t" if as_se.against else "se"
    if meaning == "t":
        f.t, f.t_half = number.value, number.half
        if not brackets:
            one.doubts.append(
                "the number in brackets fits the stars as a t statistic only; nothing says that it is one"
            )
        return
    f.se, f.se_half = abs(number.value), number.half
    if not meaning:
        one.doubts.append(
            "the number in brackets can be a standard error or a t statistic; nothing says which"
        )
