"""Turning points and phases: the optimum is the optimum, and the phases are what they are called."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.matching.cycle.phases import PHASES, called_right, phases
from almpo_kit.matching.cycle.swings import _edges, turning_points


def _brute(z: np.ndarray, least: int, smallest: float) -> float:
    """Largest value over all alternating turns, by trying them all."""
    n, best = len(z), abs(z[-1] - z[0])
    for k in range(1, 5):
        for at in itertools.combinations(range(1, n - least), k):
            if any(b - a < least for a, b in itertools.pairwise(at)):
                continue
            for first in (1, -1):
                ends = [0, *at, n - 1]
                way = [first * (-1) ** i for i in range(k + 1)]
                value = sum(
                    w * (z[b] - z[a]) for (a, b), w in zip(itertools.pairwise(ends), way, strict=True)
                )
                best = max(best, value - k * smallest)
    return best


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-5, 5), min_size=6, max_size=10),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([0.5, 1.5]),
)
def test_dynamic_programming_finds_the_best_turns(values: list[int], least: int, smallest: float) -> None:
    z = np.cumsum(np.asarray(values, dtype=float) + 0.01 * np.arange(len(values)))
    found = turning_points(z, least, smallest)
    assert all(a[1] == -b[1] for a, b in itertools.pairwise(found)), "peaks and troughs alternate"
    assert all(b[0] - a[0] >= least for a, b in itertools.pairwise(found))
    # The search itself, before outer turns are dropped.
    raw = _raw(z, least, smallest)
    ends = [0, *(a for a, _ in raw), len(z) - 1]
    way = [raw[0][1] * (-1) ** i for i in range(len(raw) + 1)] if raw else [np.sign(z[-1] - z[0])]
    value = sum(w * (z[b] - z[a]) for (a, b), w in zip(itertools.pairwise(ends), way, strict=True))
    if len(raw) <= 4:
        assert value - len(raw) * smallest == pytest.approx(_brute(z, least, smallest), abs=1e-9)
    assert found == _edges(z, raw, smallest)


def _raw(z: np.ndarray, least: int, smallest: float) -> list[tuple[int, int]]:
    from almpo_kit.matching.cycle import swings

    kept = swings._edges
    swings._edges = lambda z, found, smallest: found
    try:
        return turning_points(z, least, smallest)
    finally:
        swings._edges = kept


def test_a_sine_turns_where_it_turns() -> None:
    t = np.arange(80)
    found = turning_points(np.sin(2 * np.pi * t / 20), 2, 0.5)
    assert [a for a, _ in found] == [5, 15, 25, 35, 45, 55, 65, 75]
    assert [k for _, k in found] == [1, -1] * 4


def test_small_swings_do_not_count() -> None:
    z = np.concatenate([np.linspace(0, 2, 20), [1.9, 1.85], np.linspace(1.9, 3, 15)])
    assert turning_points(z, 2, 0.2) == []
    assert len(turning_points(z, 1, 0.1)) == 2


def test_the_clock_goes_round() -> None:
    t = np.arange(80)
    words, _ = phases(np.sin(2 * np.pi * t / 40), 2, 0.3, 100)
    order = [k for k, _ in itertools.groupby(words)]
    assert order == [
        "expansion",
        "slowdown",
        "contraction",
        "recovery",
        "expansion",
        "slowdown",
        "contraction",
        "recovery",
    ]
    assert set(words) <= set(PHASES)


def test_a_flat_end_is_steady() -> None:
    z = np.concatenate([np.linspace(0, 1, 10), np.linspace(1, 0.2, 10), np.full(12, 0.25)])
    words, turns = phases(z, 2, 0.3, 4)
    assert turns == [(9, 1)]
    assert words[-1] == "steady" and words[15] in ("slowdown", "contraction")
    assert phases(np.zeros(12) + 0.01 * np.arange(12), 2, 0.3, 4)[0] == ["steady"] * 12


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.floats(-5, 5))
def test_level_does_not_matter_and_a_mirror_mirrors(seed: int, shift: float) -> None:
    z = np.cumsum(np.random.default_rng(seed).standard_normal(40))
    words, turns = phases(z, 2, 1.0, 4)
    assert phases(z + shift, 2, 1.0, 4)[1] == turns
    assert [(a, -k) for a, k in turning_points(-z, 2, 1.0)] == turning_points(z, 2, 1.0)
    assert len(words) == len(z)


def test_real_time_calls_are_counted_only_where_hindsight_has_come() -> None:
    t = np.arange(100)
    right, tried = called_right(np.sin(2 * np.pi * t / 40), 2, 0.3, 4, 12)
    assert tried == 91 - 12 and 0.7 * tried < right < tried
    assert called_right(np.zeros(40), 2, 0.3, 4, 12) == (0, 0)
