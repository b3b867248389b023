"""What a Beveridge curve says, in sentences that do not claim more than the quarters hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.beveridge.estimating import ALPHA, MINIMUM, Estimate
from almpo_kit.regions.beveridge.line import Line
from almpo_kit.regions.beveridge.pairs import Pairs
from almpo_kit.regions.beveridge.split import Split
from almpo_kit.regions.beveridge.words import about, amount, between, opening, place_name, rate, time_word
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Certainty, Check
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True)
class Told:
    """Everything that the words are made from."""

    data: Pairs
    found: Estimate
    level: float
    sample: np.ndarray

    @property
    def n(self) -> int:
        """Pairs in the sample."""
        return int(self.data.both[self.sample].sum())

    @property
    def pairs(self) -> str:
        """``28 quarters``."""
        return f"{self.n} {time_word(self.data.frequency, self.n)}"


def sentence(t: Told) -> str:
    """The answer."""
    head, line, parts = _change(t), t.found.line, t.found.parts
    if line is None:
        return f"{head}{_too_few(t)}"
    if not head:
        return f"{opening(place_name(t.data.place))}: {_slope_words(t, line)}. No two full years are held to compare."
    if parts is None:
        why = f"the slope of the curve, {_slope(line, t.level)}, is not told from zero"
        return (
            f"{head}How much of this lies along the Beveridge curve and how much is a shift of it cannot be told from "
            f"{t.pairs}: {why}.{_either_way(t)}"
        )
    return f"{head}{_split_words(t, line, parts)}"


def _change(t: Told) -> str:
    """``Between 2019 and 2025 unemployment in Greece fell by 9.0 points …`` with a full stop and a space."""
    if not t.found.start:
        return ""
    u, v = (s.values for s in (t.data.unemployment, t.data.vacancies))
    (u0, u1), (v0, v1) = ((float(x[t.found.first].mean()), float(x[t.found.last].mean())) for x in (u, v))
    moved = round(u1, 1) - round(u0, 1)
    how = (
        "did not change"
        if abs(moved) < 0.05
        else f"{'rose' if moved > 0 else 'fell'} by {amount(abs(moved))}"
    )
    return (
        f"Between {t.found.start} and {t.found.end} unemployment in {place_name(t.data.place)} {how}, from {rate(u0)} to "
        f"{rate(u1)}, while the vacancy rate went from {rate(v0)} to {rate(v1)}. "
    )


def _too_few(t: Told) -> str:
    start = "" if t.found.start else f"{opening(place_name(t.data.place))}: "
    few = f"fewer than {MINIMUM}" if t.n < MINIMUM else "rates that do not vary"
    return (
        f"{start}{t.pairs} with both rates show a path, but a slope or a shift of the Beveridge curve cannot be told from "
        f"{few}."
    )


def _slope(line: Line, level: float) -> str:
    return f"{number(line.slope, 2)} {between(line.low, line.high, level, 2)}"


def _slope_words(t: Told, line: Line) -> str:
    return f"over {t.pairs}, 1% more unemployment went with {_slope(line, t.level)} per cent fewer vacancies"


def _split_words(t: Told, line: Line, parts: Split) -> str:
    along = f"Along the Beveridge curve alone it would have {_moved(parts.along)}"
    rest = amount(parts.shift)
    if line.assumed:
        usual = f"the usual scatter around {{}} ({amount(parts.scatter)})"
        what = (
            f"is a shift of the curve, beyond {usual.format('it')}"
            if parts.told
            else f"is within {usual.format('the curve')}, so no shift of it is told"
        )
        return f"{along} if the slope is {number(line.slope, 2)}, as assumed; the rest, {rest}, {what}."
    head = f"{along} {_sizes(parts.along_low, parts.along_high, t.level)}"
    if parts.told:
        how = (
            "an inward shift of the curve took off"
            if parts.shift < 0
            else "an outward shift of the curve added"
        )
        sizes = _sizes(parts.shift_low, parts.shift_high, t.level)
        return f"{head}; {how} {amount(abs(parts.shift))} {sizes}.{_hedge(t)}"
    ends = between(parts.shift_low, parts.shift_high, t.level)
    return (
        f"{head}; whether the curve itself moved cannot be told from {t.pairs}: the rest is {rest} {ends}, and its "
        "interval includes zero."
    )


def _moved(change: float) -> str:
    if abs(change) < 0.05:
        return "stayed the same"
    return f"{'risen' if change > 0 else 'fallen'} by {amount(abs(change))}"


def _sizes(low: float, high: float, level: float) -> str:
    """An interval that lies on one side of zero, without its sign."""
    a, b = sorted((abs(low), abs(high)))
    return between(a, b, level)


def _hedge(t: Told) -> str:
    return (
        ""
        if _drift_holds(t)
        else " With a steady drift of the curve allowed for, the slope is not told, so this is unsure."
    )


def _drift_holds(t: Told) -> bool:
    return t.found.drift is not None and t.found.drift.told


def _either_way(t: Told) -> str:
    """What holds for every downward slope: both rates up is outward, both down is inward."""
    u, v = (s.values for s in (t.data.unemployment, t.data.vacancies))
    du, dv = (float(x[t.found.last].mean() - x[t.found.first].mean()) for x in (u, v))
    # Half a published decimal may be rounding.
    # and single quarters carry their season.
    if len(t.found.first) < t.data.frequency or min(abs(du), abs(dv)) < 0.05 or du * dv < 0:
        return ""
    both, way = ("rose", "outward") if du > 0 else ("fell", "inward")
    return f" Both rates {both}, which is {way} of any downward curve through the first pair; chance is not ruled out."


def checks_on(t: Told) -> tuple[Check, ...]:
    """Checks on the curve and the split."""
    line = t.found.line
    if line is None:
        text = f"{t.pairs} have both rates; a curve is fitted from {MINIMUM} on."
        return (Check("sample", "failed", text),)
    return (
        _sample_check(t, line),
        _slope_check(t, line),
        *_jump_check(t),
        *_drift_check(t, line),
        *_scatter_check(t),
        *_choices_check(t),
        _identification(line),
    )


def _sample_check(t: Told, line: Line) -> Check:
    names = t.data.names
    span = f"{names[t.sample[0]]} to {names[t.sample[-1]]}"
    text = (
        f"The curve is fitted on {t.pairs}, {span}. Neighbouring {time_word(t.data.frequency)} resemble each other "
        f"(autocorrelation of what lies off the curve {number(line.rho, 2)}), so they say as much about it as "
        f"about {about(line.effective)} independent one(s)."
    )
    return Check("effective_sample", "passed" if line.effective >= 10 else "failed", text)


def _slope_check(t: Told, line: Line) -> Check:
    if line.assumed:
        return Check(
            "slope", "informational", f"The slope {number(line.slope, 2)} was assumed, not estimated."
        )
    text = (
        f"Slope of log vacancies on log unemployment {_slope(line, t.level)}; Newey–West standard "
        f"error {number(line.se, 2)} with {line.lags} lags, times {number(line.critical, 1)}, simulated for errors with this "
        "autocorrelation."
    )
    return Check("slope", "passed" if line.told else "failed", text)


def _jump_check(t: Told) -> tuple[Check, ...]:
    line, found = t.found.line, t.found.found
    if line is None or found is None:
        return ()
    names, first = t.data.names, int(t.sample[0])
    when = names[first + found.at]
    odds = f"p = {number(found.p_value, 2)}" if found.p_value >= 0.005 else "p < 0.01"
    counted = f"{odds}, the largest of all dates counted as such"
    chance = f"The likeliest jump of the curve, in {when}, is not told from chance ({counted}, autocorrelation {number(found.rho, 2)})"
    if line.jumps and not t.found.tested:
        named = f"A jump in {names[first + line.jumps[0]]} was asked for and is allowed for"
        if found.p_value < ALPHA:
            text = f"{named}; looked for, the likeliest is in {when} ({counted})."
            return (Check("jump", "passed", text),)
        return (Check("jump", "failed", f"{chance}. {named}: its reason must come from elsewhere."),)
    if line.jumps:
        text = (
            f"The curve jumps in {when} ({counted}); the slope is that around the jump. Intervals do not know that the date "
            "was searched for."
        )
    elif t.found.tested:
        text = f"{chance}; none is allowed for above {ALPHA:.0%}."
    else:
        text = f"A jump in {when} ({odds}) was not allowed for, as asked."
    return (Check("jump", "informational", text),)


def _drift_check(t: Told, line: Line) -> tuple[Check, ...]:
    drift = t.found.drift
    if drift is None or line.assumed:
        return ()
    holds = drift.told or not line.told
    text = f"With a steady drift of the curve allowed for, the slope is {_slope(drift, t.level)}: " + (
        "it stays told." if drift.told else "a curve that drifts and one that does not cannot be told apart."
    )
    return (Check("drift", "informational" if holds else "failed", text),)


def _scatter_check(t: Told) -> tuple[Check, ...]:
    parts = t.found.parts
    if parts is None:
        return ()
    beyond = abs(parts.shift) > parts.scatter
    text = (
        f"The usual scatter around a curve that does not move gives shifts of up to {amount(parts.scatter)} between two such "
        f"spans; the one found is {amount(abs(parts.shift))}."
    )
    return (Check("scatter", "passed" if beyond else "failed", text),)


def _choices_check(t: Told) -> tuple[Check, ...]:
    """Whether other choices give a shift of the same sign."""
    table = t.found.sensitivity.dropna(subset=["shift"])
    others = table[table["variant"] != "as answered"]
    if t.found.parts is None or others.empty:
        return ()
    same = (others["shift"] * t.found.parts.shift) > 0
    if same.all():
        text = f"All {len(others)} other choices tried give a shift of the same sign ({_tried(others)})."
        return (Check("choices", "passed", text),)
    text = f"Other choices give a shift of the other sign: {_tried(others[~same])}."
    return (Check("choices", "failed", text),)


def _tried(rows: pd.DataFrame) -> str:
    return "; ".join(f"{n}, {amount(s)}" for n, s in zip(rows["variant"], rows["shift"], strict=True))


def certainty(t: Told) -> Certainty:
    """Never high, as one path cannot show both a curve and its shifts; low where a drift or
    another choice undoes it, or where its jump or slope was given and not found."""
    if t.found.parts is None or not t.found.parts.told:
        return "too little to say"
    line = t.found.line
    failed = any(c.status == "failed" for c in (*_choices_check(t), *_jump_check(t)))
    doubted = failed or not _drift_holds(t) or (line is not None and line.assumed)
    return "low" if doubted else "moderate"


def _identification(line: Line) -> Check:
    """What no number of quarters alone settles."""
    text = (
        "One path of pairs cannot show both a curve and its shifts: this takes the slope to be the same throughout, "
        "and a jump, a drift and a bend can look alike. Why a curve shifts (matching, separations, people joining or "
        "leaving the labour force) is not told by it."
    )
    return Check("identification", "informational", text)


def rests_on(t: Told) -> str:
    """``28 quarters, 2019-Q1 to 2025-Q4 (about 6 independent); Eurostat une_rt_m and …``."""
    line, names = t.found.line, t.data.names
    worth = (
        f" (worth about {about(line.effective)} independent)" if line is not None and not line.assumed else ""
    )
    own = t.data.cut(int(t.sample[0]), int(t.sample[-1]))
    rows = [*own.unemployment.rows["source"].dropna(), *own.vacancies.rows["source"].dropna()]
    sources = listed(dict.fromkeys(str(s) for s in rows)) if rows else "source not stated"
    return f"{t.pairs}, {names[t.sample[0]]} to {names[t.sample[-1]]}{worth}; {sources}"
