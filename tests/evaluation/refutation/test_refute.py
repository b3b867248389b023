"""Refuting estimates of invented persons whose truth is known."""

from __future__ import annotations

import re
import time
import warnings

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation
from almpo_kit.evaluation.refutation.trials import ATTEMPTS, PLANS
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .invented import ROLES, WHY, estimated, invented, planned

QUICK = ("hidden_cause", "e_value", "dip", "before_entry", "second_opinion", "leave_out")


def results(table: pd.DataFrame, attempt: str) -> list[str]:
    return table.loc[table["attempt"] == attempt, "result"].tolist()


@pytest.fixture(scope="module")
def honest() -> evaluation.Refutation:
    """Everything that moves taking part is recorded."""
    return evaluation.refute(estimated(invented(1500)), whole_seconds=60)


def test_an_honest_estimate_stands(honest: evaluation.Refutation) -> None:
    table = honest.table
    assert set(table["attempt"]) == set(PLANS["matching"])
    assert not (table["result"] == "broken").any(), table.loc[
        table["result"] == "broken", "sentence"
    ].tolist()
    for attempt in (
        "hidden_cause",
        "before_entry",
        "placebo_treatment",
        "random_common_cause",
        "data_subset",
    ):
        assert results(table, attempt) == ["held"], attempt


def test_every_sentence_says_of_whom(honest: evaluation.Refutation) -> None:
    for sentence in honest.table["sentence"]:
        assert sentence.startswith("Training against no programme, earnings 24 months after entry: ")
        assert "nan" not in sentence.lower().split()
        # What holds never says more than it can.
        assert not re.search(
            r"\b(prove[sd]?|confirm\w*|valid)\b", sentence.replace("call the effect proven", "")
        )
    assert honest.sentence.startswith("SYNTHETIC")
    assert honest.provenance.synthetic
    assert "cannot be tested" in honest.sentence


def test_the_tables_behind_the_figure(honest: evaluation.Refutation) -> None:
    marks, effects = honest.details["benchmarks"], honest.details["robustness"]
    assert set(marks["covariate"]) == {"age", "education", "earnings_2018", "earnings_2019"}
    assert 0 < effects["robustness_interval"].iloc[0] < effects["robustness"].iloc[0] < 1
    # The border of nothing left goes through the robustness value on the diagonal.
    border = honest.details["curves"].query("kind == 'nothing left'")
    at = np.interp(effects["robustness"].iloc[0], border["r2_treatment"], border["r2_outcome"])
    assert at == pytest.approx(effects["robustness"].iloc[0], abs=0.02)


def test_a_naive_comparison_is_broken() -> None:
    effects = estimated(invented(1500, effect=50.0), method="difference")
    table = evaluation.refute(effects, attempts=("before_entry", "placebo_arm", "second_opinion")).table
    assert "broken" in results(table, "before_entry")
    assert table.query("attempt == 'before_entry' and result == 'broken'")["weighs"].iloc[0] == "doubts"
    assert results(table, "placebo_arm") == ["broken"]
    assert "broken" in results(table, "second_opinion")


def test_something_hidden_shows_before_entry() -> None:
    effects = estimated(invented(2000, effect=0.0, hidden=1.0))
    found = evaluation.refute(effects, attempts=("before_entry", "hidden_cause"))
    assert results(found.table, "before_entry") == ["broken"]
    assert found.table["sentence"].str.contains("A programme cannot change what was before it").any()
    assert found.sentence.startswith("SYNTHETIC data. Of 2 attempts")


def test_history_without_years_is_no_test_of_selection() -> None:
    # Those who enter may have been chosen by this very column, which the estimate holds constant: no reason to doubt it.
    persons = invented(1500).rename(
        columns={"earnings_2018": "earnings_early", "earnings_2019": "earnings_late"}
    )
    roles = {"age": "confounder", "earnings_early": "history", "earnings_late": "history"}
    table = evaluation.refute(estimated(persons, roles=roles), attempts=("before_entry",)).table
    assert results(table, "before_entry") == ["not tried"]
    assert "two known years" in table["sentence"].iloc[0]


def test_an_outcome_before_entry_that_differs_leaves_nothing() -> None:
    persons = invented(1500, effect=0.0, hidden=1.0)
    outcomes = evaluation.measured(
        ["earnings_2019", "earnings"], outcome="earnings", unit="eur_per_month", months=[-1, 24]
    )
    plan = evaluation.design(
        persons,
        assignment="matching",
        comparison="no programme",
        outcomes=outcomes,
        covariates={"age": "confounder", "earnings_2018": "history"},
    )
    effects = evaluation.estimate(evaluation.overlap(plan, override=WHY), method="regression", override=WHY)
    row = evaluation.refute(effects, attempts=("before_entry",)).table.iloc[0]
    assert (row["result"], row["weighs"]) == ("broken", "breaks")
    assert "1 months before entry" not in row["sentence"]


def test_the_dip_is_seen() -> None:
    table = evaluation.refute(estimated(invented(1500, falling=150.0)), attempts=("dip",)).table
    assert results(table, "dip") == ["informs"]
    assert "Ashenfelter’s dip" in table["sentence"].iloc[0]
    assert "would have come anyway" in table["sentence"].iloc[0]


def test_no_history_is_told() -> None:
    effects = estimated(invented(600), roles={"age": "confounder"})
    table = evaluation.refute(effects, attempts=("before_entry", "dip")).table
    assert set(table["result"]) == {"not tried"}
    assert table["held"].isna().all()


def test_one_covariate_that_decides_is_named() -> None:
    persons = invented(1500, effect=0.0)
    persons["motive"] = 1.5 * (persons["treatment"] != "no programme") + np.random.default_rng(1).normal(
        size=len(persons)
    )
    persons["earnings"] += 200 * persons["motive"]
    roles = ROLES | {"motive": "confounder"}
    found = evaluation.refute(estimated(persons, roles=roles), attempts=("leave_out", "hidden_cause"))
    row = found.table.query("attempt == 'leave_out'").iloc[0]
    assert row["result"] == "broken"
    assert "motive" in row["about"]
    assert set(found.details["left_out"]["left_out"]) == {*roles, "all history"}


def test_a_benchmark_of_ones_own() -> None:
    effects = estimated(invented(800))
    row = evaluation.refute(effects, attempts=("hidden_cause",), benchmarks=("age",)).table.iloc[0]
    assert row["about"] == "age"


def test_little_time_says_so_and_is_kept() -> None:
    effects = estimated(invented(1500))
    start = time.perf_counter()
    found = evaluation.refute(effects, whole_seconds=1e-6)
    assert time.perf_counter() - start < 5
    absent = found.table.query("result == 'not tried'")
    assert {"before_entry", "leave_out", "placebo_arm", "second_opinion"} <= set(absent["attempt"])
    assert absent["held"].isna().all()
    assert "could not be carried out" in found.sentence
    assert evaluation.verdict(found).verdict == "fragile"


def test_same_seed_same_bytes_and_workers_do_not_matter() -> None:
    effects = estimated(invented(400))
    chosen = ("placebo_arm", "placebo_treatment", "data_subset", "simulated_cause")
    before = np.random.get_state(legacy=False)["state"]["key"].copy()
    one = evaluation.refute(effects, attempts=chosen, seed=3)
    two = evaluation.refute(effects, attempts=chosen, seed=3, workers=2)
    other = evaluation.refute(effects, attempts=chosen, seed=4)
    pd.testing.assert_frame_equal(one.table, two.table)
    assert not one.table.equals(other.table)
    assert (np.random.get_state(legacy=False)["state"]["key"] == before).all()


def test_dowhy_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    effects = estimated(invented(300))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        evaluation.refute(effects, attempts=("placebo_treatment", "random_common_cause", "simulated_cause"))
    said = capsys.readouterr()
    assert said.out == said.err == ""


def test_several_arms_are_each_attacked_and_named() -> None:
    effects = estimated(invented(1500, arms=("training", "wage subsidy")))
    calls: list[tuple[int, int]] = []
    found = evaluation.refute(effects, attempts=QUICK, progress=lambda a, b: calls.append((a, b)))
    for contrast in ("training against no programme", "wage subsidy against no programme"):
        assert set(found.table.loc[found.table["contrast"] == contrast, "attempt"]) == set(QUICK)
    assert calls == [(i, len(QUICK)) for i in range(1, len(QUICK) + 1)]


def test_a_trial_needs_no_hidden_cause() -> None:
    table = evaluation.refute(estimated(invented(800, lots=True), "rct")).table
    assert not {"hidden_cause", "e_value", "placebo_arm"} & set(table["attempt"])
    assert "broken" not in results(table, "placebo_treatment")


def test_counts_of_few_are_not_told() -> None:
    found = evaluation.refute(estimated(invented(400)), attempts=("stricter_support",))
    for sentence in found.table["sentence"]:
        assert re.search(r"nobody|very few|\d+% of the persons|not tried", sentence)


def test_what_makes_no_sense_is_refused() -> None:
    effects = estimated(invented(300))
    with pytest.raises(ParameterError, match="takes an estimate"):
        evaluation.refute(planned(invented(300)))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="e_value"):
        evaluation.refute(effects, attempts=("luck",))
    with pytest.raises(ParameterError, match="give a list"):
        evaluation.refute(effects, attempts="dip")
    with pytest.raises(ParameterError, match="above zero"):
        evaluation.refute(effects, whole_seconds=0)
    with pytest.raises(ParameterError, match="age"):
        evaluation.refute(effects, benchmarks=("luck",))


def test_an_estimate_that_stopped_is_refused_and_overridden() -> None:
    from dataclasses import replace

    from almpo_kit.vocabulary.finding import Check

    effects = estimated(invented(300))
    stopped = replace(effects, stops=("thin",), checks=(Check("thin", "failed", "Too thin."),))
    with pytest.raises(DesignError, match="Too thin"):
        evaluation.refute(stopped)
    found = evaluation.refute(stopped, attempts=("e_value",), override="to see what the E-value says")
    assert found.checks[0].name.startswith("overridden_")
    assert found.overrides[-1].step == "estimate"


def test_plans_name_attempts_that_exist() -> None:
    assert {a for plan in PLANS.values() for a in plan} == set(ATTEMPTS)
