"""What was noticed about a synthetic control, in sentences."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.differences.difference_words import whose
from almpo_kit.evaluation.differences.placebo_regions import Placebos
from almpo_kit.evaluation.differences.regions import Found, Regions
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Placebos needed for an interval at 95% by rank.
_ENOUGH = 19
_LEVEL, _MUCH = 0.05, 0.6


def fit_checks(
    estimand: str,
    names: list[str],
    held: list[Regions],
    found: list[Found],
    placebos: list[Placebos],
    details: dict[str, Any],
) -> tuple[Check, ...]:
    """The checks of a synthetic control."""
    checks = [whose(estimand)]
    for name, r, f, p in zip(names, held, found, placebos, strict=True):
        checks += [
            _placebo_check(name, p, _told_apart(name, details)),
            *_few(name, p),
            *_donor_check(name, r, details),
        ]
        checks += [*_earlier(name, f, details), *_left_out(name, r)]
    checks.append(_regions())
    return tuple(checks)


def _regions() -> Check:
    said = "Units are taken to be regions or other places and are shown by name; of single persons this would tell too much."
    return Check("units", "informational", said)


def _told_apart(name: str, details: dict[str, Any]) -> bool:
    """Whether the interval of any month after the start excludes no effect."""
    path = details["event_time"]
    path = path[(path["contrast"] == name) & (path["time"] >= 0)]
    return bool(((path["low"] > 0) | (path["high"] < 0)).any())


def _placebo_check(name: str, p: Placebos, told_apart: bool) -> Check:
    """Passed where intervals and placebos both tell an effect from none; failed where only the intervals do."""
    unusual = p.p_value <= _LEVEL
    least = 1 / (len(p.gaps) + 1)
    said = (
        f"{name}: after the start the gap is {'unusual' if unusual else 'not unusual'} among {len(p.gaps)} placebos (p = "
        f"{number(p.p_value, 3)}; the smallest possible is {number(least, 3)})."
    )
    if unusual and told_apart:
        return Check("placebo_regions", "passed", said)
    if not told_apart:
        return Check("placebo_regions", "informational", said)
    more = " The intervals of single months tell it from none all the same; beside how well it fitted before, it is nothing special."
    return Check("placebo_regions", "failed", said + more)


def _few(name: str, p: Placebos) -> list[Check]:
    used = int(p.used.sum())
    if used >= _ENOUGH:
        return []
    said = (
        f"{name}: only {used} donors fit well enough before the start to say what gaps are usual; {_ENOUGH} are needed for a 95% "
        "interval by rank, so intervals suppose that gaps are normally distributed."
    )
    return [Check("few_placebos", "failed", said)]


def _donor_check(name: str, r: Regions, details: dict[str, Any]) -> list[Check]:
    table = details["without_one_donor"]
    table = table[table["contrast"] == name]
    path = details["event_time"]
    after = path[(path["contrast"] == name) & (path["time"] >= 0)]
    effect = float(after["effect"].mean())
    checks = []
    if len(table):
        ends = [float(table["effect"].min()), float(table["effect"].max())]
        turned = min(ends) * effect < 0 or max(ends) * effect < 0
        # Where no month tells an effect from none, its sign says nothing.
        known = _told_apart(name, details)
        said = (
            f"{name}: without any one donor the mean effect lies between {_short(min(ends))} and {_short(max(ends))} (all: "
            f"{_short(effect)})."
        )
        checks.append(
            Check("one_donor", "passed" if not turned else "failed" if known else "informational", said)
        )
    donors = details["donors"]
    donors = donors[donors["contrast"] == name]
    top = donors.groupby("donor")["weight"].sum() / max(donors["treated"].nunique(), 1)
    if len(top) and float(top.max()) > _MUCH:
        said = f"{name}: {top.idxmax()} alone carries {number(100 * float(top.max()), 0)}% of the comparison."
        checks.append(Check("donor_weights", "failed", said))
    return checks


def _earlier(name: str, f: Found, details: dict[str, Any]) -> list[Check]:
    table = details["earlier_start"]
    row = table[table["contrast"] == name].iloc[0]
    if not row["periods"]:
        return []
    usual = max(float(row["rmspe"]), f.rmspe)
    # Weights follow noise before the invented start, so that gaps after it are larger where nothing happened too: donors
    # say how large. Without enough of them, twice the gap before is the limit.
    p = float(row["p_value"])
    if p > _LEVEL or (np.isnan(p) and abs(float(row["gap"])) <= 2 * usual):
        said = f"{name}: with a start {int(row['periods'])} period(s) too early nothing is found, as it should be."
        return [Check("earlier_start", "passed", said)]
    said = (
        f"{name}: with a start {int(row['periods'])} period(s) too early there is a gap of {_short(float(row['gap']))} already: the "
        "donors did not go on moving alike, or the region acted before."
    )
    return [Check("earlier_start", "failed", said)]


def _left_out(name: str, r: Regions) -> list[Check]:
    checks = []
    if r.gaps_left_out:
        said = f"{name}: {r.gaps_left_out} region(s) with gaps cannot be donors."
        checks.append(Check("donors_with_gaps", "informational", said))
    if len(np.unique(r.start)) > 1:
        said = f"{name}: regions started at different times; the path covers the times that all of them have."
        checks.append(Check("common_times", "informational", said))
    return checks


def _short(value: float) -> str:
    return number(value, 0 if abs(value) >= 100 else 2)
