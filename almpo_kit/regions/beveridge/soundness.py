"""What pairs of rates rest on: gaps, coarse decimals, first editions, mixed editions, the pandemic."""

from __future__ import annotations

import numpy as np

from almpo_kit.regions.beveridge import periods
from almpo_kit.regions.beveridge.pairs import PER_LABOUR_FORCE, Pairs, Series, is_region
from almpo_kit.regions.beveridge.words import spans, time_word
from almpo_kit.regions.breaks import LFS_BREAK_SENTENCE, crosses
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.rendering import number

#: Sources and flags of figures as first printed, before revisions.
PRESS = ("press text", "press release")
_WHAT = {"job_vacancy_rate": "vacancy rate", "unemployment_rate": "unemployment rate"}


def soundness(data: Pairs) -> tuple[Check, ...]:
    """Every check on the data themselves."""
    both = (data.unemployment, data.vacancies)
    return (
        gap_check(data),
        *spelling_check(*both),
        *(c for s in both for c in edition_checks(s)),
        *(c for s in both for c in series_checks(s)),
        *coarse_check(data.vacancies),
        *pandemic_check(data.names, data.frequency),
        *survey_check(data),
        definition_check(data),
    )


def gap_check(data: Pairs) -> Check:
    """Name the periods without a pair."""
    names = np.array(data.names)
    missing = list(names[~data.both])
    n = int(data.both.sum())
    word = time_word(data.frequency)
    if not missing:
        return Check("complete", "passed", f"All {n} {word} from {names[0]} to {names[-1]} have both rates.")
    text = (
        f"{n} of the {len(names)} {word} from {names[0]} to {names[-1]} have both rates. Gaps, not bridged: "
        f"{spans(missing)}."
    )
    return Check("complete", "failed", text)


def spelling_check(*both: Series) -> tuple[Check, ...]:
    """Codes that were read in Eurostat's spelling (``GR`` as ``EL``)."""
    other = sorted({str(g) for s in both for g in s.rows["geo"].unique()} - {s.place for s in both})
    if not other:
        return ()
    return (Check("spelling", "informational", f"Read as {both[0].place}: {listed(other)}."),)


def edition_checks(series: Series) -> tuple[Check, ...]:
    """Values of several tables or editions in one series, and values as first printed."""
    what, rows, checks = _WHAT[series.indicator], series.rows, []
    sources = sorted(rows["source"].dropna().astype(str).unique())
    if len(sources) > 1:
        text = (
            f"The {what} joins values of {len(sources)} tables or editions ({'; '.join(sources)}): a step where "
            "they meet may be no change."
        )
        checks.append(Check(f"{series.indicator}_editions", "failed", text))
    said = (
        rows["flag"].astype("object").fillna("").astype(str) + " " + rows["source"].astype(str)
    ).str.lower()
    press = rows.loc[[any(p in s for p in PRESS) for s in said], "period"]
    if len(press):
        text = (
            f"The {what} is as first printed in press texts, before revisions, for {spans(sorted(press))}; later "
            "editions may differ."
        )
        checks.append(Check(f"{series.indicator}_press", "failed", text))
    return tuple(checks)


def series_checks(series: Series) -> tuple[Check, ...]:
    """Provisional, estimated and broken values; zeros; quarters made from months."""
    what, checks = _WHAT[series.indicator], []
    flags = series.table.set_index("period")["flag"].dropna().astype(str)
    letters = flags[flags.str.fullmatch(r"[a-z]{1,2}( [a-z]{1,2})*")]
    for letter, word in (("p", "provisional"), ("e", "estimated"), ("b", "marked as a break in the series")):
        marked = [str(p) for p in letters.index[letters.str.contains(letter)]]
        if marked:
            text = f"The {what} is {word} for {spans(marked)}."
            checks.append(Check(f"{series.indicator}_{letter}", "informational", text))
    if series.zeros:
        text = (
            f"The {what} is published as 0.0, so below its last decimal, for {spans(series.zeros)}; it has no "
            "logarithm and is a gap here."
        )
        checks.append(Check(f"{series.indicator}_zero", "failed", text))
    if series.averaged and series.frequency == 1:
        text = f"A year's {what} is the mean of its four quarters."
        checks.append(Check(f"{series.indicator}_quarters", "informational", text))
    elif series.averaged or flags.str.contains("mean of 3 monthly").any():
        text = f"A quarter's {what} is the mean of its three monthly, seasonally adjusted rates."
        checks.append(Check(f"{series.indicator}_months", "informational", text))
    return tuple(checks)


def coarse_check(series: Series) -> tuple[Check, ...]:
    """One decimal is much where rates are small; fails where the series has fewer than eight distinct values."""
    values = series.values[np.isfinite(series.values)]
    if not np.allclose(values, np.round(values, 1)):
        return ()
    distinct, low, high = len(np.unique(values)), values.min(), values.max()
    text = (
        f"The vacancy rate is published to one decimal and takes {distinct} values, from {number(low)}% to "
        f"{number(high)}%: rounding alone is up to {0.05 / np.median(values):.0%} of a typical value."
    )
    return (Check("decimals", "failed" if distinct < 8 else "informational", text),)


def pandemic_check(names: list[str], frequency: int) -> tuple[Check, ...]:
    """Name the pandemic's quarters or months inside the series."""
    inside = [n for n in names if periods.pandemic(n)]
    if not inside:
        return ()
    text = (
        f"The pandemic's {time_word(frequency)} ({spans(inside)}) are inside: short-time work kept unemployment low while "
        "vacancies fell, so pairs of this time say little about how people and jobs find each other."
    )
    return (Check("pandemic", "informational", text),)


def survey_check(data: Pairs) -> tuple[Check, ...]:
    """The Labour Force Survey's break of 2021, where the series crosses it."""
    years = [int(n[:4]) for n in (data.names[0], data.names[-1])]
    if not crosses(str(years[0]), str(years[1])) or data.place[:2] not in {*EU27, "EU", "EA"}:
        return ()
    if is_region(data.place):
        return (Check("break_2021", "failed", LFS_BREAK_SENTENCE),)
    text = (
        "The EU Labour Force Survey was redesigned in 2021. National unemployment rates are published as corrected for it; "
        "how well is not told here."
    )
    return (Check("break_2021", "informational", text),)


def definition_check(data: Pairs) -> Check:
    """What the two rates are shares of."""
    if data.vacancies.unit == PER_LABOUR_FORCE:
        text = "Both rates are per hundred of the labour force."
        return Check("definitions", "informational", text)
    sources = listed(sorted(data.vacancies.rows["source"].dropna().astype(str).unique())) or "not stated"
    text = (
        "The vacancy rate is the share of posts (occupied and vacant) that are vacant, in the sections that the "
        f"source covers ({sources}); the unemployment rate is a share of the labour force."
    )
    return Check("definitions", "informational", text)
