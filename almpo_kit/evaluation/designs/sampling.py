"""From the rows of a table to the arrays that are computed with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.durations import durations_from
from almpo_kit.evaluation.designs.encoding import encode
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED
from almpo_kit.evaluation.designs.sample import Panel, Sample

Array = np.ndarray[Any, np.dtype[Any]]


def sampled(
    persons: pd.DataFrame, plan: Plan, *, arm: Array | None = None, panel: Panel | None = None
) -> Sample:
    """The persons of a plan as arrays.

    Parameters
    ----------
    persons : DataFrame, shape (n, ...)
        Checked by :func:`refuse_problems`.
    plan : Plan
    arm : Array of int, shape (n,), optional
        Where it does not stand in the column of the treatment (units over periods).
    panel : Panel, optional
    """
    if arm is None:
        arm = pd.Categorical(persons[plan.treatment].astype(str), categories=plan.arms).codes.astype(np.int64)
    matrix, names, parts = encode(persons, plan.with_role(*ADJUSTED))
    modifiers, modifier_names, _ = encode(persons, plan.modifiers)
    cut_by = list(dict.fromkeys([*plan.modifiers, *plan.with_role("sensitive")]))
    running = _numbers(persons, plan.running)
    durations = None
    if plan.left is not None and plan.left_to_job is not None and plan.entered is not None:
        durations = durations_from(
            persons,
            left=plan.left,
            left_to_job=plan.left_to_job,
            entered=plan.entered,
            in_comparison=arm == 0,
        )
    weight = _numbers(persons, plan.weight)
    return Sample(
        arms=plan.arms,
        arm=arm,
        outcome=_outcomes(persons, plan),
        measures=_measures(plan),
        covariates=matrix,
        names=names,
        parts=parts,
        cluster=_clusters(persons, plan),
        block=_codes(persons, plan.block),
        weight=np.ones(len(persons)) if weight is None else weight,
        took_part=_numbers(persons, plan.took_part),
        instrument=None if plan.offer is None else encode(persons, [plan.offer])[0],
        running=None if running is None else running - float(plan.cutoff or 0.0),
        modifiers=modifiers,
        modifier_names=modifier_names,
        groups=persons[cut_by].reset_index(drop=True),
        panel=panel,
        durations=durations,
    )


def _codes(persons: pd.DataFrame, column: str | None) -> Array | None:
    return None if column is None else pd.factorize(persons[column], sort=True)[0]


def _clusters(persons: pd.DataFrame, plan: Plan) -> Array:
    """The named clusters; a unit that stands in several periods is one; otherwise every row its own."""
    column = plan.cluster
    if column is None and plan.period is not None and "id" in persons:
        column = "id"
    found = _codes(persons, column)
    return np.arange(len(persons)) if found is None else found


def _numbers(persons: pd.DataFrame, column: str | None) -> Array | None:
    return None if column is None else persons[column].to_numpy(dtype=float, na_value=np.nan)


def _outcomes(persons: pd.DataFrame, plan: Plan) -> Array:
    columns = [(c, m.scale) for m in plan.outcomes for c in m.columns]
    outcome = np.empty((len(persons), len(columns)))
    for j, (column, scale) in enumerate(columns):
        outcome[:, j] = persons[column].to_numpy(dtype=float, na_value=np.nan)
        if scale != 1.0:
            outcome[:, j] *= scale
    return outcome


def _measures(plan: Plan) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"column": c, "outcome": m.outcome, "unit": m.unit, "months": t, "label": m.label}
            for m in plan.outcomes
            for c, t in zip(m.columns, m.months, strict=True)
        ]
    )
