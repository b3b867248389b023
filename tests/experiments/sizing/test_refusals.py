"""Bad input: each refusal names the way out."""

from __future__ import annotations

import math
from typing import Any

import pytest

from almpo_kit.experiments import power
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

WORK = TrialOutcome("employed", "binary", 0.4, icc=0.03)
PAY = TrialOutcome("pay", "continuous", 1000.0, sd=600.0, icc=0.03)
TIME = TrialOutcome("weeks", "duration", 8.0, icc=0.03)
OFFICES: dict[str, Any] = {"clusters": 12, "cluster_size": 40}
PEOPLE = TrialDesign("individual", people=400)


def cluster(**given: Any) -> TrialDesign:
    return TrialDesign("cluster", **(OFFICES | given))


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (cluster(clusters=2), "take at least 4 groups.*blocked"),
        (cluster(clusters=3), "take at least 4 groups"),
        (cluster(arms={"none": 0.9, "course": 0.1}), "1.2 groups.*take at least 20 groups"),
        (TrialDesign("matched_pair", clusters=2, cluster_size=40), "one pair.*take at least 4"),
        (
            TrialDesign("stepped_wedge", steps=6, clusters=5, cluster_size=10),
            "too few for 6 steps.*fewer steps",
        ),
        (TrialDesign("stepped_wedge", steps=2, clusters=2, cluster_size=10), "take 3 groups"),
        (
            TrialDesign("saturation", clusters=4, cluster_size=40, saturations={0.0: 0.25, 0.5: 0.75}),
            "take at least 8 places",
        ),
        (TrialDesign("individual", people=3), "fewer than two.*take at least 4 people"),
        (TrialDesign("blocked", people=12, arms={"none": 0.9, "course": 0.1}), "take at least 20 people"),
    ],
)
def test_too_few(design: TrialDesign, said: str) -> None:
    with pytest.raises(DesignError, match=said):
        power(design, WORK, effect=0.1)


def test_people_lost_count() -> None:
    with pytest.raises(DesignError, match="take at least 10 people"):
        power(TrialDesign("individual", people=8), WORK, effect=0.1, losses=Losses(attrition=0.6))


def test_the_fewest_that_are_not_refused_are_answered() -> None:
    assert 0.05 < power(cluster(clusters=4), WORK, effect=0.1, method="closed").power < 0.2
    pairs = TrialDesign("matched_pair", clusters=4, cluster_size=40)
    assert 0.05 < power(pairs, WORK, effect=0.1, method="closed").power < 0.2


def test_a_stepped_wedge_of_durations() -> None:
    with pytest.raises(DesignError, match="share in each period"):
        power(TrialDesign("stepped_wedge", steps=4, clusters=12, cluster_size=10), TIME, effect=1.2)


@pytest.mark.parametrize(
    ("outcome", "effect", "said"),
    [
        (WORK, 0.6, "makes a share of 1;.*above -0.4 and below 0.6"),
        (WORK, -0.5, "makes a share of -0.1"),
        (WORK, 0.0, "effect=0 is no effect"),
        (WORK, 8, "makes a share of 8.4"),
        (PAY, 0, "effect=0 is no effect"),
        (PAY, math.nan, "must be a number"),
        (PAY, math.inf, "must be a number"),
        (PAY, "100", "must be a number"),
        (TIME, 1, "ratio of hazards above 0 and not 1"),
        (TIME, 0, "ratio of hazards"),
        (TIME, -0.2, "ratio of hazards"),
    ],
)
def test_effects_that_cannot_be(outcome: TrialOutcome, effect: Any, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        power(PEOPLE, outcome, effect=effect)


@pytest.mark.parametrize("icc", [-0.1, 1.0, 1.5, math.nan])
def test_an_icc_that_cannot_be(icc: float) -> None:
    with pytest.raises(ParameterError, match="icc"):
        TrialOutcome("employed", "binary", 0.4, icc=icc)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"alpha": 0}, "alpha"),
        ({"alpha": 0.5}, "alpha"),
        ({"target": 1}, "target"),
        ({"target": 0.05}, "not above alpha"),
        ({"method": "guess"}, "auto, closed, simulation"),
        ({"replications": 10}, "replications"),
        ({"replications": 1000.0}, "replications"),
        ({"seed": -1}, "seed"),
        ({"losses": {"attrition": 0.1}}, "losses is a Losses"),
        ({"called": " "}, "called names the groups"),
    ],
)
def test_options_that_cannot_be(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        power(PEOPLE, WORK, effect=0.1, **given)


def test_wrong_things() -> None:
    with pytest.raises(ParameterError, match="design is a TrialDesign, not dict"):
        power({"kind": "individual"}, WORK, effect=0.1)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="outcome is a TrialOutcome, not str"):
        power(PEOPLE, "employed", effect=0.1)  # type: ignore[arg-type]


def test_numbers_that_are_missing() -> None:
    with pytest.raises(ParameterError, match=r"give the design's people.*or effect="):
        power(TrialDesign("individual"), WORK)
    with pytest.raises(ParameterError, match="give the design's clusters"):
        power(TrialDesign("cluster", cluster_size=40), WORK)
    with pytest.raises(ParameterError, match="cluster_size=40"):
        power(TrialDesign("cluster", clusters=12), WORK, effect=0.1)
