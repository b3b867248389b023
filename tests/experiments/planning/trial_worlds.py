"""Small SYNTHETIC trials with known effects: a plan, its draw by lot and the outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

WORK = TrialOutcome("work", "binary", 0.4, outcome="employment_probability")
WAGE = TrialOutcome("wage", "continuous", 900, sd=300, outcome="earnings", unit="eur_per_month", months=18)
TIME = TrialOutcome("time", "duration", 8, outcome="job_finding_rate")
ARMS = {"no programme": 0.5, "course": 0.5}


def plan(**other: Any) -> TrialPlan:
    """People against people."""
    given: dict[str, Any] = {
        "name": "Digital course",
        "question": "Does a digital course bring people into work?",
        "population": "People out of work for six months in twelve offices.",
        "design": TrialDesign("individual", ARMS, people=600),
        "outcomes": (WORK, WAGE),
        "smallest_effect": 0.05,
        "estimator": "difference",
        "programme_types": {"course": "training"},
        "country": "EL",
        "start_year": 2027,
        "end_year": 2028,
        "nuts": "EL30",
        "unemployment_rate": 9.5,
        "synthetic": True,
    }
    return TrialPlan(**(given | other))


def grouped(**other: Any) -> TrialPlan:
    """Offices against offices."""
    given: dict[str, Any] = {
        "design": TrialDesign("cluster", ARMS, clusters=24, cluster_size=25),
        "estimator": "cluster",
        "cluster": "office",
    }
    return plan(**(given | other))


def people(n: int = 600, offices: int = 24, seed: int = 1) -> pd.DataFrame:
    """A list of people in offices."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"p{i}" for i in range(n)],
            "office": [f"o{i % offices}" for i in range(n)],
            "age": rng.normal(40, 10, n).round(),
            "sex": rng.choice(["f", "m"], n),
        }
    )


def drawn(which: TrialPlan, units: pd.DataFrame, seed: int | str = 1) -> Assignment:
    """The draw of a plan."""
    blocks = which.blocks
    return assign(units, which.design, seed=seed, blocks=blocks, cluster=which.cluster)


def outcomes(units: pd.DataFrame, draw: Assignment, effect: float = 0.0, seed: int = 2) -> pd.DataFrame:
    """Outcomes: each arm but the first raises the share in work by ``effect``, and wages by a thousand times that."""
    rng = np.random.default_rng(seed)
    arm = draw.assignments.set_index("id").loc[units["id"], "arm"].to_numpy()
    treated = arm != draw.design.comparison
    office = {o: rng.normal(0, 0.03) for o in sorted(set(units["office"]))}
    base = 0.4 + units["office"].map(office).to_numpy()
    work = rng.random(len(units)) < base + effect * treated
    wage = rng.normal(900, 300, len(units)) + 1000 * effect * treated
    time = rng.exponential(12, len(units)) / np.where(treated, max(1 + 5 * effect, 0.1), 1)
    return units.assign(
        work=work.astype(float),
        wage=wage,
        time=np.minimum(time, 18),
        time_ended=(time < 18).astype(int),
        received=arm,
    )


def with_design(which: TrialPlan, **other: Any) -> TrialPlan:
    """The same with another design."""
    return replace(which, design=replace(which.design, **other))
