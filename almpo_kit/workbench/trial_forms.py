"""A pre-analysis plan from what was asked of a trial and what a person fills in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES, unit_fit
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_plans import TrialPlan
from almpo_kit.workbench.trial_questions import TrialQuestion

#: Kind of design -> the estimator that belongs to it.
ESTIMATOR_OF: Final = {
    "individual": "difference",
    "blocked": "blocked",
    "cluster": "cluster",
    "matched_pair": "pairs",
    "stepped_wedge": "stepped_wedge",
    "saturation": "saturation",
}
#: Kind of outcome -> outcomes of the evidence base it can be, the usual one first.
OUTCOMES_OF: Final = {
    "binary": tuple(k for k in OUTCOMES if unit_fit(k, "percentage_points") == "usual"),
    "continuous": ("earnings", "months_employed", "days_employed", "benefit_payments"),
    # How fast people leave, not how long they stay: a ratio of hazards above 1 must be good for them.
    "duration": ("job_finding_rate", "return_to_work_rate"),
}
_UNIT_OF: Final = {
    "earnings": "eur_per_month",
    "months_employed": "months",
    "days_employed": "days",
    "benefit_payments": "eur_per_month",
}


def columns(text: str) -> tuple[str, ...]:
    """Names of columns in a line, parted by commas or semicolons."""
    return tuple(c for c in (part.strip() for part in re.split(r"[,;\n]", text)) if c)


def plan_of_form(asked: TrialQuestion, design: TrialDesign, form: dict[str, Any]) -> TrialPlan:
    """The plan of a trial of one programme.

    Parameters
    ----------
    asked : TrialQuestion
        What was sized.
    design : TrialDesign
        With any arms: the form names them.
    form : dict
        ``name, question, population, programme, programme_type, place, target_group, outcome_column, outcome, start_year, end_year,
        covariates, group_column, looks, harm, seed_source, more_outcomes``.

    Returns
    -------
    TrialPlan

    Raises
    ------
    ParameterError
        Something cannot be; the message names it.
    """
    programme = form["programme"].strip()
    if not programme or programme == "no programme":
        raise ParameterError("name the programme that is tried, e.g. digital course.")
    column = form["outcome_column"].strip()
    if not column:
        raise ParameterError("name the column that will hold the outcome, e.g. employed_12m.")
    group = form["group_column"].strip()
    if not group:
        raise ParameterError("name the column with the office, e.g. office.")
    outcome = asked.outcome
    kind = outcome.kind
    unit = _UNIT_OF[form["outcome"]] if kind == "continuous" else ""
    primary = replace(outcome, name=column, outcome=form["outcome"], unit=unit)
    place = form["place"].strip()
    return TrialPlan(
        name=" ".join(form["name"].split()),
        question=form["question"].strip(),
        population=form["population"].strip(),
        design=replace(design, arms={"no programme": 0.5, programme: 0.5}),
        outcomes=(primary,),
        smallest_effect=asked.effect,
        estimator=ESTIMATOR_OF[design.kind],
        programme_types={programme: form["programme_type"]},
        country=place[:2],
        nuts=place if len(place) > 2 else "",
        target_group=form["target_group"],
        start_year=int(form["start_year"]),
        end_year=int(form["end_year"]),
        covariates=columns(form["covariates"]),
        blocks=(group,) if design.kind == "blocked" else (),
        cluster=group if design.of_clusters else "",
        losses=asked.losses,
        looks=int(form["looks"]),
        harm=form["harm"].strip(),
        seed_source=form["seed_source"].strip(),
    )
