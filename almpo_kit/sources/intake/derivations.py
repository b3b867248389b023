"""Standard error, unit and significance of a coded row where the sheet gives them in another form.

What is derived is recorded beside it: ``se_source`` and ``se_route``, ``converted_from``,
``significance_route``. Where several routes are open, the one that loses least is taken (interval, then t,
then p), and the others are compared with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from almpo_kit.sources.intake import standard_errors
from almpo_kit.sources.intake.coded_rows import Row
from almpo_kit.sources.intake.coding_rules import SHEET_UNITS
from almpo_kit.sources.intake.conversions import Conversion, conversion, target
from almpo_kit.sources.intake.p_values import LEVEL
from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.intake.standard_errors import Derived
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS

#: Two routes to one standard error may differ by what rounding allows and by this share; an interval's middle
#: may lie off its estimate by this share of its half width.
_APART, _OFF_CENTRE = 0.05, 0.10
#: An interval whose middle is further off than this many standard errors is not this estimate's interval.
_ANOTHERS = 0.5
#: Rounding that leaves the standard error open by more than this share is worth a look.
_COARSE = 0.10


def derive(row: Row) -> Iterator[Problem]:
    """Fill in what follows from a row's other cells, in place; what does not follow is a problem."""
    step, problem = _step(row)
    if problem:
        yield problem
    if step is None:
        return
    effect = row.number_of("effect")
    if step.log:
        yield from _ratio_problems(row)
        effect = math.log(effect) if effect > 0 else math.nan
    routes = []
    for route in (_by_interval(row, effect, step), _by_t(row, effect), _by_p(row, effect)):
        derived, problems = route
        yield from problems
        if derived:
            routes.append(derived)
    yield from _settle(row, routes, log=step.log)
    yield from _convert(row, effect, step)
    yield from _significance(row, effect)


def _step(row: Row) -> tuple[Conversion | None, Problem | None]:
    unit, wanted = row.values.get("unit"), row.values.get("convert_to")
    if unit is None:
        return None, None
    try:
        return conversion(unit, wanted or target(unit)), None
    except DesignError as error:
        remedy = f"Leave convert_to empty to keep {target(unit)}."
        return None, row.problem("convert_to", "fatal", str(error).rstrip("."), remedy)


def _ratio_problems(row: Row) -> Iterator[Problem]:
    for name in ("effect", "ci_low", "ci_high"):
        if row.number_of(name) <= 0:
            yield row.problem(
                name,
                "fatal",
                f"a ratio ({row.values['unit']}) is above zero",
                "Is it a logarithm? Then use the log unit.",
            )
    if row.has("se") and not math.isnan(row.number_of("se")):
        yield row.problem(
            "se",
            "fatal",
            "the standard error of a ratio can be that of the ratio or of its logarithm",
            "Give the interval instead; or the logarithm with its standard error, in the log unit.",
        )
        row.values["se"] = math.nan


Attempt = tuple[Derived | None, list[Problem]]


def _df(row: Row) -> float | None:
    df = row.number_of("df")
    return None if math.isnan(df) else df


def _by_interval(row: Row, effect: float, step: Conversion) -> Attempt:
    low, high, level = (row.number_of(n) for n in ("ci_low", "ci_high", "ci_level"))
    ends = (math.isnan(low), math.isnan(high))
    if all(ends) or row.refused & {"ci_low", "ci_high", "ci_level"}:
        # A cell that was refused has its problem already.
        return None, []
    if any(ends):
        empty = "ci_low" if ends[0] else "ci_high"
        return None, [
            row.problem(empty, "fatal", "the interval has one end only", "Give both ends, or neither.")
        ]
    if low >= high:
        return None, [
            row.problem("ci_low", "fatal", f"it is not below ci_high ({high:g})", "Correct the interval.")
        ]
    if math.isnan(level):
        return None, [
            row.problem("ci_level", "fatal", "the level of the interval is not stated", "Write 90, 95 or 99.")
        ]
    if step.log and low <= 0:
        return None, []
    ratio = math.exp(effect) if step.log else effect
    if not low <= ratio <= high:
        said = f"the effect ({ratio:g}) lies outside its interval {low:g} to {high:g}"
        return None, [row.problem("effect", "fatal", said, "Correct the effect or the interval.")]
    decimals = max(0, *(row.decimals.get(n, 0) for n in ("ci_low", "ci_high")))
    derived = standard_errors.from_interval(low, high, level, _df(row), log=step.log, decimals=decimals)
    return _if_centred(row, effect, derived, (low, high), step)


def _if_centred(
    row: Row, effect: float, derived: Derived, ends: tuple[float, float], step: Conversion
) -> Attempt:
    low, high = (math.log(e) for e in ends) if step.log else ends
    off, half = abs((low + high) / 2 - effect), (high - low) / 2
    rounding = 10.0 ** -max(0, *(row.decimals.get(n, 0) for n in ("effect", "ci_low", "ci_high")))
    slack = rounding / ends[0] if step.log else rounding
    if off <= max(_OFF_CENTRE * half, slack):
        return derived, []
    scale = "even in logarithms" if step.log else "as intervals of ratios and from resampling are"
    said = f"the interval {ends[0]:g} to {ends[1]:g} is not symmetric around the effect, {scale}"
    if off > _ANOTHERS * derived.se:
        return None, [
            row.problem(
                "ci_low",
                "look at",
                f"{said}; no standard error is derived from it",
                "Is it this estimate's interval, and in this unit?",
            )
        ]
    return derived, [
        row.problem("ci_low", "look at", said, "The standard error derived from it is approximate.")
    ]


def _by_t(row: Row, effect: float) -> Attempt:
    t = row.number_of("t_value")
    if math.isnan(t) or math.isnan(effect):
        return None, []
    derived = standard_errors.from_t(effect, t, decimals=max(0, row.decimals.get("t_value", 15)))
    if derived is None:
        return None, [_silent_zero(row, "t_value")]
    if (t > 0) != (effect > 0):
        said = f"its sign is not the effect's ({effect:g})"
        return derived, [row.problem("t_value", "fatal", said, "Correct the sign of one of them.")]
    return derived, _coarse(row, "t_value", derived)


def _by_p(row: Row, effect: float) -> Attempt:
    if row.p is None or row.p.sense != "exact" or math.isnan(effect):
        return None, []
    derived = standard_errors.from_p(effect, row.p.value, _df(row), decimals=max(0, row.p.decimals))
    if derived is None:
        if effect == 0 and row.p.value == 1:
            return None, []
        return None, [_silent_zero(row, "p_value")]
    return derived, _coarse(row, "p_value", derived)


def _silent_zero(row: Row, column: str) -> Problem:
    return row.problem(
        column,
        "look at",
        "an effect of 0, t = 0 or p = 1 says nothing about the standard error, or contradicts the effect",
        "Give the standard error or the interval.",
    )


def _coarse(row: Row, column: str, derived: Derived) -> list[Problem]:
    """Rounding of the printed figure that leaves the standard error open; only where it would be used."""
    if not math.isnan(row.number_of("se")) or derived.highest <= (1 + _COARSE) * derived.se:
        return []
    top = f"{derived.highest:.3g}" if math.isfinite(derived.highest) else "any larger number"
    said = f"rounded as it is, it allows standard errors from {derived.lowest:.3g} to {top}"
    return [row.problem(column, "look at", said, "Give more decimals, the standard error or the interval.")]


def _settle(row: Row, routes: list[Derived], *, log: bool) -> Iterator[Problem]:
    """Choose the standard error, say its source, and compare the routes."""
    se, source = row.number_of("se"), row.values.get("se_source")
    given = not math.isnan(se)
    if given and se <= 0:
        yield row.problem(
            "se", "fatal", "a standard error is above zero", "Correct it, or leave the cell empty."
        )
        return
    if given and source == "none":
        yield row.problem(
            "se_source", "fatal", f"it says none beside a standard error ({se:g})", "Correct one of them."
        )
    if given:
        row.values["se_source"] = source or "reported"
        for other in routes:
            yield from _compare(row, se, "the standard error", other)
        return
    if routes:
        best = routes[0]
        for other in routes[1:]:
            yield from _compare(row, best.se, f"the one from {best.words}", other)
        yield from _write(row, "se_route", best.words)
        row.values |= {"se": best.se, "se_source": best.route}
        return
    if source not in (None, "none") and not log and "se" not in row.refused:
        said = "it names where the standard error comes from, but there is none and nothing to derive it from"
        yield row.problem("se_source", "fatal", said, "Give se or the interval, or write none.")
    row.values["se_source"] = "none"


def _compare(row: Row, se: float, what: str, other: Derived) -> Iterator[Problem]:
    low, high = other.lowest * (1 - _APART), other.highest * (1 + _APART)
    if not low <= se <= high:
        said = f"{what} is {se:.4g}, but {other.words} gives {other.se:.4g}"
        yield row.problem(
            "se", "look at", said, f"{se:.4g} is used; correct whichever is wrong.", f"{se:.6g}"
        )


def _write(row: Row, column: str, words: str) -> Iterator[Problem]:
    """Say how something came about; what a person wrote into that column is not replaced in silence."""
    held = row.values.get(column)
    if row.has(column) and held != words:
        said = f"the intake writes this column, and replaced what stood here with {words!r}"
        yield row.problem(column, "look at", said, "Keep your own words in a column of another name.")
    row.values[column] = words


def _convert(row: Row, effect: float, step: Conversion) -> Iterator[Problem]:
    """Effect, standard error and interval in the frame's unit."""
    if step.unit == step.to:
        return
    # A table that was converted before keeps the unit it was coded in.
    coded = row.values.get("converted_from")
    if coded not in (*UNITS, *SHEET_UNITS):
        yield from _write(row, "converted_from", step.unit)
    row.values["unit"] = step.to
    if step.log:
        row.values["effect"] = effect
        for name in ("ci_low", "ci_high"):
            end = row.number_of(name)
            row.values[name] = math.log(end) if end > 0 else math.nan
        return
    for name in ("effect", "se", "ci_low", "ci_high"):
        if name in row.values:
            row.values[name] = step.times(row.number_of(name))


def _significance(row: Row, effect: float) -> Iterator[Problem]:
    """Favourable or not, from a printed p, where the sheet leaves it open."""
    outcome = OUTCOMES.get(row.values.get("outcome") or "")
    if row.p is None or row.values.get("significance") or outcome is None or math.isnan(effect):
        return
    significant = row.p.significant
    if significant is None:
        yield row.problem(
            "p_value",
            "look at",
            f"it leaves open whether the effect is significant at {LEVEL:.0%}, so significance stays not stated",
            "Fill significance in where the source's legend says it, or give the exact p.",
        )
        return
    if significant and outcome.favourable * effect == 0:
        said = (
            "significant, but neither direction of this outcome is better for the person"
            if effect
            else "significant, but the effect is 0"
        )
        yield row.problem("p_value", "look at", said, "Fill significance in by hand, or leave it open.")
        return
    word = ("positive" if outcome.favourable * effect > 0 else "negative") if significant else "none"
    row.values["significance"] = word
    yield from _write(row, "significance_route", f"p {row.values['p_value']}")
