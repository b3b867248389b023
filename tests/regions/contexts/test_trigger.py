"""Laws of the trigger: no flicker, memory only of the past, symmetry, and nothing borrowed from others."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from almpo_kit.regions.context import classify
from almpo_kit.regions.contexts.trigger import (
    HIGH,
    LOW,
    MIXED,
    NEAR,
    UNKNOWN,
    WORDS,
    before,
    combine,
    trigger,
)

#: Tenths of a point, as rates are published, with gaps.
DISTANCES = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
    elements=st.one_of(st.integers(-60, 60).map(lambda k: k / 10), st.just(float("nan"))),
)
MARGINS = st.integers(0, 30).map(lambda k: k / 10)


def codes(*distance: float, margin: float = 1.0, **options: object) -> list[int]:
    return trigger(np.array([distance]), margin, **options).codes[0].tolist()


def test_a_worked_example() -> None:
    # Near until first clear; high kept through the band, exactly at −1 too; low only beyond it; a gap forgets nothing.
    path = (0.5, 1.0, 1.1, 0.2, -0.9, -1.0, float("nan"), 0.0, -1.1, 0.9, 1.0, 1.2)
    assert codes(*path) == [NEAR, NEAR, HIGH, HIGH, HIGH, HIGH, UNKNOWN, HIGH, LOW, LOW, LOW, HIGH]
    found = trigger(np.array([path]), 1.0)
    assert found.clear[0].tolist() == [-1, -1, 2, 2, 2, 2, 2, 2, 8, 8, 8, 11]
    assert np.flatnonzero(found.kept[0]).tolist() == [3, 4, 5, 7, 9, 10]


def test_another_territory_has_no_past() -> None:
    territory = np.array([[1, 1, 2, 2]])
    assert codes(3, 0.5, 0.5, 2, territory=territory) == [HIGH, HIGH, NEAR, HIGH]
    # A gap has no territory of its own and does not clear the memory.
    assert codes(3, float("nan"), 0.5, territory=np.array([[1, -1, 1]])) == [HIGH, UNKNOWN, HIGH]


@given(DISTANCES, MARGINS)
def test_without_hysteresis_it_is_the_plain_threshold(distance: np.ndarray, margin: float) -> None:
    import pandas as pd

    found = trigger(distance, margin, hysteresis=False)
    plain = [classify(pd.Series(row), margin).tolist() for row in distance]
    assert [[WORDS[c] for c in row] for row in found.codes] == plain
    assert not found.kept.any()


@given(DISTANCES, MARGINS)
def test_memory_decides_only_within_the_margin(distance: np.ndarray, margin: float) -> None:
    on, off = trigger(distance, margin).codes, trigger(distance, margin, hysteresis=False).codes
    differ = on != off
    assert (np.abs(distance[differ]) <= margin).all()
    assert np.isin(on[differ], (LOW, HIGH)).all() and (off[differ] == NEAR).all()
    assert ((on == UNKNOWN) == np.isnan(distance)).all()


@given(
    st.lists(st.integers(-10, 10), min_size=1, max_size=25),
    st.sampled_from([-3.0, 3.0, 0.0]),
    st.integers(10, 20),
)
def test_it_never_flickers_within_the_margin(swing: list[int], start: float, margin: int) -> None:
    found = codes(start, *(k / 10 for k in swing), margin=margin / 10)
    assert len(set(found)) == 1


@given(DISTANCES, MARGINS)
def test_each_change_of_class_has_crossed_the_whole_band(distance: np.ndarray, margin: float) -> None:
    found = trigger(distance, margin).codes
    for row, d in zip(found, distance, strict=True):
        classed = [(c, x) for c, x in zip(row, d, strict=True) if c in (LOW, HIGH)]
        for (a, _), (b, x) in itertools.pairwise(classed):
            if a != b:
                assert abs(x) > margin and (x > 0) == (b == HIGH)


@given(DISTANCES, MARGINS, st.randoms())
def test_order_and_company_of_regions_do_not_matter(
    distance: np.ndarray, margin: float, random: object
) -> None:
    whole = trigger(distance, margin).codes
    order = list(range(len(distance)))
    random.shuffle(order)
    assert (trigger(distance[order], margin).codes == whole[order]).all()
    alone = np.vstack([trigger(row[None, :], margin).codes for row in distance])
    assert (alone == whole).all()


@given(DISTANCES, MARGINS)
def test_mirror_and_no_look_ahead(distance: np.ndarray, margin: float) -> None:
    found = trigger(distance, margin).codes
    swap = np.array([UNKNOWN, HIGH, NEAR, LOW])
    assert (trigger(-distance, margin).codes == swap[found]).all()
    for t in range(1, distance.shape[1] + 1):
        assert (trigger(distance[:, :t], margin).codes == found[:, :t]).all()


@given(DISTANCES, MARGINS)
def test_hysteresis_never_adds_a_change_between_high_and_low(distance: np.ndarray, margin: float) -> None:
    def switches(m: float) -> int:
        row_codes = trigger(distance, m).codes
        kept = [r[(r == LOW) | (r == HIGH)] for r in row_codes]
        return sum(int((r[1:] != r[:-1]).sum()) for r in kept)

    assert switches(margin + 0.5) <= switches(margin)


@pytest.mark.parametrize(
    ("a", "b", "both"),
    [
        (HIGH, HIGH, HIGH),
        (HIGH, LOW, MIXED),
        (NEAR, LOW, MIXED),
        (UNKNOWN, LOW, UNKNOWN),
        (HIGH, UNKNOWN, UNKNOWN),
        (NEAR, NEAR, NEAR),
    ],
)
def test_two_thresholds_make_one_class(a: int, b: int, both: int) -> None:
    one, two = np.array([[a]], dtype=np.int8), np.array([[b]], dtype=np.int8)
    assert combine(one, two, b_applies=np.array([[True]])).tolist() == [[both]]
    assert combine(one, two, b_applies=np.array([[False]])).tolist() == [[a]]


def test_the_class_before_skips_gaps_and_stops_at_a_change_of_territory() -> None:
    found = np.array([[HIGH, UNKNOWN, LOW, LOW, HIGH]], dtype=np.int8)
    previous, column = before(found, np.array([[1, 1, 1, 1, 2]]))
    assert previous[0].tolist() == [UNKNOWN, UNKNOWN, HIGH, LOW, UNKNOWN]
    assert column[0].tolist() == [-1, -1, 0, 2, -1]
