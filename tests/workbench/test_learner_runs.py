"""Learners in the run store: nested runs, chart, card, and nothing about a person."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.workbench import tracking
from almpo_kit.workbench.learner_runs import log_learners, model_card

MARK = 123456.789


def compared(learners: tuple[str, ...] = ("stacked",), strength: float = 2.0) -> evaluation.LearnerComparison:
    rng = np.random.default_rng(5)
    n = 600
    age = rng.normal(size=n)
    age[0] = MARK / 1e6
    arm = rng.random(n) < 0.5
    y = strength * age * arm + rng.normal(size=n)
    persons = pd.DataFrame({"id": np.arange(n), "treatment": np.where(arm, "training", "none")})
    persons = persons.assign(age=age, pay=y)
    plan = evaluation.design(
        persons,
        assignment="rct",
        comparison="none",
        outcomes=evaluation.measured("pay", outcome="earnings", unit="eur_per_month", months=12),
        covariates={"age": "precision"},
        modifiers=["age"],
    )
    estimate = evaluation.estimate(evaluation.overlap(plan))
    return evaluation.compare_learners(estimate, learners=learners, folds=3)


def test_learners_are_nested_runs_with_chart_card_and_a_registered_model(home: Path) -> None:
    comparison = compared()
    logged = log_learners(comparison, name="a trial")
    client = tracking._client(tracking.uri())
    assert set(logged.nested) == {f"training against none · {k}" for k in ("constant", "stacked")}
    for run_id in logged.nested.values():
        run = client.get_run(run_id)
        assert run.data.tags["mlflow.parentRunId"] == logged.run_id
        assert run.data.metrics["dr_loss"] > 0
    kept = {p.name: p for p in (home / "mlruns" / "artifacts" / logged.run_id).rglob("*") if p.is_file()}
    assert {"learners.svg", "learners.csv", "model_card.md", "model_training_against_none.json"} == set(kept)
    assert "<svg" in kept["learners.svg"].read_text()
    version = client.get_model_version(
        "effects_a_trial_training_against_none", logged.versions["training against none"]
    )
    assert version.run_id == logged.run_id
    assert "No row about a person is stored" in version.description
    again = log_learners(comparison, name="a trial")
    assert again.versions["training against none"] == "2"


def test_nothing_that_is_logged_grows_with_the_people(home: Path) -> None:
    comparison = compared()
    model = json.dumps(comparison.portable["training against none"])
    ages = comparison.estimate.sample.modifiers[:, 0]
    outcomes = comparison.estimate.sample.outcome[:, 0]
    told = model + model_card(comparison, "training against none") + comparison.table.to_csv()
    assert not [v for v in (*ages, *outcomes) if repr(float(v)) in told or f"{v:.17g}" in told], (
        "the youngest and the oldest are one person each"
    )
    assert len(comparison.portable["training against none"]["features"]) == 1


def test_the_registered_trees_predict_as_they_did_and_know_no_range() -> None:
    import lightgbm

    from almpo_kit.evaluation.effect_differences.candidates import without_ranges

    x = np.random.default_rng(1).normal(size=(300, 2))
    data = lightgbm.Dataset(x, x[:, 0] + x[:, 1] ** 2)
    grown = lightgbm.train({"verbosity": -1, "num_threads": 1}, data, num_boost_round=5)
    text = without_ranges(grown.model_to_string())
    assert "feature_infos=none none\n" in text
    again = lightgbm.Booster(model_str=text)
    np.testing.assert_array_equal(again.predict(x), grown.predict(x))
    comparison = compared()
    for portable in comparison.portable.values():
        assert all("feature_infos=none\n" in t for t in portable["trees"])


def test_a_model_that_keeps_rows_is_not_registered(home: Path) -> None:
    from dataclasses import replace

    comparison = compared()
    forest = replace(comparison, portable={}, chosen={"training against none": "causal_forest"})
    rows = comparison.table.assign(learner=comparison.table["learner"].replace("stacked", "causal_forest"))
    logged = log_learners(replace(forest, table=rows), name="x")
    assert not logged.versions
    assert "keeps rows" in logged.not_registered["training against none"]


def test_a_comparison_without_a_run_is_refused(home: Path) -> None:
    from dataclasses import replace

    comparison = compared()
    empty = replace(comparison, table=comparison.table.assign(status="no time left"))
    with pytest.raises(DesignError, match="whole_seconds"):
        log_learners(empty, name="x")
