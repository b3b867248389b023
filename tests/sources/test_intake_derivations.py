"""Standard errors from intervals, t and p against closed forms and a published example; units only where exact."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_sheets import csv_file, fatal, judged, looked_at, problems_of
from scipy import stats

from almpo_kit import sources
from almpo_kit.sources.intake import standard_errors
from almpo_kit.sources.intake.conversions import conversion
from almpo_kit.sources.intake.p_values import read_p
from almpo_kit.vocabulary.errors import DesignError, ParameterError

NORMAL = NormalDist()
BARE = {"se": ""}


def taken(**change: Any) -> dict[str, Any]:
    """The values of one row that holds."""
    problems, (row,) = judged(BARE | change)
    assert not [p for p in problems if p.severity == "fatal"]
    return row.values


@given(
    st.floats(-50, 50),
    st.floats(0.01, 20),
    st.sampled_from([80.0, 90.0, 95.0, 99.0]),
    st.one_of(st.none(), st.floats(2, 500)),
)
def test_an_interval_gives_back_the_standard_error_it_was_made_from(
    effect: float, se: float, level: float, df: float | None
) -> None:
    law = stats.norm if df is None else stats.t(df)
    z = law.ppf(0.5 + level / 200)
    found = standard_errors.from_interval(effect - z * se, effect + z * se, level, df)
    assert found.se == pytest.approx(se, rel=1e-9)
    ratio = standard_errors.from_interval(
        math.exp((effect - z * se) / 10), math.exp((effect + z * se) / 10), level, df, log=True
    )
    assert ratio.se == pytest.approx(se / 10, rel=1e-7)


@given(st.floats(0.1, 50), st.floats(0.2, 30), st.one_of(st.none(), st.floats(3, 500)))
def test_t_and_p_give_back_the_standard_error(effect: float, t: float, df: float | None) -> None:
    se = effect / t
    by_t = standard_errors.from_t(effect, t)
    p = 2 * (stats.norm.sf(t) if df is None else stats.t.sf(t, df))
    by_p = standard_errors.from_p(-effect, p, df)
    assert by_t is not None
    assert by_t.se == pytest.approx(se, rel=1e-12)
    assert by_p is not None
    assert by_p.se == pytest.approx(se, rel=1e-6)


def test_the_cochrane_handbooks_examples() -> None:
    # Section 6.3.1: a risk difference of 0.03 with P = 0.008 has z = 2.652 and the standard error 0.011.
    by_z = standard_errors.from_p(0.03, 0.008)
    assert by_z is not None
    assert 0.03 / by_z.se == pytest.approx(2.652, abs=5e-4)
    assert by_z.se == pytest.approx(0.011, abs=5e-4)
    # Section 6.5.2.3: a difference of 3.8 with P = 0.008 in 25 + 22 people: t = 2.78, standard error 1.37.
    by_t = standard_errors.from_p(3.8, 0.008, 25 + 22 - 2)
    assert by_t is not None
    assert 3.8 / by_t.se == pytest.approx(2.78, abs=5e-3)
    assert by_t.se == pytest.approx(1.37, abs=5e-3)
    # Section 6.3.2: a 95% interval of a ratio, logarithms over 3.92.
    ratio = standard_errors.from_interval(0.44, 1.09, 95, log=True)
    assert ratio.se == pytest.approx((math.log(1.09) - math.log(0.44)) / 3.92, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "se", "source", "words"),
    [
        (
            {"ci_low": 1.0, "ci_high": 5.4, "ci_level": 95},
            4.4 / (2 * NORMAL.inv_cdf(0.975)),
            "derived_ci",
            "normal quantile 1.9600",
        ),
        (
            {"ci_low": 1.0, "ci_high": 5.4, "ci_level": 90},
            4.4 / (2 * NORMAL.inv_cdf(0.95)),
            "derived_ci",
            "90% interval",
        ),
        (
            {"ci_low": 1.0, "ci_high": 5.4, "ci_level": 95, "df": 10},
            4.4 / (2 * stats.t.ppf(0.975, 10)),
            "derived_ci",
            "with 10 df",
        ),
        ({"t_value": 2.91}, 3.2 / 2.91, "derived_t", "t = 2.91"),
        ({"p_value": "0.0123"}, 3.2 / NORMAL.inv_cdf(1 - 0.0123 / 2), "derived_p", "p = 0.0123"),
        ({"p_value": "0.0123", "df": 20}, 3.2 / stats.t.ppf(1 - 0.0123 / 2, 20), "derived_p", "with 20 df"),
    ],
)
def test_routes_are_taken_and_recorded(change: dict[str, Any], se: float, source: str, words: str) -> None:
    row = taken(**change)
    assert row["se"] == pytest.approx(se, rel=1e-12)
    assert row["se_source"] == source
    assert words in row["se_route"]


def test_the_interval_is_preferred_to_p_and_a_given_one_to_both() -> None:
    both = {"ci_low": 1.0, "ci_high": 5.4, "ci_level": 95, "p_value": "0.0044"}
    assert taken(**both)["se_source"] == "derived_ci"
    given_one = taken(**(both | {"se": 1.12}))
    assert (given_one["se"], given_one["se_source"]) == (1.12, "reported")


def test_the_level_is_never_assumed(tmp_path: Path) -> None:
    assert fatal(problems_of(csv_file(tmp_path, BARE | {"ci_low": 1, "ci_high": 5.4}))) == [(2, "ci_level")]


@pytest.mark.parametrize(
    ("ends", "column"),
    [
        ((5.4, 1.0), "ci_low"),
        ((2.0, 2.0), "ci_low"),
        ((4.0, 9.0), "effect"),
        (("", 5.4), "ci_low"),
        ((1.0, ""), "ci_high"),
    ],
)
def test_intervals_that_cannot_be(ends: tuple[Any, Any], column: str) -> None:
    problems, _ = judged(BARE | {"ci_low": ends[0], "ci_high": ends[1], "ci_level": 95})
    assert [(p.row, p.column) for p in problems if p.severity == "fatal"] == [(2, column)]


def test_lopsided_intervals_are_shown_and_anothers_interval_gives_none(tmp_path: Path) -> None:
    some = sources.read_effects(csv_file(tmp_path, BARE | {"ci_low": 1.5, "ci_high": 5.5, "ci_level": 95}))
    assert "not symmetric" in looked_at(some.problems, "ci_low")
    assert some.effects["se_source"].tolist() == ["derived_ci"]
    far = sources.read_effects(csv_file(tmp_path, BARE | {"ci_low": 2.9, "ci_high": 5.5, "ci_level": 95}))
    assert "no standard error is derived" in looked_at(far.problems, "ci_low")
    assert far.effects["se"].isna().all()
    assert far.effects["se_source"].tolist() == ["none"]
    even = sources.read_effects(csv_file(tmp_path, BARE | {"ci_low": 1.0, "ci_high": 5.4, "ci_level": 95}))
    assert not looked_at(even.problems, "ci_low")


@pytest.mark.parametrize("p", ["<0.05", "p<.01", "**", "0.000", "n.s.", ">0.10"])
def test_bounds_and_stars_never_make_a_standard_error(p: str) -> None:
    row = taken(p_value=p)
    assert math.isnan(row["se"])
    assert row["se_source"] == "none"
    assert row["significance"] == ("none" if p in ("n.s.", ">0.10") else "positive")
    assert row["significance_route"] == f"p {p}"


def test_significance_from_p_is_favourable_or_not(tmp_path: Path) -> None:
    days = {"outcome": "days_unemployed", "unit": "days", "effect": -12}
    assert taken(**days, p_value="**")["significance"] == "positive"
    assert taken(**(days | {"effect": 12}), p_value="**")["significance"] == "negative"
    either = sources.read_effects(
        csv_file(tmp_path, BARE | {"outcome": "benefit_payments", "unit": "eur_per_year", "p_value": "**"})
    )
    assert either.effects["significance"].isna().all()
    assert "neither direction" in looked_at(either.problems, "p_value")


def test_an_effect_of_zero_says_nothing_about_its_error(tmp_path: Path) -> None:
    assert math.isnan(taken(effect=0, p_value="1")["se"])
    for change in ({"p_value": "0.3"}, {"t_value": 0}, {"t_value": 1.5}):
        read = sources.read_effects(csv_file(tmp_path, BARE | {"effect": 0} | change))
        assert read.effects["se"].isna().all()
        assert "says nothing" in looked_at(read.problems, next(iter(change)))
    one = sources.read_effects(csv_file(tmp_path, BARE | {"p_value": "1"}))
    assert one.effects["se"].isna().all()
    assert "contradicts" in looked_at(one.problems, "p_value")


def test_a_t_of_the_other_sign_is_refused(tmp_path: Path) -> None:
    assert fatal(problems_of(csv_file(tmp_path, BARE | {"t_value": -2.9}))) == [(2, "t_value")]


def test_routes_that_disagree_are_shown_with_both_values(tmp_path: Path) -> None:
    # 90% taken for 95%: the interval's error is 1.12, the one given 1.34.
    table = problems_of(csv_file(tmp_path, {"se": 1.34, "ci_low": 1.0, "ci_high": 5.4, "ci_level": 95}))
    said = looked_at(table, "se")
    assert "1.34" in said and "1.122" in said
    assert not looked_at(
        problems_of(csv_file(tmp_path, {"se": 1.1, "ci_low": 1.0, "ci_high": 5.4, "ci_level": 95})), "se"
    )
    # p = 0.01 rounded allows 0.005 to 0.015, so an error that fits any of these is no contradiction.
    assert not looked_at(problems_of(csv_file(tmp_path, {"se": 1.3, "p_value": "0.01"})), "se")


def test_coarse_rounding_is_shown_with_what_it_allows(tmp_path: Path) -> None:
    said = looked_at(problems_of(csv_file(tmp_path, BARE | {"p_value": "0.9"})), "p_value")
    assert "it allows standard errors from" in said
    assert not looked_at(problems_of(csv_file(tmp_path, BARE | {"p_value": "0.0123"})), "p_value")


@pytest.mark.parametrize(("se", "source"), [("", "reported"), ("", "derived_ci"), (1.1, "none")])
def test_a_source_that_contradicts_its_standard_error(tmp_path: Path, se: Any, source: str) -> None:
    assert fatal(problems_of(csv_file(tmp_path, {"se": se, "se_source": source}))) == [(2, "se_source")]


def test_shares_and_months_and_ratios() -> None:
    share = taken(unit="share", effect=0.032, se=0.011)
    assert (share["effect"], share["se"]) == pytest.approx((3.2, 1.1))
    assert (share["unit"], share["converted_from"]) == ("percentage_points", "share")
    money = taken(unit="eur_per_year", convert_to="eur_per_month", outcome="earnings", effect=1200, se=240)
    assert (money["effect"], money["se"]) == pytest.approx((100, 20))
    assert (money["unit"], money["converted_from"]) == ("eur_per_month", "eur_per_year")
    year = taken(unit="usd_per_month", outcome="earnings", effect=100, se=20)
    assert (year["unit"], year["effect"], year["se"]) == ("usd_per_year", 1200, 240)
    ratio = taken(unit="odds_ratio", effect=1.5, ci_low=1.1, ci_high=2.05, ci_level=95)
    assert ratio["effect"] == pytest.approx(math.log(1.5))
    assert ratio["se"] == pytest.approx((math.log(2.05) - math.log(1.1)) / (2 * NORMAL.inv_cdf(0.975)))
    assert (ratio["unit"], ratio["converted_from"]) == ("log_odds_ratio", "odds_ratio")
    assert (ratio["ci_low"], ratio["ci_high"]) == (math.log(1.1), math.log(2.05))
    assert "in logarithms" in ratio["se_route"]


def test_a_conversion_of_an_interval_in_shares_equals_one_in_points() -> None:
    shares = taken(unit="share", effect=0.032, ci_low=0.01, ci_high=0.054, ci_level=95)
    points = taken(effect=3.2, ci_low=1.0, ci_high=5.4, ci_level=95)
    assert shares["se"] == pytest.approx(points["se"])


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("eur_per_year", "percentage_points"),
        ("percentage_points", "eur_per_month"),
        ("percent", "percentage_points"),
        ("percentage_points", "percent"),
        ("share", "percent"),
        ("eur_per_year", "usd_per_year"),
        ("dem_per_month", "eur_per_month"),
        ("eur_cumulative", "eur_per_year"),
        ("eur_unspecified_period", "eur_per_month"),
        ("log_odds_ratio", "percentage_points"),
        ("odds_ratio", "log_risk_ratio"),
        ("hazard_ratio", "percent"),
        ("months", "days"),
        ("log_points", "percent"),
    ],
)
def test_what_is_never_converted(tmp_path: Path, unit: str, to: str) -> None:
    with pytest.raises(DesignError, match="never"):
        conversion(unit, to)
    if to in sources.codebook().set_index("column").loc["convert_to", "allowed"]:
        outcome = (
            "earnings"
            if unit[:3] in ("eur", "dem")
            else "days_employed"
            if unit == "months"
            else "job_finding_rate"
        )
        change = {"unit": unit, "convert_to": to, "se": "", "effect": 1.5, "outcome": outcome}
        assert fatal(problems_of(csv_file(tmp_path, change))) == [(2, "convert_to")]


def test_a_ratio_is_positive_and_its_bare_standard_error_is_not_guessed(tmp_path: Path) -> None:
    assert (2, "effect") in fatal(
        problems_of(csv_file(tmp_path, BARE | {"unit": "odds_ratio", "effect": -0.4}))
    )
    assert fatal(problems_of(csv_file(tmp_path, {"unit": "odds_ratio", "effect": 1.5, "se": 0.2}))) == [
        (2, "se")
    ]


def test_converting_a_frame_there_and_back_changes_nothing() -> None:
    effects = sources.effects()
    there = sources.convert_units(effects, "eur_per_month", "eur_per_year")
    rows = effects["unit"] == "eur_per_month"
    assert rows.sum() > 3
    assert (there.loc[rows, "effect"] / effects.loc[rows, "effect"]).to_numpy() == pytest.approx(12)
    assert (there.loc[rows, "converted_from"] == "eur_per_month").all()
    assert there.loc[~rows, "converted_from"].isna().all()
    pd.testing.assert_frame_equal(there.loc[~rows, effects.columns], effects[~rows])
    assert effects["unit"].eq("eur_per_month").sum() == rows.sum()
    with pytest.raises(DesignError, match="exchange rate"):
        sources.convert_units(effects, "eur_per_year", "usd_per_year")
    with pytest.raises(DesignError, match="no row"):
        sources.convert_units(effects, "etb_per_month", "etb_per_month").pipe(
            sources.convert_units, "share", "percentage_points"
        )


def test_units_of_time_are_exact_where_they_are() -> None:
    assert conversion("weeks", "days").factor == 7 and conversion("quarters", "months").factor == 3
    assert conversion("days", "weeks").times(70) == 10
    assert conversion("eur_per_year", "eur_per_month").times(1200) == 100
    with pytest.raises(DesignError, match="exp"):
        conversion("log_odds_ratio", "odds_ratio")


def test_converting_a_frame_says_what_is_missing_or_misspelt(tmp_path: Path) -> None:
    frame = sources.read_effects(
        csv_file(tmp_path, {"ci_low": 1.0, "ci_high": 5.4, "ci_level": 95, "se": ""})
    ).effects
    shares = sources.convert_units(frame, "percentage_points", "share").iloc[0]
    assert shares[["effect", "ci_low", "ci_high"]].tolist() == pytest.approx([0.032, 0.01, 0.054])
    with pytest.raises(ParameterError, match=r"'eur_per_yeer'\. Did you mean 'eur_per_year'"):
        sources.convert_units(frame, "eur_per_yeer", "eur_per_month")
    for column in ("unit", "effect", "se"):
        with pytest.raises(DesignError, match=f"needs the column '{column}'"):
            sources.convert_units(frame.drop(columns=column), "percentage_points", "share")


@pytest.mark.parametrize("p", ["*", "<0.10", "< 0.1", "0", ">0.01"])
def test_what_leaves_five_per_cent_open_leaves_significance_not_stated(p: str) -> None:
    # In the second row the coder has read the legend.
    problems, (open_, told) = judged(
        BARE | {"p_value": p, "significance": ""}, BARE | {"p_value": p, "significance": "positive"}
    )
    assert not open_.has("significance") and not open_.has("se")
    assert told.values["significance"] == "positive"
    assert [(q.row, "significant at 5%" in q.problem) for q in problems if q.column == "p_value"] == [
        (2, True)
    ]


def test_one_level_for_exact_p_and_bounds() -> None:
    said = sources.codebook().set_index("column").loc["p_value"]
    assert "at 5%" in said["meaning"] and "** and *** count as below 5%" in said["allowed"]
    p = [read_p(t, ".")[0] for t in ("0.05", "<0.05", "**", "0.051", "<0.051", "*", ">0.05", "n.s.")]
    assert [x and x.significant for x in p] == [True, True, True, False, None, None, False, False]


EXPORTED: list[dict[str, Any]] = [
    {"unit": "share", "effect": 0.05, "ci_low": 0.02, "ci_high": 0.08, "ci_level": 95, "se": ""},
    {"unit": "odds_ratio", "effect": 1.5, "ci_low": 1.1, "ci_high": 2.05, "ci_level": 95, "se": ""},
    {"unit": "eur_per_year", "convert_to": "eur_per_month", "outcome": "earnings", "effect": 1200, "se": 310},
    {"effect": 3, "p_value": "0.01", "se": ""},
    {"effect": 3, "p_value": "*", "se": ""},
    {"study_id": "a", "n": 77, "effect": 2},
    {"study_id": "b", "n": 77, "effect": 4, "comparator": ""},
    {"unit": "usd_per_month", "outcome": "earnings", "effect": 7.3, "se": 1.9, "note": "one\rtwo"},
]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_frame_that_was_taken_in_and_exported_reads_back_identical(tmp_path: Path, kind: str) -> None:
    first = sources.read_effects(csv_file(tmp_path, *EXPORTED))
    assert {"se_route", "converted_from", "significance_route", "sample_id_coded"} <= set(first.effects)
    path = tmp_path / f"again.{kind}"
    if kind == "xlsx":
        first.effects.to_excel(path, index=False)
    else:
        getattr(first.effects, f"to_{kind}")(path, index=False)
    again = sources.read_effects(path)
    pd.testing.assert_frame_equal(again.effects, first.effects, check_flags=False)
    assert not again.problems["problem"].str.contains("codebook|replaced").any()


def test_the_interval_is_in_the_units_of_its_effect() -> None:
    share = taken(**EXPORTED[0])
    assert [share[c] for c in ("effect", "ci_low", "ci_high")] == pytest.approx([5, 2, 8])
    assert "0.02 to 0.08" in share["se_route"]


def test_a_persons_own_column_is_never_overwritten_in_silence(tmp_path: Path) -> None:
    mine = {"effect": 3, "p_value": "0.02", "se": "", "se_route": "my text", "sample_id_coded": "mine"}
    read = sources.read_effects(csv_file(tmp_path, mine))
    row = read.problems[read.problems["column"] == "se_route"].iloc[0]
    assert row["value"] == "my text" and "replaced" in row["problem"]
    assert read.effects["sample_id_coded"].tolist() == ["mine"]


@pytest.mark.parametrize(
    "wrong", [{"ci_level": "0.95"}, {"ci_low": "[1,0"}, {"se": "(1.1)", "se_source": "reported"}]
)
def test_a_refused_cell_is_one_problem(wrong: dict[str, Any]) -> None:
    problems, _ = judged(BARE | {"ci_low": 1.0, "ci_high": 5.4, "ci_level": 95} | wrong)
    assert [p.column for p in problems if p.severity == "fatal"] == [next(iter(wrong))]
