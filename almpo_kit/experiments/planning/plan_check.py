"""What was done otherwise than planned, as a Finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from almpo_kit.experiments.planning.asked_analysis import AskedAnalysis
from almpo_kit.experiments.planning.deviation import Deviation
from almpo_kit.experiments.planning.joined_rows import JoinedRows
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.trial_plans import TrialPlan


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PlanCheck(Finding):
    """What was done otherwise than planned.

    ``table``, one row a deviation: ``what`` (a key of ``deviation.ABOUT``), ``planned``, ``done``, ``reason``, ``serious``.

    Parameters
    ----------
    plan : TrialPlan
    plan_digest : str
        Of the plan that it was held to.
    deviations : tuple of Deviation
        Serious ones first.
    arms : DataFrame
        ``arm, drawn, lost, took_part``; shares that would tell of fewer than ten are missing.
    asked : AskedAnalysis
        What is analysed, and how.
    joined : JoinedRows
        Draw and outcomes by person; never rendered.
    shares : DataFrame or None
        Adaptive trials: ``batch, (stratum), arm, share``.
    """

    plan: TrialPlan
    plan_digest: str
    deviations: tuple[Deviation, ...]
    arms: pd.DataFrame
    asked: AskedAnalysis
    joined: JoinedRows
    shares: pd.DataFrame | None = None

    @property
    def serious(self) -> tuple[Deviation, ...]:
        """Deviations that the verdict can hang on."""
        return tuple(d for d in self.deviations if d.serious)

    def metrics(self) -> Mapping[str, float]:
        """Number of deviations, and of serious ones."""
        return {
            "deviations": float(len(self.deviations)),
            "serious_deviations": float(len(self.serious)),
        }
