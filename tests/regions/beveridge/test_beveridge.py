"""``regions.beveridge`` on the panel that the workbench ships: what it says, what it refuses, what it flags."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError, PlaceError

from ..conftest import Frames
from .worlds import frame, market

SIX = ["BG", "EL", "IE", "IT", "PL", "RO"]


def check(finding: object, name: str) -> tuple[str, str]:
    (found,) = [c for c in finding.checks if c.name == name]  # type: ignore[attr-defined]
    return found.status, found.sentence


def test_greece(real: Frames) -> None:
    found = regions.beveridge(real.national, country="GR")
    assert found.country == "EL" and found.sample == ("2019-Q1", "2025-Q4")
    assert found.sentence == (
        "Between 2019 and 2025 unemployment in Greece (EL) fell by 9.0 points, from 17.9% to 8.9%, while the vacancy rate "
        "went from 0.6% to 1.7%. Along the Beveridge curve alone it would have fallen by 6.0 points (95%: 3.4 to 25.4); "
        "whether the curve itself moved cannot be told from 28 quarters: the rest is −3.0 points (95%: −10.4 to 17.6), and "
        "its interval includes zero."
    )
    assert found.certainty == "too little to say"
    assert found.line is not None and found.parts is not None
    assert found.line.slope == pytest.approx(2.25, abs=0.005)
    assert found.line.effective < 8
    assert found.parts.change == pytest.approx(8.89 - 17.8675, abs=0.01)
    assert check(found, "effective_sample")[0] == "failed"
    status, words = check(found, "drift")
    assert status == "failed" and "cannot be told apart" in words
    assert "2020-Q1 to 2021-Q2" in check(found, "pandemic")[1]
    assert "without seasonal adjustment" in check(found, "seasons")[1]


@pytest.mark.parametrize("country", SIX)
def test_six_countries_have_all_quarters_and_no_shift_is_claimed(real: Frames, country: str) -> None:
    found = regions.beveridge(real.national, country=country)
    assert len(found.table) == 28 and found.table["job_vacancy_rate"].notna().all()
    assert check(found, "complete")[0] == "passed"
    assert "cannot be told from 28 quarters" in found.sentence
    assert found.parts is None or not found.parts.told
    assert found.sensitivity["variant"].iloc[0] == "as answered"
    assert "Eurostat jvs_q_nace2" in found.rests_on and "Eurostat une_rt_m" in found.rests_on
    assert [str(d) for d in found.provenance.data] == ["national_indicators 2026-1"]


def test_a_slope_that_is_not_told_gives_no_split(real: Frames) -> None:
    found = regions.beveridge(real.national, country="PL")
    assert found.parts is None
    assert "the slope of the curve, −0.04" in found.sentence and "is not told from zero" in found.sentence
    assert "Both rates fell, which is inward of any downward curve" in found.sentence
    assert check(found, "slope")[0] == "failed"


def test_partial_countries_are_shown_without_a_split(real: Frames) -> None:
    found = regions.beveridge(real.national, country="AT")
    assert found.line is None and found.parts is None and found.sensitivity.empty
    assert found.sentence == (
        "Austria (AT): 8 quarters with both rates show a path, but a slope or a shift of the Beveridge curve cannot be told "
        "from fewer than 20."
    )
    status, words = check(found, "complete")
    assert status == "failed" and words.endswith("Gaps, not bridged: 2022-Q4 to 2023-Q3.")
    assert check(found, "job_vacancy_rate_press")[0] == "failed"
    assert check(found, "seasons")[0] == "failed"
    assert len(found.table) == 12 and found.table["job_vacancy_rate"].isna().sum() == 4


def test_press_texts_are_named(real: Frames) -> None:
    found = regions.beveridge(real.national, country="EU27_2020")
    assert "17 of the 24 quarters" in check(found, "complete")[1]
    assert check(found, "job_vacancy_rate_press")[1].startswith(
        "The vacancy rate is as first printed in press texts, before revisions, for 2019-Q3, 2020-Q2 to 2020-Q3"
    )


def test_mixed_editions_are_named() -> None:
    u, v = market(40)
    both = frame(u, v)
    both.loc[(both["indicator"] == "job_vacancy_rate") & (both["period"] < "2014"), "source"] = (
        "SYNTHETIC, older edition"
    )
    status, words = check(regions.beveridge(both, country="EL"), "job_vacancy_rate_editions")
    assert status == "failed" and "joins values of 2 tables or editions" in words


@pytest.mark.parametrize(
    ("country", "message"),
    [
        (
            "SE",
            r"SE has both an unemployment and a vacancy rate for 1 period; .*Choose from AT, BE, BG, EL, ES, EU27_2020, IE, IT",
        ),
        (
            "EL30",
            r"EL30 has both .* for 0 periods; .*Vacancies by NUTS-2 region are not in the tables that come with the workbench",
        ),
    ],
)
def test_what_has_no_pairs_is_refused(real: Frames, country: str, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        regions.beveridge(real.national, country=country)


def test_a_region_works_where_its_vacancies_are_held() -> None:
    u, v = market(40)
    found = regions.beveridge(frame(u, v, geo="EL30"), country="EL30")
    assert found.country == "EL30" and found.sentence.startswith("SYNTHETIC data. Between 2010")


def years(geo: str, vacancies: pd.DataFrame, n: int = 8) -> pd.DataFrame:
    """Annual unemployment of a region beside its vacancies."""
    rows = [
        {
            "geo": geo,
            "nuts_version": "2024",
            "indicator": "unemployment_rate",
            "unit": "PC_ACT",
            "age": "Y15-74",
            "period": str(2018 + i),
            "value": 9.0 - 0.4 * i,
            "flag": None,
            "source": "SYNTHETIC",
        }
        for i in range(n)
    ]
    return pd.concat([pd.DataFrame(rows), vacancies], ignore_index=True)


def test_annual_pairs_of_a_region_are_a_path_without_a_split() -> None:
    """Regional unemployment is annual; quarters of vacancies become years, whole ones only."""
    quarters = frame(np.full(30, np.nan), np.linspace(1, 3, 30), first="2018-Q1", geo="EL30")
    found = regions.beveridge(years("EL30", quarters), country="EL30")
    assert found.frequency == 1 and found.table["period"].tolist() == [str(y) for y in range(2018, 2025)]
    assert found.table["job_vacancy_rate"].iloc[0] == pytest.approx(np.linspace(1, 3, 30)[:4].mean())
    assert found.line is None and "7 years with both rates show a path" in found.sentence
    assert (
        check(found, "job_vacancy_rate_quarters")[1]
        == "A year's vacancy rate is the mean of its four quarters."
    )
    assert check(found, "break_2021")[0] == "failed"
    assert "2020 to 2021" in check(found, "pandemic")[1]
    tight = regions.tightness(years("EL30", quarters), country="EL30")
    assert tight.frequency == 1 and len(tight.table) == 7


def test_no_such_place(real: Frames) -> None:
    with pytest.raises(PlaceError, match="is not one of the 27"):
        regions.beveridge(real.national, country="Atlantis")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"start": "2012"}, DesignError, "'2012' lies outside the pairs held, 2019-Q1 to 2025-Q4"),
        ({"start": "2025", "end": "2019"}, DesignError, "start=2025 does not come before end=2019"),
        ({"start": "soon"}, DesignError, "'soon' is no period here; write a year"),
        ({"jump": "2019-Q2"}, DesignError, "leaves fewer than three periods on one side"),
        ({"slope": -1.0}, DesignError, "slopes downwards where b is positive"),
        ({"since": "2022", "until": "2021"}, DesignError, "does not come before until"),
        ({"level": 95}, ParameterError, "level=95 is no confidence level"),
        ({"seed": -1}, ParameterError, "seed=-1 is negative"),
        ({"frequency": 7}, ParameterError, "choose 4 .quarters., 12 .months. or 1"),
        ({"seasonal": "x13"}, ParameterError, "choose from factors, yearly_mean, none"),
    ],
)
def test_wrong_options_name_the_way_out(
    real: Frames, options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        regions.beveridge(real.national, country="EL", **options)  # type: ignore[arg-type]


def test_an_assumed_slope_is_called_one(real: Frames) -> None:
    found = regions.beveridge(real.national, country="EL", slope=1.0)
    assert "if the slope is 1.00, as assumed" in found.sentence
    assert check(found, "slope")[1] == "The slope 1.00 was assumed, not estimated."
    assert found.parts is not None and found.parts.along_low == found.parts.along_high
    assert found.parts.shift_high - found.parts.shift == pytest.approx(found.parts.scatter)
    assert (
        "the rest, 4.5 points, is within the usual scatter around the curve (47.8 points)" in found.sentence
    )
    assert found.headline is None and "is a shift of the curve" not in found.sentence


def test_single_quarters_can_be_compared(real: Frames) -> None:
    found = regions.beveridge(real.national, country="RO", start="2019-Q4", end="2024-Q4", jump="2023-Q3")
    assert found.sentence.startswith(
        "Between 2019-Q4 and 2024-Q4 unemployment in Romania (RO) rose by 0.8 points, from 4.9% to 5.7%"
    )
    status, words = check(found, "jump")
    assert status == "failed" and "in 2023-Q3, is not told from chance (p = 0.11" in words
    assert words.endswith(
        "A jump in 2023-Q3 was asked for and is allowed for: its reason must come from elsewhere."
    )
    assert regions.beveridge(real.national, country="RO", jump="2023-Q3").certainty == "low"


def test_the_same_seed_gives_the_same_numbers(real: Frames) -> None:
    a, b, c = (regions.beveridge(real.national, country="EL", seed=s) for s in (1, 1, 2))
    assert a.line == b.line != c.line
    assert a.line is not None and c.line is not None
    assert a.line.critical == pytest.approx(c.line.critical, rel=0.15)


def test_order_of_rows_and_other_rows_do_not_matter(real: Frames) -> None:
    own = real.national[real.national["geo"] == "EL"].sample(frac=1, random_state=3)
    a, b = (regions.beveridge(n, country="EL") for n in (own, real.national))
    assert a.sentence == b.sentence and a.line == b.line
    pd.testing.assert_frame_equal(a.table, b.table)


def test_zero_vacancies_are_a_gap_that_is_named() -> None:
    u, v = market(40)
    v[7] = 0.0
    found = regions.beveridge(frame(u, v), country="EL", seasonal="none")
    assert np.isnan(found.table["job_vacancy_rate"].iloc[7])
    assert check(found, "job_vacancy_rate_zero")[1].startswith(
        "The vacancy rate is published as 0.0, so below its last decimal, for 2011-Q4"
    )


def test_months_become_quarters_where_vacancies_are_quarterly() -> None:
    u, v = market(40)
    quarterly = frame(u, v)
    monthly = frame(np.repeat(u, 3) + np.tile([-0.3, 0.0, 0.3], 40), np.full(120, np.nan), first="2010-01")
    mixed = pd.concat([quarterly[quarterly["indicator"] == "job_vacancy_rate"], monthly], ignore_index=True)
    found = regions.beveridge(mixed, country="EL")
    np.testing.assert_allclose(found.table["unemployment_rate"], u)
    assert "mean of its three monthly" in check(found, "unemployment_rate_months")[1]
    # A quarter of two months is none.
    found = regions.beveridge(mixed[mixed["period"] != "2013-05"], country="EL")
    assert np.isnan(found.table["unemployment_rate"].iloc[13])


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda d: d.drop(columns="flag"), FrameError, "lacks the column"),
        (lambda d: pd.concat([d, d.iloc[:1]]), FrameError, "more than one value for EL 2010-Q1"),
        (lambda d: d.assign(unit=[f"U{i % 2}" for i in range(len(d))]), DesignError, "comes in 2 units"),
        (lambda d: d.assign(value="many"), FrameError, "no number"),
        (lambda d: d.iloc[:0], DesignError, "No place here has them"),
    ],
)
def test_hostile_frames(spoil: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        regions.beveridge(spoil(frame(*market(40))), country="EL")  # type: ignore[operator]


@pytest.mark.parametrize("flat", [(True, True), (True, False), (False, True)])
def test_flat_rates_say_so(flat: tuple[bool, bool]) -> None:
    u, v = (np.full(40, 1.0) if f else x for f, x in zip(flat, market(40), strict=True))
    found = regions.beveridge(frame(u, v), country="EL", seasonal="none")
    assert found.line is None
    assert "cannot be told from rates that do not vary" in found.sentence


@pytest.mark.parametrize(("said", "status"), [("SA", "passed"), ("NSA", "failed"), ("", "informational")])
def test_unemployment_that_is_not_adjusted_is_flagged(said: str, status: str) -> None:
    both = frame(*market(40))
    both.loc[both["indicator"] == "unemployment_rate", "source"] = f"SYNTHETIC {said}"
    assert check(regions.beveridge(both, country="EL"), "unemployment_adjusted")[0] == status
    assert check(regions.turning_points(both, country="EL"), "unemployment_adjusted")[0] == status


def test_infinite_values_are_gaps() -> None:
    u, v = market(40)
    both = frame(u, v)
    both.loc[3, "value"] = np.inf
    assert np.isnan(regions.beveridge(both, country="EL").table["unemployment_rate"].iloc[3])
