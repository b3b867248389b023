"""A small trial, and what other processes do to its registry in the tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from almpo_kit import records
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

NAME = "digital course"
DIGESTS = {"list_digest": "a" * 64, "draw_digest": "b" * 64}
COUNTS = {"no programme": 60, "course": 60}
WHY = "offices asked for another question"


def plan(**other: Any) -> TrialPlan:
    """People in offices, a course against nothing."""
    given: dict[str, Any] = {
        "name": NAME,
        "question": "Does a digital course bring people into work?",
        "population": "People out of work for a year in twelve offices.",
        "design": TrialDesign("blocked", {"no programme": 0.5, "course": 0.5}, people=120),
        "outcomes": (TrialOutcome("employed", "binary", 0.3, outcome="employment_probability"),),
        "smallest_effect": 0.1,
        "estimator": "blocked",
        "programme_types": {"course": "training"},
        "country": "IT",
        "start_year": 2026,
        "end_year": 2026,
        "blocks": ("office",),
        "synthetic": True,
    }
    return TrialPlan(**(given | other))


def row(**other: Any) -> dict[str, Any]:
    """The evidence that it gives."""
    given = {
        "estimate_id": "digital-course-1",
        "study_id": "digital-course",
        "sample_id": "digital-course",
        "programme_type": "training",
        "target_group": "all",
        "comparator": "no_programme",
        "country": "IT",
        "nuts": None,
        "outcome": "employment_probability",
        "unit": "percentage_points",
        "horizon_months": 12.0,
        "horizon_from": "random_assignment",
        "effect": 12.5,
        "se": 4.0,
        "se_source": "reported",
        "significance": "positive",
        "design": "rct",
        "start_year": 2026.0,
        "end_year": 2026.0,
        "n": 120.0,
        "unemployment_rate": 8.0,
        "quality": None,
        "source": "SYNTHETIC trial",
        "includes_subsidised_job": "excluded",
    }
    return given | other


def drawn(store: records.Store, name: str = NAME) -> records.KeptTrial:
    """A trial that was registered and drawn."""
    store.keep_trial_plan(name, plan(name=name))
    store.advance_trial(name, "registered")
    store.keep_trial_draw(name, seed=1, **DIGESTS, counts=COUNTS)
    return store.advance_trial(name, "drawn")


def closed(store: records.Store, name: str = NAME) -> records.KeptTrial:
    """A trial that is over."""
    drawn(store, name)
    store.advance_trial(name, "running")
    return store.advance_trial(name, "closed")


def look_for_ever(place: str, told: str) -> None:
    """Keep looks until somebody kills us; a line for each that was acknowledged."""
    store = records.open_store(place)
    with Path(told).open("a", encoding="utf-8", buffering=1) as acknowledged:
        for i in range(100_000):
            kept = store.keep_trial_look(NAME, {"i": i, "words": "x" * 8000})
            acknowledged.write(f"{kept.number} {i}\n")


def go_through(place: str, who: str) -> None:
    """The whole way of a trial, at the same time as others who go it with the same trial."""
    store = records.open_store(place)
    for i in range(5):
        store.keep_trial_look(NAME, {"who": who, "i": i})
    for state in ("running", "closed"):
        store.advance_trial(NAME, state)
    store.keep_trial_result(
        NAME, plan_digest=store.trial(NAME).held.digest, rows=[row()], digest="c" * 64, sentence=f"By {who}."
    )
    store.advance_trial(NAME, "analysed")


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    globals()[name](*arguments)
