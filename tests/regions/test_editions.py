"""Values of two tables or editions are never subtracted, joined by a line or compared in silence."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.reference_values import table_of

from .conftest import Build, Frames

OLD, NEW = "Eurostat lfsi_emp_a (t2020_10), via EIGE", "Eurostat lfsi_emp_a, secondary site"


def follow(frames: Frames, country: str = "EL") -> regions.Trajectory:
    return regions.trajectory(
        frames.indicators,
        frames.places,
        country=country,
        indicator="employment_rate",
        national=frames.national,
    )


def named(finding: regions.Trajectory) -> dict[str, tuple[str, str]]:
    return {c.name: (c.status, c.sentence) for c in finding.checks}


@pytest.fixture
def two_editions(places: pd.DataFrame, build: Build) -> Frames:
    """Greek regions in 2019 and 2024; the national value of 2019 is of an older edition than that of 2024."""
    cells = {(g, y): 60.0 + 5.0 * (y == "2024") for g in ("EL30", "EL41", "EL42") for y in ("2019", "2024")}
    places_held = ("EL", "EU27_2020")
    old = build({(g, "2019"): 63.0 for g in places_held}, "employment_rate", age="Y20-64", source=OLD)
    new = build({(g, "2024"): 65.0 for g in places_held}, "employment_rate", age="Y20-64", source=NEW)
    return Frames(build(cells, "employment_rate", age="Y20-64"), places, pd.concat([old, new]))


def test_the_sentence_leaves_out_a_change_between_editions(two_editions: Frames) -> None:
    found = follow(two_editions)
    assert "national" not in found.sentence
    status, text = named(found)["national_change"]
    assert status == "failed"
    assert OLD in text and NEW in text and "left out of the sentence" in text
    assert found.national["part"].tolist() == found.eu["part"].tolist() == [0, 1]


def test_one_edition_stays_in_the_sentence(two_editions: Frames) -> None:
    same = two_editions._replace(national=two_editions.national.assign(source=NEW))
    found = follow(same)
    assert "the national value went from 63.0% in 2019 to 65.0% in 2024" in found.sentence
    assert "national_change" not in named(found)
    assert found.national["part"].tolist() == [0, 0]


def test_a_route_is_not_another_table() -> None:
    assert table_of("Eurostat une_rt_a, via EIGE") == table_of("Eurostat une_rt_a")
    assert table_of(OLD) != table_of(NEW)
    assert table_of("Eurostat une_rt_a") != table_of("Eurostat une_rt_m")


@pytest.mark.parametrize("verb", ["standing", "target"])
def test_a_period_before_the_break_says_when_its_reference_is_of_another_edition(
    two_editions: Frames, verb: str
) -> None:
    def ask(frames: Frames, period: str) -> dict[str, tuple[str, str]]:
        options = {"indicator": "employment_rate"} if verb == "standing" else {}
        return named(
            getattr(regions, verb)(
                frames.indicators,
                frames.places,
                country="EL",
                national=frames.national,
                period=period,
                **options,
            )
        )

    for name in ("national_value_edition", "eu_value_edition"):
        assert ask(two_editions, "2019")[name][0] == "failed"
        assert name not in ask(two_editions, "2024")
        same = two_editions._replace(national=two_editions.national.assign(source=NEW))
        assert name not in ask(same, "2019")


def test_hungary_as_shipped(real: Frames) -> None:
    found = follow(real, "HU")
    assert "national" not in found.sentence
    assert named(found)["national_change"][0] == "failed"
    old = found.national["period"] <= "2020"
    assert set(found.national.loc[old, "part"]).isdisjoint(
        found.national.loc[~old & found.national["value"].notna(), "part"]
    )
