"""What the programme owner is told, and what stands behind it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from almpo_kit.experiments import Power, power
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

WORK = TrialOutcome("employed", "binary", 0.4, icc=0.03)
OFFICES = TrialDesign("cluster", clusters=12, cluster_size=40)


def check(found: Power, name: str) -> Any:
    return next(c for c in found.checks if c.name == name)


def test_twelve_offices_are_too_few_and_she_is_told_so() -> None:
    found = power(OFFICES, WORK, effect=0.08, called="offices")
    assert found.sentence.startswith(
        "Not with these numbers. With 12 offices of 40 people, an effect of 8.0 points would be found in only 19 of 100 such "
        "trials; to be found in 80 of 100 it would have to be 20.5 points or more. It takes 68 offices of 40 people, not 12. "
        "With 12 offices, no number of people in each is enough."
    )
    assert "twice as many offices: 13.8 points" in found.sentence
    assert (found.needed, found.unit_drawn, found.needed_size) == (68, "offices", math.inf)
    assert check(found, "can be learned").status == "failed"
    assert (
        "nothing, that will not show that the programme does nothing"
        in check(found, "can be learned").sentence
    )


def test_enough_offices() -> None:
    found = power(TrialDesign("cluster", clusters=90, cluster_size=40), WORK, effect=0.08, called="offices")
    assert found.sentence.startswith(
        "Yes. With 90 offices of 40 people, an effect of 8.0 points would be found in "
    )
    assert check(found, "can be learned").status == "passed"
    assert found.smallest_effect < 0.08


def test_without_an_effect_the_smallest_is_said() -> None:
    found = power(OFFICES, WORK)
    assert "an effect of 20.5 points or more would be found in 80 of 100 such trials" in found.sentence
    assert (
        math.isnan(found.power)
        and math.isnan(found.needed)
        and found.smallest_effect == pytest.approx(0.205, abs=1e-3)
    )


def test_without_numbers_the_number_needed_is_said() -> None:
    found = power(TrialDesign("cluster", cluster_size=40), WORK, effect=0.08, called="offices")
    assert (
        found.sentence
        == "It takes 68 offices of 40 people to find an effect of 8.0 points in 80 of 100 such trials."
    )
    assert math.isnan(found.power) and math.isnan(found.smallest_effect)
    assert found.levers.empty and set(found.table["size"]) == {34, 68, 136}


def test_what_helps_most_stands_first_and_is_right() -> None:
    found = power(OFFICES, WORK, effect=0.08)
    assert list(found.levers["smallest_effect"]) == sorted(found.levers["smallest_effect"])
    more = found.levers.set_index("lever")
    double = power(TrialDesign("cluster", clusters=24, cluster_size=40), WORK, effect=0.08)
    assert more.loc["units", "smallest_effect"] == pytest.approx(double.smallest_effect)
    assert more.loc["units", "power"] == pytest.approx(double.power)
    assert more.loc["units", "smallest_effect"] < more.loc["size", "smallest_effect"]
    assert more.loc["within", "smallest_effect"] < more.loc["units", "smallest_effect"]


def test_the_curve_goes_through_what_is_said() -> None:
    found = power(OFFICES, WORK, effect=0.08)
    asked = found.table[found.table["asked"]]
    assert set(found.table["size"]) == {6, 12, 24, 68} and set(asked["size"]) == {12}
    assert asked["power"].is_monotonic_increasing and asked["power"].iloc[0] == pytest.approx(0.05, abs=1e-4)
    above = asked[asked["effect"] >= found.smallest_effect]["power"]
    below = asked[asked["effect"] < found.smallest_effect]["power"]
    assert above.min() >= 0.8 > below.max()


def test_a_fall() -> None:
    found = power(TrialDesign("individual", people=500), WORK, effect=-0.08)
    assert found.smallest_effect < 0 and "or a larger fall" in found.sentence
    assert (found.table["effect"] <= 0).all()
    assert (
        power(
            TrialDesign("individual", people=500), TrialOutcome("t", "duration", 8.0), effect=0.8
        ).smallest_effect
        < 1
    )


def test_effects_of_taking_part_reach_the_offered_by_those_moved() -> None:
    losses = Losses(take_up=0.6, taken_anyway=0.1)
    people = TrialDesign("individual", people=800)
    taken = power(people, WORK, effect=0.2, losses=losses, of_taking_part=True)
    offered = power(people, WORK, effect=0.1, losses=losses)
    assert taken.power == pytest.approx(offered.power) and taken.needed == offered.needed
    assert taken.smallest_effect == pytest.approx(2 * offered.smallest_effect)
    assert "an effect of taking part of 20.0 points" in taken.sentence
    assert "those who do would have to gain 20.0 points" in check(offered, "taking part").sentence


def test_an_offer_that_few_take_cannot_do_more_than_there_is_to_gain() -> None:
    found = power(TrialDesign("individual", people=800), WORK, effect=0.2, losses=Losses(take_up=0.2))
    assert check(found, "taking part").status == "failed"


def test_ratios_are_diluted_on_the_log_scale() -> None:
    time = TrialOutcome("t", "duration", 8.0)
    people = TrialDesign("individual", people=800)
    taken = power(people, time, effect=1.44, losses=Losses(take_up=0.5), of_taking_part=True)
    assert taken.power == pytest.approx(power(people, time, effect=1.2).power)


@pytest.mark.parametrize(
    ("design", "outcome", "name", "status"),
    [
        (OFFICES, TrialOutcome("y", "binary", 0.4), "differences between groups", "failed"),
        (TrialDesign("cluster", clusters=6, cluster_size=40), WORK, "number of groups", "failed"),
        (TrialDesign("cluster", clusters=40, cluster_size=40), WORK, "number of groups", "passed"),
        (TrialDesign("matched_pair", clusters=30, cluster_size=40), WORK, "pairs", "failed"),
        (TrialDesign("cluster", clusters=13, cluster_size=40), WORK, "shares", "informational"),
        (
            TrialDesign("individual", people=600, arms={"a": 0.4, "b": 0.3, "c": 0.3}, familywise="none"),
            WORK,
            "several programmes",
            "failed",
        ),
        (
            TrialDesign("saturation", clusters=40, cluster_size=10, saturations={0.0: 0.5, 0.5: 0.5}),
            TrialOutcome("y", "binary", 0.4, icc=0.03, explained=0.4),
            "assumptions",
            "informational",
        ),
        (TrialDesign("individual", people=60), TrialOutcome("y", "binary", 0.05), "computed", "failed"),
    ],
)
def test_checks(design: TrialDesign, outcome: TrialOutcome, name: str, status: str) -> None:
    assert check(power(design, outcome, effect=0.1, method="closed"), name).status == status


def test_saturations_say_what_each_comparison_sees() -> None:
    design = TrialDesign(
        "saturation", clusters=60, cluster_size=40, saturations={0.0: 0.3, 0.5: 0.4, 1.0: 0.3}
    )
    found = power(design, WORK, effect=0.1)
    seen = found.estimands.set_index("estimand")
    assert list(seen.index) == ["total", "spillover", "direct"]
    assert seen.loc["total", "power"] == found.power
    # What others lose is a fall, and seen less well than what the offered gain.
    assert seen.loc["spillover", "smallest_effect"] < 0 < seen.loc["direct", "smallest_effect"]
    assert abs(seen.loc["spillover", "smallest_effect"]) > found.smallest_effect
    mixed = TrialDesign("saturation", clusters=60, cluster_size=40, saturations={0.25: 0.5, 0.75: 0.5})
    assert list(power(mixed, WORK, effect=0.1).estimands["estimand"]) == ["direct"]
    assert power(OFFICES, WORK, effect=0.1).estimands.empty


def test_a_finding_like_every_other() -> None:
    found = power(OFFICES, WORK, effect=0.08)
    assert found.provenance.method == "experiments.power" and found.provenance.seed is None
    assert found.metrics() == {"power": found.power, "smallest_effect": found.smallest_effect, "needed": 68.0}
    assert "19 of 100" in str(found.plot(width=328).to_dict()["title"])
    assert isinstance(found.to_frame(), pd.DataFrame) and "effect" in found.provenance.options


def test_simulation_is_told_of_repeats_itself_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []
    people = TrialDesign("individual", people=200)
    outcome = TrialOutcome("pay", "continuous", 0.0, sd=1.0)

    def ask(progress: Any = None) -> Power:
        return power(
            people, outcome, effect=0.3, method="simulation", replications=200, seed=3, progress=progress
        )

    found = ask(lambda done, total: told.append((done, total)))
    assert told[-1] == (600, 600) and [d for d, _ in told] == sorted(d for d, _ in told)
    assert found.by_simulation and found.power == found.power_simulated and found.provenance.seed == 3
    assert found.mc_se == pytest.approx(math.sqrt(found.power * (1 - found.power) / 200), rel=0.02)
    again = ask()
    assert (again.power, again.smallest_effect, again.needed) == (
        found.power,
        found.smallest_effect,
        found.needed,
    )

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(stop)


def test_auto_simulates_only_where_the_formula_does_not_hold() -> None:
    rare = power(
        TrialDesign("individual", people=80), TrialOutcome("y", "binary", 0.05), effect=0.2, replications=300
    )
    assert rare.by_simulation and "too few for a normal distribution" in check(rare, "computed").sentence
    assert not power(TrialDesign("individual", people=800), WORK, effect=0.1).by_simulation
