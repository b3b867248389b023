"""One region on every indicator: the region meant, ranks and distances, changes, class, speed."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.profiles.profile_rows import direction_of
from almpo_kit.vocabulary import DesignError, PlaceError
from almpo_kit.vocabulary.indicators import INDICATORS

from .conftest import Build, Frames


def ask(frames: Frames, region: str, **options: object) -> regions.Profile:
    return regions.profile(
        frames.indicators, frames.places, region=region, national=frames.national, **options
    )


def named(found: regions.Profile) -> dict[str, tuple[str, str]]:
    return {c.name: (c.status, c.sentence) for c in found.checks}


@pytest.mark.parametrize("region", ["EL42", "el42", "GR42", "Notio Aigaio", "  notio   aigaio "])
def test_code_or_name_in_any_spelling(real: Frames, region: str) -> None:
    found = ask(real, region)
    assert found.region == "EL42" and found.metrics()["unemployment_rate"] > 0
    assert all(np.isfinite(value) for value in found.metrics().values())


@pytest.mark.parametrize(
    ("region", "says"),
    [
        ("EL43 Kriti", r"Did you mean Kriti \(EL43\)"),
        ("Notio Egeo", r"Did you mean Notio Aigaio \(EL42\)"),
        ("EL", r"it is the country Greece. Its regions are Attiki \(EL30\)"),
        ("GR4", r"group of regions \(NUTS 1\).*Kriti \(EL43\)"),
        ("EL421", r"a part of Notio Aigaio \(EL42\)"),
        ("ELZZ", "extra-regio code"),
        ("EL99", "Greece has EL30, EL41"),
        ("NL31", "earlier NUTS must be converted"),
        ("Atlantis", "sources.nuts"),
        ("", "sources.nuts"),
        (None, "no NUTS-2 region"),
        (42, "no NUTS-2 region"),
        ("EL42'; drop", "no NUTS-2 region"),
        ("x" * 5000, "no NUTS-2 region"),
    ],
)
def test_a_region_that_is_none_is_refused_with_the_nearest(real: Frames, region: str, says: str) -> None:
    with pytest.raises(PlaceError, match=says):
        ask(real, region)


def test_a_name_of_two_regions_is_refused_with_their_codes(tiny: Frames) -> None:
    twins = tiny._replace(places=tiny.places.replace({"label": {"Voreio Aigaio": "Attiki"}}))
    with pytest.raises(PlaceError, match="EL30 and EL41"):
        ask(twins, "attiki")


def test_numbers_by_hand(tiny: Frames) -> None:
    found = ask(tiny, "EL30")
    row = found.table.set_index("indicator").loc["unemployment_rate"]
    assert row[["value", "eu_value", "gap_to_eu", "national_value", "gap_to_nation"]].tolist() == [
        10,
        7,
        3,
        9,
        1,
    ]
    # Worst of two Greek regions and of five EU regions with a value in 2021; the least unemployment is rank 1.
    assert row[["rank_in_country", "n_in_country", "rank_in_eu", "n_in_eu"]].tolist() == [2, 2, 5, 5]
    # There is no year since the break but the last: the change goes over it and says so.
    assert row[["change", "change_from", "crosses_break", "direction", "reading"]].tolist() == [
        -2.0, "2020", True, "fell", "better",
    ]  # fmt: skip
    assert "over a break in the survey" in found.sentence
    assert named(found)["break_2021"][0] == "failed"
    # Estimated, but three margins away.
    assert (found.unemployment_class, found.sureness, found.distance, found.threshold) == (
        "high",
        "clear",
        3.0,
        7.0,
    )
    assert "3.0 points above the EU value of 7.0% and 1.0 points above Greece's 9.0%" in found.sentence


def test_the_change_starts_after_the_break_where_it_can(tiny: Frames, build: Build) -> None:
    more = build({("EL30", "2022"): 7.0, ("EL41", "2022"): 6.2, ("SI03", "2022"): 3, ("SI04", "2022"): 3, ("LU00", "2022"): 6})  # fmt: skip
    found = ask(tiny._replace(indicators=pd.concat([tiny.indicators, more])), "EL30")
    row = found.table.iloc[0]
    assert row[["change", "change_from", "crosses_break"]].tolist() == [-3.0, "2021", False]
    assert named(found)["break_2021"][0] == "passed"
    little = ask(tiny._replace(indicators=pd.concat([tiny.indicators, more])), "EL41").table.iloc[0]
    assert little[["change", "direction", "reading"]].tolist() == [0.2, "little change", ""]


@pytest.mark.parametrize(
    ("first", "last", "indicator", "direction"),
    [
        (8.0, 9.4, "unemployment_rate", "little change"),
        (8.0, 9.5, "unemployment_rate", "rose"),
        (8.0, 6.6, "unemployment_rate", "fell"),
        # The higher the rate, the more chance may explain; the lower, the less, to a floor of half a point each.
        (26.9, 24.9, "unemployment_rate", "little change"),
        (26.9, 24.5, "unemployment_rate", "fell"),
        (3.0, 4.0, "unemployment_rate", "rose"),
        (1.0, 1.6, "unemployment_rate", "little change"),
        (1.0, 1.8, "unemployment_rate", "rose"),
        (12_000.0, 12_001.0, "gdp_per_head_pps", "rose"),
        (12_000.0, 12_000.4, "gdp_per_head_pps", "little change"),
    ],
)
def test_directions(first: float, last: float, indicator: str, direction: str) -> None:
    assert direction_of(first, last, INDICATORS[indicator]) == direction


def test_what_chance_may_explain_is_that_of_the_regions_own_level(real: Frames) -> None:
    mayotte = ask(real, "FRY5")
    assert "Since 2024 it has changed little (−2.0 points, which chance may explain)." in mayotte.sentence
    status, told = named(mayotte)["sampling_error"]
    assert status == "informational"
    assert "At an unemployment rate of 24.9% a change of less than about 2.3 points" in told
    assert "a difference of less than about 1.6, can be chance" in told
    # Without a value it is that of the usual level.
    assert "rate of 8.0% a change of less than about 1.4" in named(ask(real, "Åland"))["sampling_error"][1]


def test_a_rise_at_current_prices_is_not_called_better(real: Frames) -> None:
    row = ask(real, "EL42").table.set_index("indicator").loc["gdp_per_head_pps"]
    assert row[["direction", "reading"]].tolist() == ["rose", ""]


def test_ranks_and_gaps_are_those_of_standing(real: Frames) -> None:
    found = ask(real, "EL42").table.set_index("indicator")
    for indicator in ("unemployment_rate", "employment_rate", "gdp_per_head_pps", "neet_rate"):
        other = regions.standing(
            real.indicators, real.places, country="EL", indicator=indicator, national=real.national
        ).table.set_index("geo").loc["EL42"]  # fmt: skip
        mine = found.loc[indicator]
        for a, b in (
            ("value", "value"),
            ("rank_in_country", "rank_in_country"),
            ("rank_in_eu", "rank_in_eu"),
        ):
            assert (pd.isna(mine[a]) and pd.isna(other[b])) or mine[a] == other[b]
        assert mine["gap_to_eu"] == other["gap_to_eu"] or np.isnan(mine["gap_to_eu"])


def test_the_class_is_that_of_context(real: Frames) -> None:
    everything = regions.context(real.indicators, real.places, national=real.national, period="all").table
    for region in ("EL42", "ITI3", "LU00", "FI20", "ITC1"):
        found = ask(real, region)
        path = everything[everything["geo"] == region].reset_index(drop=True)
        pd.testing.assert_frame_equal(found.path, path)
        last = path.iloc[-1]
        assert (found.unemployment_class, found.sureness) == (last["unemployment_class"], last["sureness"])


def test_what_the_real_regions_are_told(real: Frames) -> None:
    assert ask(real, "EL42").sentence.startswith(
        "Notio Aigaio (EL42), Greece: in 2025 unemployment was 7.3%, 1.3 points above the EU value of 6.0% and 1.6 points "
        "below Greece's 8.9%; rank 170 of 241 EU regions (1 is the lowest). It counts as a region of high unemployment "
        "against the EU value, clearly (skilled jobs: unknown). Since 2021 it has fallen by 11.5 points."
    )
    marche = ask(real, "ITI3").sentence
    assert (
        "It lies within 1 point of the EU value, too near to be called high or low by the rate of 2025; by the rule it keeps "
        "the class of 2019, from before the break in the survey, high unemployment (skilled jobs: unknown)."
    ) in marche
    assert "near the threshold, the EU value" in ask(real, "Piemonte").sentence
    gone = ask(real, "Åland")
    assert "no unemployment rate for 2025 is held" in gone.sentence and gone.context_class.startswith(
        "unemployment unknown"
    )
    slovenia = named(ask(real, "SI04"))
    assert "−6.9 points" in slovenia["sudden_changes_tertiary_attainment"][1]
    assert named(ask(real, "EL42"))["complete"][0] == "failed"


def test_a_kept_class_names_its_margin_its_threshold_and_its_year(tiny: Frames, build: Build) -> None:
    def told(rates: tuple[float, float], **options: object) -> str:
        cells = {("EL30", "2022"): rates[0], ("EL30", "2023"): rates[1]}
        nations = {(g, y): v for g, v in (("EU27_2020", 6.0), ("EL", 9.0)) for y in ("2022", "2023")}
        return ask(
            tiny._replace(indicators=build(cells), national=build(nations)), "EL30", **options
        ).sentence

    kept = (
        "too near to be called high or low by the rate of 2023; by the rule it keeps the class of 2022, high"
    )
    # The whole span lies after the break, which is not spoken of.
    assert f"within 1 point of the EU value, {kept}" in told((8.0, 6.5))
    assert f"within 0.5 points of the national value of Greece, {kept}" in told(
        (9.9, 9.2), threshold="nation", margin=0.5
    )
    assert f"within 2 points of the chosen threshold, {kept}" in told((9.0, 7.0), threshold=6, margin=2)
    assert f"It lies at the EU value, {kept}" in told((6.1, 6.0), margin=0)
    # Of two thresholds only the one that is near is named.
    assert f"within 1 point of the national value of Greece, {kept}" in told((11.0, 8.5), threshold="both")
    mixed = told((7.5, 6.5), threshold="both")
    assert (
        "Its unemployment is high against the EU and low against its nation; it lies within 1 point of the EU value, where "
        "it keeps the class of an earlier year (skilled jobs: unknown)."
    ) in mixed
    clear = told((7.5, 7.5), threshold="both")
    assert "high against the EU and low against its nation (skilled jobs: unknown)." in clear
    # Without memory a region near the threshold has been nothing.
    alone = told((8.0, 6.5), hysteresis=False)
    assert "near the threshold, the EU value, so it is called neither clearly high nor clearly low" in alone


def test_the_break_is_that_of_the_class_kept_not_of_the_other_axis(tiny: Frames, build: Build) -> None:
    years = ("2020", "2021", "2022")
    rates = dict(zip(years, (8.0, 8.0, 6.5), strict=True))
    # SYNTHETIC shares: the class of 2020 is kept over the break; that of unemployment is of 2021.
    shares = dict(zip(years, (40.0, 36.0, 36.0), strict=True))
    here = [build({("EL30", y): v for y, v in rates.items()}), build({("EL30", y): v for y, v in shares.items()}, "skilled_jobs_share", source="SYNTHETIC")]  # fmt: skip
    eu = [build({("EU27_2020", y): 6.0 for y in years}), build({("EU27_2020", y): 35.0 for y in years}, "skilled_jobs_share", source="SYNTHETIC")]  # fmt: skip
    found = ask(tiny._replace(indicators=pd.concat(here), national=pd.concat(eu)), "EL30")
    assert found.path["crosses_break"].iloc[-1] and found.path["skill_kept_from"].iloc[-1] == "2020"
    assert "it keeps the class of 2021, high unemployment (skilled jobs: many)." in found.sentence


def test_every_region_has_a_profile(real: Frames) -> None:
    codes = real.places.query("level == 2")["code"]
    for region in sorted(codes[~codes.str.contains("ZZ")])[::24]:
        found = ask(real, str(region))
        assert "nan" not in found.sentence and "None" not in found.sentence and found.sentence.endswith(".")
        assert not [c for c in found.checks if "nan" in c.sentence.split()]
        assert len(found.path) == 8


def test_a_year_may_be_asked_for(real: Frames) -> None:
    found = ask(real, "EL42", period=2020)
    assert found.period == "2020"
    # GDP is held from 2022: no value of another year is put in its place.
    gdp = found.table.set_index("indicator").loc["gdp_per_head_pps"]
    assert gdp["period"] == "2020" and np.isnan(gdp["value"])
    assert "GDP per head (2020)" in named(found)["complete"][1]
    with pytest.raises(DesignError, match="no indicator has regional values for 1999"):
        ask(real, "EL42", period=1999)


def test_without_unemployment_there_is_no_profile(real: Frames) -> None:
    without = real._replace(indicators=real.indicators.query("indicator != 'unemployment_rate'"))
    with pytest.raises(DesignError, match="needs the unemployment rate"):
        ask(without, "EL42")
    with pytest.raises(PlaceError):
        ask(without, "XX99")


def test_synthetic_shares_are_labelled(tiny: Frames, build: Build) -> None:
    share = build({("EL30", "2021"): 50.0, ("EL41", "2021"): 20.0, ("SI03", "2021"): 30.0}, "skilled_jobs_share", source="SYNTHETIC")  # fmt: skip
    found = ask(tiny._replace(indicators=pd.concat([tiny.indicators, share])), "EL30")
    assert found.sentence.startswith("SYNTHETIC data.") and found.skill_class == "high"
    assert not ask(tiny, "EL30").provenance.synthetic


def test_it_is_fast_enough_for_a_screen(real: Frames) -> None:
    def once() -> float:
        start = time.process_time()
        ask(real, "EL42")
        return time.process_time() - start

    # About 50 ms on a busy machine; processor time, and the best of several, so that other work does not fail the test.
    assert min(once() for _ in range(7)) < 0.12
