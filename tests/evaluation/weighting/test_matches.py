"""Matches with all ties: both ways of storing them agree with distances written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.weighting.matches import along_a_line, in_space


def by_hand(t: Any, d: Any, st_: Any, sd: Any, m: int, own: bool) -> list[set[int]]:
    """Donors of each target, from all distances."""
    found = []
    for i in range(len(t)):
        there = [j for j in range(len(d)) if sd[j] == st_[i] and not (own and i == j)]
        distance = {j: float(np.sum((d[j] - t[i]) ** 2)) for j in there}
        limit = sorted(distance.values())[: min(m, len(there))]
        found.append({j for j in there if distance[j] <= limit[-1] + 1e-7})
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans(), st.booleans())
def test_nearest_donors_with_ties(seed: int, m: int, ties: bool, own: bool) -> None:
    rng = np.random.default_rng(seed)
    t, d = rng.normal(size=17), rng.normal(size=17 if own else 23)
    t, d = (np.round(t, 1), np.round(d, 1)) if ties else (t, d)
    t = d if own else t
    strata = rng.integers(0, 2, len(t)), rng.integers(0, 2, len(d))
    strata = (strata[1], strata[1]) if own else strata
    expected = by_hand(t[:, None], d[:, None], *strata, m, own)
    values = rng.normal(size=(len(d), 2))
    weight = rng.random(len(t))
    listed = in_space(t[:, None], d[:, None], strata, m, own=own)
    lined = along_a_line(t, d, strata, m, own=own)
    means = np.array([values[sorted(e)].mean(axis=0) if e else [np.nan] * 2 for e in expected])
    assert listed.count.tolist() == [len(e) for e in expected]
    assert np.allclose(listed.mean(values), means, equal_nan=True)
    used = [sum(w / len(e) for w, e in zip(weight, expected, strict=True) if j in e) for j in range(len(d))]
    squared = [
        sum(w / len(e) ** 2 for w, e in zip(weight, expected, strict=True) if j in e) for j in range(len(d))
    ]
    assert np.allclose(listed.used(weight)[0], used)
    assert np.allclose(listed.used(weight)[1], squared)
    if own:
        # Along a line the run holds the target itself as well.
        assert lined.count.tolist() == [len(e) + 1 if e else lined.count[i] for i, e in enumerate(expected)]
        return
    assert lined.count.tolist() == [len(e) for e in expected]
    assert np.allclose(lined.mean(values), means, equal_nan=True)
    assert np.allclose(lined.used(weight)[0], used)
    assert np.allclose(lined.used(weight)[1], squared)


def test_a_stratum_without_donors_has_no_match() -> None:
    t, d = np.array([0.0, 1.0]), np.array([0.1, 0.2])
    strata = np.array([0, 1]), np.array([0, 0])
    for found in (along_a_line(t, d, strata, 1), in_space(t[:, None], d[:, None], strata, 1)):
        assert found.count.tolist() == [1, 0]
        assert np.isnan(found.mean(np.ones((2, 1)))[1]).all()
        assert found.used(np.ones(2))[0].sum() == pytest.approx(1)


def test_distances_in_pieces_are_the_same() -> None:
    rng = np.random.default_rng(0)
    t, d = rng.normal(size=(50, 3)), rng.normal(size=(40, 3))
    strata = np.zeros(50, dtype=int), np.zeros(40, dtype=int)
    values = rng.normal(size=(40, 1))
    whole = in_space(t, d, strata, 3)
    pieces = in_space(t, d, strata, 3, rows=90)
    assert np.array_equal(whole.mean(values), pieces.mean(values))
