"""Shares: formulas, limits, and the nearest ones with a floor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.experiments.adapting.kernels.shares_of_rule import (
    exploration,
    in_millionths,
    shares_of_rule,
    with_floor,
)

CHANCE = np.array([0.7, 0.2, 0.1])
ALL = np.ones(3, dtype=bool)


def test_each_rule_is_its_formula() -> None:
    raw = CHANCE * (1 - CHANCE)
    assert np.allclose(shares_of_rule("exploration_sampling", CHANCE, ALL, 0, 0), raw / raw.sum())
    assert np.allclose(shares_of_rule("thompson", CHANCE, ALL, 0, 0), CHANCE)
    assert np.allclose(shares_of_rule("tempered_thompson", CHANCE, ALL, 0, 0.2), 0.8 * CHANCE + 0.2 / 3)
    assert np.allclose(shares_of_rule("uniform", CHANCE, ALL, 0, 0), 1 / 3)


def test_exploration_next_to_certainty() -> None:
    assert np.allclose(exploration(np.array([1 - 3e-13, 2e-13, 1e-13])), [1 / 2, 1 / 3, 1 / 6], atol=1e-6)
    assert np.allclose(exploration(np.array([1.0, 0.0, 0.0])), [0.5, 0.25, 0.25])


def test_closed_arms_have_nothing() -> None:
    shut = np.array([False, True, True])
    for kind in ("uniform", "thompson", "exploration_sampling", "tempered_thompson"):
        share = shares_of_rule(kind, CHANCE, shut, 0.1, 0.2)
        assert share[0] == 0 and share.sum() == pytest.approx(1) and share[1:].min() >= 0.1 - 1e-12
    alone = np.array([False, True, False])
    assert np.allclose(shares_of_rule("exploration_sampling", CHANCE, alone, 0.1, 0.2), [0, 1, 0])


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6).filter(lambda x: sum(x) > 0.01), st.floats(0, 0.95))
@settings(max_examples=100, deadline=None)
def test_the_nearest_shares_with_a_floor(raw: list[float], part: float) -> None:
    share = np.array(raw) / sum(raw)
    n = len(share)
    floor = part / n
    found = with_floor(share, np.ones(n, dtype=bool), floor)
    assert found.sum() == pytest.approx(1) and found.min() >= floor - 1e-12
    # Projection: the way from the nearest point to the given one turns away from every other allowed point.
    corners = floor + (1 - n * floor) * np.eye(n)
    assert ((corners - found) @ (share - found) <= 1e-9).all()


def test_no_floor_changes_nothing() -> None:
    assert np.allclose(with_floor(CHANCE, ALL, 0.05), CHANCE)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=7))
@settings(max_examples=100, deadline=None)
def test_millionths_add_up(raw: list[float]) -> None:
    share = np.array(raw) / sum(raw)
    found = in_millionths(share)
    assert np.rint(found * 1e6).sum() == 1_000_000
    assert np.abs(found - share).max() < 1e-5
