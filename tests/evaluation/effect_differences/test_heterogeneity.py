"""The verb from a frame of persons to an answer: words, privacy, refusals."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation
from almpo_kit.evaluation.effect_differences.asked import learners_asked
from almpo_kit.vocabulary.errors import DesignError, ParameterError


def persons(n: int, spread: float, seed: int = 0, arms: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(20, 60, n)
    arm = rng.integers(0, arms, n)
    region = np.where(np.arange(n) < 6, "small", rng.choice(["north", "south"], n))
    pay = 100 * rng.normal(size=n) + (arm == 1) * (20 + spread * (age - 40) / 11)
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "treatment": np.array(["none", "training", "subsidy"])[arm],
            "age": age,
            "region": region,
            "sex": rng.choice(["f", "m"], n),
            "pay": pay,
        }
    )


@cache
def estimated(spread: float, seed: int = 0, arms: int = 2, n: int = 900) -> evaluation.Estimate:
    plan = evaluation.design(
        persons(n, spread, seed, arms),
        assignment="rct",
        comparison="none",
        outcomes=evaluation.measured("pay", outcome="earnings", unit="eur_per_month", months=12),
        covariates={"age": "precision", "region": "precision", "sex": "sensitive"},
        modifiers=["age", "region"],
    )
    return evaluation.estimate(evaluation.overlap(plan))


@cache
def found(spread: float, arms: int = 2) -> evaluation.Heterogeneity:
    return evaluation.heterogeneity(estimated(spread, 0, arms))


def test_a_difference_is_told_with_its_test() -> None:
    whom = found(60.0)
    assert whom.claimed
    assert whom.claims == {"training against none": True}
    assert "effects differ" in whom.sentence and "training against none" in whom.sentence.lower()
    top = whom.table[whom.table["group"] == "highest fifth"].iloc[0]
    low = whom.table[whom.table["group"] == "lowest fifth"].iloc[0]
    assert top["low"] > low["high"]
    assert whom.tests.iloc[0]["verdict"] == "effects differ"
    assert np.shape(whom.predicted) == (900, 1)


def test_no_difference_is_told_as_no_evidence_with_what_may_have_been_missed() -> None:
    whom = found(0.0)
    assert not whom.claimed
    assert "no evidence of different effects" in whom.sentence
    assert "may have been missed" in whom.sentence
    assert "effects differ" not in whom.sentence


def test_intervals_of_groups_are_wider_than_single_ones() -> None:
    table = found(0.0).table.dropna(subset=["effect"])
    groups = table[table["by"] != "everybody"]
    assert (groups["high"] - groups["low"] > 2 * 1.97 * groups["se"]).all()
    assert (groups["low"] < groups["effect"]).all()


def test_small_groups_have_no_numbers_and_cannot_be_had_by_subtracting() -> None:
    table = found(60.0).table
    regions = table[table["by"] == "region"].set_index("group")
    assert regions.loc["small", ["effect", "n_arm", "n_comparison", "difference"]].isna().all()
    assert regions["n_arm"].isna().sum() >= 2, (
        "one other group is kept back, or the total less the rest tells it"
    )
    shown = table[["n_arm", "n_comparison"]].to_numpy(dtype=float)
    assert not ((shown > 0) & (shown < 10)).any()


def test_several_contrasts_are_named_and_share_the_level() -> None:
    whom = found(80.0, 3)
    assert set(whom.claims) == {"training against none", "subsidy against none"}
    assert not whom.claims["subsidy against none"]
    assert any(c.name == "several_contrasts" for c in whom.checks)


def test_two_workers_give_the_numbers_of_one() -> None:
    one, two = found(60.0), evaluation.heterogeneity(estimated(60.0), workers=2)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    assert one.predicted is not None and two.predicted is not None
    assert one.predicted.tobytes() == two.predicted.tobytes()


def test_who_is_sensitive_is_shown_and_not_used() -> None:
    whom = found(60.0)
    assert "sex" in set(whom.table["by"])
    assert "sex" not in " ".join(whom.provenance.options["modifiers"])


def test_progress_ends_where_it_said_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []
    evaluation.heterogeneity(estimated(60.0), progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluation.heterogeneity(estimated(60.0), progress=stop)


def test_what_cannot_be_asked_is_refused_with_a_way_out() -> None:
    estimate = estimated(60.0)
    with pytest.raises(ParameterError, match="not in the design"):
        evaluation.heterogeneity(estimate, modifiers=["shoe size"])
    with pytest.raises(ParameterError, match="not measured"):
        evaluation.heterogeneity(estimate, outcome="health")
    with pytest.raises(ParameterError, match="12"):
        evaluation.heterogeneity(estimate, months=24)
    with pytest.raises(ParameterError, match="at least 3"):
        evaluation.heterogeneity(estimate, folds=2)
    with pytest.raises(ParameterError, match="causal_forest"):
        learners_asked(["grf"])
    with pytest.raises(ParameterError, match="takes the estimate"):
        evaluation.heterogeneity(estimate.overlap)  # type: ignore[arg-type]
    stopped = replace(estimate, stops=("few_clusters",))
    with pytest.raises(DesignError, match="override"):
        evaluation.heterogeneity(stopped)


def test_learners_are_compared_on_the_same_folds_without_changing_the_claim() -> None:
    comparison = evaluation.compare_learners(estimated(60.0), learners=["stacked"], folds=3)
    assert list(comparison.table["learner"]) == ["constant", "stacked"]
    assert comparison.chosen == {"training against none": "stacked"}
    row = comparison.table.iloc[1]
    assert row["dr_gain"] > 0 and row["qini_low"] > 0
    late = evaluation.compare_learners(estimated(60.0), learners=["stacked"], folds=3, whole_seconds=1e-9)
    assert (late.table["status"] == "no time left").any()
    assert any(c.name == "time" and c.status == "failed" for c in late.checks)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_all_learners_of_causalml_and_econml_run_and_agree() -> None:
    comparison = evaluation.compare_learners(estimated(80.0, n=3000), folds=3)
    table = comparison.table.set_index("learner")
    assert (table["status"] == "ran").all()
    assert (table["qini"].drop("constant") > 0).all()
    assert (table["agreement"].drop(["constant"]) > 0.4).all()
