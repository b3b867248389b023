"""The phase of the cycle: worked series, laws of the dating, short and mixed series, the real panel."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit import regions
from almpo_kit.regions.phases import PHASES, phases, turns
from almpo_kit.vocabulary import DesignError, PlaceError

from .conftest import Build, Frames

RATES = st.lists(st.integers(0, 300).map(lambda k: k / 10), max_size=30)
SIZES = st.sampled_from([0.1, 0.3, 0.5, 2.0])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([6.8, 7.2, 7.1, 6.2], ["unknown", "peak", "falling", "falling"]),
        ([10.0, 9.0, 8.0, 8.4, 7.0, 7.1], ["unknown", "falling", "trough", "peak", "falling", "stable"]),
        ([5.0, 5.1, 5.2, 5.0], ["stable"] * 4),
        # Two tenths a year is a fall all the same, once it has added up.
        ([5.0, 4.8, 4.6, 4.4], ["unknown", "falling", "falling", "falling"]),
        # The low is the first of equal ones, so the rise is counted from the start.
        ([5.0, 5.1, 5.0, 6.0], ["unknown", "rising", "rising", "rising"]),
        ([5.1, 5.0, 6.0], ["stable", "stable", "rising"]),
        ([7.0], ["stable"]),
        ([], []),
    ],
)
def test_worked_series(values: list[float], expected: list[str]) -> None:
    assert phases(values, 0.3) == expected


def test_the_size_is_reached_exactly() -> None:
    # 6.3 − 6.0 is 0.2999999999999998 in floating point.
    assert phases([6.0, 6.3], 0.3)[1] == "rising"
    assert phases([6.0, 6.2], 0.3)[1] == "stable"


@given(RATES, SIZES)
def test_turns_alternate_and_are_large_enough(values: list[float], size: float) -> None:
    at = turns(values, size)
    assert at == sorted(set(at)) and len(at) != 1
    moves = [values[b] - values[a] for a, b in itertools.pairwise(at)]
    assert all(abs(m) >= size - 1e-9 for m in moves)
    assert all(a * b < 0 for a, b in itertools.pairwise(moves))
    # Nothing between two turning points lies outside them.
    for a, b in itertools.pairwise(at):
        low, high = sorted((values[a], values[b]))
        assert all(low <= v <= high for v in values[a : b + 1])


@given(RATES, SIZES)
def test_phases_mirror_and_end_open(values: list[float], size: float) -> None:
    found = phases(values, size)
    assert len(found) == len(values) and set(found) <= set(PHASES)
    swap = {"rising": "falling", "falling": "rising", "peak": "trough", "trough": "peak"}
    assert phases([-v for v in values], size) == [swap.get(p, p) for p in found]
    if values:
        assert found[-1] not in ("peak", "trough")


def test_the_real_cycle(real: Frames) -> None:
    found = regions.cycle(real.national)
    phase = found.table.set_index(["geo", "period"])["phase"]
    # EU 6.8 → 7.2 → 7.1 → 6.2 around the pandemic; Greece fell in every year.
    assert phase["EU27_2020"].loc["2019":"2021"].tolist() == ["trough", "peak", "falling"]
    assert set(phase["EL"].iloc[1:]) == {"falling"}
    assert len(found.table.loc[found.table["geo"] != "EU27_2020", "geo"].unique()) == 27
    assert regions.cycle(real.national, country="GR").sentence == (
        "In 2025 unemployment in Greece had been falling since 2016 and stood at 8.9%."
    )


def test_a_phase_that_has_just_begun(build: Build) -> None:
    rates = {"2018": 8.0, "2019": 7.0, "2020": 6.0, "2021": 5.0, "2022": 6.0}
    found = regions.cycle(build({("EL", y): v for y, v in rates.items()}), country="EL")
    assert found.sentence == "In 2022 unemployment in Greece was rising and stood at 6.0%."


def test_quarters_are_dated_apart_and_short_runs_are_unknown(real: Frames) -> None:
    quarters = regions.cycle(real.national, frequency="quarterly").table
    assert quarters["period"].str.contains("-Q").all()
    # Germany has a single quarter offline, Italy 28.
    assert set(quarters.loc[quarters["geo"] == "DE", "phase"]) == {"unknown"}
    assert quarters.loc[quarters["geo"] == "IT", "phase"].iloc[-1] == "falling"
    german = regions.cycle(real.national, frequency="quarterly", country="DE")
    assert "the phase is unknown" in german.sentence
    assert next(c for c in german.checks if c.name == "phase_known").status == "failed"


def test_editions_and_gaps_are_not_joined(build: Build) -> None:
    years = [str(y) for y in range(2015, 2023)]
    cells = {("EL", y): 20.0 - k for k, y in enumerate(years)}
    one = build(cells)
    assert set(regions.cycle(one, country="EL").table["phase"].iloc[1:]) == {"falling"}
    mixed = one.assign(source=["old table"] * 3 + ["new table"] * 5)
    assert regions.cycle(mixed, country="EL").table["phase"].tolist() == ["unknown"] * 4 + ["falling"] * 4
    gap = one[one["period"] != "2018"]
    assert regions.cycle(gap, country="EL").table["phase"].tolist() == ["unknown"] * 4 + ["falling"] * 3
    none = regions.cycle(build({}), country="EL")
    assert none.table.empty and "unknown" in none.sentence


def test_refusals(real: Frames, build: Build) -> None:
    with pytest.raises(PlaceError, match="27 EU member states"):
        regions.cycle(real.national, country="XX")
    with pytest.raises(DesignError, match="'annual' or 'quarterly'"):
        regions.cycle(real.national, frequency="monthly")  # type: ignore[arg-type]
    for size in (0, -1, float("nan"), True, "1"):
        with pytest.raises(DesignError, match="size="):
            regions.cycle(real.national, size=size)  # type: ignore[arg-type]
    assert isinstance(regions.cycle(build({}, source="SYNTHETIC draws")).table, pd.DataFrame)
