import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_designs import DESIGN_KINDS, TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome
from almpo_kit.vocabulary.trial_plans import ESTIMATORS, ESTIMATORS_OF_DESIGNS, STATES, TrialPlan

WORK = TrialOutcome("work", "binary", 0.3, outcome="employment_probability")
WAGE = TrialOutcome("wage", "continuous", 900, sd=500)
GIVEN: dict[str, Any] = {
    "name": "Digital skills",
    "question": "Does the course help people into work?",
    "population": "Jobseekers of twelve offices, six months unemployed or longer.",
    "design": TrialDesign("individual", people=400, arms={"no programme": 0.5, "course": 0.5}),
    "outcomes": [WORK, WAGE],
    "smallest_effect": 0.05,
    "estimator": "difference",
    "programme_types": {"course": "training"},
    "country": "GR",
    "start_year": 2027,
    "end_year": 2027,
}
ADAPTIVE: dict[str, Any] = {
    "estimator": "adaptive",
    "rule": AdaptiveRule("exploration_sampling", strata=("sex",)),
}
GROUPS: dict[str, Any] = {
    "design": TrialDesign("cluster", arms=["no programme", "course"], clusters=12),
    "cluster": "office",
}  # type: ignore[arg-type]


def made(**other: Any) -> TrialPlan:
    return TrialPlan(**(GIVEN | other))


@pytest.mark.parametrize(
    "other",
    [
        {},
        ADAPTIVE,
        GROUPS | {"estimator": "cluster"},
        {"losses": Losses(0.1, 0.8), "covariates": ["age"], "nuts": "GR42", "unemployment_rate": 11},
        {"question": 'A "quoted" question\nin two lines 😀 <b>', "harm": "``` \\ "},
    ],
)
def test_round_trip_through_json(other: dict[str, Any]) -> None:
    plan = made(**other)
    again = TrialPlan.from_plain(json.loads(json.dumps(plan.to_plain())))
    assert again == plan and again.digest == plan.digest and len(plan.digest) == 64


def test_places_as_in_eurostat() -> None:
    assert (made().country, made(nuts="gr42").nuts) == ("EL", "EL42")


def test_what_is_equal_has_one_digest() -> None:
    same = made(
        outcomes=(WORK, TrialOutcome("wage", "continuous", 900.0, sd=500.0)),
        smallest_effect=np.float64(0.05),
        start_year=np.int64(2027),
        name=" Digital skills ",
        country="EL",
    )
    assert same == made() and same.digest == made().digest
    assert made(unemployment_rate=8).digest == made(unemployment_rate=8.0).digest
    reordered = {k: GIVEN[k] for k in reversed(GIVEN)}
    assert TrialPlan(**reordered).digest == made().digest


@pytest.mark.parametrize(
    "other",
    [
        {"question": "Does the course help people into work ?"},
        {"outcomes": [WAGE, WORK], "smallest_effect": 50},
        {"outcomes": [WORK]},
        {"smallest_effect": 0.06},
        {"alpha": 0.1},
        {"covariates": ["age"]},
        {"missing": "worst"},
        {"looks": 1},
        {"losses": Losses(attrition=0.1)},
        {"design": TrialDesign("individual", people=401, arms={"no programme": 0.5, "course": 0.5})},
        {"harm": "more people in debt"},
        {"seed_source": "lottery"},
        {"synthetic": True},
    ],
    ids=lambda o: next(iter(o)),
)
def test_a_digest_that_sees_every_change(other: dict[str, Any]) -> None:
    assert made(**other).digest != made().digest


def test_the_same_digest_in_another_process() -> None:
    code = (
        "import json, sys; from almpo_kit.vocabulary.trial_plans import TrialPlan;"
        "print(TrialPlan.from_plain(json.loads(sys.stdin.read())).digest)"
    )
    written = json.dumps(made().to_plain())
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            input=written,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == made().digest


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name must be 1 to 120 characters"),
    ({"name": "a\nb"}, "one line"),
    ({"question": None}, "question must be 1 to 300"),
    ({"population": "x" * 2001}, "1 to 2000"),
    ({"harm": "half a pair \ud800"}, "0 to 2000 characters"),
    ({"harm": 5}, "harm must be 0 to 2000"),
    ({"seed_source": 5}, "seed_source=5 must be one line"),
    ({"design": "individual"}, "e.g. TrialDesign"),
    ({"outcomes": []}, "at least one outcome"),
    ({"outcomes": [WORK, WORK]}, "each once"),
    ({"outcomes": ["work"]}, "list of TrialOutcome"),
    ({"outcomes": WORK}, "list of TrialOutcome"),
    ({"losses": {"attrition": 0.1}}, r"Losses\(attrition=0.1\)"),
    ({"smallest_effect": 0}, "e.g. 0.05 for five points"),
    ({"smallest_effect": 5}, "say five points as 0.05"),
    ({"smallest_effect": float("nan")}, "must be a number"),
    (
        {"outcomes": [TrialOutcome("t", "duration", 8)], "smallest_effect": 1},
        "no effect at all",
    ),
    ({"outcomes": [TrialOutcome("t", "duration", 8)], "smallest_effect": -1}, "ratio of hazards above 0"),
    ({"estimator": "luck"}, "none of difference"),
    (
        {"estimator": "cluster"},
        "does not fit the design 'individual'; take difference or adjusted or adaptive",
    ),
    (GROUPS, "does not fit the design 'cluster'; take cluster"),
    ({"missing": "ignore"}, "none of complete, worst"),
    ({"estimator": "adaptive"}, "others have neither"),
    ({"rule": AdaptiveRule("thompson")}, "others have neither"),
    (ADAPTIVE | {"rule": AdaptiveRule("thompson", floor=0.0)}, "e.g. floor=0.05"),
    ({"rule": "thompson"}, "AdaptiveRule, or None"),
    ({"programme_types": {}}, r"name each arm but the comparison: \['course'\]"),
    ({"programme_types": {"course": "magic"}}, "none of services, training"),
    ({"programme_types": "training"}, "maps arms to types"),
    ({"target_group": "everybody"}, "none of all, youth"),
    ({"country": "Greece"}, "two letters, e.g. 'EL'"),
    ({"nuts": "IT"}, "does not lie in EL"),
    ({"nuts": "EL north"}, "not shaped like a NUTS code"),
    ({"covariates": "age"}, r"e.g. \['age'\]"),
    ({"covariates": ["age", "age"]}, "name each once"),
    ({"covariates": ["work"]}, "'work' is an outcome"),
    ({"subgroups": ["wage"]}, "'wage' is an outcome"),
    (
        {"design": TrialDesign("blocked", arms=["no programme", "course"]), "estimator": "blocked"},
        r"blocks=\['office'\]",
    ),  # type: ignore[arg-type]
    (GROUPS | {"estimator": "cluster", "cluster": ""}, "cluster='office'"),
    ({"alpha": 0}, "above 0 below 0.5"),
    ({"looks": -1}, "from 0 to 1000"),
    ({"start_year": 27}, "from 1990 to 2100"),
    ({"end_year": 2026}, "before the first"),
    ({"unemployment_rate": 0.08 * 1000}, "in per cent"),
    ({"synthetic": "no"}, "True or False"),
]


@pytest.mark.parametrize(("other", "told"), REFUSED, ids=[t for _, t in REFUSED])
def test_refusals_name_the_way_out(other: dict[str, Any], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        made(**other)


def test_plain_values_that_are_no_plan() -> None:
    whole = made().to_plain()
    for bad in (
        None,
        [],
        {"name": "x"},
        whole | {"verdict": "yes"},
        whole | {"outcomes": 5},
        whole | {"design": None},
    ):
        with pytest.raises(ParameterError, match="this is no "):
            TrialPlan.from_plain(bad)  # type: ignore[arg-type]


def test_every_design_has_a_way_of_analysing_and_every_state_an_end() -> None:
    assert set(ESTIMATORS_OF_DESIGNS) == set(DESIGN_KINDS)
    assert {e for allowed in ESTIMATORS_OF_DESIGNS.values() for e in allowed} == set(ESTIMATORS)
    reached, seen = {"planned"}, set[str]()
    while reached - seen:
        seen |= reached
        reached = {s for state in seen for s in STATES[state]}
    assert seen == set(STATES) and {s for s, after in STATES.items() if not after} == {
        "published",
        "abandoned",
    }
