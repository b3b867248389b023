"""Checks on what the values of a country rest on: gaps, flags, vintages, coverage, agreement."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.regions.cells import infinite
from almpo_kit.regions.panel import COVERAGE, VINTAGE, Panel
from almpo_kit.regions.reference_values import EU, Reference
from almpo_kit.regions.wording import FLAG_WORDS, country_name, listed, signed, valued, with_code
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.places import EU27

#: Values of earlier editions that are named one by one.
_NAMED = 12


def region_checks(panel: Panel, country: str | None, period: str) -> tuple[Check, ...]:
    """Every check on the regional values of a country (``None`` for the whole EU) for one year."""
    codes = panel.regions.index.tolist() if country is None else panel.codes(country)
    return (
        missing_check(panel, codes, period),
        *flag_checks(panel, codes, period),
        coverage_check(panel, period),
        *note_checks(panel),
    )


def missing_check(panel: Panel, codes: list[str], period: str) -> Check:
    """Name the regions without a value; fails when there is one."""
    values = panel.values.loc[codes, period]
    gaps = values.index[values.isna()].tolist()
    if not gaps:
        who = f"All {len(codes)} regions have" if len(codes) > 1 else "The region has"
        return Check("complete", "passed", f"{who} a value for {period}.")
    verb = "has" if len(gaps) == 1 else "have"
    names = with_code(panel.names, gaps)
    of = f"{len(gaps)} of {len(codes)} regions" if len(codes) > 1 else "The country's one region"
    return Check("complete", "failed", f"{of} {verb} no value for {period}: {names}.")


def infinite_check(panel: Panel, national: pd.DataFrame, country: str | None) -> tuple[Check, ...]:
    """Name the cells whose value is infinite: they were treated as missing (``None`` for all member states)."""
    asked = [*EU27, EU] if country is None else [country, EU]
    rows = national[(national["indicator"] == panel.indicator.key) & national["geo"].isin(asked)]
    cells = [*panel.infinite, *infinite(rows, "national")]
    if not cells:
        return ()
    more = f" and {len(cells) - 10} more" if len(cells) > 10 else ""
    text = (
        f"Infinite values were treated as missing: {', '.join(cells[:10])}{more}. Correct them in the frame."
    )
    return (Check("infinite_values", "failed", text),)


def flag_checks(panel: Panel, codes: list[str], period: str) -> tuple[Check, ...]:
    """One check for each flag in the year, with the regions that carry it."""
    flags = panel.flags.loc[codes, period].dropna().astype(str).str.split()
    words = flags.explode()
    checks = []
    for flag in sorted(words.unique()):
        marked = sorted(words.index[words == flag].unique())
        whole = len(marked) == len(codes) and len(codes) > 1
        everyone = "both regions" if len(codes) == 2 else f"all {len(codes)} regions"
        who = everyone if whole else with_code(panel.names, marked)
        sentence = f"Values for {period} are {FLAG_WORDS.get(flag, f'flagged {flag!r}')}: {who}."
        checks.append(Check(f"flag_{flag}", "informational", sentence))
    return tuple(checks)


def vintage_checks(panel: Panel, country: str | None, codes: list[str]) -> tuple[Check, ...]:
    """Name values of other NUTS vintages (``None`` for the whole EU); no change is computed over a change of territory."""
    checks = []
    gone = panel.left_out if country is None else panel.left_out[panel.left_out["geo"].str[:2] == country]
    if len(gone):
        cells = sorted({f"{g} in {p}" for g, p in zip(gone["geo"], gone["period"], strict=True)})
        # A whole file of an earlier edition would fill pages.
        what = listed([*cells[:_NAMED], f"{len(cells) - _NAMED} more"] if len(cells) > _NAMED else cells)
        text = (
            f"Left out, because their codes are of an earlier NUTS edition and their territories were redrawn: "
            f"{what}. No change is computed over a change of territory; regions.convert carries such values to today's "
            "regions and says what was lost."
        )
        checks.append(Check("vintage", "informational", text))
    values, versions = panel.values.loc[codes], panel.versions.loc[codes]
    other = (values.notna() & (versions != VINTAGE)).any(axis=1)
    if other.any():
        text = (
            f"Some values of {with_code(panel.names, other.index[other].tolist())} are not stated to be in NUTS "
            f"{VINTAGE}; no change is computed from them."
        )
        checks.append(Check("vintage_of_values", "informational", text))
    return tuple(checks)


def coverage_check(panel: Panel, period: str) -> Check:
    """How much of the EU the rank in the EU rests on."""
    n, total = int(panel.values[period].notna().sum()), len(panel.values)
    text = (
        f"{n} of the EU's {total} NUTS-2 regions have a value for {period}; ranks in the EU are among these."
    )
    return Check("eu_coverage", "passed" if n >= COVERAGE * total else "failed", text)


def note_checks(panel: Panel) -> tuple[Check, ...]:
    """What must be known before values are compared: chance, the indicator's own note, codes read otherwise."""
    indicator, checks = panel.indicator, []
    if panel.respelled:
        text = f"Read in Eurostat's spelling (EL for GR, UK for GB): {listed(panel.respelled)}."
        checks.append(Check("spelling", "informational", text))
    if indicator.survey:
        text = (
            "Regional rates come from a sample survey. A difference of less than about 1 point between two "
            "regions, or between a region and a threshold, can be chance."
        )
        checks.append(Check("sampling_error", "informational", text))
    if indicator.note:
        checks.append(Check("definition", "informational", indicator.note))
    return tuple(checks)


#: A change in one year counts as sudden when it is larger than this share of those in the EU.
SUDDEN = 0.99


def jump_checks(panel: Panel, codes: list[str]) -> tuple[Check, ...]:
    """Name one-year changes larger than 99% of those in the EU: breaks often arrive without a flag.

    Asked only where the EU has a hundred yearly changes to compare with.
    """
    ours = panel.versions.to_numpy(dtype=object) == VINTAGE
    values = np.where(ours, panel.values.to_numpy(dtype=float), np.nan)
    steps = np.diff(values, axis=1, prepend=np.nan)
    size = np.abs(steps)
    known = size[~np.isnan(size)]
    if len(known) < 100:
        return ()
    limit = float(np.quantile(known, SUDDEN))
    own = steps[panel.regions.index.get_indexer(pd.Index(codes))]
    found = sorted(np.argwhere(np.abs(own) > limit).tolist(), key=lambda at: -abs(own[at[0], at[1]]))
    if not found:
        return ()
    years = [int(year) for year in panel.values.columns]
    named = "; ".join(
        f"{panel.names[codes[i]]} ({codes[i]}) {years[j] - 1}–{years[j]}, {signed(panel.indicator, own[i, j])}"
        for i, j in found[:6]
    )
    more = f"; and {len(found) - 6} more" if len(found) > 6 else ""
    text = (
        f"Changes in one year that are larger than {SUDDEN:.0%} of those in the EU: {named}{more}. They may be real, or "
        "come from chance, a revision, or a break that the source does not mark."
    )
    return (Check("sudden_changes", "informational", text),)


def agreement_check(
    values: pd.Series, nation: Reference, indicator: Indicator, country: str
) -> tuple[Check, ...]:
    """A national rate is a weighted mean of its regions' rates, so it lies between them.

    Where it does not, the two series differ in definition, revision or vintage. Asked only when every
    region has a value, because the missing ones could hold the extremes.
    """
    if nation.missing or values.isna().any():
        return ()
    # Both sides are rounded to the published decimals.
    slack = 1.01 * 10.0**-indicator.digits
    name, low, high = country_name(country), values.min(), values.max()
    at = valued(indicator, nation.value)
    if low - slack <= nation.value <= high + slack:
        text = f"The national value of {name} ({at}) agrees with the regional ones."
        return (Check("agreement", "passed", text),)
    where = f"lies outside the range of its regions, {valued(indicator, low)} to {valued(indicator, high)}"
    if len(values) == 1:
        where = f"differs from that of its only region, {valued(indicator, low)}"
    text = f"The national value of {name} ({at}) {where}: the series differ in definition or revision."
    return (Check("agreement", "failed", text),)
