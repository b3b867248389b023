"""The result of a trial as a Finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from almpo_kit.experiments.planning.asked_analysis import AskedAnalysis
from almpo_kit.experiments.planning.design_words import smallest_in_unit
from almpo_kit.experiments.planning.deviation import Deviation
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.trial_plans import TrialPlan

#: Columns of a result's table.
RESULT_COLUMNS: Final = (
    *("outcome", "role", "group", "arm", "comparison", "effect", "low", "high", "p_value", "p_redrawn"),
    *("unit", "months", "people", "groups", "se", "df"),
)
#: What a row of the table is for.
ROLES: Final = {
    "primary": "planned, and what the verdict is about",
    "secondary": "planned; exploratory, because many are looked at",
    "subgroup": "planned to be shown apart; exploratory",
    "not planned": "thought of later; exploratory, and no evidence",
}
#: Columns of its bounds.
BOUND_COLUMNS: Final = ("arm", "bound", "low", "high", "interval_low", "interval_high", "unit")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrialResult(Finding):
    """What a trial found, held to its plan.

    ``table``, one row an outcome, arm (and group shown apart), the primary outcome first: ``outcome, role`` (a key of
    ``ROLES``), ``group`` ("" for all), ``arm, comparison, effect, low, high, p_value`` (of the estimator, arms corrected as
    planned), ``p_redrawn`` (of re-drawing the lots; NaN where it could not be), ``unit`` (percentage points for shares, log
    hazard ratio for durations), ``months, people, groups, se, df``.

    Parameters
    ----------
    plan : TrialPlan
    plan_digest : str
    deviations : tuple of Deviation
        Serious ones first.
    asked : AskedAnalysis
        What was analysed, and how.
    arms : DataFrame
        ``arm, drawn, lost, took_part``.
    bounds : DataFrame
        ``arm, bound, low, high, interval_low, interval_high, unit``: what the effect on the primary outcome could be, given
        that some are unknown; empty where nobody is.
    estimator : str
    """

    plan: TrialPlan
    plan_digest: str
    deviations: tuple[Deviation, ...]
    asked: AskedAnalysis
    arms: pd.DataFrame
    bounds: pd.DataFrame
    estimator: str

    @property
    def primary(self) -> pd.DataFrame:
        """The rows that the verdict is about; empty where the primary outcome is another than planned."""
        return self.table[self.table["role"] == "primary"]

    @property
    def matters(self) -> float:
        """The smallest effect that would matter, in the unit of the table's primary rows."""
        return smallest_in_unit(self.plan)

    @property
    def serious(self) -> tuple[Deviation, ...]:
        """Deviations that the verdict can hang on."""
        return tuple(d for d in self.deviations if d.serious)

    def metrics(self) -> Mapping[str, float]:
        """Effect, interval and p-value of each arm on the primary outcome, and the number of deviations."""
        found = {"deviations": float(len(self.deviations)), "serious_deviations": float(len(self.serious))}
        for row in self.primary.to_dict("records"):
            for key in ("effect", "low", "high", "p_value"):
                found[f"{key} {row['arm']}"] = float(row[key])
        return found
