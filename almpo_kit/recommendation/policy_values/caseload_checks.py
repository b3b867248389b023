"""Why to doubt what every policy is judged by: the people and their scores."""

from __future__ import annotations

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policy_values.small_shares import FEWEST
from almpo_kit.vocabulary.finding import Check

_FEW_CLUSTERS = 40


def identified(people: Caseload) -> list[Check]:
    """What the evaluation's verdict says."""
    said = {
        "credible": ("passed", "The evaluation that the scores come from was found credible."),
        "fragile": (
            "failed",
            "The evaluation that the scores come from was found fragile: what it got wrong, these values get wrong too.",
        ),
        "not identified": (
            "failed",
            "The evaluation that the scores come from does not identify effects: these values must not be used.",
        ),
    }
    unknown = (
        "failed",
        "The evaluation that the scores come from has no verdict; run evaluation.verdict before anybody relies on this.",
    )
    status, sentence = said.get(people.credible, unknown)
    return [Check("verdict of the evaluation", status, sentence)]  # type: ignore[arg-type]


def one_direction(people: Caseload) -> list[Check]:
    """Scores must say more where outcomes do; a sign that was turned in one of them reverses every conclusion."""
    at = np.arange(len(people))
    known = np.isfinite(people.outcome)
    score, outcome = people.scores[at, people.received][known], people.outcome[known]
    if known.sum() < 3 or np.ptp(outcome) == 0 or np.ptp(score) == 0:
        return []
    if np.corrcoef(score, outcome)[0, 1] > 0:
        return []
    return [
        Check(
            "scores and outcomes",
            "failed",
            "People with higher outcomes have lower scores: one of them counts what is bad as good. Turn its sign first.",
        )
    ]


def enough_clusters(people: Caseload) -> list[Check]:
    """Whether there are enough clusters for intervals."""
    many = len(np.unique(people.cluster))
    if many >= _FEW_CLUSTERS:
        return []
    return [
        Check(
            "clusters",
            "failed",
            f"There are {many} clusters; with fewer than {_FEW_CLUSTERS} intervals may be too narrow.",
        )
    ]


def missing_outcomes(people: Caseload) -> list[Check]:
    """Outcomes that are not known."""
    missing = ~np.isfinite(people.outcome)
    if not missing.any():
        return []
    share = "some" if missing.sum() < FEWEST else f"{missing.mean():.0%} of"
    return [
        Check(
            "missing outcomes",
            "informational",
            f"Outcomes of {share} people are missing; what is done now is valued by scores of people like them.",
        )
    ]
