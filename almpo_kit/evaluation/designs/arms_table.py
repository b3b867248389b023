"""The arms and the covariates of a design as tables that may be shown."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.checks.outcomes import last_known
from almpo_kit.evaluation.designs.graphs.nodes import Nodes
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED, ROLES
from almpo_kit.evaluation.designs.sample import Panel, Sample
from almpo_kit.evaluation.disclosure.smallest import too_small
from almpo_kit.evaluation.disclosure.suppress import suppress

_PLACE = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")


def units_are_places(plan: Plan, panel: Panel | None) -> bool:
    """Whether units over time are regions, about which any number may be told, and not people."""
    if panel is None:
        return False
    return plan.assignment == "synthetic_control" or all(_PLACE.fullmatch(str(u)) for u in panel.units)


def arms_table(plan: Plan, sample: Sample) -> pd.DataFrame:
    """One row an arm: ``arm, compared_with, persons, share, clusters, outcome_share, take_up``; small counts are not shown.

    For units over periods ``persons`` counts units, and ``first_start, last_start`` say when they were first treated.
    """
    k, panel = len(plan.arms), sample.panel
    arm = sample.arm if panel is None else panel.arm
    cluster = sample.cluster if panel is None else panel.cluster
    known = _known(sample)
    counts = pd.DataFrame(
        {
            "arm": plan.arms,
            "persons": np.bincount(arm, minlength=k),
            "clusters": [len(np.unique(cluster[arm == j])) for j in range(k)],
            "known": np.bincount(arm, known, minlength=k).astype(int),
        }
    )
    inside = {"known": "persons"}
    if sample.took_part is not None:
        counts["took_part"] = np.bincount(arm, sample.took_part > 0, minlength=k).astype(int)
        inside["took_part"] = "persons"
    shown = counts
    if not units_are_places(plan, panel):
        shown = suppress(counts, ["persons", *inside], ["arm"], within=inside)
    if not sample.clustered:
        # Every person is a cluster, so that their number is one of people.
        shown = shown.assign(clusters=shown["persons"])
    table = pd.DataFrame(
        {
            "arm": plan.arms,
            "compared_with": ["", *[plan.comparison] * (k - 1)],
            "persons": shown["persons"],
            "share": shown["persons"] / len(arm),
            "clusters": shown["clusters"],
            "outcome_share": shown["known"] / shown["persons"],
        }
    )
    if sample.took_part is not None:
        taken = np.bincount(arm, sample.took_part, minlength=k) / np.bincount(arm, minlength=k)
        table["take_up"] = np.where(shown["took_part"].isna(), np.nan, taken)
    return table if panel is None else table.assign(**_starts(panel, k))


def _known(sample: Sample) -> np.ndarray:
    """Who has the last outcome that is known in every arm; for units, who has all of them."""
    if sample.panel is not None:
        return np.asarray(~np.isnan(sample.panel.outcome).any(axis=1))
    last = [j for j in last_known(sample).values() if j is not None]
    return ~np.isnan(sample.outcome[:, last[-1] if last else -1])


def _starts(panel: Panel, k: int) -> dict[str, list[str]]:
    first, last = [], []
    for j in range(k):
        at = panel.treated_from[(panel.arm == j) & (panel.treated_from >= 0)]
        first.append(panel.periods[at.min()] if len(at) else "")
        last.append(panel.periods[at.max()] if len(at) else "")
    return {"first_start": first, "last_start": last}


def covariates_table(persons: pd.DataFrame, plan: Plan, nodes: Nodes | None) -> pd.DataFrame:
    """One row a column named in the plan or the graph: ``covariate, role, used, missing_share, why``."""
    roles = dict(plan.covariates) | {m: "modifier" for m in plan.modifiers if m not in dict(plan.covariates)}
    rows = [
        {
            "covariate": column,
            "role": role,
            "used": role in ADJUSTED,
            "missing_share": _missing(persons[column]),
            "why": ROLES.get(role, "effects may differ by it; named beforehand"),
        }
        for column, role in roles.items()
    ]
    for node in sorted(nodes.graph) if nodes is not None else ():
        if nodes is None or node in roles or node in (nodes.treatment, *nodes.outcomes):
            continue
        seen = node in nodes.observed
        rows.append(
            {
                "covariate": node,
                "role": "in the graph only" if seen else "unobserved",
                "used": False,
                "missing_share": _missing(persons[node]) if seen else np.nan,
                "why": "drawn in the graph, not held constant"
                if seen
                else "drawn in the graph, not in the table",
            }
        )
    return pd.DataFrame(rows, columns=["covariate", "role", "used", "missing_share", "why"])


def _missing(values: pd.Series) -> float:
    gone = int(values.isna().sum())
    if too_small([gone, len(values) - gone]).any():
        return float("nan")
    return gone / len(values)
