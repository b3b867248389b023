"""What came before what: programme before outcome, covariates before programme, and who had to wait to take part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.calendar import month_numbers
from almpo_kit.evaluation.designs.checks.remark import Remark, caution, holds, listed, note, share, stop
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Covariates that say how long people had waited already.
_WAITED = ("elapsed", "waited", "waiting", "months_unemployed", "duration", "spell")
#: Endings of names of columns that are measured afterwards.
_AFTERWARDS = ("_after", "_post", "_followup", "_follow_up", "_endline", "_outcome", "_exit")


def timing_remarks(persons: pd.DataFrame, plan: Plan, sample: Sample) -> Iterator[Remark]:
    """Whether causes come before effects."""
    yield from _looks_afterwards(plan)
    yield from _copies(persons, plan, sample)
    if plan.started is None or plan.period is not None:
        return
    start, _ = month_numbers(persons[plan.started])
    yield from _starts(plan, sample, start)
    for measure in plan.outcomes:
        if measure.at is not None:
            yield from _before_outcome(
                plan, sample, start, month_numbers(persons[measure.at])[0], measure.label
            )
    if plan.assignment == "matching" and "entry_date" in persons:
        yield from _immortal(plan, sample, start, persons["entry_date"])


def _looks_afterwards(plan: Plan) -> Iterator[Remark]:
    late = [c for c in plan.with_role(*ADJUSTED) if c.lower().endswith(_AFTERWARDS)]
    if late:
        yield caution(
            "bad_control",
            f"{listed(late)} {'is' if len(late) == 1 else 'are'} held constant, but by the name measured after the programme "
            "began. What the programme may have moved is no confounder: give it the role 'mediator' or 'collider', or rename it.",
        )


def _copies(persons: pd.DataFrame, plan: Plan, sample: Sample) -> Iterator[Remark]:
    """Covariates that are an outcome under another name."""
    if plan.period is not None:
        return
    # The first and the last of each outcome stand for its months: a copy of one in between is not worth hours.
    rows = sample.measures.reset_index().query("not months < 0").groupby("outcome", sort=False)["index"]
    names = sample.measures["column"].tolist()
    for column in plan.with_role(*ADJUSTED):
        part = sample.parts[column]
        for j in dict.fromkeys([*rows.min(), *rows.max()]) if part.stop > part.start else ():
            if _same(sample.covariates[:, part.start], sample.outcome[:, j]):
                yield stop(
                    "bad_control",
                    f"“{column}” is held constant but says the same as the outcome “{names[j]}”: what "
                    "became of people cannot be held constant. Take it out of the covariates.",
                )
                break


def _same(x: Array, y: Array, head: int = 1_000) -> bool:
    """Whether one is the other times a number and plus a number, where the second is known."""
    known = ~np.isnan(y[:head])
    if known.sum() > 2 and not _in_line(x[:head][known], y[:head][known]):
        return False
    known = ~np.isnan(y)
    return bool(
        known.sum() > 2 and x[known].std() > 0 and y[known].std() > 0 and _in_line(x[known], y[known])
    )


def _in_line(x: Array, y: Array) -> bool:
    spread = len(x) * x.std() * y.std()
    # What does not vary in a piece may be in line with anything.
    return bool(spread == 0 or abs(np.dot(x - x.mean(), y - y.mean())) > (1 - 1e-9) * spread)


def _starts(plan: Plan, sample: Sample, start: Array) -> Iterator[Remark]:
    treated = sample.arm > 0
    undated = int((treated & np.isnan(start)).sum())
    if undated:
        yield caution(
            "no_start",
            f"For {share(undated, int(treated.sum()))} of those in a programme “{plan.started}” is empty: whether it began before "
            "the outcome cannot be said.",
        )
    later = int((~treated & ~np.isnan(start)).sum())
    if later:
        yield note(
            "later_entry",
            f"{share(later, int((~treated).sum()))} of “{plan.comparison}” began a programme later. That is right: they had not "
            "begun when they were compared, and leaving them out would choose people by their future.",
        )
    elif plan.assignment == "matching":
        yield caution(
            "conditioning_on_future",
            f"Nobody of “{plan.comparison}” ever began a programme. Where everybody may enter sooner or later, those who never "
            "did are those who found work first: choosing them looks into the future. Compare with people who had not begun "
            "yet (evaluation.entering_or_waiting).",
        )


def _before_outcome(plan: Plan, sample: Sample, start: Array, at: Array, label: str) -> Iterator[Remark]:
    treated = sample.arm > 0
    late = treated & (start > at)
    if late.any():
        yield stop(
            "treatment_after_outcome",
            f"{share(int(late.sum()), int(treated.sum()))} of those in a programme began it after {label} was measured: it cannot "
            "have caused it. Use a later measurement, or count them as not having begun.",
        )
    else:
        yield holds("treatment_before_outcome", f"Every programme began before {label} was measured.")


def _immortal(plan: Plan, sample: Sample, start: Array, entry_date: pd.Series) -> Iterator[Remark]:
    """People who are called treated because they were still there to begin."""
    began, _ = month_numbers(entry_date)
    wait = (start - began)[sample.arm > 0]
    wait = wait[~np.isnan(wait)]
    strata = plan.block is not None or any(
        any(w in c.lower() for w in _WAITED) for c in plan.with_role(*ADJUSTED)
    )
    if not len(wait) or wait.mean() < 1:
        return
    told = f"Those in a programme began it {number(float(wait.mean()), 1)} months after unemployment began, on average. "
    if strata:
        yield note(
            "waiting",
            f"{told}They are compared with people who had waited alike only if the strata are those of months waited.",
        )
        return
    yield stop(
        "immortal_time",
        f"{told}To be counted they had to stay unemployed until then, while whoever found work earlier is counted in "
        f"“{plan.comparison}”: that makes the programme look bad from the start, or good if outcomes are counted from its "
        "beginning (immortal time). Compare those who begin in a month with those still waiting in it "
        "(evaluation.entering_or_waiting), or name the strata of months waited as block.",
    )
