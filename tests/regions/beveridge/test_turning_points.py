"""``regions.turning_points`` and ``regions.tightness`` on the shipped panel, and on series made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.beveridge.dating import Rule
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError, PlaceError

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
    # A ministry reads the sentence and may never reach the checks.
    assert (
        "2023-Q4 and 2024-Q4 end swings of less than 0.5 points: sampling error or rounding alone may have made those turns."
        in found.sentence
    )
    bulgaria = regions.turning_points(real.national, country="BG", indicator="job_vacancy_rate")
    assert "No swing between these turns reaches 0.2 points" in bulgaria.sentence
    assert "swing" not in regions.turning_points(real.national, country="RO").sentence


def test_greece_in_either_spelling(real: Frames) -> None:
    spelled = real.national.assign(geo=real.national["geo"].replace({"EL": "GR"}))
    own, other = (regions.tightness(f, country="EL") for f in (real.national, spelled))
    assert other.sentence == own.sentence and other.country == "EL"
    assert status(other, "spelling") == "informational" and "spelling" not in {c.name for c in own.checks}
    assert regions.turning_points(spelled, country="GR").turns.equals(
        regions.turning_points(real.national, country="EL").turns
    )
    with pytest.raises(FrameError, match="more than one value for EL 2019-Q1"):
        regions.beveridge(pd.concat([real.national, spelled]), country="EL")


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


@pytest.mark.parametrize(("place", "bound"), [("EL", True), ("LU", False), ("AT13", False)])
def test_where_people_commute_to_work_the_figure_is_no_bound(place: str, bound: bool) -> None:
    """Luxembourg's posts outnumber its employed residents, who are all that the formula can put in their place."""
    found = regions.tightness(frame(*market(), geo=place), country=place)
    assert found.bound is bound and not found.exact
    assert ("at most" in found.sentence) is bound and ("or more" in found.sentence) is bound
    (check,) = [c.sentence for c in found.checks if c.name == "conversion"]
    assert ("upper bound" in check) is bound and ("either side" in check) is not bound


@pytest.mark.parametrize("wrong", [-0.1, 100.0, 150.0])
def test_what_is_no_rate_is_refused(wrong: float) -> None:
    """Vacancies of 150% gave −39 vacancies for each unemployed person; those below zero were called "published as 0.0"."""
    u, v = market()
    v[5] = wrong
    for verb in (regions.tightness, regions.beveridge):
        with pytest.raises(
            FrameError, match=r"'job_vacancy_rate' has values that are no rate in per cent: 2011-Q2"
        ):
            verb(frame(u, v), country="EL")
