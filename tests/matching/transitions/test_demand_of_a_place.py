"""Demand of a place: what is hidden cannot be reckoned back, spellings meet, and plenty is not over-supply."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from almpo_kit.matching.transitions.local_demand import OVER, SHORT, UNKNOWN, local_demand


def _stocks(*rows: tuple[str, str, float, float], **more) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["geo", "occupation", "unemployed", "vacancies"]).assign(**more)


def test_the_only_small_cell_cannot_be_reckoned_back_from_the_ratio_of_all() -> None:
    found = local_demand(_stocks(("EL30", "2512", 100, 50), ("EL30", "5120", 4, 20)), "EL30")
    assert found.overall == 0.5 and math.isnan(found.table.loc["5120", "unemployed"])
    two = (("EL30", "5120", 4, 20), ("EL30", "7112", 6, 3))
    assert local_demand(_stocks(("EL30", "2512", 100, 50), *two), "EL30").overall == pytest.approx(73 / 110)


def test_a_group_counts_whole_where_its_parts_are_suppressed() -> None:
    rows = (("EL30", "25", 1000, 100), ("EL30", "2511", 50, 45), ("EL30", "2512", 9, 9))
    found = local_demand(_stocks(*rows, suppressed=[False, False, True]), "EL30")
    assert found.overall == pytest.approx(0.1)
    assert found.table.loc["25", "demand"] != OVER and found.table.loc["2511", "demand"] == SHORT


def test_spellings_of_places_meet() -> None:
    assert local_demand(_stocks(("GR30", "2512", 100, 50)), "EL30").geo == "EL30"
    assert local_demand(_stocks(("EL30", "2512", 100, 50)), "GR30").geo == "EL30"


def test_twice_as_many_posts_as_people_is_no_over_supply() -> None:
    found = local_demand(_stocks(("AT13", "2512", 100, 1000), ("AT13", "5120", 100, 200)), "AT13")
    assert found.table.loc["5120", "tightness"] == 2 and found.table.loc["5120", "demand"] != OVER
    slack = local_demand(_stocks(("AT13", "2512", 100, 100), ("AT13", "5120", 100, 20)), "AT13")
    assert slack.table.loc["5120", "demand"] == OVER


def test_without_a_ratio_of_the_place_nothing_is_called_average() -> None:
    found = local_demand(_stocks(("AT13", "2512", 0, 100)), "AT13")
    assert math.isnan(found.overall) and found.table.loc["2512", "demand"] == UNKNOWN
