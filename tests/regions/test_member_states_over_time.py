"""Trajectory, context and target on the real panel, for each of the 27 member states."""

from __future__ import annotations

import pytest

from almpo_kit import regions
from almpo_kit.vocabulary import EU27

from .conftest import Frames

HELD = ("unemployment_rate", "employment_rate", "gdp_per_head_pps", "neet_rate")


@pytest.mark.parametrize("country", EU27)
def test_the_other_verbs_of_every_country(real: Frames, country: str) -> None:
    frames = {"country": country, "national": real.national}
    own = real.places["code"].str.startswith(country) & ~real.places["code"].str.contains("ZZ")
    n = int((own & (real.places["level"] == 2)).sum())
    for indicator in HELD:
        path = regions.trajectory(real.indicators, real.places, indicator=indicator, **frames)
        assert len(path.table) == n * path.table["period"].nunique() == n * len(path.eu)
        assert not path.table.duplicated(["geo", "period"]).any()
        assert bool(path.breaks) == (indicator in ("unemployment_rate", "employment_rate"))
        assert "nan" not in path.sentence
    context = regions.context(real.indicators, real.places, **frames)
    unknown = context.table["unemployment_class"] == "unknown"
    assert unknown.tolist() == context.table["unemployment_rate"].isna().tolist()
    gap = regions.target(real.indicators, real.places, **frames)
    assert len(context.table) == len(gap.table) == n
    assert gap.table["on_track"].isna().tolist() == (gap.table["status"] == "unknown").tolist()
    assert "nan" not in context.sentence + gap.sentence


def test_every_country_speaks_about_the_same_year(real: Frames) -> None:
    years = {
        regions.context(real.indicators, real.places, country=c, national=real.national).period for c in EU27
    }
    assert len(years) == 1


def test_a_break_that_nobody_flagged_is_named(real: Frames) -> None:
    found = regions.trajectory(
        real.indicators, real.places, country="SI", indicator="tertiary_attainment", national=real.national
    )
    sudden = next(c.sentence for c in found.checks if c.name == "sudden_changes")
    assert "Zahodna Slovenija (SI04) 2022–2023, −6.9 points" in sudden
