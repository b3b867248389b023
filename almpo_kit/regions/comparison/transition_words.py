"""What is said of moves between classes, and every reason to doubt it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK_SENTENCE
from almpo_kit.regions.comparison.class_series import ClassSeries
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def transition_sentence(
    series: ClassSeries, table: pd.DataFrame, fields: Mapping[str, Any], step: int, ends: tuple[str, str]
) -> str:
    """The answer in plain language."""
    when = "from one year to the next" if step == 1 else f"over {step} years"
    without = " (without those that cross the break of 2021)" if fields["n_excluded"] else ""
    stayed = 100 * (1 - fields["moved"])
    head = (
        f"Of {number(fields['n_moves'], 0)} moves {when} between {series.what}, {ends[0]}–{ends[1]}{without}, "
        f"{number(stayed, 0)}% stayed in their class"
    )
    same = table[(table["from_class"] == table["to_class"]) & ~table["thin"]]
    ends_of = same[same["from_class"].isin([series.labels[0], series.labels[-1]])]
    parts = [
        f"{number(100 * p, 0)}% in “{name}” (95%: {number(100 * low, 0)} to {number(100 * high, 0)}%)"
        for name, p, low, high in zip(
            ends_of["from_class"], ends_of["probability"], ends_of["low"], ends_of["high"], strict=True
        )
    ]
    text = f"{head}: {listed(parts)}." if parts else f"{head}."
    return f"{text}{_chance(fields)}"


def _chance(fields: Mapping[str, Any]) -> str:
    by_chance, moved = float(fields["moved_by_chance"]), float(fields["moved"])
    if math.isnan(by_chance):
        return ""
    chance = f"sampling error alone could make up to about {number(100 * by_chance, 0)}% do so"
    told = ", so most of these moves cannot be told from chance" if by_chance >= moved / 2 else ""
    return f" {number(100 * moved, 0)}% changed class; {chance}{told}."


def transition_checks(
    series: ClassSeries,
    used: pd.DataFrame,
    table: pd.DataFrame,
    fields: Mapping[str, Any],
    p: float,
    why_not: str,
    *,
    across_break: bool,
    survey: bool,
) -> tuple[Check, ...]:
    """Every check on the moves."""
    return (
        *_break_check(used, fields["n_excluded"], across_break=across_break, survey=survey),
        _thin_check(table),
        *_chance_check(fields),
        *_time_check(p),
        _ergodic_check(why_not),
        Check(
            "independence",
            "informational",
            "Intervals of single probabilities count each region and year as independent; regions of a country "
            "move together, so they are too narrow. That of the mobility index draws countries again.",
        ),
    )


def _break_check(used: pd.DataFrame, excluded: int, *, across_break: bool, survey: bool) -> tuple[Check, ...]:
    if not survey:
        return ()
    over = int(used["crosses_break"].sum())
    if across_break and over:
        text = f"{LFS_BREAK_SENTENCE} {over} moves cross it and are counted all the same, as asked."
        return (Check("break_2021", "failed", text),)
    if excluded:
        text = f"{LFS_BREAK_SENTENCE} {excluded} moves that cross it are left out."
        return (Check("break_2021", "informational", text),)
    return (Check("break_2021", "passed", "No move counted here crosses the 2021 break in the survey."),)


def _thin_check(table: pd.DataFrame) -> Check:
    thin = table.loc[table["thin"], ["from_class", "origins"]].drop_duplicates()
    if thin.empty:
        return Check("enough_moves", "passed", "Every class has enough moves out of it.")
    names = listed(
        f"{name} ({n})" for name, n in zip(thin["from_class"], thin["origins"].astype(int), strict=True)
    )
    text = f"Too few moves to give probabilities out of: {names}."
    return Check("enough_moves", "failed", text)


def _chance_check(fields: Mapping[str, Any]) -> tuple[Check, ...]:
    by_chance, moved = float(fields["moved_by_chance"]), float(fields["moved"])
    if math.isnan(by_chance):
        return ()
    text = (
        f"{number(100 * moved, 0)}% of pairs changed class; if no region had changed at all, sampling error would "
        f"have moved up to about {number(100 * by_chance, 0)}% – less where the samples of two years overlap."
    )
    return (Check("sampling_error", "failed" if by_chance >= moved / 2 else "passed", text),)


def chance_words(p: float) -> str:
    """``p = 0.03``, ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def _time_check(p: float) -> tuple[Check, ...]:
    if math.isnan(p):
        return ()
    if p < 0.05:
        text = f"Moves differed between years ({chance_words(p)}): the matrix is an average of unlike years."
        return (Check("same_over_time", "failed", text),)
    return (
        Check("same_over_time", "passed", f"Moves did not clearly differ between years ({chance_words(p)})."),
    )


def _ergodic_check(why_not: str) -> Check:
    if why_not:
        return Check("ergodic", "informational", f"No long-run distribution is given: {why_not}.")
    text = (
        "The long-run distribution says where regions would settle if they went on moving as they did; it is "
        "no forecast."
    )
    return Check("ergodic", "informational", text)
