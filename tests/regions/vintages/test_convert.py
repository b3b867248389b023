"""Values carried over: exactly, by their own denominator, by a stated substitute, or not at all."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.frames import check
from tests.regions.vintages.conftest import crosswalk, frame, values, words


def status(found: regions.Conversion, name: str) -> str:
    return next(c.status for c in found.checks if c.name == name)


def said(found: regions.Conversion, name: str) -> str:
    return next(c.sentence for c in found.checks if c.name == name)


def test_a_new_code_is_the_same_value(correspondence: pd.DataFrame) -> None:
    old = frame({"FR24": 9.3, "PL11": 7.7, "AT11": 6.1}, "2013", flag="p")
    found = regions.convert(old, correspondence)
    assert values(found.frame) == {"AT11": 6.1, "FRB0": 9.3, "PL71": 7.7}
    assert words(found.frame) == {"AT11": "", "FRB0": "relabelled", "PL71": "relabelled"}
    assert found.frame["nuts_version"].tolist() == ["2024"] * 3
    assert found.frame["flag"].tolist() == ["p"] * 3
    assert found.frame["source"].tolist() == ["made up for this test"] * 3
    assert found.sentence == (
        "3 values for regions of NUTS 2024: 1 as published and 2 with only a new code. Nothing was lost."
    )
    assert found.table["geo_from"].tolist() == ["FR24", "PL11"], (
        "what kept its code and territory is not listed"
    )
    check(found.frame, "indicators")


def test_merged_rates_weigh_by_their_own_denominator(correspondence: pd.DataFrame) -> None:
    # Backwards, HU11 and HU12 make up HU10: (800 * 4 + 600 * 6.8) / 1400 = 5.2.
    new = frame({"HU11": 4.0, "HU12": 6.8}, "2016")
    force = frame({"HU11": 800.0, "HU12": 600.0}, "2016", "labour_force")
    found = regions.convert(new, correspondence, to="2013", weights=force)
    row = found.frame.iloc[0]
    assert (row["geo"], row["conversion"], row["nuts_version"], row["flag"]) == (
        "HU10",
        "merged",
        "2013",
        "merged",
    )
    assert row["value"] == pytest.approx(5.2, abs=1e-12)
    assert found.table["weighted_by"].tolist() == ["own denominator"] * 2


@pytest.mark.parametrize(
    ("weights", "by", "expected"),
    [
        (None, "residents", (1682078 * 4.0 + 1332109 * 6.8) / 3014187),
        (frame({"HU11": 3.0, "HU12": 1.0}, "2016", "population", age="TOTAL"), "total population", 4.7),
        (frame({"HU11": 3.0, "HU12": 1.0}, "2016", "labour_force", age="Y20-64"), "another age band", 4.7),
        # A denominator of one part only is no denominator.
        (
            frame({"HU11": 3.0}, "2016", "labour_force"),
            "residents",
            (1682078 * 4.0 + 1332109 * 6.8) / 3014187,
        ),
        # Nobody in the labour force weighs nothing.
        (
            frame({"HU11": 0.0, "HU12": 0.0}, "2016", "labour_force"),
            "residents",
            (1682078 * 4.0 + 1332109 * 6.8) / 3014187,
        ),
        # One of another year neither.
        (
            frame({"HU11": 3.0, "HU12": 1.0}, "2016", "labour_force", period="2014"),
            "residents",
            (1682078 * 4.0 + 1332109 * 6.8) / 3014187,
        ),
    ],
)
def test_a_substitute_weight_is_said_and_makes_the_value_approximate(
    correspondence: pd.DataFrame, weights: pd.DataFrame | None, by: str, expected: float
) -> None:
    new = frame({"HU11": 4.0, "HU12": 6.8}, "2016")
    found = regions.convert(new, correspondence, to="2013", weights=weights)
    row = found.frame.iloc[0]
    assert row["value"] == pytest.approx(expected, abs=1e-12)
    assert row["conversion"] == "approximate"
    assert pd.isna(row["nuts_version"]), "no change may be computed from it"
    assert by in found.table["weighted_by"].iloc[0]
    assert by in said(found, "substitute_weights")


def test_denominators_may_be_converted_first_and_are_then_estimates(correspondence: pd.DataFrame) -> None:
    """Official denominators come in the newest codes: carried back, they weigh the old regions."""
    force = frame({"IE04": 60.0, "IE05": 90.0, "IE06": 150.0}, "2024", "labour_force")
    back = regions.convert(force, correspondence, to="2013").frame
    assert values(back) == pytest.approx(
        {"IE01": 60 + 150 * 458303 / 2540000, "IE02": 90 + 150 * 2081697 / 2540000}
    )
    found = regions.convert(frame({"IE01": 10.0, "IE02": 14.0}, "2013"), correspondence, weights=back)
    assert "own denominator, itself an estimate" in set(found.table["weighted_by"])
    merged = frame({"HU11": 4.0, "HU12": 6.8}, "2016")
    guess = frame({"HU11": 3.0, "HU12": 1.0}, None, "labour_force").assign(code_version="2016")
    joined = regions.convert(merged, correspondence, to="2013", weights=guess)
    assert values(joined.frame)["HU10"] == pytest.approx(4.7)
    assert words(joined.frame) == {"HU10": "approximate"}


def test_denominators_that_do_not_help_are_told_why(correspondence: pd.DataFrame) -> None:
    new = frame({"HU11": 4.0, "HU12": 6.8}, "2016")
    force = frame({"HU10": 1400.0}, "2013", "labour_force")
    found = regions.convert(new, correspondence, to="2013", weights=force)
    assert status(found, "unused_weights") == "failed"
    assert "they are of NUTS 2013, and needed are 2016" in said(found, "unused_weights")
    assert values(found.frame)["HU10"] == pytest.approx((1682078 * 4.0 + 1332109 * 6.8) / 3014187)


def test_equal_weights_are_called_crude() -> None:
    unknown = crosswalk([("AA1", "AA5", 1.0), ("AA2", "AA5", 1.0)], note="").assign(residents=float("nan"))
    found = regions.convert(frame({"AA1": 2.0, "AA2": 4.0}, "2016"), unknown, to="2021")
    assert values(found.frame) == {"AA5": 3.0}
    assert "crude substitute" in said(found, "substitute_weights")


def test_substitutes_can_be_refused(correspondence: pd.DataFrame) -> None:
    new = frame({"HU11": 4.0, "HU12": 6.8}, "2016")
    found = regions.convert(new, correspondence, to="2013", substitutes=False)
    assert found.frame.empty
    assert status(found, "lost") == "failed"
    assert "no weight is known" in said(found, "lost")
    assert found.metrics()["lost"] == 2


def test_a_split_inherits_and_says_so(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"HU10": 8.9}, "2013", flag="e"), correspondence)
    assert values(found.frame) == {"HU11": 8.9, "HU12": 8.9}
    assert set(words(found.frame).values()) == {"inherited"}
    assert set(found.frame["flag"]) == {"e inherited"}
    assert found.frame["nuts_version"].isna().all()
    assert found.frame["source"].iloc[0] == "made up for this test (from NUTS 2013 to 2024)"
    assert "no difference within it is known" in said(found, "inherited")
    assert found.table["share"].tolist() == pytest.approx([1682078 / 3014187, 1332109 / 3014187])


def test_redrawn_regions_are_weighted_by_what_went_over(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"IE01": 10.0, "IE02": 14.0}, "2013"), correspondence, to="2016")
    got = values(found.frame)
    assert got["IE04"] == 10.0
    assert got["IE05"] == 14.0
    assert got["IE06"] == pytest.approx((458303 * 10 + 2081697 * 14) / 2540000, abs=1e-12)
    assert words(found.frame) == {"IE04": "inherited", "IE05": "inherited", "IE06": "approximate"}


def test_a_labour_force_weighs_the_pieces_too(correspondence: pd.DataFrame) -> None:
    # Of each parent's labour force, the share of residents that went over.
    old = frame({"IE01": 10.0, "IE02": 14.0}, "2013")
    force = frame({"IE01": 100.0, "IE02": 100.0}, "2013", "labour_force")
    found = regions.convert(old, correspondence, to="2016", weights=force)
    first, second = 458303 / 1361945, 2081697 / 3780563
    assert values(found.frame)["IE06"] == pytest.approx(
        (first * 10 + second * 14) / (first + second), abs=1e-12
    )
    assert words(found.frame)["IE06"] == "approximate", (
        "that the labour force went over like residents is assumed"
    )


def test_a_shift_of_unknown_size_is_carried_and_flagged(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"DEB16": 4.0}, "2013"), correspondence, to="2016")
    assert values(found.frame) == {"DEB1C": 4.0}
    assert words(found.frame) == {"DEB1C": "approximate"}
    assert found.frame["nuts_version"].isna().all()


def test_a_minor_shift_of_a_region_that_kept_its_code_still_counts_as_measured(
    correspondence: pd.DataFrame,
) -> None:
    """2,417 people went from Marche to Emilia-Romagna; Eurostat's series run through."""
    found = regions.convert(
        frame({"ITI3": 8.0, "ITH5": 6.0, "NL31": 4.0, "NL33": 6.0}, "2021"), correspondence
    )
    rows = found.frame.set_index("geo")
    assert rows.loc["ITH5", "value"] == pytest.approx((4418216 * 6 + 2417 * 8) / (4418216 + 2417), abs=1e-12)
    assert rows["conversion"].tolist() == ["approximate"] * 4
    assert rows["nuts_version"].dropna().to_dict() == {"ITH5": "2024", "ITI3": "2024"}
    assert "count as the same region" in said(found, "minor_shift")
    assert "ITH5, ITI3" in said(found, "minor_shift")
    assert "NL35, NL36" in said(found, "approximate")


def test_counts_are_added_exactly(correspondence: pd.DataFrame) -> None:
    people = frame(
        {"HU11": 1749734.0, "HU12": 1255312.0, "HU21": 1058236.0}, "2016", "population", age="TOTAL"
    )
    found = regions.convert(people, correspondence, to="2013")
    assert values(found.frame) == {"HU10": 3005046.0, "HU21": 1058236.0}
    assert words(found.frame)["HU10"] == "merged"
    assert set(found.frame["nuts_version"]) == {"2013"}
    assert status(found, "conservation") == "passed"


def test_counts_of_a_split_are_shared_out(correspondence: pd.DataFrame) -> None:
    people = frame({"HU10": 3000.0}, "2013", "population", age="TOTAL")
    by_residents = values(regions.convert(people, correspondence).frame)
    assert by_residents["HU11"] == pytest.approx(3000 * 1682078 / 3014187)
    assert sum(by_residents.values()) == pytest.approx(3000, abs=1e-9)
    children = frame({"HU11": 1.0, "HU12": 2.0}, "2024", "population", age="TOTAL")
    stated = regions.convert(people, correspondence, weights=children)
    assert values(stated.frame) == {"HU11": 1000.0, "HU12": 2000.0}
    assert stated.table["weighted_by"].unique().tolist() == ["population of the new regions"]
    assert (
        regions.convert(people, correspondence, weights=children, substitutes=False).frame["value"].sum()
        == 3000
    )
    refused = regions.convert(people, correspondence, substitutes=False)
    assert refused.frame.empty
    assert "how many people went over is not known" in said(refused, "lost")


def test_counts_whose_share_nobody_knows_are_lost_not_guessed() -> None:
    unknown = crosswalk([("AA1", "AA5", 1.0), ("AA1", "AA6", 1.0)]).assign(residents=float("nan"))
    counts = regions.convert(frame({"AA1": 10.0}, "2016", "population"), unknown, to="2021")
    assert counts.frame.empty
    assert "how many people went over is not known" in said(counts, "lost")
    rates = regions.convert(frame({"AA1": 10.0}, "2016"), unknown, to="2021")
    assert values(rates.frame) == {"AA5": 10.0, "AA6": 10.0}


def test_a_part_without_a_value_leaves_the_whole_without_one(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"HU11": 4.0}, "2016"), correspondence, to="2013")
    assert found.frame.empty
    assert "another part of the new region has no value: HU11 (2015)" in said(found, "lost")
    empty = frame({"HU11": 4.0, "HU12": float("nan")}, "2016")
    assert regions.convert(empty, correspondence, to="2013").frame.empty


def test_a_region_that_ended_is_lost_and_named(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"UKC1": 6.0, "AT11": 5.0}, "2021"), correspondence)
    assert values(found.frame) == {"AT11": 5.0}
    assert "NUTS 2024 has no such region: UKC1 (2015)" in said(found, "lost")
    assert found.sentence.endswith("Not carried over: 1.")


def test_the_row_decides_the_way(correspondence: pd.DataFrame) -> None:
    mixed = pd.concat(
        [
            frame({"FR24": 9.0}, "2013"),
            frame({"FRC1": 8.0}, "2016"),
            frame({"NL31": 4.0, "NL33": 6.0}, "2021"),
            frame({"AT11": 5.0}, "2024"),
        ]
    )
    found = regions.convert(mixed, correspondence)
    assert set(values(found.frame)) == {"AT11", "FRB0", "FRC1", "NL35", "NL36"}
    assert (
        found.rests_on
        == "5 values in the codes of NUTS 2013, 2016, 2021 and 2024 (2015), carried to NUTS 2024"
    )


def test_a_published_value_stands_before_a_converted_one(correspondence: pd.DataFrame) -> None:
    both = pd.concat([frame({"HU10": 8.9}, "2013"), frame({"HU11": 7.0}, "2024")])
    found = regions.convert(both, correspondence)
    assert values(found.frame) == {"HU11": 7.0, "HU12": 8.9}
    assert words(found.frame) == {"HU11": "", "HU12": "inherited"}
    assert "HU10" in said(found, "superseded")


def test_an_estimate_stays_one_on_the_way_back(correspondence: pd.DataFrame) -> None:
    there = regions.convert(frame({"HU10": 8.9}, "2013"), correspondence).frame
    back = regions.convert(there, correspondence, to="2013")
    assert values(back.frame)["HU10"] == pytest.approx(8.9)
    assert back.frame["nuts_version"].isna().all()
    assert back.frame["conversion"].tolist() == ["approximate"]
    again = regions.convert(there, correspondence, to="2021").frame
    assert again["conversion"].tolist() == ["inherited", "inherited"]
    assert again["code_version"].tolist() == ["2021", "2021"]


def test_indicators_ages_and_quarters_do_not_mix(correspondence: pd.DataFrame) -> None:
    rows = pd.concat(
        [
            frame({"HU11": 4.0, "HU12": 6.0}, "2016", period="2015-Q1"),
            frame({"HU11": 2.0, "HU12": 2.0}, "2016", period="2015-Q2"),
            frame({"HU11": 70.0, "HU12": 60.0}, "2016", "employment_rate", age="Y20-64"),
        ]
    )
    found = regions.convert(rows, correspondence, to="2013").frame
    assert found["period"].tolist() == ["2015", "2015-Q1", "2015-Q2"]
    assert found["value"].iloc[2] == 2.0, "the mean of equal rates is that rate, to the last digit"


def test_what_an_indicator_is_must_be_known(correspondence: pd.DataFrame) -> None:
    rows = frame({"HU11": 4.0, "HU12": 6.0}, "2016", "jobseekers")
    with pytest.raises(
        DesignError, match=r"whether 'jobseekers' can be added up; say so.*Measure\('count'\)"
    ):
        regions.convert(rows, correspondence, to="2013")
    found = regions.convert(
        rows, correspondence, to="2013", measures={"jobseekers": regions.Measure("count")}
    )
    assert values(found.frame) == {"HU10": 10.0}
    with pytest.raises(DesignError, match="'rate' or 'count'"):
        regions.Measure("index")  # type: ignore[arg-type]


def test_a_crosswalk_of_ones_own_is_worked_like_the_published_ones() -> None:
    """By hand: region A (100 people, 60 to X, 40 to Y), B (50 people, all to Y), C unchanged."""
    table = crosswalk([("AAA", "AAX", 60.0), ("AAA", "AAY", 40.0), ("AAB", "AAY", 50.0), ("AAC", "AAC", 9.0)])
    rate = regions.convert(frame({"AAA": 10.0, "AAB": 4.0, "AAC": 1.0}, "2016"), table, to="2021")
    assert values(rate.frame) == pytest.approx({"AAX": 10.0, "AAY": (40 * 10 + 50 * 4) / 90, "AAC": 1.0})
    count = regions.convert(
        frame({"AAA": 30.0, "AAB": 7.0, "AAC": 5.0}, "2016", "population"), table, to="2021"
    )
    assert values(count.frame) == pytest.approx({"AAX": 18.0, "AAY": 12.0 + 7.0, "AAC": 5.0})
    back = regions.convert(
        frame({"AAX": 18.0, "AAY": 19.0, "AAC": 5.0}, "2021", "population"), table, to="2016"
    )
    assert values(back.frame) == pytest.approx({"AAA": 18 + 19 * 40 / 90, "AAB": 19 * 50 / 90, "AAC": 5.0})


def test_the_report_calls_a_weight_by_its_column() -> None:
    table = crosswalk([("AAA", "AAX", 60.0), ("AAB", "AAX", 40.0)]).rename(columns={"residents": "area_km2"})
    found = regions.convert(frame({"AAA": 10.0, "AAB": 5.0}, "2016"), table, to="2021", by="area_km2")
    assert values(found.frame) == {"AAX": 8.0}
    assert said(found, "substitute_weights") == "Weighted by area_km2, for want of their own weights: AAX."


def test_names_in_the_report(correspondence: pd.DataFrame) -> None:
    places = pd.DataFrame({"code": ["HU11"], "label": ["Budapest"]})
    found = regions.convert(frame({"HU10": 8.9}, "2013"), correspondence, places=places)
    assert found.table.set_index("geo_to")["name_to"].to_dict()["HU11"] == "Budapest"
    with pytest.raises(FrameError, match=r"`places` lacks the column.*label"):
        regions.convert(frame({"HU10": 8.9}, "2013"), correspondence, places=places[["code"]])


def test_periods_of_the_report_are_runs(correspondence: pd.DataFrame) -> None:
    years = pd.concat([frame({"HU10": 8.0}, "2013", period=p) for p in ("2008", "2009", "2010", "2012")])
    assert set(regions.convert(years, correspondence).table["periods"]) == {"2008–2010, 2012"}


def test_nothing_to_convert_is_said(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"EL": 20.0}, None), correspondence)
    assert values(found.frame) == {"EL": 20.0}
    assert found.sentence.startswith("There is nothing to convert")
    assert regions.convert(frame({}, "2013"), correspondence).frame.empty


def test_data_versions_travel(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"HU10": 8.9}, "2013"), correspondence)
    assert [d.dataset for d in found.provenance.data] == ["nuts_correspondence"]
    assert found.frame.attrs["data_versions"]
    synthetic = frame({"HU10": 8.9}, "2013").assign(source="SYNTHETIC by hand")
    assert regions.convert(synthetic, correspondence).sentence.startswith("SYNTHETIC")


def test_what_is_invented_stays_called_so(correspondence: pd.DataFrame) -> None:
    """One invented part, or an invented weight, makes the joined value invented."""
    parts = frame({"HU11": 4.0, "HU12": 6.8}, "2016").assign(source=["Eurostat", "SYNTHETIC by hand"])
    assert regions.convert(parts, correspondence, to="2013").frame["source"].tolist() == [
        "SYNTHETIC by hand; Eurostat (from NUTS 2016 to 2013)"
    ]
    weights = frame({"HU11": 8.0, "HU12": 6.0}, "2016", "labour_force").assign(source="SYNTHETIC by hand")
    found = regions.convert(
        frame({"HU11": 4.0, "HU12": 6.8}, "2016"), correspondence, to="2013", weights=weights
    )
    assert found.frame["source"].tolist() == [
        "SYNTHETIC weights: made up for this test (from NUTS 2016 to 2013)"
    ]
    assert found.sentence.startswith("SYNTHETIC")


def test_a_denominator_below_zero_is_refused_and_not_passed_over(correspondence: pd.DataFrame) -> None:
    """Passed over, it would leave its place to a substitute without a word on why."""
    new = frame({"HU11": 4.0, "HU12": 6.8}, "2016")
    force = frame({"HU11": 800.0, "HU12": -600.0}, "2016", "labour_force")
    with pytest.raises(FrameError, match=r"values below zero \(HU12\)"):
        regions.convert(new, correspondence, to="2013", weights=force)
