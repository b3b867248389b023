"""What the outcomes hold: who is missing, what they really measure, and at which times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.checks.remark import Remark, caution, holds, listed, note, share, stop
from almpo_kit.evaluation.designs.measured import Measured
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Percentage points between arms, and per cent in all, from which missing outcomes are a danger to the comparison; a
#: convention, of the size of the What Works Clearinghouse's limits.
DIFFERENCE, OVERALL = 5.0, 20.0
#: Outcomes that a person also has when she goes to no job at all.
NOT_A_JOB = frozenset(
    {
        "ui_exit_probability",
        "no_ui_benefit_receipt",
        "unemployment_duration",
        "days_unemployed",
        "unemployment_probability",
        "benefit_payments",
        "social_assistance_receipt",
        "self_support_rate",
    }
)
#: Outcomes that say that people work.
_WORK = frozenset(
    k
    for k, o in OUTCOMES.items()
    if "work" in o.label or "job" in o.label or o.label == "earnings"
    if k not in NOT_A_JOB and k != "joblessness_probability"
)
#: Parts of names of columns that tell of a register or a benefit, not of work.
_OF_A_REGISTER = ("regist", "unempl", "benefit", "exit", "left", "claim", "dole", "deregist")


def outcome_remarks(persons: pd.DataFrame, plan: Plan, sample: Sample) -> Iterator[Remark]:
    """Missing outcomes, values that are odd, outcomes that are no job, and times."""
    yield from _missing(plan, sample)
    yield from _constant(sample)
    yield from _below_zero(plan, sample)
    yield from _not_a_job(persons, plan)
    yield from _times(plan)


def last_known(sample: Sample) -> dict[str, int | None]:
    """Outcome -> its last column that is known for ten people of every arm (one unit); None where there is none."""
    k, least = len(sample.arms), SMALLEST if sample.panel is None else 1
    found: dict[str, int | None] = {}
    for outcome, columns in sample.measures.groupby("outcome", sort=False).indices.items():
        found[str(outcome)] = None
        for j in columns:
            seen = np.bincount(sample.arm, ~np.isnan(sample.outcome[:, j]), minlength=k)
            if (seen >= least).all():
                found[str(outcome)] = int(j)
    return found


def _missing(plan: Plan, sample: Sample) -> Iterator[Remark]:
    for outcome, j in last_known(sample).items():
        label = OUTCOMES[outcome].label
        if j is None:
            yield stop(
                "outcome_in_every_arm",
                f"At no time is the {label} known for people of every arm: there is nothing to compare.",
            )
            continue
        yield from _never_seen(sample, outcome, j)
        yield _missing_at(plan, sample, j, label)


def _never_seen(sample: Sample, outcome: str, j: int) -> Iterator[Remark]:
    """Columns after the last one that is known in every arm."""
    later = np.flatnonzero((sample.measures["outcome"] == outcome).to_numpy())
    later = later[later > j]
    if not len(later):
        return
    months = sample.measures["months"].tolist()
    when = (
        f"month {number(months[j], 0)}"
        if months[j] == months[j]
        else f"“{sample.measures['column'].iloc[j]}”"
    )
    yield caution(
        "not_followed_so_long",
        f"After {when} the {OUTCOMES[outcome].label} is known for fewer than ten people of one arm or more: {number(len(later), 0)} later "
        "measurement(s) say nothing of every arm. Leave them out, or wait until people have been followed so long.",
    )


def _missing_at(plan: Plan, sample: Sample, j: int, label: str) -> Remark:
    gone = np.isnan(sample.outcome[:, j])
    if not gone.any():
        return holds("missing_outcomes", f"The last measurement of {label} is known for everybody.")
    size = np.bincount(sample.arm, minlength=len(plan.arms))
    lost = np.bincount(sample.arm, gone, minlength=len(plan.arms)).astype(int)
    told = ", ".join(
        f"{share(int(x), int(n))} in “{a}”" for a, x, n in zip(plan.arms, lost, size, strict=True)
    )
    month = sample.measures["months"].iloc[j]
    when = "" if month != month else f" (month {number(float(month), 0)})"
    sentence = f"The last measurement of {label}{when} is missing for {told}."
    worst = max(_danger(lost[0], size[0], lost[k], size[k]) for k in range(1, len(plan.arms)))
    if worst or 100 * gone.mean() > OVERALL:
        return caution(
            "missing_outcomes",
            f"{sentence} Those who are missing may have fared differently, and not alike in the arms; "
            "evaluation.bounds(…) says how much that could matter.",
        )
    return note("missing_outcomes", f"{sentence} evaluation.bounds(…) says how much that could matter.")


def _danger(lost0: int, size0: int, lost1: int, size1: int) -> bool:
    """Whether the arms lost people at rates that differ by much, or by more than chance and a little."""
    p0, p1 = lost0 / size0, lost1 / size1
    pooled = (lost0 + lost1) / (size0 + size1)
    error = np.sqrt(pooled * (1 - pooled) * (1 / size0 + 1 / size1))
    difference = 100 * abs(p1 - p0)
    return bool(difference > DIFFERENCE or (difference > 1 and error > 0 and difference > 196 * error))


def _constant(sample: Sample) -> Iterator[Remark]:
    for outcome, rows in sample.measures.groupby("outcome", sort=False).indices.items():
        # A piece that varies settles it without looking at every month of everybody.
        head = sample.outcome[:1_000, rows]
        if len(np.unique(head[~np.isnan(head)])) > 1:
            continue
        x = sample.outcome[:, rows]
        if np.nanmax(x) == np.nanmin(x):
            yield stop(
                "constant_outcome",
                f"The {OUTCOMES[str(outcome)].label} is the same for everybody at every time: there is nothing to explain.",
            )


def _below_zero(plan: Plan, sample: Sample) -> Iterator[Remark]:
    for measure in plan.outcomes:
        if OUTCOMES[measure.outcome].measure != "money":
            continue
        x = sample.outcome[:, _columns(sample, measure)]
        below = int((x < 0).any(axis=1).sum())
        if below:
            yield note(
                "below_zero",
                f"{share(below, len(x))} have {measure.label} below zero (losses, corrections); they are kept as they are.",
            )


def _columns(sample: Sample, measure: Measured) -> Array:
    return np.flatnonzero(sample.measures["column"].isin(measure.columns).to_numpy())


def _not_a_job(persons: pd.DataFrame, plan: Plan) -> Iterator[Remark]:
    asked = {m.outcome for m in plan.outcomes}
    labels = [OUTCOMES[o].label for o in sorted(asked & NOT_A_JOB)]
    if labels:
        beside = bool(asked & _WORK)
        told = (
            f"Leaving the register or a benefit is not a job: {listed(labels)} also change{'s' if len(labels) == 1 else ''} when "
            "people give up, fall ill, retire or are struck off. "
        )
        yield (
            note("leaving_is_not_a_job", told + "Read it beside the outcomes that say who works.")
            if beside
            else caution(
                "leaving_is_not_a_job",
                told + "Add an outcome that says who works, e.g. employment_probability.",
            )
        )
    for measure in plan.outcomes:
        if measure.outcome not in _WORK or OUTCOMES[measure.outcome].measure != "chance":
            continue
        named = [c for c in measure.columns if any(p in c.lower() for p in _OF_A_REGISTER)]
        turned = [] if named else _only_off_the_register(persons, measure)
        if named or turned:
            yield caution(
                "leaving_is_not_a_job",
                f"{listed(named or [c for c, _ in turned])} {'is' if len(named or turned) == 1 else 'are'} told as "
                f"{measure.label}, but "
                + (
                    "by the name it says who left a register."
                    if named
                    else f"it is nothing but the opposite of {listed([r for _, r in turned])}."
                )
                + " Leaving the register is not a job.",
            )


def _only_off_the_register(persons: pd.DataFrame, measure: Measured) -> list[tuple[str, str]]:
    """Outcome columns that are 1 exactly where a column about a register is 0."""
    registers = [
        c
        for c in persons.columns
        if any(p in str(c).lower() for p in _OF_A_REGISTER[:3])
        and pd.api.types.is_numeric_dtype(persons[c].dtype)
    ]
    found = []
    for column in measure.columns if registers else ():
        x = persons[column].to_numpy(dtype=float, na_value=np.nan)
        for register in registers:
            y = persons[register].to_numpy(dtype=float, na_value=np.nan)
            if (
                np.isin(y[~np.isnan(y)], (0, 1)).all()
                and len(np.unique(y)) > 1
                and np.array_equal(x, 1 - y, equal_nan=True)
            ):
                found.append((column, str(register)))
                break
    return found


def _times(plan: Plan) -> Iterator[Remark]:
    if plan.period is not None or plan.left is not None:
        return
    for measure in plan.outcomes:
        months = [m for m in measure.months if m == m and m >= 0]
        if len(measure.months) > 1 and len(months) > 1:
            continue
        when = f" ({number(months[0], 0)} months after entry)" if months else ""
        yield note(
            "end_point_only",
            f"{measure.label.capitalize()} is known at one time only{when}: nothing can be said of the months in which people are "
            "locked in, nor of the sum over time. Give a column a month where the register has them.",
        )
