"""Context: the threshold and its label, the margin, the axis that is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.context import classify
from almpo_kit.vocabulary import DesignError

from .conftest import Build, Frames


def placed(frames: Frames, country: str = "EL", **options: object) -> regions.Context:
    return regions.context(
        frames.indicators, frames.places, country=country, national=frames.national, **options
    )


def classes(found: regions.Context) -> dict[str, str]:
    return found.table.set_index("geo")["unemployment_class"].to_dict()


def test_classes_against_the_eu_value(tiny: Frames) -> None:
    found = placed(tiny)
    # 10 is 3 above 7; 6 is exactly the margin below; one has no value.
    assert classes(found) == {"EL30": "high", "EL41": "near the threshold", "EL42": "unknown"}
    assert found.table["distance"].tolist()[:2] == [3.0, -1.0]
    assert (found.threshold, found.threshold_label) == (7.0, "the EU value")
    assert found.sentence.startswith(
        "In 2021, of Greece's 3 regions, 1 had high unemployment, none low, 1 lay within 1 point of the "
        "threshold and 1 had no value. The threshold is the EU value of 7.0%."
    )


def test_the_skill_axis_is_unknown_and_says_why(tiny: Frames) -> None:
    found = placed(tiny)
    assert set(found.table["skill_class"]) == {"unknown"}
    assert "attainment) is not jobs" in found.sentence
    assert any(c.name == "skill_axis" and c.status == "failed" for c in found.checks)


def test_the_nation_or_a_number_as_threshold(tiny: Frames) -> None:
    nation = placed(tiny, threshold="nation", margin=0.5)
    assert (nation.threshold, nation.threshold_label) == (9.0, "the national value of Greece")
    assert classes(nation) == {"EL30": "high", "EL41": "low", "EL42": "unknown"}
    chosen = placed(tiny, threshold=8, margin=0)
    assert chosen.table["distance"].tolist()[:2] == [2.0, -2.0]
    assert classes(chosen) == {"EL30": "high", "EL41": "low", "EL42": "unknown"}


def test_a_missing_eu_value_gives_a_labelled_median(tiny: Frames, build: Build) -> None:
    found = placed(tiny._replace(national=build({})))
    assert found.threshold == 6.0
    assert "median of the 5 EU regions" in found.threshold_label
    assert "EU value of" not in found.sentence
    assert any(c.name == "threshold" and c.status == "failed" for c in found.checks)


def test_a_missing_national_threshold_classes_nothing(tiny: Frames, build: Build) -> None:
    found = placed(tiny._replace(national=build({})), threshold="nation")
    assert set(classes(found).values()) == {"unknown"}
    assert np.isnan(found.threshold)
    assert found.sentence.startswith("The regions cannot be classed for 2021")


def test_the_margin_is_inclusive_and_survives_floating_point(places: pd.DataFrame, build: Build) -> None:
    frames = Frames(build({("LU00", "2021"): 8.3}), places, build({("EU27_2020", "2021"): 7.3}))
    assert 8.3 - 7.3 > 1
    assert classes(placed(frames, "LU")) == {"LU00": "near the threshold"}


@pytest.mark.parametrize("margin", [0.0, 0.5, 1.0, 3.0])
def test_classes_partition_and_mirror(margin: float) -> None:
    distance = pd.Series([*np.linspace(-4, 4, 33), np.nan])
    found = classify(distance, margin)
    assert set(found) <= {"high", "low", "near the threshold", "unknown"}
    mirror = classify(-distance, margin).map(lambda c: {"high": "low", "low": "high"}.get(c, c))
    assert mirror.tolist() == found.tolist()
    assert (found == "unknown").sum() == 1


@pytest.mark.parametrize("threshold", ["EU27", True, float("nan"), -1, 101, None])
def test_a_threshold_that_is_none_is_refused(tiny: Frames, threshold: object) -> None:
    with pytest.raises(DesignError, match="threshold="):
        placed(tiny, threshold=threshold)


@pytest.mark.parametrize("margin", [-0.1, float("inf"), "1"])
def test_a_margin_that_is_none_is_refused(tiny: Frames, margin: object) -> None:
    with pytest.raises(DesignError, match="margin="):
        placed(tiny, margin=margin)


def test_one_region(tiny: Frames) -> None:
    assert placed(tiny, "LU").sentence.startswith(
        "In 2021 unemployment in Luxembourg, which is one region, lay within 1 point of the threshold: 6.0%, against the EU "
        "value of 7.0%."
    )


def test_nothing_is_said_about_nearness_without_a_threshold_or_a_value(tiny: Frames, build: Build) -> None:
    def names(found: regions.Context) -> set[str]:
        return {c.name for c in found.checks}

    assert "near_threshold" in names(placed(tiny))
    assert "near_threshold" not in names(placed(tiny._replace(national=build({})), threshold="nation"))
    empty = tiny._replace(indicators=tiny.indicators[~tiny.indicators["geo"].str.startswith("LU")])
    assert "near_threshold" not in names(placed(empty, "LU"))
