"""Immortal time: months in which only one of the groups could not yet have left."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evaluation.dynamic.month_numbers import NEVER, month_numbers
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Mean months of waiting, beyond those of the comparison, from which people are said to be classified by later entry.
NO_WAIT = 0.5


def immortal_check(
    persons: pd.DataFrame,
    *,
    comparison: str,
    started: str,
    treatment: str = "treatment",
    began: str = "entry_date",
    entries: pd.DataFrame | None = None,
) -> Check | None:
    """Whether the arms of a design are defined by what happened after its clock began.

    Parameters
    ----------
    persons : DataFrame, shape (n, ...)
    comparison : str
        The arm compared with.
    started : str
        Column with the month ("2024-05") of entry, or of the moment compared; used where ``entries`` is not given.
    treatment, began : str
        Columns with the arm, and with the month in which the clock began (unemployment, in registers).
    entries : DataFrame, optional
        A ``programme_entries`` frame: the first start since ``began`` counts.

    Returns
    -------
    Check or None
        None where it cannot be asked: no such columns, or nobody with both months.

    References
    ----------
    Suissa (2008) Am. J. Epidemiol. 167, 492-499; Fredriksson and Johansson (2008) J. Bus. Econ. Stat. 26, 435-445.
    """
    if began not in persons or treatment not in persons or (entries is None and started not in persons):
        return None
    clock = month_numbers(persons[began], missing=-NEVER)
    start = (
        month_numbers(persons[started], missing=NEVER)
        if entries is None
        else first_starts(persons, entries, clock)
    )
    known = (clock > -NEVER) & (start < NEVER)
    treated = (persons[treatment].astype(str) != comparison).to_numpy()
    if not (known & treated).any():
        return None
    # People aligned at a moment of their own have one in the comparison too; then waiting is alike in both.
    aligned = known & ~treated if entries is None else np.zeros(len(known), dtype=bool)
    base = float((start - clock)[aligned].mean()) if aligned.mean() > 0.5 * (~treated).mean() else 0.0
    wait = float((start - clock)[known & treated].mean()) - base
    if wait <= NO_WAIT:
        return Check(
            "immortal_time",
            "passed",
            "Arms were known when the clock began; nobody had to stay without a job to enter one.",
        )
    return Check(
        "immortal_time",
        "failed",
        f"People are classified by what they entered later: on average {number(wait, 1)} months after the clock began. In these "
        f"months those in the programmes cannot have left for a job, or they would not have entered, while “{comparison}” holds "
        "everybody who left early (immortal-time bias; it makes programmes look worse, the more the later they begin). Compare "
        "people who enter with people who had waited as long: entering_or_waiting(persons, entries, months).",
    )


def first_starts(persons: pd.DataFrame, entries: pd.DataFrame, clock: np.ndarray) -> np.ndarray:
    """Month of each person's first start since the clock began; ``NEVER`` without one."""
    row = pd.Index(persons["id"].astype(str)).get_indexer(entries["id"].astype(str))
    start = month_numbers(entries["start"])
    fits = (row >= 0) & (start >= clock[row])
    found = np.full(len(persons), NEVER)
    np.minimum.at(found, row[fits], start[fits])
    return found
