"""Each attempt says broken where it must: made-up draws, so that every rule can fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from almpo_kit.evaluation.refutation.attempt import as_checks, as_table
from almpo_kit.evaluation.refutation.before_entry import year_of
from almpo_kit.evaluation.refutation.clock import Clock, OutOfTime
from almpo_kit.evaluation.refutation.data_subset import data_subset
from almpo_kit.evaluation.refutation.judging import turned
from almpo_kit.evaluation.refutation.placebo_treatment import placebo_treatment
from almpo_kit.evaluation.refutation.random_common_cause import random_common_cause
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import amount, listed, when

TARGET = Target(
    c=0,
    h=0,
    arm="training",
    comparison="no programme",
    outcome="earnings",
    unit="eur_per_month",
    label="earnings",
    months=24.0,
    estimate=300.0,
    se=50.0,
    low=200.0,
    high=400.0,
    spread=400.0,
    base=1000.0,
)


class Drawn:
    """Stands in for DoWhy: the draws are given."""

    conclusion = "raises"

    def __init__(self, draws: Any, value: float = 300.0):
        self.draws, self.value, self.se = np.asarray(draws, dtype=float), value, 50.0

    def run(self, refuter: Any, seed: int, **options: Any) -> np.ndarray[Any, np.dtype[Any]]:
        return self.draws


def spread_around(centre: float, width: float, n: int = 20) -> np.ndarray[Any, np.dtype[Any]]:
    return centre + width * np.linspace(-1, 1, n)


@pytest.mark.parametrize(
    ("attempt", "draws", "result"),
    [
        (placebo_treatment, spread_around(0, 60), "held"),
        (placebo_treatment, spread_around(100, 60), "broken"),
        # Beyond chance, but nothing beside the standard error.
        (placebo_treatment, spread_around(5, 2), "held"),
        (placebo_treatment, [1.0, 2.0], "not tried"),
        (placebo_treatment, [float("nan")] * 20, "not tried"),
        (random_common_cause, spread_around(301, 5), "held"),
        (random_common_cause, spread_around(360, 5), "broken"),
        (data_subset, spread_around(300, 60), "held"),
        (data_subset, spread_around(350, 60), "broken"),
        (data_subset, spread_around(300, 400), "broken"),
        (data_subset, [], "not tried"),
    ],
)
def test_every_attempt_can_break(attempt: Any, draws: Any, result: str) -> None:
    found = attempt(Drawn(draws), TARGET, 0)
    assert found.result == result
    assert found.sentence.startswith("Training against no programme, earnings 24 months after entry: ")
    assert "nan" not in found.sentence


def test_a_failed_placebo_leaves_nothing() -> None:
    found = placebo_treatment(Drawn(spread_around(100, 60)), TARGET, 0)  # type: ignore[arg-type]
    assert found.weighs == "breaks"
    assert "do not use the estimate" in found.sentence


def test_a_table_and_checks() -> None:
    held = placebo_treatment(Drawn(spread_around(0, 60)), TARGET, 0)  # type: ignore[arg-type]
    broken = placebo_treatment(Drawn(spread_around(100, 60)), TARGET, 0)  # type: ignore[arg-type]
    absent = placebo_treatment(Drawn([]), TARGET, 0)  # type: ignore[arg-type]
    table = as_table([held, broken, absent])
    assert table["held"].tolist()[:2] == [True, False]
    assert table["held"].isna().tolist() == [False, False, True]
    checks = as_checks([held, broken, absent])
    assert [c.status for c in checks] == ["failed", "passed", "informational"]
    assert len(as_table([])) == 0


def test_another_conclusion_counts_beyond_a_touch() -> None:
    assert turned("raises", "open", -60.0, 50.0)
    assert not turned("raises", "open", -10.0, 50.0)
    assert not turned("raises", "raises", -200.0, 50.0)
    assert not turned("raises", "open", float("nan"), 50.0)


def test_the_clock_shares_time() -> None:
    at = [0.0]
    clock = Clock(10.0, now=lambda: at[0])
    clock.allow(4)
    at[0] = 4.9
    clock.check()
    at[0] = 5.1
    with pytest.raises(OutOfTime):
        clock.check()
    clock.allow(1)
    assert not clock.over
    at[0] = 10.0
    assert clock.over
    clock.allow(1)
    assert clock.over


def test_years_are_not_lags() -> None:
    assert year_of("re75") == ("re", 1975)
    assert year_of("earnings_2019") == ("earnings", 2019)
    assert year_of("earnings_12") is None
    assert year_of("employed_before_6") is None
    assert year_of("age") is None
    # Columns of risk sets: months before, the nearest last.
    assert year_of("employed_1_to_3_before") == ("employed", -1)
    assert year_of("employed_13_to_24_before") == ("employed", -13)


def test_words() -> None:
    assert amount(1794.342, "usd_per_year", 671.0) == "1\u202f794 US$ a year"
    assert amount(-2.345, "percentage_points", 0.6) == "−2.3 points"
    assert when(-3.0) == " 3 months before entry"
    assert when(float("nan")) == ""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([str(i) for i in range(9)]).endswith("and 4 more")
