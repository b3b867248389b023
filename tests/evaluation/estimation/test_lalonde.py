"""LaLonde: the trial to the cent, the surveys as badly wrong as the literature has them."""

from __future__ import annotations

from typing import Any

import pytest

from almpo_kit import evaluation, sources

NAMES = ("age", "education", "black", "hispanic", "married", "no_degree")


def planned(controls: str, assignment: str, subsample: str = "dehejia_wahba") -> Any:
    people = sources.lalonde(controls=controls, subsample=subsample)
    before = [c for c in ("re74", "re75") if c in people]
    return evaluation.design(
        people,
        assignment=assignment,
        comparison="no programme",
        outcomes=evaluation.measured("re78", outcome="earnings", unit="usd_per_year", months=24),
        covariates=dict.fromkeys(NAMES, "confounder") | dict.fromkeys(before, "history"),
    )


def looked_at(plan: Any, **asked: Any) -> Any:
    shared = evaluation.overlap(plan, override="LaLonde: shown to see how bad it is")
    return evaluation.estimate(shared, override="LaLonde: shown to see how bad it is", **asked)


@pytest.mark.parametrize(
    ("subsample", "effect", "se"), [("full", 886.30, 488.2), ("dehejia_wahba", 1794.34, 671.0)]
)
def test_the_trial_to_the_cent(subsample: str, effect: float, se: float) -> None:
    found = looked_at(planned("experiment", "rct", subsample), method="difference").table.iloc[0]
    assert round(found["effect"], 2) == effect
    assert round(found["se"], 1) == se
    assert found["n_arm"] == (185 if subsample == "dehejia_wahba" else 297)


@pytest.mark.parametrize(("controls", "low", "high"), [("psid", -15_300, -15_100), ("cps", -8_600, -8_400)])
def test_the_naive_contrasts_are_wrong_and_say_so(controls: str, low: float, high: float) -> None:
    people = sources.lalonde(controls=controls)
    treated = people["treatment"] != "no programme"
    naive = people.loc[treated, "re78"].mean() - people.loc[~treated, "re78"].mean()
    assert low < naive < high
    told = looked_at(planned(controls, "matching"), method="difference")
    assert told.table["effect"].iloc[0] < -1500
    assert "naive_comparison" in {c.name for c in told.failed}


def test_adjustment_brings_the_survey_near_the_trial_with_intervals_that_hold_it() -> None:
    for method in ("doubly_robust", "regression"):
        row = looked_at(planned("cps", "matching"), method=method).table.iloc[0]
        assert row["low"] < 1794.34 < row["high"]
        assert row["high"] - row["low"] > 1500
