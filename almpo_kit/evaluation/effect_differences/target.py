"""Which effect is looked at: one outcome, over which months, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Target:
    """One outcome, as the mean over some of the months it was measured in.

    Parameters
    ----------
    columns : tuple of int
        Of ``sample.outcome``.
    outcome, unit, label : str
    months : tuple of float
    """

    columns: tuple[int, ...]
    outcome: str
    unit: str
    label: str
    months: tuple[float, ...]

    @property
    def unit_words(self) -> str:
        """The unit as it is told, e.g. "points"."""
        return UNITS[self.unit][0] if self.unit in UNITS else self.unit.replace("_", " ")

    @property
    def when(self) -> str:
        """``""``, ``"at month 24"`` or ``"on average over 36 months (1 to 36)"``."""
        known = [m for m in self.months if m == m]
        if not known:
            return ""
        if len(known) == 1:
            return f"at month {number(known[0], 0)}"
        return f"on average over {len(known)} measured months ({number(min(known), 0)} to {number(max(known), 0)})"

    def mean(self, values: Array) -> Array:
        """The mean over the months, along the last axis."""
        found: Array = values[..., list(self.columns)].mean(axis=-1).astype(float)
        return found


def target(sample: Sample, outcome: str | None, months: float | Sequence[float] | None) -> Target:
    """Choose what is looked at.

    Parameters
    ----------
    sample : Sample
    outcome : str or None
        The first of the plan when left out.
    months : float, sequence of float or None
        All months after entry when left out.

    Raises
    ------
    ParameterError
        An outcome or a month that was not measured.
    """
    measures = sample.measures.reset_index(drop=True)
    known = list(dict.fromkeys(measures["outcome"].astype(str)))
    chosen = known[0] if outcome is None else outcome
    if chosen not in known:
        raise ParameterError(f"outcome={outcome!r} was not measured; choose one of {', '.join(known)}.")
    rows = measures[measures["outcome"] == chosen]
    rows = rows[rows["unit"] == rows["unit"].iloc[0]]
    after = rows[rows["months"].isna() | (rows["months"] > 0)]
    if months is None:
        rows = after if len(after) else rows
    else:
        wanted = [float(months)] if isinstance(months, int | float) else [float(m) for m in months]
        there = [float(m) for m in rows["months"] if m == m]
        missing = [m for m in wanted if m not in there]
        if missing or not wanted:
            raise ParameterError(
                f"months={months!r}: {chosen} was measured at months {', '.join(f'{m:g}' for m in there) or '(not stated)'}."
            )
        rows = rows[rows["months"].isin(wanted)]
    first = rows.iloc[0]
    return Target(
        tuple(int(i) for i in rows.index),
        chosen,
        str(first["unit"]),
        str(first["label"]),
        tuple(float(m) for m in rows["months"]),
    )
