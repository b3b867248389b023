"""What leaves an evaluation: rows that the evidence base takes in, with the verdict on them and nobody in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation, evidence, sources
from almpo_kit.evaluation.protocol.results import Verdict
from almpo_kit.evaluation.publication.publish import publish
from almpo_kit.evaluation.publication.rows import significance
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import is_synthetic

STUDY: dict[str, Any] = {
    "study_id": "jobs2_made_up",
    "programme_types": {"workshop": "services"},
    "country": "EL",
    "start_year": 2019,
    "end_year": 2021,
}


@cache
def judged(assignment: str = "rct", seed: int = 1) -> Verdict:
    """A made-up lot with months 1 to 24, and its verdict."""
    draw = np.random.default_rng(seed)
    n = 600
    arm = np.array(["no programme", "workshop"])[draw.permutation(np.arange(n) % 2)]
    people = pd.DataFrame(
        {"id": [f"secret {i}" for i in range(n)], "treatment": arm, "age": draw.integers(18, 60, n)}
    )
    people["source"] = "SYNTHETIC made by hand"
    people["took_part"] = (arm == "workshop") & (draw.random(n) < 0.7)
    for m in range(1, 25):
        people[f"employed_{m}"] = (draw.random(n) < 0.3 + 0.2 * (arm == "workshop") * (m > 6)).astype(int)
    plan = evaluation.design(
        people,
        assignment=assignment,  # type: ignore[arg-type]
        comparison="no programme",
        took_part="took_part",
        outcomes=evaluation.measured(
            "employed_{month}",
            outcome="employment_probability",
            unit="percentage_points",
            months=range(1, 25),
        ),
        covariates={"age": "confounder"},
    )
    return evaluation.verdict(evaluation.estimate(evaluation.overlap(plan), method="difference"))


def test_rows_of_a_path() -> None:
    rows = publish(judged(), **STUDY)
    point = rows[rows["outcome"] == "employment_probability"]
    assert point["horizon_months"].tolist() == [6, 12, 24]
    assert set(rows["horizon_from"]) == {"random_assignment"}
    assert set(rows["estimand"]) == {"itt"}
    assert rows["take_up"].between(0.6, 0.8).all()
    assert set(rows["design"]) == {"rct"}
    assert set(rows["comparator"]) == {"no_programme"}
    assert rows["n"].eq(600).all()
    assert rows["estimate_id"].is_unique
    assert set(rows["sample_id"]) == {"jobs2_made_up"}
    table = judged().estimate.table.set_index("months")  # type: ignore[union-attr]
    assert np.allclose(point["effect"], table.loc[[6, 12, 24], "effect"])
    assert np.allclose(point["se"], table.loc[[6, 12, 24], "se"])
    assert point["significance"].tolist()[1:] == ["positive", "positive"]


def test_the_sum_is_a_row_of_its_own() -> None:
    rows = publish(judged(), **STUDY)
    total = rows[rows["outcome"] == "months_employed"]
    assert total["unit"].tolist() == ["months"]
    assert total["horizon_months"].tolist() == [24]
    assert total["effect"].item() == pytest.approx(judged().estimate.cumulative["effect"].iloc[-1])  # type: ignore[union-attr]
    assert "Sum over the months" in total["note"].item()
    assert "months_employed" not in set(publish(judged(), **STUDY, cumulative=False)["outcome"])


def test_the_verdict_and_the_label_travel() -> None:
    rows = publish(judged(), **STUDY)
    assert rows["quality"].eq(judged().verdict).all()
    assert rows["source"].str.startswith("SYNTHETIC").all()
    assert is_synthetic(rows)
    assert is_synthetic(publish(judged(), **STUDY, source="doi:10.1/x"))
    assert not rows.astype(str).apply(lambda c: c.str.contains("secret")).any().any()


def test_the_evidence_base_takes_it_in(tmp_path: Path) -> None:
    rows = publish(judged(), **STUDY, months=[12], cumulative=False)
    check(rows, "effects")
    file = tmp_path / "rows.csv"
    rows.to_csv(file, index=False)
    intake = sources.read_effects(file)
    assert intake.effects["effect"].tolist() == pytest.approx(rows["effect"].tolist())
    assert intake.effects["take_up"].tolist() == pytest.approx(rows["take_up"].tolist())
    assert not (intake.problems["severity"] == "fatal").any()
    alone = evidence.answer(evidence.select(intake.effects, programme_type="services"), question="Q")
    assert alone.sentence.startswith("SYNTHETIC")
    assert alone.pooled is None, "one study is too little to average"
    six = [
        publish(judged(seed=i), **(STUDY | {"study_id": f"made_up_{i}"}), months=[12], cumulative=False)
        for i in range(6)
    ]
    together = evidence.answer(
        evidence.select(pd.concat(six, ignore_index=True), programme_type="services"), question="Q"
    )
    assert together.metrics()["mean"] == pytest.approx(20, abs=6)


def test_everything_published_is_taken_in(tmp_path: Path) -> None:
    rows = publish(
        judged(), **STUDY, nuts="EL30", unemployment_rate=17.3, source="doi:10.1/x", sample_id="pes2019"
    )
    file = tmp_path / "rows.csv"
    rows.to_csv(file, index=False)
    taken = sources.read_effects(file).effects
    assert len(taken) == len(rows)
    assert taken["significance"].tolist() == rows["significance"].tolist()


def test_not_identified_is_refused_unless_said_why() -> None:
    found = judged("matching")
    bad = Verdict(**{**found.__dict__, "verdict": "not identified", "stops": ("not_identified",)})
    with pytest.raises(DesignError, match="said stop"):
        publish(bad, **STUDY)
    with pytest.raises(ParameterError, match="no reason"):
        publish(bad, **STUDY, override="ok")
    rows = publish(bad, **STUDY, override="kept to show how wrong it is")
    assert rows["note"].str.contains("kept to show how wrong it is").all()
    assert rows["quality"].eq("not identified").all()


def test_a_walk_that_stopped_has_nothing_to_publish() -> None:
    plan = judged().design
    with pytest.raises(DesignError, match=r"no effect to publish|said stop"):
        publish(evaluation.verdict(plan), **STUDY)


def test_a_comparison_that_may_be_a_programme_must_be_said() -> None:
    from almpo_kit.evaluation.publication.asking import asked, comparator

    given = {**STUDY, "sample_id": None, "target_group": "all", "nuts": None, "unemployment_rate": None}
    given |= {"includes_subsidised_job": "not_stated", "source": ""}
    plain = asked(**given)
    assert comparator(plain, "No programme") == "no_programme"
    with pytest.raises(ParameterError, match="booklet"):
        comparator(plain, "booklet")
    said = asked(**{**given, "programme_types": {"workshop": "services", "booklet": "no_programme"}})
    assert comparator(said, "booklet") == "no_programme"
    other = asked(**{**given, "programme_types": {"workshop": "services", "booklet": "training"}})
    assert comparator(other, "booklet") == "other_programme"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"study_id": " "}, "study_id"),
        ({"programme_types": {}}, "what each arm is"),
        ({"programme_types": {"workshop": "course"}}, "'course'"),
        ({"programme_types": {"other": "training"}}, "does not say what 'workshop' is"),
        ({"country": "Greece land"}, "country|code"),
        ({"country": "EL30"}, "no country"),
        ({"country": None}, "must be a code"),
        ({"nuts": "??"}, "NUTS|code|place"),
        ({"start_year": 2022}, "first and last year"),
        ({"start_year": "2019"}, "first and last year"),
        ({"target_group": "everyone"}, "youth"),
        ({"unemployment_rate": 700}, "per cent"),
        ({"includes_subsidised_job": "no"}, "excluded"),
        ({"months": [7.5]}, "were not measured"),
        ({"months": "12"}, "months after entry"),
    ],
)
def test_what_is_said_of_a_study_is_checked(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        publish(judged(), **(STUDY | change))


def test_all_faults_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        publish(judged(), **(STUDY | {"study_id": "", "target_group": "x", "start_year": 1}))
    assert all(w in str(caught.value) for w in ("study_id", "target_group", "start_year"))


def test_only_a_verdict_is_published() -> None:
    with pytest.raises(ParameterError, match="takes the verdict"):
        publish(judged().estimate, **STUDY)  # type: ignore[arg-type]


def test_direction_is_that_of_the_person() -> None:
    assert significance("earnings", 5, 1, 9) == "positive"
    assert significance("days_unemployed", 5, 1, 9) == "negative"
    assert significance("days_unemployed", -5, -9, -1) == "positive"
    assert significance("earnings", 1, -1, 3) == "none"
    assert significance("benefit_payments", -5, -9, -1) is None
    assert significance("earnings", 1, float("nan"), 3) is None
