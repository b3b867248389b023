"""Effects of an adaptive trial, by the estimator that is valid after it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.inferring.adaptive_effects import adaptive_effects
from almpo_kit.experiments.planning.joined_rows import column_of
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome


def after_adaptive(
    held: PlanCheck, rows: pd.DataFrame, outcome: TrialOutcome, *, primary: bool
) -> tuple[tuple[ContrastFit, ...], tuple[Check, ...]]:
    """Fit one outcome by adaptively weighted scores, and what was checked about it.

    Raises
    ------
    DesignError
        No shares were given.
    FrameError
        The data do not say in which batch somebody was drawn.
    """
    plan, rule = held.plan, held.plan.rule
    if held.shares is None:
        raise DesignError(
            "an adaptive trial is analysed with the shares by which each batch was drawn; give shares=…, a table of batch, arm and "
            "share."
        )
    if "batch" not in rows:
        raise FrameError(
            "an adaptive trial needs the column 'batch' in the draw or the data, as it was drawn."
        )
    strata = rule.strata if rule is not None else ()
    numbers = [c for c in held.asked.covariates if pd.api.types.is_numeric_dtype(column_of(rows, c))]
    names = dict.fromkeys((*strata, *numbers, outcome.name))
    people = rows[["id", "batch", "arm"]].assign(**{c: column_of(rows, c) for c in names})
    for c in numbers:
        people[c] = people[c].astype(float).fillna(people[c].astype(float).mean())
    batches = int(people["batch"].nunique())
    early = rule is not None and batches < rule.batches and (rule.stop_at < 1 or rule.stop_for_harm < 1)
    found = adaptive_effects(
        people,
        held.shares,
        arms=list(plan.design.arms),
        comparison=plan.design.comparison,
        outcome=outcome,
        strata=strata,
        covariates=numbers,
        alpha=held.asked.alpha,
        stopped_early=early,
    )
    together = primary and plan.design.familywise != "none"
    table = found.table[found.table["stratum"] == "all"]
    rows_of = {str(row["arm"]): row for row in table.to_dict("records")}
    fits = tuple(_fit(a, rows_of[a], together) for a in plan.design.programmes if a in rows_of)
    return fits, tuple(c for c in found.checks if primary)


def _fit(arm: str, row: Mapping[Any, Any], together: bool) -> ContrastFit:
    low, high, p = ("all_low", "all_high", "p_adjusted") if together else ("low", "high", "p_value")
    return ContrastFit(
        arm=arm,
        effect=float(row["effect"]),
        se=float(row["se"]),
        df=float(row["df"]),
        low=float(row[low]),
        high=float(row[high]),
        p_value=float(row[p]),
        n=_whole(row["people"]),
        n_comparison=_whole(row["comparison_people"]),
        p_alone=float(row["p_value"]),
    )


def _whole(value: float) -> int:
    return 0 if math.isnan(value) else int(value)
