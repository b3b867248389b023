"""Whether work and earnings before the programme are held constant, and what must be true in any case."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.designs.checks.remark import Remark, caution, holds, listed, note, stop
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED


def history_remarks(persons: pd.DataFrame, plan: Plan) -> Iterator[Remark]:
    """What is held constant, whether labour-market history is part of it, and the assumption in words."""
    assignment = ASSIGNMENTS[plan.assignment]
    adjusted = plan.with_role(*ADJUSTED)
    yield note("assumption", f"What must be true, and cannot be seen in the data: {assignment.assumes}")
    if plan.assignment == "matching" and not plan.with_role("confounder", "history"):
        yield stop(
            "nothing_held_constant",
            "Nothing that moves both taking part and the outcome is held constant: the groups are compared as they chose "
            "themselves. Name confounders and history in covariates.",
        )
    if plan.assignment in ("matching", "did", "timing_of_events"):
        yield from _history(plan)
    left_out = plan.with_role("mediator", "collider")
    if left_out:
        yield note(
            "not_held_constant",
            f"{listed(left_out)} {'is' if len(left_out) == 1 else 'are'} not held constant, because the programme may move "
            f"{'it' if len(left_out) == 1 else 'them'}.",
        )
    loose = [m for m in plan.modifiers if m not in adjusted]
    if loose and plan.assignment == "matching":
        yield note(
            "modifiers",
            f"Effects may be told apart by {listed(loose)}, which {'is' if len(loose) == 1 else 'are'} not held constant.",
        )
    if "source" not in persons and not persons.attrs.get("data_versions"):
        yield note(
            "source",
            "The table does not say where it comes from; a column source (e.g. “register of the employment service, 2026-05”) "
            "makes every number traceable.",
        )
    if "id" not in persons:
        yield note("no_id", "The table has no id, so a person who stands in it twice cannot be found.")


def _history(plan: Plan) -> Iterator[Remark]:
    history = plan.with_role("history")
    if history:
        yield holds("history", f"Labour-market history is held constant: {listed(history)}.")
        return
    if plan.assignment == "did":
        yield note(
            "history",
            "No labour-market history is held constant beside the outcome’s own past: every unit is compared with itself "
            "before the start, which undoes lasting differences, and not that of those whose luck was about to turn.",
        )
        return
    yield caution(
        "history",
        "Nothing about work, unemployment and earnings before entry is held constant. It moves who takes part and who finds "
        "work more than anything else, and studies without it have been wrong by more than the effects they looked for. Add "
        "months in work, months unemployed and earnings of the years before, with the role 'history'.",
    )
