"""Analyse a trial as it was planned, and say what was done otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from almpo_kit.experiments.planning.attrition_bounds import (
    attrition_bounds,
    no_bounds_because,
    without_bounds,
)
from almpo_kit.experiments.planning.effect_rows import Estimated, estimated, factor_of, in_groups, result_rows
from almpo_kit.experiments.planning.hold_to_plan import hold_to_plan
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.experiments.planning.redrawn import checks_of_redrawing, redrawn
from almpo_kit.experiments.planning.result_checks import (
    checks_of_bounds,
    checks_of_estimate,
    checks_of_late,
    checks_of_roles,
    checks_without_bounds,
)
from almpo_kit.experiments.planning.result_words import certainty, headline, rests_on, sentence
from almpo_kit.experiments.planning.spilling_over import spill_checks
from almpo_kit.experiments.planning.trial_result import RESULT_COLUMNS, TrialResult
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import ESTIMATORS, TrialPlan


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
    """Analyse a trial as planned, everybody in the arm that the lot gave.

    Parameters
    ----------
    plan : TrialPlan
        The version that stood when units were drawn.
    assignments : Assignment or DataFrame
        The published draw. With an :class:`Assignment`, the primary outcome is also tested by drawing again.
    data : DataFrame
        As :func:`hold_to_plan` reads it.
    outcomes, estimator, covariates, subgroups, alpha, missing, looks : optional
        None: as planned; what differs needs a reason in ``deviations``.
    deviations : mapping of str to str
        What was done otherwise -> reason.
    plan_digest, list_digest, list_now, draw_digest, draw_now, id, received : str
        As in :func:`hold_to_plan`.
    shares : DataFrame, optional
        Adaptive trials: ``batch, (stratum), arm, share`` as they were; ``data`` then has ``batch``.
    draws : int
        Of the test by drawing again.
    seed : int
        Of that test.
    progress : callable, optional
        Effects estimated, and how many there are.

    Returns
    -------
    TrialResult

    Raises
    ------
    DesignError
        Something was changed without a reason, or the data cannot be analysed so.
    FrameError, ParameterError

    Notes
    -----
    The primary outcome comes first, its arms corrected as planned. Secondary outcomes and groups shown apart are exploratory and
    uncorrected. Where groups were drawn, people who entered one after the draw chose it knowing what it had: they are left out, and
    the result with them stands in the checks. Late entrants who were drawn themselves are in.

    References
    ----------
    Lee (2009) Rev. Econ. Stud. 76, 1071-1102 and Manski (1990) AER P&P 80, 319-323 (bounds); Imbens and Manski (2004)
    Econometrica 72, 1845-1857 (their intervals); Lin, Green and Coppock (2016), Standard operating procedures for Don
    Green's lab (what a plan settles).
    """
    held = hold_to_plan(
        plan,
        assignments,
        data,
        outcomes=outcomes,
        estimator=estimator,
        covariates=covariates,
        subgroups=subgroups,
        alpha=alpha,
        missing=missing,
        looks=looks,
        deviations=deviations,
        plan_digest=plan_digest,
        list_digest=list_digest,
        list_now=list_now,
        draw_digest=draw_digest,
        draw_now=draw_now,
        id=id,
        received=received,
    )
    held = replace(held, shares=shares)
    rows, left_out = _analysed(held)
    found = _outcomes(held, rows, progress)
    main = found[0][1]
    table = [row for role, one in found for row in result_rows(one, role)]
    apart, few, differ = _apart(held, rows)
    table += apart
    frame = pd.DataFrame(table, columns=list(RESULT_COLUMNS))
    criterion = getattr(assignments, "criterion", None)
    p_values, why_not = redrawn(held, rows, main, criterion, draws, seed, progress)
    first = (frame["outcome"] == main.outcome.name) & (frame["group"] == "")
    frame.loc[first, "p_redrawn"] = frame.loc[first, "arm"].map(p_values).astype(float)
    verdict = frame[first]
    bounds, no_bounds = _bounds(held, main)
    roles = Counter(frame["role"])
    checks = (
        *held.checks,
        *no_bounds,
        *checks_of_bounds(bounds, verdict),
        *main.checks,
        *checks_of_estimate(main, held),
        *checks_of_redrawing(verdict, why_not, held.asked.alpha, held.asked.looks),
        *spill_checks(held, rows, main.outcome),
        *checks_of_late(held, verdict, main, left_out),
        *_looks_at_adaptive(held),
        *checks_of_roles(roles, few, differ),
    )
    return _result(held, frame, verdict, main, bounds, checks, plan_digest, {"draws": draws}, seed)


def _bounds(held: PlanCheck, main: Estimated) -> tuple[pd.DataFrame, tuple[Check, ...]]:
    """What the unknown could change; or why that is not told."""
    if why := no_bounds_because(held.plan, held.asked.estimator):
        return without_bounds(), checks_without_bounds(main, why)
    of_groups = held.plan.design.of_clusters
    found = attrition_bounds(
        main.data, main.outcome, held.asked.alpha, factor_of(main.outcome), of_groups=of_groups
    )
    return found, ()


def _looks_at_adaptive(held: PlanCheck) -> tuple[Check, ...]:
    if held.asked.estimator != "adaptive" or not held.asked.looks:
        return ()
    told = (
        "Intervals after adaptive draws hold once, at the end; the looks on the way are not counted in them."
    )
    return (Check("looks", "failed", told),)


def _analysed(held: PlanCheck) -> tuple[pd.DataFrame, bool]:
    """Rows that the estimate is made of, and whether late entrants were left out."""
    rows = held.joined.rows
    late = (rows["entered"] == "late").to_numpy()
    if held.plan.design.of_clusters and not held.joined.by_group and late.any():
        return rows[~late].reset_index(drop=True), True
    return rows, False


def _outcomes(
    held: PlanCheck, rows: pd.DataFrame, progress: Callable[[int, int], None] | None
) -> list[tuple[str, Estimated]]:
    asked, found = held.asked, []
    for k, outcome in enumerate(asked.outcomes):
        planned = outcome.name in asked.planned_outcomes
        role = "not planned" if not planned else "primary" if outcome == held.plan.primary else "secondary"
        try:
            found.append((role, estimated(held, rows, outcome, primary=k == 0)))
        except FrameError:
            raise
        except DesignError:
            # A secondary outcome that cannot be estimated takes nothing away from the verdict.
            if k == 0:
                raise
        if progress is not None:
            progress(k + 1, len(asked.outcomes))
    return found


def _apart(held: PlanCheck, rows: pd.DataFrame) -> tuple[list[dict[str, Any]], list[str], dict[str, float]]:
    out: list[dict[str, Any]] = []
    few: list[str] = []
    differ: dict[str, float] = {}
    for column in held.asked.subgroups:
        more, too_few, p = in_groups(held, rows, column, held.asked.outcomes[0])
        out, few = out + more, few + too_few
        if p == p:
            differ[column] = p
    return out, few, differ


def _result(
    held: PlanCheck,
    frame: pd.DataFrame,
    verdict: pd.DataFrame,
    main: Estimated,
    bounds: pd.DataFrame,
    checks: Sequence[Check],
    plan_digest: str,
    options: Mapping[str, Any],
    seed: int,
) -> TrialResult:
    plan, asked = held.plan, held.asked
    level = 1 - asked.alpha
    ordered = tuple(sorted(checks, key=lambda c: c.status != "failed"))
    made = replace(
        held.provenance,
        method=f"experiments.analyse ({ESTIMATORS[asked.estimator]})",
        options={**held.provenance.options, "estimator": asked.estimator, "alpha": asked.alpha, **options},
        seed=seed,
    )
    return TrialResult(
        question=f"{plan.question} · {plan.country}, {plan.start_year}",
        sentence=sentence(verdict, plan, main.outcome, level, asked.planned_primary),
        table=frame,
        checks=ordered,
        provenance=made,
        figure="trial_result",
        certainty=certainty(
            verdict, plan, ordered, planned=asked.planned_primary, registered=bool(plan_digest)
        ),
        headline=headline(verdict, main.outcome, level),
        rests_on=rests_on(verdict, plan),
        plan=plan,
        plan_digest=plan.digest,
        deviations=held.deviations,
        asked=asked,
        arms=held.arms,
        bounds=bounds,
        estimator=asked.estimator,
    )
