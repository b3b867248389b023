"""What asking who ever entered does to a comparison, beside asking who entered now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.dynamic.month_numbers import NEVER
from almpo_kit.evaluation.dynamic.paths import Paths, paths
from almpo_kit.evaluation.dynamic.risk_sets import Moments, at_risk, moments
from almpo_kit.evaluation.dynamic.stratified import stratified_difference
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import interval, number

Array = np.ndarray[Any, np.dtype[Any]]


def immortal_time(
    persons: pd.DataFrame,
    entries: pd.DataFrame,
    months: pd.DataFrame,
    *,
    arms: Sequence[str] | Mapping[str, str] | None = None,
    at: Sequence[int] = (6, 12, 24),
    longest: int = 24,
) -> Finding:
    """Show what classifying people by later entry does.

    Two comparisons of the chance of being in work, neither adjusted for who enters: people who ever entered with people
    who never did, counted from the month in which unemployment began; and people who entered with people who had waited as
    long and had not entered by then, counted from that month. They differ by what they ask, and by immortal time.

    Parameters
    ----------
    persons, entries, months : DataFrame
        As in :func:`entering_or_waiting`.
    arms : sequence of str or mapping, optional
    at : sequence of int
        Months of the outcomes.
    longest : int
        Months of unemployment within which entries are looked at.

    Returns
    -------
    Finding
        ``table``: ``arm, months, mean_wait, ever_against_never, ever_low, ever_high, entering_against_waiting,
        entering_low, entering_high``, in percentage points with 95% intervals clustered by person; one row an arm and month.

    Raises
    ------
    FrameError, ParameterError, DesignError
    """
    wanted = sorted({int(m) for m in at})
    if not wanted or min(wanted) < 1 or max(wanted) > 240:
        raise ParameterError(f"at={tuple(at)!r} must be months from 1 to 240, e.g. at=(6, 12, 24).")
    held = paths(persons, entries, months, arms=arms, moment="start")
    risk = at_risk(held, longest)
    rows, _ = moments(held, risk, strata_months=1, horizon=max(wanted), every_month=True, seed=0)
    table = _table(held, rows, wanted)
    if not len(table):
        raise DesignError(
            f"fewer than {SMALLEST} people entered each programme while waiting, with {max(wanted)} months after it in the data; "
            "shorten at, e.g. at=(6, 12)."
        )
    wait = float(np.average(table["mean_wait"]))
    return Finding(
        question="What does it do to ask who ever entered a programme?",
        sentence=_sentence(table),
        table=table.round(2),
        checks=(
            Check(
                "immortal_time",
                "failed" if wait > 0.5 else "passed",
                f"Whoever entered had to stay without a job until then, {number(wait, 1)} months on average; whoever never "
                "entered did not. Counting from the beginning of unemployment holds that against the programmes.",
            ),
            Check(
                "not_adjusted",
                "informational",
                "Neither comparison holds constant who enters; both are shown only to see what the first way of asking does.",
            ),
        ),
        provenance=provenance(
            persons,
            entries,
            months,
            method="evaluation.immortal_time",
            options={"arms": list(held.arms), "at": wanted, "longest": longest},
        ),
    )


def _table(held: Paths, rows: Moments, wanted: list[int]) -> pd.DataFrame:
    work = np.where(held.employed < 0, np.nan, 100.0 * held.employed)
    followed = (held.began >= held.first_month) & (held.began + max(wanted) <= held.last_month)
    never = held.entered == NEVER
    month = held.began[rows.person] + rows.elapsed
    every = np.arange(len(never))
    made = []
    for k, arm in enumerate(held.arms, start=1):
        ever = held.arm == k
        people = followed & (ever | never)
        here = (rows.arm == k) | (rows.arm == 0)
        if (
            min((ever & people).sum(), (never & people).sum(), (rows.arm == k).sum(), (rows.arm == 0).sum())
            < SMALLEST
        ):
            continue
        wait = float((held.entered - held.began)[ever & people].mean())
        for m in wanted:
            y = held.at(work, every, held.began + m)[people]
            flat = np.zeros(len(y), dtype=np.int64)
            z = held.at(work, rows.person, month + m)[here]
            naive = stratified_difference(y, ever[people], flat, every[people])
            aligned = stratified_difference(z, rows.arm[here] == k, rows.elapsed[here], rows.person[here])
            made.append((arm, m, wait, *_three(*naive[:2]), *_three(*aligned[:2])))
    columns = ["arm", "months", "mean_wait", "ever_against_never", "ever_low", "ever_high"]
    columns += ["entering_against_waiting", "entering_low", "entering_high"]
    return pd.DataFrame(made, columns=columns)


def _three(value: float, se: float) -> tuple[float, float, float]:
    return value, value - 1.959964 * se, value + 1.959964 * se


def _sentence(table: pd.DataFrame) -> str:
    row = table.iloc[int(np.argmax((table["ever_against_never"] - table["entering_against_waiting"]).abs()))]
    naive = interval(row["ever_against_never"], row["ever_low"], row["ever_high"], "points")
    aligned = interval(row["entering_against_waiting"], row["entering_low"], row["entering_high"], "points")
    return (
        f"After {row['months']} months, people who ever entered {row['arm']} differ in work from people who never entered by "
        f"{naive}, counted from the beginning of unemployment; people who entered differ from people who had waited as long by "
        f"{aligned}, counted from entry. Neither holds constant who enters; what lies between them is mostly time in which "
        "those who entered could not yet have left."
    )
