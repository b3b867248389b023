"""What was checked about a profile: gaps, flags, references, the break, sudden changes, the class."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK_SENTENCE
from almpo_kit.regions.contexts.classified import INDICATOR as UNEMPLOYMENT
from almpo_kit.regions.contexts.classified import Classified
from almpo_kit.regions.contexts.context_checks import rule_checks, skill_checks, threshold_checks
from almpo_kit.regions.contexts.sureness import USUAL_RATE, allowance_at, chance
from almpo_kit.regions.panel import Panel
from almpo_kit.regions.quality import jump_checks, vintage_checks
from almpo_kit.regions.reference_values import age_check
from almpo_kit.regions.wording import FLAG_WORDS, listed
from almpo_kit.vocabulary.finding import Check


def profile_checks(
    found: Classified,
    panels: dict[str, Panel],
    table: pd.DataFrame,
    path: pd.DataFrame,
    country: str,
    year: str,
) -> tuple[Check, ...]:
    """Every check on a profile.

    Parameters
    ----------
    table : DataFrame
        The rows of the profile.
    path : DataFrame
        The region's rows of the context table for every year.
    """
    now = path[path["period"] == year]
    checks = [
        *_gap_checks(table),
        *_flag_checks(table),
        *_reference_checks(table),
        *_break_checks(table, now),
    ]
    if len(now):
        checks += [
            *threshold_checks(found.unemployment, country, [year]),
            *rule_checks(found.unemployment.axis, now),
        ]
        checks += skill_checks(found.skill, now)
    checks += _sudden_checks(panels, table, str(path["geo"].iloc[0]))
    checks += age_check(panels[UNEMPLOYMENT].age, found.unemployment.rows)
    checks += vintage_checks(panels[UNEMPLOYMENT], country, [str(path["geo"].iloc[0])])
    return (*checks, _chance_check(table))


def _chance_check(table: pd.DataFrame) -> Check:
    """What sampling error may explain at the region's own level of unemployment."""
    rate = table.loc[table["indicator"] == UNEMPLOYMENT, "value"]
    level = float(rate.iloc[0]) if len(rate) and rate.notna().all() else USUAL_RATE
    one, two = float(allowance_at(np.array([level]))[0]), chance(level, level)
    text = (
        f"Regional rates come from a sample survey. At an unemployment rate of {level:.1f}% a change of less than about "
        f"{two:.1f} points, or a difference of less than about {one:.1f}, can be chance; at a higher rate more, at a lower "
        "rate less. Rates of young people rest on fewer answers and can differ by more. The allowance is a convention."
    )
    return Check("sampling_error", "informational", text)


def _sudden_checks(panels: dict[str, Panel], table: pd.DataFrame, region: str) -> list[Check]:
    """Changes in one year that few regions see: a break may have gone unmarked."""
    found = []
    for key in table["indicator"]:
        for check in jump_checks(panels[key], [region]):
            text = f"{panels[key].indicator.label}: {_low(check.sentence)}"
            found.append(Check(f"{check.name}_{key}", check.status, text))
    return found


def _low(label: str) -> str:
    return label if label.startswith("GDP") else label[:1].lower() + label[1:]


def _gap_checks(table: pd.DataFrame) -> tuple[Check, ...]:
    gaps = table[table["value"].isna()]
    if gaps.empty:
        return (
            Check(
                "complete", "passed", "The region has a value of every indicator that is held for regions."
            ),
        )
    what = listed(
        f"{_low(label)} ({year})" for label, year in zip(gaps["label"], gaps["period"], strict=True)
    )
    return (Check("complete", "failed", f"The region has no value of {what}."),)


def _flag_checks(table: pd.DataFrame) -> tuple[Check, ...]:
    marked = table[table["flag"].notna()]
    if marked.empty:
        return ()
    cells = zip(marked["label"], marked["period"], marked["flag"], strict=True)
    told = [f"{_low(a)} ({y}): {listed(FLAG_WORDS.get(f, f) for f in str(v).split())}" for a, y, v in cells]
    return (Check("flags", "informational", f"Values marked by the source: {'; '.join(told)}."),)


def _reference_checks(table: pd.DataFrame) -> tuple[Check, ...]:
    checks = []
    for column, what in (("eu_how", "EU"), ("national_how", "national")):
        lacking = [_low(x) for x in table.loc[table[column] == "missing", "label"]]
        quarters = [_low(x) for x in table.loc[table[column] == "mean of four quarters", "label"]]
        if lacking:
            text = f"No {what} value is held for {listed(lacking)}, so that distance is left empty."
            checks.append(Check(f"{what.lower()}_values", "failed", text))
        if quarters:
            text = (
                f"The {what} value is the mean of four seasonally adjusted quarters for {listed(quarters)}."
            )
            checks.append(Check(f"{what.lower()}_quarters", "informational", text))
    return tuple(checks)


def _break_checks(table: pd.DataFrame, now: pd.DataFrame) -> tuple[Check, ...]:
    over = table[table["crosses_break"]]
    told = [
        f"the change in {_low(label)} since {a}"
        for label, a in zip(over["label"], over["change_from"], strict=True)
    ]
    told += (
        ["the class, which is kept from before it or changed over it"] if now["crosses_break"].any() else []
    )
    if not told:
        return (
            Check(
                "break_2021",
                "passed",
                "No change and no class shown here crosses the 2021 break in the survey.",
            ),
        )
    return (Check("break_2021", "failed", f"{LFS_BREAK_SENTENCE} It affects {listed(told)}."),)
