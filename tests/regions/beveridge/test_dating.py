"""The dating rule: its laws on any series, and dates that are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from almpo_kit.regions.beveridge.dating import RULES, Rule, Turn, phases, turns

# Whole numbers, so that ties happen and adding or scaling is exact.
series = arrays(np.float64, st.integers(0, 90), elements=st.integers(-6, 6).map(float))
walks = arrays(np.float64, st.integers(20, 120), elements=st.integers(-3, 3).map(float)).map(np.cumsum)
rules = st.builds(Rule, st.integers(1, 5), st.integers(1, 6), st.integers(1, 16))


@settings(deadline=None)
@given(series | walks, rules)
def test_every_law_of_the_rule(values: np.ndarray, rule: Rule) -> None:
    found = turns(values, rule)
    at = [t.at for t in found]
    assert at == sorted(set(at))
    # Peaks and troughs alternate, and each peak is above its neighbours.
    for a, b in itertools.pairwise(found):
        assert a.kind == -b.kind
        assert a.kind * (values[a.at] - values[b.at]) > 0
        assert b.at - a.at >= rule.phase
    for kind in (1, -1):
        own = [t.at for t in found if t.kind == kind]
        assert all(b - a >= rule.cycle for a, b in itertools.pairwise(own))
    # Each is the extreme of its window, and none lies in the window at either end.
    for t in found:
        assert rule.window <= t.at < len(values) - rule.window
        window = values[t.at - rule.window : t.at + rule.window + 1]
        assert t.kind * values[t.at] == max(t.kind * window)
    if found:
        first, last = found[0], found[-1]
        assert not (first.kind * values[: first.at] > first.kind * values[first.at]).any()
        assert not (last.kind * values[last.at :] > last.kind * values[last.at]).any()


@settings(deadline=None)
@given(walks, rules, st.integers(-50, 50), st.sampled_from([0.5, 2.0, 16.0]))
def test_unit_and_level_do_not_matter(values: np.ndarray, rule: Rule, shift: int, scale: float) -> None:
    assert turns(shift + scale * values, rule) == turns(values, rule)


@settings(deadline=None)
@given(walks, rules)
def test_peaks_of_a_series_are_troughs_of_its_mirror(values: np.ndarray, rule: Rule) -> None:
    assert turns(-values, rule) == tuple(Turn(t.at, -t.kind) for t in turns(values, rule))


@settings(deadline=None)
@given(walks, rules)
def test_phases_follow_the_turns(values: np.ndarray, rule: Rule) -> None:
    found = turns(values, rule)
    phase = phases(found, len(values))
    if not found:
        assert not phase.any()
        return
    assert not phase[: found[0].at + 1].any()
    for a, b in itertools.pairwise(found):
        assert set(phase[a.at + 1 : b.at + 1]) == {float(b.kind)}
    assert set(phase[found[-1].at + 1 :]) == {-float(found[-1].kind)}


def test_a_wave_turns_where_it_turns() -> None:
    wave = np.sin(2 * np.pi * np.arange(80) / 16)
    found = turns(np.round(wave, 9), RULES[4])
    assert [t.at for t in found] == [4, 12, 20, 28, 36, 44, 52, 60, 68, 76]
    assert [t.kind for t in found] == [1, -1] * 5


def test_the_last_of_a_plateau_is_the_turn() -> None:
    values = np.array([0, 1, 2, 5, 5, 5, 2, 1, 0, 0, 0, 3, 4, 5, 6, 4, 3], dtype=float)
    assert turns(values, Rule(2, 2, 5)) == (Turn(5, 1), Turn(10, -1), Turn(14, 1))


def test_a_short_cycle_goes_and_a_short_phase_goes() -> None:
    # Two peaks four apart: the lower one and the trough between them go.
    values = np.array([0, 1, 2, 6, 4, 3, 4, 5, 3, 2, 1, 0, 1, 2], dtype=float)
    assert turns(values, Rule(2, 2, 5)) == (Turn(3, 1), Turn(11, -1))
    assert turns(values, Rule(2, 2, 4)) == (Turn(3, 1), Turn(5, -1), Turn(7, 1), Turn(11, -1))
    assert turns(values, Rule(2, 3, 4)) == (Turn(3, 1), Turn(11, -1))


def test_a_trough_that_is_undercut_at_the_end_is_none() -> None:
    falling = np.array([5, 6, 7, 9, 7, 6, 4, 5, 5.5, 3], dtype=float)
    assert turns(falling, Rule(2, 2, 5)) == (Turn(3, 1),)


@pytest.mark.parametrize("values", [[], [1.0], [3.0] * 40, list(range(40))])
def test_what_does_not_turn_has_no_turns(values: list[float]) -> None:
    assert turns(np.array(values, dtype=float), RULES[4]) == ()
