"""A design in words."""

from __future__ import annotations

import numpy as np

from almpo_kit.evaluation.designs.arms_table import units_are_places
from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.designs.checks.remark import people
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.rendering import number


def question_of(plan: Plan) -> str:
    """The question, as a person would ask it."""
    return plan.question or f"What did {joined(plan.arms[1:])} do, against {plan.comparison}?"


def sentence_of(plan: Plan, sample: Sample) -> str:
    """What is compared with what, among how many, and whose effect is asked for."""
    arm = sample.arm if sample.panel is None else sample.panel.arm
    counts = np.bincount(arm, minlength=len(plan.arms))
    noun = plan.rows
    places = units_are_places(plan, sample.panel)
    told = [
        f"{a} ({number(float(n), 0)} {noun})" if places else f"{a} ({people(int(n), noun)})"
        for a, n in zip(plan.arms, counts, strict=True)
    ]
    over = "" if sample.panel is None else f" over {number(len(sample.panel.periods), 0)} periods"
    return (
        f"{ASSIGNMENTS[plan.assignment].label.capitalize()}: {joined(told[1:])} against {told[0]}{over}. Asked for: the effect "
        f"{ESTIMANDS[plan.estimand].whom} on {joined([outcome_words(plan, i) for i in range(len(plan.outcomes))])}."
    )


def outcome_words(plan: Plan, i: int) -> str:
    """An outcome with its times: ``the chance of being in work 24 months after entry``."""
    measure = plan.outcomes[i]
    label = measure.label if OUTCOMES[measure.outcome].measure == "money" else f"the {measure.label}"
    months = sorted(m for m in measure.months if m == m)
    if not months:
        return label
    if len(months) == 1:
        return f"{label} {number(months[0], 0)} months after entry"
    return f"{label} from month {number(months[0], 0)} to month {number(months[-1], 0)} after entry"


def joined(names: tuple[str, ...] | list[str]) -> str:
    """Names with an "and" before the last."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
