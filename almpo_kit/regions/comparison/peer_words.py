"""What is said of peers: the answer, and every reason to doubt it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK_SENTENCE
from almpo_kit.regions.comparison.measures import Aspect, Measures
from almpo_kit.regions.panel import COVERAGE, VINTAGE
from almpo_kit.regions.wording import FLAG_WORDS, listed, with_code
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: So many peers are named in the sentence; the table has all.
_NAMED = 5


def compared_on(aspects: tuple[Aspect, ...]) -> str:
    """``unemployment, employment and GDP per head in 2024``; each with its years where they differ."""
    years = {a.years for a in aspects}
    if len(years) == 1:
        return f"{listed(a.label for a in aspects)} in {years.pop()}"
    return listed(f"{a.label} ({a.years})" for a in aspects)


def among(n: int, total: int) -> str:
    """``the 111 of the EU's 244 regions that have every figure``."""
    return f"the {n} of the EU's {total} regions that have every figure"


def sentence(
    table: pd.DataFrame, result: Mapping[str, Any], dropped: tuple[str, ...], exclude_country: bool
) -> str:
    """The answer in plain language."""
    who = f"{result['name']} ({result['region']})"
    elsewhere = " in another country" if exclude_country else ""
    on = compared_on(result["aspects"])
    on += f" (not on {listed(dropped)}, which it lacks)" if dropped else ""
    if result["n_compared"] < COVERAGE * result["n_listed"]:
        on += f", among {among(result['n_compared'], result['n_listed'])},"
    close = table[table["close"]]
    if close.empty:
        if table.empty:
            return f"No region{elsewhere} can be compared with {who} on {on}."
        first = table.iloc[0]
        return (
            f"No region{elsewhere} is truly comparable with {who} on {on}: the nearest, {first['name']} "
            f"({first['geo']}), is {number(first['distance'] / result['cutoff'], 1)} times as far away as the "
            f"cut-off, which {result['cutoff_share']:.0%} of regions have somebody within. It differs most in "
            f"{first['differs_most'].removeprefix('little in anything; most in ')}."
        )
    named = [f"{r['name']} ({r['geo']})" for _, r in close.head(_NAMED).iterrows()]
    count = f"{len(close)} of the {len(table)} nearest" if len(close) < len(table) else f"all {len(table)}"
    verb = "is" if len(named) == 1 else "are"
    near = "is" if len(close) == 1 else "are"
    count = "it" if len(table) == 1 else count
    return (
        f"Most like {who} on {on}{elsewhere} {verb} {listed(named)}; {count} {near} near enough to be called "
        f"comparable. {_steadiness(result['stability'])}"
    ).strip()


def _steadiness(stability: pd.DataFrame) -> str:
    left = stability[stability["change"] != "under sampling error"]
    drawn = stability[stability["change"] == "under sampling error"]
    of = int(stability["of"].iloc[0]) if len(stability) else 0
    if of < 2:
        return ""
    parts = []
    if len(left):
        parts.append(f"at least {int(left['kept'].min())} stay when any one indicator is left out")
    if len(drawn):
        stay = "" if parts else "stay "
        parts.append(f"{number(drawn['kept'].iloc[0], 0)} {stay}under sampling error, on average")
    return f"Of the {of} nearest, {listed(parts)}." if parts else ""


def rests_on(measures: Measures, n: int) -> str:
    """``231 of 244 regions (NUTS 2024); unemployment 2024, …; Eurostat …``."""
    what = ", ".join(f"{a.label} {a.years}" for a in measures.aspects)
    names = {s for p in measures.panels.values() for s in p.rows["source"].dropna().astype(str)}
    source = listed(sorted(names)) if names else "source not stated"
    return f"{n} of {len(measures.regions)} regions (NUTS {VINTAGE}); {what}; {source}"


def peer_checks(
    measures: Measures,
    table: pd.DataFrame,
    result: Mapping[str, Any],
    dropped: tuple[str, ...],
    sampling_error: float,
) -> tuple[Check, ...]:
    """Every check on the list of peers."""
    return (
        _close_check(table, result),
        *_dropped_check(result, dropped),
        coverage_check(measures),
        *_stability_checks(result["stability"], sampling_error),
        *_noise_check(table, result, sampling_error),
        *break_checks(measures.aspects),
        *_flag_checks(measures, [result["region"], *table["geo"]]),
        *note_checks(measures.aspects),
    )


def _close_check(table: pd.DataFrame, result: Mapping[str, Any]) -> Check:
    rule = (
        f"Comparable means a distance of at most {number(result['cutoff'], 2)}, within which "
        f"{result['cutoff_share']:.0%} of the {result['n_compared']} regions have their own nearest region; "
        "the limit is a convention."
    )
    n, of = result["n_close"], len(table)
    if not n:
        return Check("close_enough", "failed", f"None of the {of} nearest regions is comparable. {rule}")
    which = "All" if n == of else f"{n} of"
    return Check("close_enough", "passed", f"{which} {of} nearest regions are comparable. {rule}")


def _dropped_check(result: Mapping[str, Any], dropped: tuple[str, ...]) -> tuple[Check, ...]:
    if not dropped:
        return ()
    text = f"{result['name']} has no value of {listed(dropped)}, so nobody was compared on it."
    return (Check("compared_on_the_rest", "failed", text),)


def coverage_check(measures: Measures) -> Check:
    """Regions that lack a figure cannot be compared; fails below 90% of the list."""
    gone = measures.complete.index[~measures.complete].tolist()
    n, total = len(measures.complete) - len(gone), len(measures.complete)
    if not gone:
        return Check("coverage", "passed", f"All {total} regions have every figure.")
    names = with_code(measures.regions["name"], gone[:8])
    more = f", and {len(gone) - 8} more" if len(gone) > 8 else ""
    text = f"{n} of {total} regions have every figure; the others cannot be compared: {names}{more}."
    return Check("coverage", "passed" if n >= COVERAGE * total else "failed", text)


def _stability_checks(stability: pd.DataFrame, sampling_error: float) -> tuple[Check, ...]:
    checks = []
    left = stability[stability["change"] != "under sampling error"]
    if len(left):
        cells = zip(left["change"], left["kept"], left["of"], strict=True)
        parts = "; ".join(f"{change} {int(kept)} of {int(of)}" for change, kept, of in cells)
        firm = bool((left["kept"] >= left["of"] / 2).all())
        text = f"Of the nearest regions stay: {parts}."
        checks.append(Check("one_indicator_less", "passed" if firm else "failed", text))
    drawn = stability[stability["change"] == "under sampling error"]
    if len(drawn):
        kept, of = float(drawn["kept"].iloc[0]), int(drawn["of"].iloc[0])
        text = (
            f"When sampling error of {number(sampling_error, 1)} points is added to survey rates once more, "
            f"{number(kept, 1)} of {of} stay among the nearest, on average; `stays` says which."
        )
        checks.append(Check("sampling_error", "passed" if kept >= of / 2 else "failed", text))
    return tuple(checks)


def _noise_check(table: pd.DataFrame, result: Mapping[str, Any], sampling_error: float) -> tuple[Check, ...]:
    noise, limit = result["noise"], result["cutoff"]
    within = int((table["distance"] <= noise).sum())
    if within < 2:
        return ()
    beyond = " That is wider than the limit itself: regions just beyond it may be as much alike."
    text = (
        f"The first {within} lie within {number(noise, 2)}, the distance that sampling error of "
        f"{number(sampling_error, 1)} points alone puts between two equal regions (95 of 100): their order means "
        f"nothing.{beyond if noise > limit else ''}"
    )
    return (Check("order_within_noise", "informational", text),)


def break_checks(aspects: tuple[Aspect, ...]) -> tuple[Check, ...]:
    """Fails where a mean or a change mixes survey rates from both sides of the break of 2021."""
    over = [f"{a.label} ({a.years})" for a in aspects if a.crosses_break]
    if not over:
        return ()
    return (Check("break_2021", "failed", f"{LFS_BREAK_SENTENCE} It affects {listed(over)}."),)


def _flag_checks(measures: Measures, geos: list[str]) -> tuple[Check, ...]:
    """Which of the figures of the region and its peers carry a flag."""
    found: dict[str, list[str]] = {}
    for key, panel in measures.panels.items():
        flags = panel.flags.loc[geos, measures.period].dropna().astype(str).str.split().explode()
        label = next((a.label for a in measures.aspects if a.indicator.key == key), None)
        for flag in sorted(flags.unique()) if label else ():
            who = flags.index[flags == flag].unique().tolist()
            whole = "all of them" if len(who) == len(geos) and len(geos) > 1 else ", ".join(who)
            found.setdefault(flag, []).append(f"{label} ({whole})")
    return tuple(
        Check(
            f"flag_{flag}",
            "informational",
            f"Values for {measures.period} are {FLAG_WORDS.get(flag, f'flagged {flag!r}')}: {'; '.join(parts)}.",
        )
        for flag, parts in sorted(found.items())
    )


def note_checks(aspects: tuple[Aspect, ...]) -> tuple[Check, ...]:
    """What must be known of each indicator before values are compared."""
    notes = dict.fromkeys(a.indicator.note for a in aspects if a.indicator.note)
    return tuple(Check("definition", "informational", note) for note in notes)
