"""How long each person waited for a job, and when she entered a programme while she did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import few_or
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]

#: Durations are months; beyond this they are a mistake (days, a date as a number).
LONGEST = 480


@dataclass(frozen=True, eq=False, repr=False)
class Durations:
    """Months of waiting, as intervals: month j is the time from j - 1 to j months after unemployment began.

    Parameters
    ----------
    left : Array of int, shape (n,)
        Last month observed, 1 …: the month in which a job was found, or in which the person was last seen without one.
    job : Array of bool, shape (n,)
        True when a job was found in month ``left``; anything else (end of the data, off the register, another state) is
        censoring, not a job.
    entered : Array of int, shape (n,)
        Whole months waited before the programme (0 = at once), so that months ``entered`` + 1 … are in or after it; -1
        for those who did not enter before they left.
    """

    left: Array
    job: Array
    entered: Array

    def __len__(self) -> int:
        return len(self.left)

    def __repr__(self) -> str:
        # Rows about persons must not appear in a notebook by accident.
        return f"Durations({len(self)} rows)"

    def rows(self, kept: Array) -> Durations:
        """The durations of some rows (bool or positions)."""
        return Durations(self.left[kept], self.job[kept], self.entered[kept])


def durations_from(
    persons: pd.DataFrame, *, left: str, left_to_job: str, entered: str, in_comparison: Array
) -> Durations:
    """Durations of a persons frame.

    Parameters
    ----------
    persons : DataFrame, shape (n, ...)
    left : str
        Column with the months until a job was found or the person was last seen; fractions of a month count to the
        month they lie in.
    left_to_job : str
        Column with 1 where a job was found then, 0 where not.
    entered : str
        Column with the months until the programme was entered; empty for those who did not.
    in_comparison : Array of bool, shape (n,)
        True for those whose arm is the comparison.

    Raises
    ------
    FrameError
        A column is missing, or holds what cannot be; all problems are listed at once.
    DesignError
        Arm and months of entry contradict each other.
    """
    missing = [c for c in (left, left_to_job, entered) if c not in persons]
    if missing:
        raise FrameError(
            f"the persons frame has no column {', '.join(map(repr, missing))}; durations need three, e.g. "
            'left="months", left_to_job="found_job", entered="months_until_entry".'
        )
    months, job, entry = (_numbers(persons, c) for c in (left, left_to_job, entered))
    problems = _problems({left: months, left_to_job: job, entered: entry})
    if problems:
        raise FrameError("durations cannot be read:\n  " + "\n  ".join(problems))
    whole = np.maximum(np.ceil(months), 1).astype(np.int64)
    before = np.where(np.isnan(entry), -1, np.floor(np.nan_to_num(entry))).astype(np.int64)
    _consistent(whole, before, in_comparison)
    return Durations(whole, job == 1, before)


def _numbers(persons: pd.DataFrame, column: str) -> Array:
    try:
        return persons[column].to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise FrameError(f"column {column!r} must hold numbers (months), not text.") from None


def _problems(columns: Mapping[str, Array]) -> list[str]:
    (left, months), (to_job, job), (entered, entry) = columns.items()
    found = {
        f"{left!r} is missing or not finite": ~np.isfinite(months),
        f"{left!r} is below zero": months < 0,
        f"{left!r} is above {LONGEST} months (are these days?)": months > LONGEST,
        f"{to_job!r} is neither 0 nor 1": ~np.isin(job, (0.0, 1.0)),
        f"{entered!r} is below zero": entry < 0,
        f"{entered!r} is not finite": np.isinf(entry),
    }
    return [f"{what} in {few_or(int(rows.sum()), 'row')}" for what, rows in found.items() if rows.any()]


def _consistent(left: Array, entered: Array, in_comparison: Array) -> None:
    late = (entered >= left) & ~in_comparison
    if late.any():
        raise DesignError(
            f"{late.sum()} person(s) entered a programme after they had left: with timing of events they belong to the "
            "comparison with an empty month of entry, because nobody who has left can enter."
        )
    odd = (entered < 0) != in_comparison
    if odd.any():
        raise DesignError(
            f"arm and month of entry contradict each other in {few_or(int(odd.sum()), 'row')}: those in the comparison must have none, "
            "all others one."
        )


def asked_for(left: str | None, left_to_job: str | None, entered: str | None) -> bool:
    """True when durations are named.

    Raises
    ------
    ParameterError
        Some of the three are named and others not.
    """
    named = [left, left_to_job, entered]
    if any(named) and not all(named):
        raise ParameterError(
            'durations need all three: left="months until job or censoring", left_to_job="1 where a job was found", '
            'entered="months until entry, or empty".'
        )
    return all(n is not None for n in named)
