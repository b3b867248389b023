"""What was measured before entry: a programme cannot have changed it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.refutation.again import Again, measuring, without
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.judging import BREAK, DOUBT, LARGE, SMALL
from almpo_kit.evaluation.refutation.target import Target, ends
from almpo_kit.evaluation.refutation.words import when
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Effect attacked, what was measured before entry, its "effect", standard error, lower limit, standard deviation.
_Found = tuple[Target, str, float, float, float, float]
KEY = "before_entry"
#: How many columns are tried, the latest first; and the difference, in standard deviations, that is never large.
_MOST, _NEVER_LARGE = 6, 0.1
_UNKNOWN = -(10**9)
_YEAR = re.compile(r"^(?P<stem>.*?)_?(?P<year>(?:19|20)\d\d|[5-9]\d)$")

_LAG = re.compile(r"^(?P<stem>.*?)_(?P<months>\d+)_to_\d+_before$")


def year_of(column: str) -> tuple[str, int] | None:
    """Stem and time of a column: a year (``re75``, ``earnings_2019``) or months before (``employed_4_to_6_before``).

    Two digits count as years from 50 to 99 only, so that lags such as ``earnings_12``, of which nobody knows from when
    they count, are not taken for years. Later times are larger: months before entry are negative.
    """
    lag = _LAG.match(column)
    if lag:
        return lag["stem"], -int(lag["months"])
    found = _YEAR.match(column)
    if not found:
        return None
    year = int(found["year"])
    return found["stem"], year + 1900 if year < 100 else year


def history_columns(sample: Sample, names: tuple[str, ...], alone: bool) -> list[tuple[str, tuple[str, ...]]]:
    """Numeric history columns, the latest first, each with what must not be held constant for it: itself and later.

    Parameters
    ----------
    alone : bool
        Try all columns, also those for which no earlier history is left to hold constant. Without lots, groups differ
        in these: it is what history is held constant for.
    """
    kept = [c for c in names if c in sample.parts and sample.names[sample.parts[c].start] == c]
    years = {c: found[1] for c in kept if (found := year_of(c))}
    ordered = sorted(kept, key=lambda c: -years.get(c, 10_000))
    gone = {
        c: tuple(k for k in kept if k == c or years.get(k, _UNKNOWN) >= years.get(c, 10_000)) for c in ordered
    }
    earlier = {c: any(years.get(k, 10_000) < y for k in kept) for c, y in years.items()}
    return [(c, g) for c, g in gone.items() if alone or earlier.get(c, False)][:_MOST]


def values_of(sample: Sample, column: str) -> Array:
    """A history column as it was recorded, NaN where it was filled in."""
    part = sample.parts[column]
    x = sample.covariates[:, part.start].astype(float).copy()
    if part.stop - part.start > 1:
        x[sample.covariates[:, part.start + 1] > 0] = np.nan
    return x


def before_entry(again: Again, targets: tuple[Target, ...]) -> list[Attempt]:
    """Estimate the "effect" on outcomes and history from before entry, with the method under attack."""
    estimate = again.estimate
    first = {t.contrast: t for t in reversed(targets)}
    measures = (
        estimate.sample.measures if estimate.fit.measures is None else estimate.fit.measures
    ).reset_index(drop=True)
    early = [int(h) for h in np.flatnonzero((measures["months"] < 0).to_numpy())]
    found: list[_Found] = []
    if early:
        found += _measured_early(estimate, first, measures, early)
    columns = []
    if estimate.sample.panel is None and not early:
        plan = estimate.design.plan
        columns = history_columns(estimate.sample, plan.with_role("history"), plan.assignment == "rct")
    for column, gone in columns:
        try:
            found += _history(again, first, column, gone)
        except OutOfTime:
            break
        except AlmpoError:
            continue
    if not found:
        return [_not_done(t, bool(columns)) for t in first.values()]
    return _all_judged(found, estimate.design.plan.assignment)


def _measured_early(
    estimate: Any, first: dict[str, Target], measures: pd.DataFrame, early: list[int]
) -> list[_Found]:
    low = ends(estimate.fit)[0]
    found: list[_Found] = []
    for t in first.values():
        for h in early:
            if measures["outcome"].iloc[h] == t.outcome and np.isfinite(estimate.fit.se[t.c, h]):
                name = f"{t.label}{when(float(measures['months'].iloc[h]))}"
                value, se = float(estimate.fit.estimate[t.c, h]), float(estimate.fit.se[t.c, h])
                found.append((t, name, value, se, float(low[t.c, h]), t.spread))
    return found


def _history(again: Again, first: dict[str, Target], column: str, gone: tuple[str, ...]) -> list[_Found]:
    sample = again.estimate.sample
    values = values_of(sample, column)
    row = {"column": column, "outcome": column, "unit": "", "months": -1.0, "label": column}
    changed = measuring(without(sample, gone), values[:, None], pd.DataFrame([row]))
    fit = again(changed, drop=gone)
    low = ends(fit)[0]
    found: list[_Found] = []
    for t in first.values():
        there = values[sample.arm == sample.arms.index(t.comparison)]
        spread = float(np.nanstd(there, ddof=1)) if np.isfinite(there).sum() > 1 else np.nan
        if spread > 0 and np.isfinite(fit.se[t.c, 0]) and fit.se[t.c, 0] > 0:
            found.append(
                (
                    t,
                    f"“{column}”",
                    float(fit.estimate[t.c, 0]),
                    float(fit.se[t.c, 0]),
                    float(low[t.c, 0]),
                    spread,
                )
            )
    return found


def _not_done(target: Target, out_of_time: bool) -> Attempt:
    why = (
        "the time allowed was used up"
        if out_of_time
        else "the outcome was not given for months before entry (negative months), nor history of two known years (such as earnings_2018 and earnings_2019)"
    )
    sentence = f"differences before entry could not be looked for: {why}. It counts as not tried."
    return target.attempt(KEY, "not tried", "informs", sentence)


def _all_judged(found: list[_Found], assignment: str) -> list[Attempt]:
    count: dict[str, int] = {}
    for t, *_ in found:
        count[t.contrast] = count.get(t.contrast, 0) + 1
    return [_judged(*row, count[row[0].contrast], assignment) for row in found]


def _judged(
    target: Target, name: str, value: float, se: float, low: float, spread: float, tried: int, assignment: str
) -> Attempt:
    from scipy.stats import norm

    high = 2 * value - low
    p = min(1.0, tried * 2 * float(norm.sf(abs(value) / se)))
    size, effect = abs(value) / spread, abs(target.estimate) / target.spread if target.spread > 0 else 0.0
    share = f"{number(size, 2)} standard deviations; the estimated effect is {number(effect, 2)}"
    sentence = (
        f"{name}, from before entry, differed by {_plain(value, se)} (95%: {_plain(low, se)} to {_plain(high, se)}) by the same "
        f"method: {share}. A programme cannot change what was before it. "
    )
    far = max(abs(low), abs(high)) / spread
    if p < DOUBT and size >= SMALL * max(effect, _NEVER_LARGE):
        lots, held = assignment == "rct", name.startswith("“")
        breaks = not lots and not held and p < BREAK and size >= LARGE * max(effect, _NEVER_LARGE)
        sentence += _already(lots, held, breaks)
        return _result(target, "broken", "breaks" if breaks else "doubts", sentence, name, value, low, high)
    if p >= DOUBT and far > max(effect, _NEVER_LARGE):
        sentence += "No difference is seen, but one as large as the effect itself would not be seen either: no reassurance."
        return _result(target, "cannot tell", "doubts", sentence, name, value, low, high)
    sentence += (
        "The difference is small beside the effect."
        if p < DOUBT
        else "No difference is seen, and one as large as the effect would have been."
    )
    return _result(target, "held", "doubts", sentence, name, value, low, high)


def _already(lots: bool, held: bool, breaks: bool) -> str:
    """What a difference before entry means: history is held constant in the estimate, an earlier outcome is not."""
    if lots:
        return (
            "The groups were different already. In a trial that can be chance; look at how lots were drawn."
        )
    if held:
        return (
            "The groups were different already, beyond their earlier history. The estimate holds this column constant, but "
            "people seem to have been selected on recent events, and others of these may not have been recorded."
        )
    much = ", by so much that the estimate cannot be told from it" if breaks else ""
    return f"The groups were different already{much}."


def _plain(value: float, se: float) -> str:
    return number(value, 0 if se >= 20 else 1 if se >= 0.2 else 3)


def _result(
    target: Target, result: Any, weighs: Any, sentence: str, name: str, value: float, low: float, high: float
) -> Attempt:
    about = name.strip("“”")
    return target.attempt(KEY, result, weighs, sentence, about=about, value=value, low=low, high=high)
