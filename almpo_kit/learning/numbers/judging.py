"""What may be proposed to an expert and what only shown: doubts in words, contradictions first."""

from __future__ import annotations

import math
from typing import Final

from almpo_kit.learning.numbers.candidates import Candidate
from almpo_kit.learning.numbers.implied_errors import Z05, cross_check
from almpo_kit.vocabulary.documents import NOT_STATED, PROPOSED, UNSURE
from almpo_kit.vocabulary.outcomes import FITTING, OUTCOMES, UNITS, unit_fit

#: \|effect / se\| above this is nearly always a wrong unit or decimal; so are logarithms above the next.
MOST_Z, MOST_LOG = 75.0, 5.0
#: Rounding that leaves the standard error open by more than this share is no standard error to pool with.
COARSE: Final = 0.25
_TIMES_100 = ("effect", "effect_half", "se", "se_half", "low", "high", "ci_half")


def judge(one: Candidate) -> str:
    """Cross-check a candidate, bring it into units of the vocabulary, and say what may be done with it.

    Fills ``crossed``, ``significant``, ``unit`` and ``doubts`` in place.

    Returns
    -------
    {"proposed", "unsure", "not stated"}
    """
    if one.amount is None:
        return NOT_STATED
    _as_points(one)
    one.crossed = cross_check(one.figures)
    against = [f"{words} contradict each other" for words in one.crossed.against]
    one.doubts[:0] = against
    one.doubts += _unit_doubts(one) + _size_doubts(one) + _thin(one)
    one.significant = _significant(one)
    return UNSURE if one.doubts else PROPOSED


def _as_points(one: Candidate) -> None:
    """A share becomes points; without the word share it stays in doubt."""
    amount, f = one.amount, one.figures
    if amount is None or not amount.share:
        return
    outcome = OUTCOMES.get(one.outcome)
    if outcome is None or outcome.measure not in ("chance", "share of time", "rate"):
        return
    if one.unit != "share":
        one.doubts.append("no unit is printed; read as a share of one it would be points times 100")
    one.unit = "percentage_points"
    for name in _TIMES_100:
        setattr(f, name, round(100 * getattr(f, name), 10))
    one.notes.append("printed as a share, times 100")


def _unit_doubts(one: Candidate) -> list[str]:
    if one.unit not in UNITS:
        return ["its unit is not stated, or is none that the evidence base knows"]
    if not one.outcome:
        return ["the outcome is not named"]
    measure = OUTCOMES[one.outcome].measure
    if one.unit == "percent" and measure in ("chance", "share of time"):
        return ["per cent of a chance can mean percentage points; the text does not say which"]
    fit = unit_fit(one.outcome, one.unit)
    if fit == "impossible" or (fit == "odd" and one.unit not in FITTING[measure][0]):
        return [f"{OUTCOMES[one.outcome].label} is hardly measured in {UNITS[one.unit][1]}"]
    if one.unit.endswith("unspecified_period"):
        return ["the period of the money is not stated"]
    return []


def _size_doubts(one: Candidate) -> list[str]:
    f, doubts = one.figures, list[str]()
    if math.isnan(f.effect):
        return []
    if one.unit == "percentage_points" and abs(f.effect) > 100:
        doubts.append("it is more than 100 percentage points")
    if f.ratio and not 0 < f.effect < math.exp(MOST_LOG):
        doubts.append("no ratio is this large, or zero or below")
    if one.crossed.se > 0 and abs(f.effect) / one.crossed.se > MOST_Z and not f.ratio:
        doubts.append("the effect is more than 75 standard errors from zero: a unit or a decimal is wrong")
    if not abs(f.effect) < 1e9:
        doubts.append("the number is absurdly large")
    if not math.isnan(f.p) and not 0 <= f.p <= 1:
        doubts.append("a p value lies between 0 and 1")
    return doubts


def _thin(one: Candidate) -> list[str]:
    """Too little beside the number to trust it, or its direction."""
    amount, f, doubts = one.amount, one.figures, list[str]()
    if amount is None or math.isnan(f.effect):
        return doubts
    if not one.crossed.implied:
        doubts.append("nothing beside it says how sure it is")
    elif one.crossed.route != "none" and one.crossed.open > COARSE and one.crossed.route != "reported":
        one.notes.append(f"rounding in the text leaves the standard error open by {one.crossed.open:.0%}")
    if not amount.cue and not amount.stars and not amount.ratio and f.effect > 0:
        doubts.append("no words say that it is an effect, or which way it points")
    return doubts


def _significant(one: Candidate) -> bool | None:
    low, high = one.crossed.z
    if one.crossed.against or not one.crossed.implied:
        return None
    return True if low >= Z05 * 0.999 else False if high < Z05 else _by_error(one)


def _by_error(one: Candidate) -> bool | None:
    """Rounding leaves both open: what the figures as printed say."""
    f, se = one.figures, one.crossed.se
    if not se > 0:
        return None
    return abs(math.log(f.effect) if f.ratio and f.effect > 0 else f.effect) / se >= Z05
