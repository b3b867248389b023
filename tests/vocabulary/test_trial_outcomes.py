import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

WORK = TrialOutcome("work", "binary", 0.3, icc=0.02, outcome="employment_probability")
WAGE = TrialOutcome("wage", "continuous", 900, sd=500, outcome="earnings", unit="eur_per_month")
TIME = TrialOutcome("time", "duration", 8, outcome="job_finding_rate")


@pytest.mark.parametrize("outcome", [WORK, WAGE, TIME], ids=lambda o: o.kind)
def test_round_trip(outcome: TrialOutcome) -> None:
    again = TrialOutcome.from_plain(outcome.to_plain())
    assert again == outcome and again.to_plain() == outcome.to_plain()


def test_units_and_variances() -> None:
    assert (WORK.unit, TIME.unit) == ("percentage_points", "log_hazard_ratio")
    assert WORK.variance == pytest.approx(0.21) and WAGE.variance == 250_000 and math.isnan(TIME.variance)


def test_what_is_equal_is_written_alike() -> None:
    assert (
        WAGE.to_plain()
        == TrialOutcome.from_plain(WAGE.to_plain() | {"baseline": 900.0, "sd": 500.0}).to_plain()
    )
    assert str(WAGE.to_plain()["baseline"]) == "900.0"
    # A standard deviation means nothing of a share: two that differ in it alone are one.
    assert TrialOutcome("work", "binary", 0.3, sd=4) == TrialOutcome("work", "binary", 0.3)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "name of a column, e.g. 'employed'"),
    ({"name": "a\nb"}, "one line"),
    ({"kind": "ordinal"}, "none of binary, continuous, duration"),
    ({"baseline": 0.0}, "above 0 below 1"),
    ({"baseline": 30}, "above 0 below 1"),
    ({"baseline": True}, "must be a number"),
    ({"kind": "continuous", "baseline": 900}, "needs its standard deviation, e.g. sd=600"),
    ({"kind": "continuous", "baseline": 900, "sd": 0}, "needs its standard deviation"),
    ({"kind": "duration", "baseline": 0}, "above 0"),
    ({"months": 0}, "above 0 to 600"),
    ({"icc": 1.0}, "from 0 below 1"),
    ({"icc": -0.01}, "from 0 below 1"),
    ({"autocorrelation": 1.2}, "from 0 to 1"),
    ({"explained": 1.0}, "from 0 below 1"),
    ({"explained_between": float("nan")}, "from 0 below 1"),
    ({"outcome": "happiness"}, "choose one of employment_probability"),
    ({"unit": "eur_per_month"}, "said in percentage_points, not eur_per_month"),
    ({"kind": "continuous", "baseline": 9, "sd": 5, "unit": "lire"}, "none of percentage_points"),
    ({"kind": "continuous", "baseline": 9, "sd": 5, "outcome": "earnings"}, "e.g. unit='eur_per_month'"),
    (
        {"kind": "continuous", "baseline": 9, "sd": 5, "outcome": "earnings", "unit": "days"},
        "cannot be told in days; units of earnings are .*eur_per_month",
    ),
    ({"outcome": "earnings"}, "cannot be told in percentage points"),
    # More of a time unemployed is bad, and a larger hazard of leaving is good: the sign would be read the wrong way round.
    (
        {"kind": "duration", "baseline": 8, "outcome": "unemployment_duration"},
        "knows it as 'job_finding_rate'",
    ),
]


@pytest.mark.parametrize(("given", "told"), REFUSED, ids=[t for _, t in REFUSED])
def test_refusals_name_the_way_out(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        TrialOutcome(**({"name": "work", "kind": "binary", "baseline": 0.3} | given))


def test_effects_that_cannot_be() -> None:
    WORK.can_change_by("effect", 0.7)
    for outcome, effect, told in (
        (WORK, 0.71, "five points as 0.05"),
        (WORK, -0.31, "0.05"),
        (TIME, 0, "1.2"),
    ):
        with pytest.raises(ParameterError, match=told):
            outcome.can_change_by("effect", effect)


def test_plain_values_that_are_no_outcome() -> None:
    for bad in ({"name": "work"}, {"colour": 1}, None):
        with pytest.raises(ParameterError, match="no outcome of a trial"):
            TrialOutcome.from_plain(bad)  # type: ignore[arg-type]


@given(st.floats(0.01, 1), st.floats(0, 0.99))
def test_an_offer_moves_those_who_would_not_have_come(take_up: float, share: float) -> None:
    losses = Losses(take_up=take_up, taken_anyway=share * take_up)
    assert 0 < losses.moved <= take_up


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"attrition": 1.0}, "from 0 below 1"),
        ({"take_up": 0}, "above 0 to 1"),
        ({"taken_anyway": -0.1}, "from 0 to 1"),
        ({"take_up": 0.5, "taken_anyway": 0.5}, "moves nobody"),
    ],
)
def test_losses_that_cannot_be(given: dict[str, float], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        Losses(**given)
