"""The list of series: consistent with itself, with the indicators, and with what the official addresses need."""

from __future__ import annotations

import pytest

from almpo_kit import sources
from almpo_kit.sources.services.series import EVERY, SERIES, Series, feeding, named
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.indicators import COUNTS, INDICATORS

#: What the issue asks for; "gdp_per_head_pps_index" is derived offline.
WANTED = set(INDICATORS)
every = pytest.mark.parametrize("one", EVERY.values(), ids=lambda s: s.name)


def test_everything_that_is_asked_for_is_listed() -> None:
    assert {s.indicator for s in SERIES.values() if s.main and s.frame == "indicators"} == WANTED
    lmp = {(s.service, s.measure) for s in SERIES.values() if s.frame == "expenditure"}
    assert lmp == {("EMPL", "expenditure"), ("EMPL", "participants"), ("OECD", "expenditure")}
    assert {s.service for s in SERIES.values()} == {"ESTAT", "EMPL", "ILO", "OECD"}


@every
def test_a_series_is_consistent(one: Series) -> None:
    assert one.geo in one.key and not one.codes(one.geo)
    assert set(one.unsure) <= set(one.key)
    assert one.frame == "expenditure" or one.indicator in INDICATORS
    assert bool(one.category) == bool(one.scope) == bool(one.measure) == (one.frame == "expenditure")
    assert one.levels == tuple(sorted(one.levels)) and set(one.levels) <= {0, 1, 2, 3}
    assert len(one.start) == (4 if one.frequency == "A" else 7)
    assert one.checked and one.title
    frequency = one.codes("freq") or one.codes("FREQ")
    assert frequency in ((), (one.frequency,))


@every
def test_an_order_holds_every_dimension_once(one: Series) -> None:
    if one.order:
        assert sorted(one.order) == sorted(one.key)
        # Asked for by position: one code a dimension, nothing for places and for what is not confirmed.
        assert list(one.request_key) == list(one.order)
        assert one.request_key[one.geo] == ""
        assert not any(one.request_key[d] for d in one.unsure)
    else:
        assert one.request_key == {}


def test_one_series_feeds_an_indicator_at_a_level_and_frequency() -> None:
    for key in INDICATORS:
        for level in range(4):
            names = [s.frequency for s in feeding(key, level)]
            assert len(names) == len(set(names))
            mains = [s for s in SERIES.values() if s.main and s.indicator == key and level in s.levels]
            assert len(mains) == len(names), f"two series would feed {key} at level {level}: {mains}"
    assert [s.name for s in feeding("unemployment_rate", 2)] == ["unemployment_rate_nuts2"]
    assert {s.frequency for s in feeding("unemployment_rate", 0)} == {"A", "Q"}


@pytest.mark.parametrize("level", [0, 2])
def test_units_are_those_of_the_reference_tables(level: int) -> None:
    """Whoever selects by unit finds the same rows after a pull."""
    table = sources.indicators(level)
    units = table.groupby("indicator")["unit"].first()
    ages = table.groupby("indicator")["age"].first()
    for key, unit in units.items():
        for one in feeding(str(key), level):
            assert one.unit == unit, one.name
            assert ages[key] in (one.age, "not stated"), one.name


def test_counts_are_counts_and_nothing_else_is() -> None:
    assert COUNTS == ("population", "labour_force")
    assert all(INDICATORS[key].favourable == 0 and not INDICATORS[key].sign.startswith("%") for key in COUNTS)
    # Offline no table holds them, so no screen can show them as if they were rates.
    for level in (0, 2):
        assert not set(COUNTS) & set(sources.indicators(level)["indicator"])


def test_an_unknown_series_names_those_there_are() -> None:
    with pytest.raises(ParameterError, match="no series 'x'; there are unemployment_rate_nuts2"):
        named("x")


def test_the_list_as_a_table() -> None:
    table = sources.series()
    assert list(table["series"]) == list(EVERY) and table["series"].is_unique
    assert set(table.loc[table["unsure"] != "", "series"]) == {s.name for s in EVERY.values() if s.unsure}
    assert table["checked"].str.len().gt(20).all()
