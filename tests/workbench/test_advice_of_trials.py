"""Advice from a trial of one's own: two arms, one outcome, and nobody says where people live."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit import evaluation
from almpo_kit.workbench.advice_cases import counted
from almpo_kit.workbench.advice_people import case_of
from almpo_kit.workbench.evaluation_files import Case
from almpo_kit.workbench.recommendations import Recommendations


def test_a_trial_gives_advice_in_its_own_outcome() -> None:
    rng = np.random.default_rng(0)
    n = 240
    arm, age = rng.random(n) < 0.5, rng.integers(20, 60, n)
    persons = pd.DataFrame(
        {
            "id": [f"P{i}" for i in range(n)],
            "treatment": np.where(arm, "training", "no programme"),
            "age": age,
            "earnings": 9000 + 3000 * arm + rng.normal(0, 2000, n),
        }
    )
    outcome = evaluation.measured("earnings", outcome="earnings", unit="eur_per_year", months=12)
    plan = {
        "assignment": "rct",
        "comparison": "no programme",
        "outcomes": outcome,
        "covariates": {"age": "precision"},
        "modifiers": ["age"],
        "question": "What did training do?",
    }
    case = Case("a trial", persons, plan)
    programmes = pd.DataFrame({"programme": ["training"], "programme_type": ["training"]})
    found = case_of(case, programmes, target=counted(case))
    assert found.target == "earnings"
    assert found.walk.estimate.design.plan.assignment == "rct", "a trial is judged as a trial"
    asked = Recommendations(found)
    # Somebody of these people, of whom nobody knows where she lives, is one of them all the same.
    row = asked.advice(age=30).table.iloc[0]
    assert row["says"] == "offer first" and row["low"] < 3000 < row["high"]
