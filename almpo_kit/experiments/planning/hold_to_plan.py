"""Hold an analysis to its plan: refuse what was changed in silence, list what was done otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from almpo_kit.experiments.assigning.assigned_frame import draw_digest as digest_of_draw
from almpo_kit.experiments.planning.asked_analysis import asked_analysis
from almpo_kit.experiments.planning.deviation import ABOUT, COLUMNS, Deviation
from almpo_kit.experiments.planning.joined_rows import JoinedRows, joined_rows, outcome_values
from almpo_kit.experiments.planning.kept_and_lost import by_arm, found_in_data, raw_losses
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import Provenance, data_versions, is_synthetic
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan


def hold_to_plan(
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
    id: str = "id",
    received: str = "received",
) -> PlanCheck:
    """Compare what is about to be analysed with what was planned and drawn.

    Parameters
    ----------
    plan : TrialPlan
        The version that stood when units were drawn.
    assignments : Assignment or DataFrame
        The published draw (frame ``assignments``).
    data : DataFrame
        One row a person (stepped wedge: a person or group and ``period``), with the outcomes as columns, empty where unknown.
        A duration ``NAME`` has its end in ``NAME_ended`` (1 ended, 0 still going on).
    outcomes : sequence of str or TrialOutcome, optional
        The first is the primary one. None: as planned. So with all options that follow: what differs needs a reason.
    estimator, covariates, subgroups, alpha, missing, looks : optional
    deviations : mapping of str to str
        What was done otherwise (a key of ``deviation.ABOUT``) -> reason.
    plan_digest : str
        Of the plan as registered; "" where it was never registered.
    list_digest, list_now : str
        Of the list at the draw as published, and of the list now.
    draw_digest, draw_now : str
        Of the draw of the list as published, and of ``assignments`` as they are (computed where left out, late entrants apart).
    id : str
        Column of ``data`` with the unit's name; where groups were drawn, the plan's ``cluster`` takes its place.
    received : str
        Column of ``data`` with the arm that was really received, where it is known.

    Returns
    -------
    PlanCheck

    Raises
    ------
    DesignError
        Something was changed without a reason: the primary outcome, the way of analysing, the plan, the list or the draw.
    FrameError
        The draw or the data are no such tables, or somebody stands in them twice.
    ParameterError
        Something that no analysis could do.
    """
    if not isinstance(plan, TrialPlan):
        raise ParameterError(f"hold_to_plan() takes a TrialPlan, not {type(plan).__name__}.")
    reasons = deviations or {}
    joined = joined_rows(plan, assignments, data, id)
    asked, found = asked_analysis(
        plan,
        [str(c) for c in data.columns],
        reasons,
        outcomes=outcomes,
        estimator=estimator,
        covariates=covariates,
        subgroups=subgroups,
        alpha=alpha,
        missing=missing,
        looks=looks,
    )
    pairs = (
        ("plan", plan_digest, plan.digest),
        ("list", list_digest, list_now),
        ("draw", draw_digest, draw_now or _now(draw_digest, joined)),
    )
    found += [d for what, then, now in pairs if (d := _unchanged(what, then, now, reasons)) is not None]
    y = outcome_values(joined.rows, asked.outcomes[0].name, asked.outcomes[0].kind)
    raw = raw_losses(plan, joined, y, received)
    found += list(found_in_data(plan, joined, raw, reasons))
    found += _only_told(reasons, found)
    listed = tuple(sorted(found, key=lambda d: not d.serious))
    arms = by_arm(plan, joined, y, received)
    return PlanCheck(
        question=f"{plan.question} · what was done otherwise than planned?",
        sentence=_sentence(listed),
        table=pd.DataFrame([d.to_plain() for d in listed], columns=list(COLUMNS)),
        checks=(*map(_as_check, listed), *_held(plan_digest, draw_digest, raw, joined)),
        provenance=made_of(
            plan, joined.drawn, data, "experiments.hold_to_plan", {"deviations": dict(reasons)}
        ),
        rests_on=f"plan {plan.digest[:12]}, {number(len(joined.drawn), 0)} units drawn",
        plan=plan,
        plan_digest=plan.digest,
        deviations=listed,
        arms=arms,
        asked=asked,
        joined=joined,
    )


def _now(draw_digest: str, joined: JoinedRows) -> str:
    return digest_of_draw(joined.drawn[joined.drawn["entered"] == "list"]) if draw_digest else ""


def _unchanged(what: str, then: str, now: str, reasons: Mapping[str, str]) -> Deviation | None:
    if not then or not now or then == now:
        return None
    if what not in reasons:
        raise DesignError(
            f"{ABOUT[what]} is not the one that was registered: its digest was {then[:12]}… and is {now[:12]}…. Take the "
            f"registered one, or say why it changed: deviations={{{what!r}: 'the reason'}}."
        )
    return Deviation(
        what, f"digest {then[:12]}…", f"digest {now[:12]}…", " ".join(reasons[what].split()), True
    )


def _only_told(reasons: Mapping[str, str], found: Sequence[Deviation]) -> list[Deviation]:
    """What nobody could see in the data, and she tells: it is listed all the same."""
    seen = {d.what for d in found}
    return [
        Deviation(what, "as in the plan", "otherwise, as is told", " ".join(reason.split()))
        for what, reason in reasons.items()
        if what not in seen
    ]


def _sentence(found: Sequence[Deviation]) -> str:
    if not found:
        return "Nothing was done otherwise than planned, as far as draw and data show."
    serious = sum(d.serious for d in found)
    silent = sum(not d.reason for d in found)
    things = "1 thing was" if len(found) == 1 else f"{len(found)} things were"
    weigh = "none that the verdict hangs on" if not serious else f"{serious} of them may change the verdict"
    said = f"{things} done otherwise than planned; {weigh}."
    return f"{said} For {silent} no reason was given." if silent else said


def _as_check(deviation: Deviation) -> Check:
    return Check(
        f"deviation {deviation.what}", "failed" if deviation.serious else "informational", deviation.sentence
    )


def _held(plan_digest: str, draw_digest: str, raw: Mapping[str, Any], joined: JoinedRows) -> list[Check]:
    said = []
    if plan_digest:
        said.append(Check("plan registered", "passed", "The plan was registered before the analysis."))
    else:
        told = "No digest of a registered plan was given, so nobody can tell whether the plan came before the outcomes."
        said.append(Check("plan registered", "informational", told))
    if draw_digest:
        said.append(Check("draw published", "passed", "The draw was compared with the published one."))
    if not raw["known"]:
        told = "Who took part in what is not known, so take-up and crossing over cannot be seen."
        said.append(Check("taking part", "informational", told))
    if not joined.other_arm and not joined.unknown:
        told = "Everybody is analysed in the arm that the lot gave."
        said.append(Check("as drawn", "passed", told))
    return said


def made_of(
    plan: TrialPlan, draw: pd.DataFrame, data: pd.DataFrame, method: str, options: Mapping[str, Any]
) -> Provenance:
    """Where a result of a trial comes from; SYNTHETIC where the plan, the draw or the data say so."""
    return Provenance(
        data=data_versions(draw, data),
        method=method,
        options={"plan": plan.name, "plan_digest": plan.digest, **options},
        synthetic=plan.synthetic or is_synthetic(draw, data),
    )
