"""Analyse a trial as it was planned, and say what was done otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from almpo_kit.experiments.planning.trial_result import TrialResult
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan


def analyse(
    plan: TrialPlan,
    assignments: Any,
    data: pd.DataFrame,
    *,
    outcomes: Sequence[str | TrialOutcome] | None = None,
    estimator: str | None = None,
    covariates: Sequence[str] | None = None,
    subgroups: Sequence[str] | None = None,
    alpha: float | None = None,
    missing: str | None = None,
    looks: int | None = None,
    deviations: Mapping[str, str] | None = None,
    plan_digest: str = "",
    list_digest: str = "",
    list_now: str = "",
    draw_digest: str = "",
    draw_now: str = "",
    shares: pd.DataFrame | None = None,
    draws: int = 2000,
    seed: int = 0,
    id: str = "id",
    received: str = "received",
    progress: Callable[[int, int], None] | None = None,
) -> TrialResult:
    """Analyse a trial as planned (options as in :func:`hold_to_plan`)."""
    raise DesignError("not yet there")
