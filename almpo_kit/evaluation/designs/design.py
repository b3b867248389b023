"""Write down what is compared with what, before anything is estimated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS, AssignmentName
from almpo_kit.evaluation.designs.encoding import encode
from almpo_kit.evaluation.designs.measured import Measured
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED, RoleName
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.vocabulary.provenance import provenance


def design(
    persons: pd.DataFrame,
    *,
    assignment: AssignmentName,
    outcomes: Measured | Sequence[Measured],
    comparison: str = "",
    covariates: Mapping[str, RoleName] | None = None,
    estimand: str = "",
    modifiers: Sequence[str] = (),
    graph: str | Iterable[tuple[str, str]] | None = None,
    treatment: str = "treatment",
    cluster: str | None = None,
    block: str | None = None,
    offer: str | None = None,
    took_part: str | None = None,
    running: str | None = None,
    cutoff: float | None = None,
    treated_from: str | None = None,
    period: str | None = None,
    started: str | None = None,
    weight: str | None = None,
    question: str = "",
) -> Design:
    """Write down the design (see the contract; being completed by its owner)."""
    measures = (outcomes,) if isinstance(outcomes, Measured) else tuple(outcomes)
    roles = dict(covariates or {})
    names = list(pd.unique(persons[treatment].astype(str)))
    arms = (comparison, *sorted(n for n in names if n != comparison))
    plan = Plan(
        assignment=assignment,
        arms=arms,
        outcomes=measures,
        covariates=tuple(roles.items()),
        estimand=estimand or ASSIGNMENTS[assignment].estimand,
        modifiers=tuple(modifiers),
        treatment=treatment,
        cluster=cluster,
        block=block,
        offer=offer,
        took_part=took_part,
        running=running,
        cutoff=cutoff,
        treated_from=treated_from,
        period=period,
        started=started,
        weight=weight,
        question=question,
    )
    sample = sampled(persons, plan)
    counts = np.bincount(sample.arm, minlength=len(arms))
    return Design(
        question=question or "What did the programme do?",
        sentence=f"{len(sample)} persons in {len(arms)} arms.",
        table=pd.DataFrame({"arm": arms, "persons": counts}),
        provenance=provenance(persons, method="evaluation.design", options=plan.as_dict()),
        plan=plan,
        sample=sample,
    )


def sampled(persons: pd.DataFrame, plan: Plan) -> Sample:
    """The persons of a plan as arrays."""
    adjusted = [c for c, r in plan.covariates if r in ADJUSTED]
    matrix, names, parts = encode(persons, adjusted)
    modifiers, modifier_names, _ = encode(persons, plan.modifiers)
    columns = [(c, m, t) for m in plan.outcomes for c, t in zip(m.columns, m.months, strict=True)]
    measures = pd.DataFrame(
        [
            {"column": c, "outcome": m.outcome, "unit": m.unit, "months": t, "label": m.label}
            for c, m, t in columns
        ]
    )
    outcome = np.column_stack(
        [persons[c].to_numpy(dtype=float, na_value=np.nan) * m.scale for c, m, _ in columns]
    )
    n = len(persons)

    def codes(column: str | None) -> Any:
        return None if column is None else pd.factorize(persons[column], sort=True)[0]

    def numbers(column: str | None) -> Any:
        return None if column is None else persons[column].to_numpy(dtype=float, na_value=np.nan)

    running = numbers(plan.running)
    offered = None
    if plan.offer is not None:
        offered, _, _ = encode(persons, [plan.offer])
    cut_by = list(dict.fromkeys([*plan.modifiers, *plan.with_role("sensitive")]))
    return Sample(
        arms=plan.arms,
        arm=pd.Categorical(persons[plan.treatment].astype(str), categories=plan.arms).codes.astype(np.int64),
        outcome=outcome,
        measures=measures,
        covariates=matrix,
        names=names,
        parts=parts,
        cluster=np.arange(n) if plan.cluster is None else codes(plan.cluster),
        block=codes(plan.block),
        weight=np.ones(n) if plan.weight is None else numbers(plan.weight),
        took_part=numbers(plan.took_part),
        instrument=offered,
        running=None if running is None else running - float(plan.cutoff or 0.0),
        modifiers=modifiers,
        modifier_names=modifier_names,
        groups=persons[cut_by].reset_index(drop=True),
    )
