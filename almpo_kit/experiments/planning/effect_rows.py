"""Effects on an outcome as rows of a result's table, by the estimator that was planned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.estimating.estimators import adjusts
from almpo_kit.experiments.estimating.fit_contrasts import fit_contrasts
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.experiments.planning.after_adaptive import after_adaptive
from almpo_kit.experiments.planning.attrition_bounds import filled_by_rule
from almpo_kit.experiments.planning.joined_rows import column_of, outcome_values
from almpo_kit.experiments.planning.looked_at import always_valid
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.experiments.planning.trial_arrays import trial_arrays
from almpo_kit.vocabulary.errors import AlmpoError, DesignError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

#: Arms or groups with fewer people of known outcome are not told apart.
SMALLEST = 10


@dataclass(frozen=True, eq=False)
class Estimated:
    """An outcome's effects.

    Parameters
    ----------
    outcome : TrialOutcome
    data : TrialData
        With unknown outcomes, also those that a rule filled in.
    fits : tuple of ContrastFit
    checks : tuple of Check
        Of an adaptive trial.
    """

    outcome: TrialOutcome
    data: TrialData
    fits: tuple[ContrastFit, ...]
    checks: tuple[Check, ...] = ()


def factor_of(outcome: TrialOutcome) -> float:
    """From the outcome's own scale to the unit in which effects are told: shares become percentage points."""
    return 100.0 if outcome.kind == "binary" else 1.0


def favours(plan: TrialPlan, outcome: TrialOutcome) -> int:
    """1 where more of an outcome is good, −1 where less is: by the evidence base, else by the effect that the plan hopes for."""
    if outcome.outcome and OUTCOMES[outcome.outcome].favourable:
        return OUTCOMES[outcome.outcome].favourable
    nothing = 1.0 if plan.primary.kind == "duration" else 0.0
    return 1 if plan.smallest_effect > nothing else -1


def estimated(held: PlanCheck, rows: pd.DataFrame, outcome: TrialOutcome, *, primary: bool) -> Estimated:
    """Fit one outcome.

    Parameters
    ----------
    held : PlanCheck
    rows : DataFrame
    outcome : TrialOutcome
    primary : bool
        Whether arms are corrected for being several, and looks counted.
    """
    plan, asked = held.plan, held.asked
    y = outcome_values(rows, outcome.name, outcome.kind)
    uses = asked.covariates if adjusts(asked.estimator, duration=outcome.kind == "duration") else ()
    data = trial_arrays(plan, rows, outcome, y, uses)
    if asked.estimator == "adaptive":
        return Estimated(outcome, data, *after_adaptive(held, rows, outcome, primary=primary))
    used = data
    if asked.missing == "worst" and np.isnan(y).any():
        used = replace(data, y=filled_by_rule(y, data.arm, outcome, favours(plan, outcome)))
    if used.covariates is not None and not used.covariates.shape[1]:
        used = replace(used, covariates=None)
    named = "difference" if asked.estimator == "adjusted" and used.covariates is None else asked.estimator
    familywise = plan.design.familywise if primary else "none"
    fits = fit_contrasts(named, used, alpha=asked.alpha, familywise=familywise)
    if primary and asked.looks:
        fits = tuple(always_valid(f, plan, asked.alpha, len(fits)) for f in fits)
    _enough(fits, outcome)
    return Estimated(outcome, data, fits)


def _enough(fits: Sequence[ContrastFit], outcome: TrialOutcome) -> None:
    if any(min(f.n, f.n_comparison) < SMALLEST for f in fits):
        raise DesignError(
            f"{outcome.name!r} is known for fewer than {SMALLEST} people in an arm, and nothing is told about so few; wait for more "
            "outcomes, or join arms and say why in deviations={'arms': '…'}."
        )


def result_rows(found: Estimated, role: str, group: str = "") -> list[dict[str, Any]]:
    """Rows of the table, in the unit in which effects are told."""
    f = factor_of(found.outcome)
    return [
        {
            "outcome": found.outcome.name,
            "role": role,
            "group": group,
            "arm": fit.arm,
            "comparison": found.data.arms[0],
            "effect": f * fit.effect,
            "low": f * fit.low,
            "high": f * fit.high,
            "p_value": fit.p_value,
            "p_redrawn": math.nan,
            "unit": found.outcome.unit or "own",
            "months": found.outcome.months,
            "people": fit.n + fit.n_comparison,
            "groups": fit.clusters,
            "se": f * fit.se,
            "df": fit.df,
        }
        for fit in found.fits
    ]


def in_groups(
    held: PlanCheck, rows: pd.DataFrame, column: str, outcome: TrialOutcome
) -> tuple[list[dict[str, Any]], list[str], float]:
    """Effects shown apart by a column.

    Returns
    -------
    (rows, names of groups that are too few to show, p-value of one effect in all groups)
    """
    out: list[dict[str, Any]] = []
    few: list[str] = []
    told = column_of(rows, column).astype("string").str.strip()
    for level in sorted(set(told.dropna()) - {""}):
        part = rows[(told == level).fillna(False).to_numpy(dtype=bool)].reset_index(drop=True)
        known = outcome_values(part, outcome.name, outcome.kind)
        sizes = [int((~np.isnan(known))[(part["arm"] == a).to_numpy()].sum()) for a in held.plan.design.arms]
        if min(sizes) < SMALLEST:
            few.append(str(level))
            continue
        try:
            fit = estimated(held, part, outcome, primary=False)
        except AlmpoError:
            few.append(str(level))
            continue
        out += result_rows(fit, "subgroup", f"{column}: {level}")
    return out, few, _one_effect(out)


def _one_effect(rows: Sequence[dict[str, Any]]) -> float:
    """Whether groups' effects differ by more than luck: Cochran's test, over arms the smallest p-value, corrected."""
    from scipy.stats import chi2

    found = []
    for arm in dict.fromkeys(r["arm"] for r in rows):
        mine = [(r["effect"], r["se"]) for r in rows if r["arm"] == arm and r["se"] > 0]
        if len(mine) < 2:
            continue
        e, se = np.array(mine).T
        w = 1 / se**2
        found.append(float(chi2.sf((w * (e - (w * e).sum() / w.sum()) ** 2).sum(), len(e) - 1)))
    return min(1.0, min(found) * len(found)) if found else math.nan
