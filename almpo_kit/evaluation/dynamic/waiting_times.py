"""From a register to durations: months until a job, and until a programme was entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.roles import RoleName
from almpo_kit.evaluation.dynamic.before_and_after import history_columns
from almpo_kit.evaluation.dynamic.month_numbers import NEVER, month_numbers
from almpo_kit.evaluation.dynamic.paths import Paths, paths
from almpo_kit.evaluation.dynamic.risk_sets import Moments
from almpo_kit.evaluation.dynamic.waiting_checks import count
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions, is_synthetic, provenance, stamp
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WaitingTimes(Finding):
    """Durations of waiting, ready for the timing of events. ``table``: ``how it ended, persons, share``.

    Parameters
    ----------
    persons : DataFrame
        A ``persons`` frame, one row a person: ``treatment``, ``months_waited``, ``found_job``, ``months_until_entry``,
        history columns; never shown.
    covariates : mapping of str to str
        The columns made here and their roles.
    """

    persons: pd.DataFrame
    covariates: Mapping[str, RoleName] = field(default_factory=dict)


def waiting_times(
    persons: pd.DataFrame,
    entries: pd.DataFrame,
    months: pd.DataFrame,
    *,
    arms: Sequence[str] | Mapping[str, str] | None = None,
    comparison: str = "no programme",
    longest: int = 36,
    history: int = 24,
) -> WaitingTimes:
    """Months from the beginning of unemployment to a job, and to the first programme.

    Waiting ends with the first month in work. It is cut short, without a job, by a month off the register that is neither
    in work nor in a programme, by a month about which nothing is known, by an entry into a programme that is no arm, by
    ``longest`` and by the end of the data: leaving the register is not a job.

    Parameters
    ----------
    persons, entries, months, arms
        As in :func:`entering_or_waiting`; with ``end`` in the entries frame months in a programme count as waiting.
    comparison : str
        What those who did not enter before they left are called.
    longest : int
        Months that are looked at.
    history : int
        Months before unemployment that history columns are made of.

    Returns
    -------
    WaitingTimes
        ``.persons`` goes into ``design(…, assignment="timing_of_events", comparison="no programme",
        outcomes=measured("found_job", outcome="job_finding_rate", unit="log_hazard_ratio"), left="months_waited",
        left_to_job="found_job", entered="months_until_entry", covariates={…})``.

    Raises
    ------
    FrameError, ParameterError, DesignError
    """
    if not isinstance(longest, int) or not 3 <= longest <= 120:
        raise ParameterError(f"longest={longest!r} must be a whole number of months from 3 to 120.")
    held = paths(persons, entries, months, arms=arms, moment="start")
    if comparison in held.arms:
        raise ParameterError(f"comparison={comparison!r} is also the name of a programme; call it otherwise.")
    left, job, why = _ended(held, _last_months(held, entries, persons), longest)
    kept = left >= 1
    if not kept.any():
        raise DesignError(
            "nobody is seen to wait: no entry_date lies within the months of the person_months frame."
        )
    until = held.entered - held.began
    entered = np.where((held.arm > 0) & (until < left) & (held.entered < NEVER), until, -1)
    frame, past = _frame(persons, held, kept, left, job, entered, comparison, history)
    if is_synthetic(persons, entries, months):
        frame["source"] = frame["source"].where(
            frame["source"].str.startswith(SYNTHETIC), f"{SYNTHETIC} " + frame["source"]
        )
    stamp(frame, *data_versions(persons, entries, months))
    ends = pd.Series(np.array(_ENDS, dtype=object)[why[kept]]).value_counts().reindex(_ENDS, fill_value=0)
    table = pd.DataFrame(
        {"ended": ends.index, "persons": ends.to_numpy(), "share": 100 * ends.to_numpy() / kept.sum()}
    )
    small = table["persons"].between(1, 9)
    if small.any():
        # A second number goes with the small one, because all of them add up to a total that is told.
        small |= table["persons"] == table.loc[~small & (table["persons"] > 0), "persons"].min()
    table[["persons", "share"]] = table[["persons", "share"]].mask(small)
    return WaitingTimes(
        question="How long did people wait for a job, and for a programme?",
        sentence=(
            f"{count(int(kept.sum()))} people waited; {number(100 * job[kept].mean(), 0)}% were seen to find a job within {longest} "
            f"months, and {number(100 * (entered[kept] >= 0).mean(), 0)}% entered a programme before that."
        ),
        table=table,
        checks=(
            Check(
                "left_the_register",
                "informational",
                f"Leaving the register is not a job: {number(100 * (why[kept] == 1).mean(), 1)}% left it without one, and are "
                "followed until then.",
            ),
        ),
        provenance=provenance(
            persons,
            entries,
            months,
            method="evaluation.waiting_times",
            options={
                "arms": list(held.arms),
                "comparison": comparison,
                "longest": longest,
                "history": history,
            },
        ),
        persons=frame,
        covariates={
            str(c): "history" for c in past if past[c].notna().any() and past[c].nunique(dropna=False) > 1
        },
    )


#: How waiting ended, by code.
_ENDS = [
    "a job",
    "off the register without a job",
    "not known",
    "a programme that is no arm",
    "end of what is looked at",
]


def _ended(held: Paths, last: Array, longest: int) -> tuple[Array, Array, Array]:
    """Months waited, whether a job ended them, and the code of how they ended."""
    n = len(held.began)
    every = np.arange(n)
    left, job, why = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool), np.full(n, 4)
    waiting = (held.began >= held.first_month) & (held.began <= held.last_month)
    for u in range(longest):
        month = held.began + u
        work, register = (held.at(m, every, month) for m in (held.employed, held.registered))
        inside = (held.entered <= month) & (month <= last)
        other = waiting & (held.arm == -1) & (held.entered == month)
        found = waiting & ~other & (work == 1)
        unknown = waiting & ~other & ~found & (work == -1) & (register != 1) & ~inside
        gone = waiting & ~other & ~found & ~unknown & (register == 0) & ~inside
        over = waiting & (month > held.last_month)
        for code, rows in ((0, found), (1, gone), (2, unknown), (3, other), (4, over)):
            why[rows] = code
        job |= found
        left[found] = u + 1
        waiting = waiting & ~(other | found | unknown | gone | over)
        left[waiting] = u + 1
    return left, job, why


def _last_months(held: Paths, entries: pd.DataFrame, persons: pd.DataFrame) -> Array:
    """Last month of each person's first programme (its first month where the data do not say)."""
    last = held.entered.copy()
    if "end" not in entries:
        return last
    index = pd.Index(persons["id"].astype(str).to_numpy(dtype=object)[held.order])
    row = index.get_indexer(pd.Index(entries["id"].astype(str).to_numpy(dtype=object)))
    begin, end = month_numbers(entries["start"]), month_numbers(entries["end"], missing=-1)
    own = (row >= 0) & (end >= 0) & (begin == held.entered[row])
    np.maximum.at(last, row[own], end[own])
    return last


def _frame(
    persons: pd.DataFrame,
    held: Paths,
    kept: Array,
    left: Array,
    job: Array,
    entered: Array,
    comparison: str,
    history: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = np.flatnonzero(kept)
    own = persons.iloc[held.order[rows]].reset_index(drop=True)
    past = history_columns(
        held, Moments(rows, np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)), history
    )
    names = np.array([comparison, *held.arms], dtype=object)
    arm = np.where(entered[rows] >= 0, held.arm[rows], 0)
    made = pd.DataFrame(
        {
            "id": own["id"].astype(str),
            "treatment": pd.Series(names[arm], dtype="str"),
            "months_waited": left[rows].astype(float),
            "found_job": job[rows].astype(float),
            "months_until_entry": np.where(entered[rows] >= 0, entered[rows], np.nan),
        }
    )
    drop = [c for c in own if c in made or c in past or c == "source"]
    source = own["source"].astype(str) if "source" in own else pd.Series("register", index=own.index)
    return pd.concat([made, own.drop(columns=drop), past, source.rename("source")], axis=1), past
