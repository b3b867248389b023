"""Panels with known beliefs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan

QUANTITY = {
    "programme_type": "training",
    "outcome": "employment_probability",
    "unit": "percentage_points",
    "horizon_months": 24,
    "country": "EL",
    "low": -30,
    "high": 50,
}
PLAN = Plan(
    title={"en": "Courses"},
    question={"en": "Do courses help?"},
    consent={"en": "Yes."},
    places=("EL42",),
    items=(
        Item("courses_24m", "quantity", {"en": "How many more are in work?"}, quantity=QUANTITY),
        Item("winter", "statement", {"en": "Courses should be in winter."}),
    ),
    rules=ConsensusRules(least_answers=8),
    disclosure="by_role",
)
ANONYMOUS = replace(PLAN, disclosure="anonymous")
ROLES = ("jobseekers", "employers", "training_providers", "employment_service")


def judged(
    answers: Sequence[tuple[float, float, float]], *, source: str = "consultation", round: int = 1
) -> pd.DataFrame:
    """One person an answer; roles in turn."""
    rows = [
        {
            "participant": f"A{k:03d}",
            "role": ROLES[k % len(ROLES)],
            "geo": "EL42",
            "sector": "I",
            "item": "courses_24m",
            "part": part,
            "round": round,
            "value": float(value),
            "source": source,
        }
        for k, triplet in enumerate(answers)
        for part, value in zip(("0.1", "0.5", "0.9"), triplet, strict=True)
    ]
    return pd.DataFrame(rows)


def normal(mean: float, sd: float, n: int = 10) -> list[tuple[float, float, float]]:
    """``n`` people who all hold the same normal belief."""
    away = 1.2815515655446004 * sd
    return [(mean - away, mean, mean + away)] * n
