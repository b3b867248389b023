"""The 2×2 for the whole EU and all years: memory, both thresholds, skilled jobs, sureness, the break, the cycle."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.context import classify
from almpo_kit.vocabulary import DesignError, FrameError, PlaceError

from ..conftest import Build, Frames

YEARS = [str(y) for y in range(2018, 2024)]


def ask(frames: Frames, **options: object) -> regions.Context:
    return regions.context(frames.indicators, frames.places, national=frames.national, **options)


def rows(found: regions.Context, geo: str) -> pd.DataFrame:
    return found.table[found.table["geo"] == geo].set_index("period")


@pytest.fixture
def years(places: pd.DataFrame, build: Build) -> Frames:
    """EU 6 throughout. EL30 swings over the band; EL41 stays in it; EL42 is low, missing in 2021; SI03 is high early."""
    paths = {
        "EL30": (9.0, 6.5, 5.2, 4.9, 6.9, 7.1),
        "EL41": (6.5, 5.5, 6.9, 5.1, 7.0, 5.0),
        "EL42": (3.0, 5.5, 6.5, np.nan, 6.9, 6.5),
        "LU00": (5.0, 5.0, 5.0, 4.0, 5.0, 5.0),
        "SI03": (8.0, 6.1, 6.1, 6.1, 6.1, 6.1),
        "SI04": (4.0, 4.0, 8.0, 4.0, 4.0, 4.0),
    }
    cells = {(g, y): v for g, path in paths.items() for y, v in zip(YEARS, path, strict=True) if v == v}
    nations = {"EU27_2020": 6.0, "EL": 7.5, "SI": 5.0, "LU": 5.0}
    return Frames(build(cells), places, build({(g, y): v for g, v in nations.items() for y in YEARS}))


def skilled(build: Build, *, source: str = "SYNTHETIC shares") -> pd.DataFrame:
    """SYNTHETIC shares of skilled jobs of three regions: many, few, near; EU 35."""
    shares = {"EL30": 45.0, "EL42": 20.0, "SI03": 36.0, "SI04": 50.0}
    cells = {(g, y): v for g, v in shares.items() for y in YEARS}
    return build(cells, "skilled_jobs_share", source=source)


def with_skills(frames: Frames, build: Build) -> Frames:
    national = build({("EU27_2020", y): 35.0 for y in YEARS}, "skilled_jobs_share", source="SYNTHETIC shares")
    return frames._replace(
        indicators=pd.concat([frames.indicators, skilled(build)]),
        national=pd.concat([frames.national, national]),
    )


def test_every_region_and_year(years: Frames) -> None:
    found = ask(years, period="all")
    assert len(found.table) == 6 * 6 and not found.table.duplicated(["geo", "period"]).any()
    assert found.table["geo"].is_monotonic_increasing
    assert found.country == "" and found.period == "2018–2023" and found.periods == tuple(YEARS)
    a = rows(found, "EL30")
    assert a["unemployment_class"].tolist() == ["high", "high", "high", "low", "low", "high"]
    assert a["kept_from"].fillna("").tolist() == ["", "2018", "2018", "", "2021", ""]
    assert a["changed_from"].fillna("").tolist() == ["", "", "", "high", "", "low"]
    assert a["distance"].tolist() == [3.0, 0.5, -0.8, -1.1, 0.9, 1.1]
    assert set(rows(found, "EL41")["unemployment_class"]) == {"near the threshold"}
    # A missing year is unknown and forgets nothing.
    assert rows(found, "EL42")["unemployment_class"].tolist() == [
        "low",
        "low",
        "low",
        "unknown",
        "low",
        "low",
    ]


def test_the_break_is_a_property_of_the_row(years: Frames) -> None:
    found = ask(years, period="all")
    # The change 2020→2021 crosses; the one of 2023 does not, nor does the class kept in 2022 from 2021.
    assert rows(found, "EL30")["crosses_break"].tolist() == [False] * 3 + [True, False, False]
    # A class kept from before 2021 reaches over it in every later year.
    assert rows(found, "SI03")["kept_from"].tolist()[1:] == ["2018"] * 5
    assert rows(found, "SI03")["crosses_break"].tolist() == [False] * 3 + [True] * 3
    check = next(c for c in found.checks if c.name == "break_2021")
    assert check.status == "failed" and "EL30" in check.sentence and "SI03" in check.sentence
    assert "ran over the break of 2021" in found.sentence
    late = ask(years, country="EL", period=2023)
    assert next(c for c in late.checks if c.name == "break_2021").status == "informational"
    assert found.breaks and not late.breaks


def test_one_year_is_a_slice_of_all_years_and_one_country_of_all(years: Frames) -> None:
    everything = ask(years, period="all").table
    for year in YEARS:
        one = ask(years, period=year).table
        wanted = everything[everything["period"] == year].reset_index(drop=True)
        pd.testing.assert_frame_equal(one, wanted)
        greek = ask(years, country="Greece", period=year).table
        pd.testing.assert_frame_equal(greek, wanted[wanted["country"] == "EL"].reset_index(drop=True))


def test_the_future_never_changes_the_past(years: Frames) -> None:
    everything = ask(years, period="all").table.drop(columns="cycle_phase")
    cut = years._replace(
        indicators=years.indicators[years.indicators["period"] <= "2020"],
        national=years.national[years.national["period"] <= "2020"],
    )
    early = ask(cut, period="all").table.drop(columns="cycle_phase")
    pd.testing.assert_frame_equal(early, everything[everything["period"] <= "2020"].reset_index(drop=True))


def test_without_hysteresis_each_year_stands_alone(years: Frames) -> None:
    found = ask(years, period="all", hysteresis=False)
    plain = classify(found.table["distance"], 1.0)
    assert found.table["unemployment_class"].tolist() == plain.tolist()
    assert found.table["kept_from"].isna().all()
    assert "hysteresis" not in {c.name for c in found.checks}
    assert rows(found, "EL30")["unemployment_class"].tolist()[1:3] == ["near the threshold"] * 2


def test_high_against_the_eu_and_low_against_the_nation(places: pd.DataFrame, build: Build) -> None:
    frames = Frames(
        build({("EL30", "2022"): 8.0, ("EL41", "2022"): 12.0, ("EL42", "2022"): 4.0, ("LU00", "2022"): 8.0}),
        places,
        build({("EU27_2020", "2022"): 6.0, ("EL", "2022"): 10.0, ("LU", "2022"): 8.0}),
    )
    found = ask(frames, period="2022", threshold="both")
    by = found.table.set_index("geo")
    assert by["unemployment_class"].to_dict() | {} == {
        "EL30": "mixed",
        "EL41": "high",
        "EL42": "low",
        # Luxembourg is its own nation: only the EU decides.
        "LU00": "high",
        "SI03": "unknown",
        "SI04": "unknown",
    }
    assert by.loc["EL30", ["against_eu", "against_nation"]].tolist() == ["high", "low"]
    assert by.loc["EL30", ["distance_to_eu", "distance_to_nation"]].tolist() == [2.0, -2.0]
    assert by.loc["EL30", "context_class"] == (
        "unemployment high against the EU and low against the nation, skilled jobs unknown"
    )
    assert "1 was on different sides of the EU and the national value" in found.sentence
    assert "Luxembourg (LU00)" in next(c.sentence for c in found.checks if c.name == "one_region_nations")
    greek = ask(frames, period="2022", threshold="both", country="EL")
    assert "the EU value of 6.0% and the national value of Greece of 10.0%" in greek.sentence


def test_each_region_against_its_own_nation(years: Frames) -> None:
    found = ask(years, period="2018", threshold="nation")
    assert found.table.set_index("geo")["threshold"].to_dict() == {
        "EL30": 7.5, "EL41": 7.5, "EL42": 7.5, "LU00": 5.0, "SI03": 5.0, "SI04": 5.0,
    }  # fmt: skip
    assert np.isnan(found.threshold) and "each region's nation" in found.threshold_label
    gone = years._replace(national=years.national[years.national["geo"] != "SI"])
    missing = ask(gone, period="2018", threshold="nation")
    assert missing.table.set_index("geo")["unemployment_class"][["SI03", "SI04"]].tolist() == ["unknown"] * 2
    check = next(c for c in missing.checks if c.name == "threshold")
    assert check.status == "failed" and "SI 2018" in check.sentence


def test_the_four_classes_from_a_synthetic_share_of_skilled_jobs(years: Frames, build: Build) -> None:
    found = ask(with_skills(years, build), period="2018")
    by = found.table.set_index("geo")
    assert by["context_class"].to_dict() == {
        "EL30": "unemployment high, skilled jobs high",
        "EL41": "unemployment near the threshold, skilled jobs unknown",
        "EL42": "unemployment low, skilled jobs low",
        "LU00": "unemployment near the threshold, skilled jobs unknown",
        "SI03": "unemployment high, skilled jobs near the threshold",
        "SI04": "unemployment low, skilled jobs high",
    }
    assert by.loc["EL42", ["skilled_jobs_share", "skill_threshold", "skill_distance"]].tolist() == [
        20,
        35,
        -15,
    ]
    assert by["skill_sureness"].tolist() == [
        "clear",
        "unknown",
        "clear",
        "unknown",
        "near the threshold",
        "clear",
    ]
    # What is invented is labelled, and what is not known is named.
    assert found.sentence.startswith("SYNTHETIC data.") and found.provenance.synthetic
    assert "1 combine high unemployment with many skilled jobs" in found.sentence
    check = next(c for c in found.checks if c.name == "skill_axis")
    assert check.status == "failed" and "LU00" in check.sentence and "EL30" not in check.sentence


def test_attainment_never_stands_in_for_jobs(years: Frames, build: Build) -> None:
    attained = build({(g, y): 60.0 for g in ("EL30", "EL41", "SI04") for y in YEARS}, "tertiary_attainment")
    found = ask(years._replace(indicators=pd.concat([years.indicators, attained])), period="all")
    assert set(found.table["skill_class"]) == {"unknown"}
    assert found.table["skilled_jobs_share"].isna().all()
    pd.testing.assert_frame_equal(found.table, ask(years, period="all").table)


def test_shares_of_other_places_are_no_axis(years: Frames, build: Build) -> None:
    swiss = build({("CH01", "2020"): 50.0}, "skilled_jobs_share")
    found = ask(years._replace(indicators=pd.concat([years.indicators, swiss])), period="2020")
    assert set(found.table["skill_class"]) == {"unknown"} and not found.provenance.synthetic


def test_sureness_by_distance_flag_and_size(places: pd.DataFrame, build: Build) -> None:
    cells = {("EL30", "2022"): 7.5, ("EL41", "2022"): 7.5, ("EL42", "2022"): 9.0, ("LU00", "2022"): 6.2, ("SI03", "2022"): 7.5}  # fmt: skip
    marked = build(cells, flags={("EL41", "2022"): "p u", ("EL42", "2022"): "e", ("EL30", "2022"): "p"})
    people = build({("SI03", "2021"): 1e6, ("SI03", "2022"): 2e5, ("EL30", "2022"): 1e6}, "population")
    frames = Frames(pd.concat([marked, people]), places, build({("EU27_2020", "2022"): 6.0}))
    found = ask(frames, period="2022")
    assert found.table.set_index("geo")["sureness"].to_dict() == {
        "EL30": "clear",
        "EL41": "fair",  # low reliability, within twice the allowance
        "EL42": "clear",  # estimated, but far away
        "LU00": "near the threshold",
        "SI03": "fair",  # fewer than 300,000 people in the latest year
        "SI04": "unknown",
    }
    assert found.table["distance_in_margins"].tolist()[:3] == [1.5, 1.5, 3.0]
    weak = next(c.sentence for c in found.checks if c.name == "weak_values")
    assert "EL41" in weak and "SI03" in weak and "EL42" not in weak
    # A margin below the sampling allowance makes nobody surer.
    tight = ask(frames, period="2022", margin=0.1).table.set_index("geo")
    assert tight.loc["LU00", ["unemployment_class", "sureness"]].tolist() == ["high", "near the threshold"]
    assert ask(frames, period="2022", margin=0).table["distance_in_margins"].isna().all()


def test_a_number_as_threshold_leaves_others_out_of_it(years: Frames) -> None:
    whole = ask(years, period="all", threshold=6, country="SI").table
    alone = years._replace(indicators=years.indicators[years.indicators["geo"].str.startswith("SI")])
    pd.testing.assert_frame_equal(ask(alone, period="all", threshold=6, country="SI").table, whole)


def test_order_of_rows_changes_nothing(years: Frames, build: Build) -> None:
    frames = with_skills(years, build)
    shuffled = frames._replace(
        indicators=frames.indicators.sample(frac=1, random_state=1),
        places=frames.places.sample(frac=1, random_state=2),
        national=frames.national.sample(frac=1, random_state=3),
    )
    a, b = ask(frames, period="all"), ask(shuffled, period="all")
    pd.testing.assert_frame_equal(a.table, b.table)
    assert a.sentence == b.sentence


def test_the_phase_is_the_nations_or_the_one_given(years: Frames) -> None:
    assert set(ask(years, period="all").table["cycle_phase"]) == {"stable"}
    dated = pd.DataFrame({"geo": ["EL"], "period": ["2020"], "phase": ["peak"]})
    given = ask(years, period="2020", cycle=dated)
    assert given.table.set_index("geo")["cycle_phase"].to_dict() == {
        "EL30": "peak", "EL41": "peak", "EL42": "peak",
        "LU00": "unknown", "SI03": "unknown", "SI04": "unknown",
    }  # fmt: skip
    assert "from the frame given" in next(c.sentence for c in given.checks if c.name == "cycle_phase")
    greek = pd.DataFrame({"geo": ["GR"], "period": [2020.0], "phase": ["trough"]})
    assert set(ask(years, period="2020", cycle=greek, country="EL").table["cycle_phase"]) == {"trough"}
    with pytest.raises(FrameError, match="boom"):
        ask(years, cycle=dated.assign(phase="boom"))
    with pytest.raises(FrameError, match="lacks the column"):
        ask(years, cycle=dated.drop(columns="phase"))
    with pytest.raises(FrameError, match="more than one phase"):
        ask(years, cycle=pd.concat([dated, dated]))


@pytest.mark.parametrize(
    "wrong",
    [{"threshold": "EU"}, {"skilled_threshold": "most"}, {"skilled_margin": -1}, {"hysteresis": "no"}],
)
def test_refusals_name_the_argument(years: Frames, wrong: dict[str, object]) -> None:
    with pytest.raises(DesignError, match=f"{next(iter(wrong))}="):
        ask(years, **wrong)


def test_places_and_periods_are_refused(years: Frames) -> None:
    with pytest.raises(PlaceError):
        ask(years, country="EL30")
    with pytest.raises(DesignError, match="choose from 2018"):
        ask(years, period="every")


def test_every_threshold_can_be_traced(years: Frames) -> None:
    found = ask(years, period="all", country="EL")
    assert found.thresholds is not None
    assert set(found.thresholds["geo"]) == {"EU27_2020", "EL"}
    assert set(found.thresholds["how"]) == {"published"}
    json.dumps(found.provenance.as_dict())


def test_the_real_panel(real: Frames) -> None:
    found = ask(real, period="all")
    assert len(found.table) == 244 * 8
    counts = found.table[found.table["period"] == "2025"]["unemployment_class"].value_counts()
    # 3 regions are suppressed in 2025 (Trier, Åland, Lubuskie).
    assert counts.to_dict() == {"low": 139, "high": 95, "near the threshold": 7, "unknown": 3}
    assert set(found.table["skill_class"]) == {"unknown"}
    off = ask(real, period="all", hysteresis=False).table
    # Memory takes away most of the changes of class.
    assert (found.table["changed_from"].notna().sum(), off["changed_from"].notna().sum()) == (51, 191)
    attiki = rows(found, "EL30")
    assert attiki["unemployment_class"].tolist() == ["high"] * 8
    marche = rows(found, "ITI3")
    assert (marche["kept_from"].iloc[-1], marche["crosses_break"].iloc[-1]) == ("2019", True)
    # Redrawn regions have no 2018.
    assert rows(found, "PT1A")["unemployment_class"].iloc[0] == "unknown"
    assert "nan" not in found.sentence


def test_the_real_panel_against_both(real: Frames) -> None:
    found = ask(real, threshold="both").table
    one = found.groupby("country")["geo"].transform("nunique") == 1
    assert (found.loc[one, "unemployment_class"] == found.loc[one, "against_eu"]).all()
    mixed = found["unemployment_class"] == "mixed"
    assert (found.loc[mixed, "against_eu"] != found.loc[mixed, "against_nation"]).all()
    assert mixed.sum() > 50


def test_a_median_over_the_years_is_not_called_the_eu_value(years: Frames, build: Build) -> None:
    nothing = ask(years._replace(national=build({})), period="all")
    assert "EU value" not in nothing.sentence.replace("EU's", "")
    # In 2021 one of six regions is missing, so that year's median is not that of the EU.
    assert "the median of the EU regions with a value, year by year" in nothing.sentence
    partly = ask(years._replace(national=years.national.query("period != '2019'")), period="all")
    assert "the EU value, or the median region of the EU where it is missing, year by year" in partly.sentence
    checks = {c.name: c.sentence for c in partly.checks}
    assert "for 2019, which is not the EU value" in checks["threshold_fallback"]
    assert checks["threshold"] == "The EU value is missing for 2019."
    both = ask(years._replace(national=build({})), period="2018", threshold="both")
    assert "the median region of the EU and the value of each region's nation" in both.sentence


def test_a_population_that_is_no_number_is_refused(years: Frames, build: Build) -> None:
    people = build({("EL30", "2020"): 1.0}, "population").astype({"value": object}).assign(value="c")
    mixed = pd.concat([years.indicators.astype({"value": object}), people])
    with pytest.raises(FrameError, match="column value"):
        ask(years._replace(indicators=mixed))
