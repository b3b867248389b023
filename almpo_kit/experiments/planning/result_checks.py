"""What was checked about the result of a trial, beside its plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.estimating.estimators import adjusts
from almpo_kit.experiments.planning.effect_rows import Estimated, estimated, factor_of
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.experiments.planning.result_words import told
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def checks_of_bounds(bounds: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Check]:
    """Whether the unknown could undo the verdict."""
    if bounds.empty:
        return
    for row in rows.to_dict("records"):
        mine = bounds[bounds["arm"] == row["arm"]].set_index("bound")
        lee = mine.loc["Lee"]
        decided = row["low"] > 0 or row["high"] < 0
        held = decided and (lee["interval_low"] > 0 or lee["interval_high"] < 0)
        ends = f"{number(lee['low'])} and {number(lee['high'])}"
        text = (
            f"If {row['arm']} only made people easier to find, or only harder, the effect lies between {ends} (Lee’s bounds; with "
            f"chance {number(lee['interval_low'])} to {number(lee['interval_high'])})."
        )
        if "worst case" in mine.index:
            worst = mine.loc["worst case"]
            text += (
                f" With no assumption about the unknown: {number(worst['low'])} to {number(worst['high'])}."
            )
        status: Any = "informational" if not decided else "passed" if held else "failed"
        if decided and not held:
            text += " So those who were not found could undo the verdict."
        yield Check(f"bounds {row['arm']}", status, text)


def checks_without_bounds(main: Estimated, why: str) -> tuple[Check, ...]:
    """That no bounds are told though outcomes are unknown, and why; nothing where everybody is known."""
    if main.data.known.all():
        return ()
    text = (
        f"Some outcomes are unknown, and no bounds are given for what they could change: {why}, and bounds made of such means would "
        "not be valid. Find more of these people, or compare the arms’ shares of unknown outcomes."
    )
    return (Check("bounds", "informational", text),)


def checks_of_late(held: PlanCheck, rows: pd.DataFrame, main: Estimated, left_out: bool) -> Iterator[Check]:
    """The same with late entrants in, where they are left out, or without them."""
    late = (held.joined.rows["entered"] == "late").to_numpy()
    if not late.any():
        return
    part = held.joined.rows if left_out else held.joined.rows[~late].reset_index(drop=True)
    try:
        other = estimated(held, part, main.outcome, primary=True)
    except AlmpoError:
        return
    f = factor_of(main.outcome)
    for row, fit in zip(rows.to_dict("records"), other.fits, strict=True):
        said = told(
            dict(row) | {"effect": f * fit.effect, "low": f * fit.low, "high": f * fit.high},
            main.outcome,
            1 - held.asked.alpha,
        )
        way = (
            "who entered a group after it was drawn are left out; with them"
            if left_out
            else "are in; without"
        )
        yield Check("late entrants", "informational", f"Late entrants {way}: {said}.")


def checks_of_estimate(main: Estimated, held: PlanCheck) -> Iterator[Check]:
    """Notes of the estimator, few groups, covariates that it does not use, an unequal draw."""
    for note in dict.fromkeys(n for fit in main.fits for n in fit.notes):
        yield Check("estimate", "informational", note)
    groups = main.fits[0].clusters
    if 0 < groups < 10:
        told_so = (
            f"Only {groups} groups were compared. Intervals allow for that, but no more than one group that is out of line "
            "may be needed to change the result."
        )
        yield Check("few groups", "informational", told_so)
    yield from _not_adjusted(held)
    yield from _unequal(main)


def _not_adjusted(held: PlanCheck) -> Iterator[Check]:
    named, kinds = held.asked.estimator, {o.kind for o in held.asked.outcomes}
    if not held.asked.covariates or named == "adaptive":
        return
    without = {k for k in kinds if not adjusts(named, duration=k == "duration")}
    if without:
        what = "" if without == kinds and not adjusts(named, duration=False) else "durations "
        text = f"The estimator “{named}” does not adjust {what}for {', '.join(held.asked.covariates)}."
        yield Check("covariates", "informational", text)


def _unequal(main: Estimated) -> Iterator[Check]:
    y = main.data.y
    flat = [
        a for k, a in enumerate(main.data.arms) if len(np.unique(y[(main.data.arm == k) & ~np.isnan(y)])) < 2
    ]
    if flat:
        yield Check(
            "no spread",
            "failed",
            f"Everybody in {flat[0]} has the same outcome; look whether it was recorded.",
        )


def checks_of_roles(
    roles: Mapping[str, int], few: Sequence[str], differ: Mapping[str, float]
) -> Iterator[Check]:
    """How rows that carry no verdict are to be read."""
    if roles.get("secondary"):
        yield Check(
            "secondary outcomes",
            "informational",
            f"{roles['secondary']} secondary effects are exploratory: they are not corrected for being many, and of 20 that are "
            "nothing one looks like something.",
        )
    for column, p in differ.items():
        apart = (
            "differ by more than luck would explain"
            if p < 0.05
            else "do not differ by more than luck explains"
        )
        yield Check(
            f"groups by {column}",
            "informational",
            f"Effects shown apart by {column} {apart} (p = {p:.2f}); exploratory.",
        )
    if few:
        told_so = f"{len(few)} groups are not shown, because an arm has fewer than ten people in them."
        yield Check("groups not shown", "informational", told_so)
