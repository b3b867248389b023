"""``regions.turning_points`` and ``regions.tightness`` on the shipped panel, and on series made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.beveridge.dating import Rule
from almpo_kit.vocabulary.errors import DesignError, ParameterError, PlaceError

from ..conftest import Frames
from .worlds import frame, market


def status(finding: object, name: str) -> str:
    (found,) = [c.status for c in finding.checks if c.name == name]  # type: ignore[attr-defined]
    return str(found)


def test_romania(real: Frames) -> None:
    found = regions.turning_points(real.national, country="RO")
    assert list(zip(found.turns["period"], found.turns["turn"], strict=True)) == [
        ("2019-Q4", "trough"),
        ("2020-Q2", "peak"),
        ("2021-Q3", "trough"),
        ("2022-Q1", "peak"),
        ("2024-Q2", "trough"),
    ]
    assert found.turns["change"].iloc[1] == pytest.approx(6.47 - 4.87)
    assert found.turns["since_last"].iloc[1] == 2
    assert found.sentence == (
        "Unemployment in Romania (RO) peaked in 2020-Q2 and 2022-Q1 and had its troughs in 2019-Q4, 2021-Q3 and 2024-Q2. "
        "Since the last, the trough of 2024-Q2 (5.2%), it has not turned again by the rule; it stood at 6.2% in 2025-Q4."
    )
    assert found.table["phase"].iloc[-1] == "rising" and found.table["phase"].iloc[0] == ""
    assert status(found, "complete") == "passed" and status(found, "rule") == "informational"


def test_a_local_dip_of_a_long_fall_is_no_trough(real: Frames) -> None:
    """Greece fell to 11.0% in 2023-Q1, rose by half a point and fell on to 8.5%."""
    found = regions.turning_points(real.national, country="EL")
    assert found.turns["period"].tolist() == ["2020-Q2"]


def test_small_swings_are_doubted(real: Frames) -> None:
    found = regions.turning_points(real.national, country="EU27_2020")
    assert status(found, "small_swings") == "failed"


def test_vacancies_are_dated_without_their_seasons(real: Frames) -> None:
    found = regions.turning_points(real.national, country="IT", indicator="job_vacancy_rate")
    assert not np.allclose(found.table["value"], found.table["published"])
    assert status(found, "seasons") == "informational"
    plain = regions.turning_points(real.national, country="IT", indicator="job_vacancy_rate", seasonal="none")
    assert found.turns["period"].tolist() == ["2020-Q1", "2023-Q1", "2025-Q2"]
    # The published series is lowest in a fourth quarter, as in most years.
    assert plain.turns["period"].tolist() == ["2020-Q4", "2023-Q1"]


def test_gaps_are_not_bridged(real: Frames) -> None:
    found = regions.turning_points(real.national, country="EU27_2020", indicator="job_vacancy_rate")
    assert status(found, "complete") == "failed"
    assert (found.turns["period"] >= "2022-Q2").all()


def test_another_rule_dates_more(real: Frames) -> None:
    loose = regions.turning_points(real.national, country="RO", rule=Rule(1, 1, 2))
    assert len(loose.turns) > 5 and loose.rule.window == 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"country": "AT"}, DesignError, "AT has at most 7 quarters in a row"),
        (
            {"country": "SE", "indicator": "job_vacancy_rate"},
            DesignError,
            "SE has at most 1 quarter in a row",
        ),
        ({"country": "DK"}, DesignError, "at most 1 quarter in a row"),
        ({"country": "EL30"}, DesignError, "EL30 has no quarterly or monthly 'unemployment_rate' here"),
        ({"country": "EL", "indicator": "neet_rate"}, ParameterError, "not for 'neet_rate'"),
        ({"country": "EL", "frequency": 3}, ParameterError, "choose 4"),
        ({"country": "Nowhere"}, PlaceError, "is not one of the 27"),
    ],
)
def test_refusals(real: Frames, options: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        regions.turning_points(real.national, **options)  # type: ignore[arg-type]


def test_a_series_that_does_not_turn_says_so() -> None:
    found = regions.turning_points(frame(np.linspace(4, 9, 24), np.full(24, np.nan)), country="EL")
    assert found.turns.empty
    assert found.sentence.startswith(
        "SYNTHETIC data. No turning point of unemployment in Greece (EL) is dated"
    )


def test_tightness_of_greece(real: Frames) -> None:
    found = regions.tightness(real.national, country="EL", seasonal="none")
    last = found.table.iloc[-1]
    # 1.3% of posts and 8.5% of the labour force: (1.3 / 98.7) / (8.5 / 91.5).
    assert last["vacancies_per_unemployed"] == pytest.approx((1.3 / 98.7) / (8.5 / 91.5))
    assert last["rate_ratio"] == pytest.approx(1.3 / 8.5)
    assert last["unemployed_per_vacancy"] == pytest.approx(1 / found.latest)
    assert not found.exact and status(found, "conversion") == "failed"
    assert "had at most about 0.14 vacancies for each unemployed person" in found.sentence
    assert "about 7.1 unemployed people or more for each vacancy" in found.sentence


def test_rates_of_one_base_give_vacancies_per_unemployed_exactly() -> None:
    u, v = market(40)
    found = regions.tightness(frame(u, v, unit="PC_ACT"), country="EL", seasonal="none")
    np.testing.assert_allclose(found.table["vacancies_per_unemployed"], v / u)
    assert found.exact and status(found, "conversion") == "passed"
    assert "at most" not in found.sentence


def test_counts_agree_with_the_conversion() -> None:
    """With as many posts as employed people the conversion is exact: 30 vacancies, 60 unemployed, 940 at work."""
    u, v = np.full(12, 100 * 60 / 1000), np.full(12, 100 * 30 / 970)
    found = regions.tightness(frame(u, v), country="EL", seasonal="none")
    np.testing.assert_allclose(found.table["vacancies_per_unemployed"], 0.5)


def test_a_gap_stays_one() -> None:
    u, v = market(40)
    v[10] = np.nan
    found = regions.tightness(frame(u, v), country="EL", seasonal="none")
    assert found.table["vacancies_per_unemployed"].isna().sum() == 1
    assert isinstance(found.to_frame(), pd.DataFrame) and status(found, "complete") == "failed"
