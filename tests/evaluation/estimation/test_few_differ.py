"""Nothing may be read off a mean about the few whose outcome is another than everybody's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation
from almpo_kit.evaluation.estimation.few_differ import differing
from almpo_kit.vocabulary.errors import DesignError


def people(outcome: np.ndarray) -> pd.DataFrame:
    n = len(outcome)
    rng = np.random.default_rng(4)
    arm = np.where(np.arange(n) % 2 == 0, "training", "no programme")
    return pd.DataFrame({"id": np.arange(n), "treatment": arm, "age": rng.normal(40, 9, n), "y": outcome})


def effects(outcome: np.ndarray, method: str, *, money: bool = False) -> evaluation.Estimate:
    kind = ("earnings", "eur_per_month") if money else ("employment_probability", "percentage_points")
    plan = evaluation.design(
        people(outcome),
        assignment="rct",
        comparison="no programme",
        outcomes=evaluation.measured("y", outcome=kind[0], unit=kind[1], months=12),
        covariates={"age": "precision"},
    )
    return evaluation.estimate(evaluation.overlap(plan), method=method)


@pytest.mark.parametrize("method", ["difference", "adjusted"])
def test_what_one_person_earned_is_in_no_number(method: str) -> None:
    """Of 200 people without training one earned 98,765: the mean times 200 was her earnings."""
    outcome = np.zeros(400)
    outcome[1] = 98_765.0
    found = effects(outcome, method, money=True)
    numbers = found.table.select_dtypes("number").drop(columns=["months", "n_arm", "n_comparison", "df"])
    assert numbers.isna().all(axis=None) and not np.isfinite(found.fit.estimate).any()
    assert "few_differ" in {c.name for c in found.failed}
    assert found.headline is None or not np.isfinite(found.headline.value)
    assert evaluation.verdict(found).verdict == "not identified"


def test_three_in_work_beside_many_leave_the_effect_and_hide_the_level() -> None:
    outcome = np.zeros(400)
    outcome[1:7:2] = 1.0
    outcome[0:100:2] = 1.0
    found = effects(outcome, "difference")
    assert found.table["effect"].iloc[0] == pytest.approx(100 * (50 - 3) / 200)
    assert np.isnan(found.table["comparison_mean"].iloc[0])
    assert "level_not_told" in {c.name for c in found.checks}


def test_ten_on_each_side_are_told() -> None:
    outcome = np.zeros(400)
    outcome[:20] = 1.0
    found = effects(outcome, "difference")
    assert found.table["comparison_mean"].iloc[0] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("values", "count"),
    [([0, 0, 0, 5], 1), ([1, 1, 0, np.nan], 1), ([np.nan] * 3, 0), ([2.0] * 12, 0), ([0] * 300 + [1] * 9, 9)],
)
def test_how_many_differ(values: list[float], count: int) -> None:
    assert differing(np.array(values, dtype=float)) == count


def test_enough_is_seen_in_the_first_rows() -> None:
    assert differing(np.array([0.0, 1.0] * 500)) >= 10


@pytest.mark.parametrize("known", [9, 1])
def test_bounds_of_few_who_are_known_are_refused(known: int) -> None:
    """Complete cases of one person are what she earned."""
    rng = np.random.default_rng(2)
    outcome = rng.normal(1_000, 100, 400)
    outcome[2 * known :: 2] = np.nan
    plan = evaluation.design(
        people(outcome).assign(other=rng.normal(1_000, 100, 400)),
        assignment="rct",
        comparison="no programme",
        outcomes=evaluation.measured(
            ["other", "y"], outcome="earnings", unit="eur_per_month", months=(6, 12)
        ),
    )
    found = evaluation.bounds(plan)
    assert found.table["months"].unique().tolist() == [6.0] and "told" not in found.table
    assert "rests_on_few" in {c.name for c in found.checks}


def test_bounds_of_one_who_earned_are_refused() -> None:
    outcome = np.zeros(400)
    outcome[1] = 98_765.0
    plan = evaluation.design(
        people(outcome),
        assignment="rct",
        comparison="no programme",
        outcomes=evaluation.measured("y", outcome="earnings", unit="eur_per_month", months=12),
    )
    with pytest.raises(DesignError, match="about those few"):
        evaluation.bounds(plan)


@pytest.mark.parametrize("assignment", ["rct", "matching"])
def test_balance_tells_no_covariate_that_a_few_have(assignment: str) -> None:
    """One of 200 owned anything: the mean times 200 was what she owned."""
    rng = np.random.default_rng(2)
    wealth = np.zeros(400)
    wealth[1] = 98_765.0
    plan = evaluation.design(
        people((rng.random(400) < 0.5).astype(float)).assign(wealth=wealth),
        assignment=assignment,  # type: ignore[arg-type]
        comparison="no programme",
        outcomes=evaluation.measured(
            "y", outcome="employment_probability", unit="percentage_points", months=12
        ),
        covariates={"age": "confounder", "wealth": "confounder"},
    )
    table = evaluation.overlap(plan).table.set_index("covariate")
    numbers = table.filter(regex="mean|difference|ratio|ks")
    assert numbers.loc["wealth"].isna().all() and numbers.loc["age"].notna().any()
