"""A design that can be read: what it holds, what it says, what it keeps to itself."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from almpo_kit.evaluation.designs.design import design
from almpo_kit.evaluation.designs.measured import measured
from almpo_kit.vocabulary.errors import FrameError, ParameterError

from .people import (
    EARNINGS,
    EMPLOYED,
    ROLES,
    designed,
    register,
    sentence,
    status,
)


def test_a_plain_design() -> None:
    found = designed(register(), outcomes=[EMPLOYED, EARNINGS], modifiers=["age"])
    assert found.stops == ()
    assert found.plan.arms == ("no programme", "training")
    assert found.plan.estimand == "att"
    assert found.table["persons"].tolist() == [120, 120]
    assert found.table["compared_with"].tolist() == ["", "no programme"]
    assert "training (120 persons) against no programme (120 persons)" in found.sentence
    assert found.sentence.startswith("SYNTHETIC")
    assert found.question == "What did training do, against no programme?"
    assert len(found.sample) == 240
    assert found.sample.outcome.shape == (240, 4)
    assert set(np.unique(found.sample.outcome[:, :3])) == {0.0, 100.0}
    assert status(found, "history") == "passed"
    assert status(found, "assumption") == "informational"
    assert found.rests_on == "240 persons in 2 arms"
    assert found.covariates.set_index("covariate")["used"].to_dict() == {"age": True, "months_worked": True}


def test_the_same_design_is_the_same() -> None:
    a, b = designed(register()), designed(register())
    assert a.plan.digest == b.plan.digest
    assert a.provenance == b.provenance
    assert a.checks == b.checks
    assert json.dumps(a.provenance.as_dict())
    assert a.plan.digest != designed(register(), estimand="ate").plan.digest


def test_the_table_that_was_given_is_left_alone() -> None:
    people = register()
    before = people.copy(deep=True)
    designed(people)
    pd.testing.assert_frame_equal(people, before)


def test_four_arms_by_name() -> None:
    people = register(400, ("no programme", "training", "counselling", "wage subsidy"))
    found = designed(people, assignment="rct")
    assert found.plan.arms == ("no programme", "counselling", "training", "wage subsidy")
    assert found.question.startswith("What did counselling, training and wage subsidy do")
    assert np.bincount(found.sample.arm).tolist() == [100] * 4


def test_order_of_rows_is_kept() -> None:
    people = register().sample(frac=1, random_state=1)
    found = designed(people)
    assert (np.array(found.plan.arms)[found.sample.arm] == people["treatment"].to_numpy()).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"assignment": "rtc"}, "'rct' .randomised trial."),
        ({"outcomes": "employed"}, "evaluation.measured"),
        ({"outcomes": []}, "evaluation.measured"),
        ({"covariates": ["age"]}, '"age": "confounder"'),
        ({"covariates": {"age": "control"}}, "role 'control'"),
        ({"covariates": {"agee": "confounder"}}, "did you mean 'age'"),
        ({"covariates": {"earnings": "confounder"}, "outcomes": EARNINGS}, "cannot be held constant"),
        ({"modifiers": ["earnings"], "outcomes": EARNINGS}, "cannot be held constant"),
        ({"covariates": {"treatment": "confounder"}}, "nothing left to compare"),
        ({"outcomes": [EARNINGS, EARNINGS]}, "twice"),
        ({"estimand": "late"}, "'att' or 'ate'"),
        ({"assignment": "rct", "estimand": "late"}, "took_part"),
        ({"assignment": "iv"}, "needs offer"),
        ({"assignment": "rd", "running": "age"}, "needs cutoff"),
        ({"assignment": "rd", "running": "age", "cutoff": float("inf")}, "must be a number"),
        ({"cutoff": 25.0}, "leave it out"),
        ({"assignment": "did"}, "needs period"),
        ({"assignment": "timing_of_events"}, "needs left"),
        ({"left": "age"}, "all three"),
        ({"cluster": "offices"}, "did you mean 'office'"),
        ({"covariates": {"age": "mediator"}, "modifiers": ["age"]}, "take it out of modifiers"),
    ],
)
def test_options_that_mean_nothing(options: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        designed(register(), **options)


def test_all_faults_of_options_are_listed_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        designed(register(), cluster="x1", block="x2", covariates={"x3": "history"}, estimand="late")
    assert all(word in str(caught.value) for word in ("'x1'", "'x2'", "'x3'", "estimand='late'"))


@pytest.mark.parametrize("table", [None, [1, 2], pd.DataFrame({"treatment": []})])
def test_no_table(table: object) -> None:
    with pytest.raises(FrameError):
        design(table, assignment="rct", comparison="x", outcomes=EARNINGS)  # type: ignore[arg-type]


def test_history_is_asked_for() -> None:
    found = designed(register(), covariates={"age": "confounder"})
    assert status(found, "history") == "failed"
    assert "history" not in found.stops
    assert status(designed(register(), assignment="rct", covariates=None), "history") == ""


def test_nothing_held_constant_stops() -> None:
    assert "nothing_held_constant" in designed(register(), covariates={"age": "precision"}).stops


def test_leaving_the_register_is_not_a_job() -> None:
    people = register().assign(off=lambda d: d["employed_24"])
    exits = measured("off", outcome="ui_exit_probability", unit="percentage_points", months=24)
    alone = designed(people, outcomes=exits)
    assert status(alone, "leaving_is_not_a_job") == "failed"
    assert "not a job" in sentence(alone, "leaving_is_not_a_job")
    assert status(designed(people, outcomes=[exits, EMPLOYED]), "leaving_is_not_a_job") == "informational"
    assert status(designed(people), "leaving_is_not_a_job") == ""


def test_an_exit_that_is_called_work_is_found() -> None:
    people = register().assign(left_register=lambda d: d["employed_24"])
    named = measured("left_register", outcome="employment_probability", unit="percentage_points")
    assert status(designed(people, outcomes=named), "leaving_is_not_a_job") == "failed"
    turned = register().assign(registered_24=lambda d: 1 - d["employed_24"])
    found = designed(turned)
    assert "opposite of “registered_24”" in sentence(found, "leaving_is_not_a_job")


def test_one_time_only_is_said() -> None:
    assert status(designed(register(), outcomes=EARNINGS), "end_point_only") == "informational"
    assert status(designed(register()), "end_point_only") == ""


def test_losses_are_kept_and_told() -> None:
    people = register()
    people.loc[:20, "earnings"] = -100.0
    found = designed(people, outcomes=EARNINGS)
    assert status(found, "below_zero") == "informational"
    assert (found.sample.outcome < 0).sum() == 21


def test_missing_outcomes_by_arm() -> None:
    people = register()
    people["employed_24"] = people["employed_24"].astype("Float64")
    assert status(designed(people), "missing_outcomes") == "passed"
    lost = people.copy()
    lost.loc[lost["treatment"].eq("training") & (lost.index < 60), "employed_24"] = pd.NA
    found = designed(lost)
    assert status(found, "missing_outcomes") == "failed"
    assert "evaluation.bounds" in sentence(found, "missing_outcomes")
    assert "25% in “training”" in sentence(found, "missing_outcomes")
    assert len(found.sample) == 240, "no row is dropped"
    few = people.copy()
    few.loc[[1, 2], "employed_24"] = pd.NA
    told = sentence(designed(few), "missing_outcomes")
    assert "under" in told
    assert "0.8%" not in told
    assert designed(few).table["outcome_share"].isna().all()


def test_constant_outcome_stops() -> None:
    assert "constant_outcome" in designed(register().assign(earnings=5.0), outcomes=EARNINGS).stops


def test_take_up_is_told_by_arm() -> None:
    people = register().assign(took_part=lambda d: (d["treatment"].eq("training") & (d.index % 3 == 0)) * 1)
    found = designed(people, assignment="rct", took_part="took_part", estimand="late")
    assert found.table["take_up"].tolist() == [0.0, pytest.approx(1 / 3)]
    nobody = designed(people.assign(took_part=0), assignment="rct", took_part="took_part")
    assert "take_up" in nobody.stops
    few = people.assign(took_part=lambda d: (d.index < 6) * 1)
    assert designed(few, assignment="rct", took_part="took_part").table["take_up"].isna().all()


def test_nothing_about_a_person_is_shown() -> None:
    people = register()
    found = designed(people, modifiers=["region"])
    shown = found._repr_html_() + repr(found) + json.dumps(found.provenance.as_dict()) + repr(found.sample)
    assert not [i for i in people["id"] if i in shown]
    assert found.metrics() == {}


def test_covariates_table_names_everything() -> None:
    people = register().assign(score=1.0)
    people.loc[:100, "score"] = np.nan
    found = designed(
        people,
        covariates=ROLES | {"score": "mediator"},
        modifiers=["region"],
        graph="u -> treatment; treatment -> score; score -> outcome; age -> treatment; age -> outcome",
    )
    table = found.covariates.set_index("covariate")
    assert table.loc["score", "role"] == "mediator"
    assert not table.loc["score", "used"]
    assert table.loc["score", "missing_share"] == pytest.approx(101 / 240)
    assert table.loc["region", "role"] == "modifier"
    assert table.loc["u", "role"] == "unobserved"


def test_months_that_an_arm_was_not_followed_to_are_told() -> None:
    people = register()
    people["employed_24"] = people["employed_24"].astype(float).where(people["treatment"] != "training")
    found = designed(people)
    assert "After month 12" in sentence(found, "not_followed_so_long")
    assert found.table["outcome_share"].tolist() == [1.0, 1.0], "of the last month known in every arm"
    assert found.stops == ()
    for month in (6, 12):
        people[f"employed_{month}"] = people["employed_24"]
    assert "outcome_in_every_arm" in designed(people).stops


def test_moments_of_waiting_are_not_told_as_people() -> None:
    people = register().assign(
        person=lambda d: d.index // 3, stratum=lambda d: d.index // 2 % 3, elapsed_months=1
    )
    found = designed(people, cluster="person", block="stratum")
    assert found.plan.rows == "moments"
    assert "120 moments" in found.sentence
    assert found.rests_on == "240 moments of 80 persons in 2 arms"
