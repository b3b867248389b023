"""Laws of each measure of mismatch; where one does not hold, the counterexample that shows it.

| measure | zero where u/v is equal | scale of u or v does not matter | in [0, 1] | coarser cells never raise it |
|---|---|---|---|---|
| planner's index, cells alike; Jackman–Roper (α = ½) | yes | yes | yes | yes |
| planner's index with efficiency φ | no: where φ^(1/α) v/u is equal | yes, φ's too | yes | yes with the power mean of φ; not with others |
| planner's index with worth of matches | no | yes | not below: it may be negative | no |
| dissimilarity | yes | yes | yes | yes |
| Lipsey (½ var of relative rates) | no: where rates are equal | no | no upper limit | yes |
| corrected for thin cells | up to chance | no: counts carry their own uncertainty | cut at zero | up to chance |
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from almpo_kit.matching.mismatch.kernels.counterfactual import path, steady_state_share
from almpo_kit.matching.mismatch.kernels.other_indices import dissimilarity, relative_rate_variance
from almpo_kit.matching.mismatch.kernels.planner import (
    between_within,
    contributions,
    equal,
    index,
    merged_efficiency,
    planner_shares,
    weights,
)

N = 7
ALPHAS = st.floats(0.1, 0.9)
COUNTS = arrays(np.float64, N, elements=st.integers(0, 5000).map(float)).filter(lambda x: x.sum() > 0)
SOME = arrays(np.float64, N, elements=st.floats(0.2, 5.0))
GROUPS = arrays(np.int64, N, elements=st.integers(0, 3))
quick = settings(max_examples=40, deadline=None)


def merge(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    return np.bincount(groups, x, minlength=int(groups.max()) + 1)


def alike(u: Any, v: Any, alpha: float) -> float:
    return float(index(u, v, equal(len(u)), alpha))


@quick
@given(COUNTS, COUNTS, ALPHAS, st.floats(0.01, 1000), st.floats(0.01, 1000), GROUPS)
def test_the_planners_index_of_like_cells(
    u: Any, v: Any, alpha: float, a: float, b: float, groups: Any
) -> None:
    m = alike(u, v, alpha)
    assert -1e-12 <= m <= 1 + 1e-12
    assert alike(u, a * u, alpha) == pytest.approx(0, abs=1e-9)
    assert alike(a * u, b * v, alpha) == pytest.approx(m, abs=1e-9)
    assert alike(merge(u, groups), merge(v, groups), alpha) <= m + 1e-9


@quick
@given(COUNTS, COUNTS, ALPHAS, SOME, SOME, GROUPS)
def test_parts_add_up(u: Any, v: Any, alpha: float, phi: Any, z: Any, groups: Any) -> None:
    for w in (equal(N), weights(phi, np.ones(N), alpha), weights(phi, z, alpha)):
        m, parts = float(index(u, v, w, alpha)), contributions(u, v, w, alpha)
        assert parts.sum() == pytest.approx(m, abs=1e-9)
        if w.plain:
            assert (parts >= -1e-12).all()
            t, p = u / u.sum(), planner_shares(v, w)
            between, _, _, within = between_within(t, p, groups, alpha)
            assert between.sum() + within.sum() == pytest.approx(m, abs=1e-9)


@quick
@given(COUNTS, ALPHAS, SOME, st.floats(0.1, 10), GROUPS, COUNTS)
def test_with_efficiency(v: Any, alpha: float, phi: Any, a: float, groups: Any, u: Any) -> None:
    w = weights(phi, np.ones(N), alpha)
    planned = planner_shares(v, w) * 1000
    assert float(index(planned, v, w, alpha)) == pytest.approx(0, abs=1e-9)
    m = float(index(u, v, w, alpha))
    assert -1e-9 <= m <= 1 + 1e-9
    assert float(index(a * u, v, weights(a * phi, np.ones(N), alpha), alpha)) == pytest.approx(m, abs=1e-9)
    joined = merged_efficiency(phi, v, groups, alpha)
    coarse = index(merge(u, groups), merge(v, groups), weights(joined, np.ones(len(joined)), alpha), alpha)
    assert float(coarse) <= m + 1e-9


@quick
@given(COUNTS, COUNTS, ALPHAS, SOME)
def test_nothing_beats_the_planner(u: Any, v: Any, alpha: float, phi: Any) -> None:
    """The index at any allocation is at least that at the planner's."""
    w = weights(phi, np.ones(N), alpha)
    best = planner_shares(v, w) * u.sum()
    hires = (w.hires * v**alpha * u ** (1 - alpha)).sum()
    assert hires <= (w.hires * v**alpha * best ** (1 - alpha)).sum() * (1 + 1e-9)


@quick
@given(COUNTS, COUNTS, st.floats(0.01, 1000), GROUPS, COUNTS)
def test_the_older_measures(u: Any, v: Any, a: float, groups: Any, e: Any) -> None:
    d = float(dissimilarity(u, v))
    assert 0 <= d <= 1 + 1e-12
    assert float(dissimilarity(u, a * u)) == pytest.approx(0, abs=1e-9)
    assert float(dissimilarity(a * u, v)) == pytest.approx(d, abs=1e-9)
    assert float(dissimilarity(merge(u, groups), merge(v, groups))) <= d + 1e-9
    # Cauchy–Schwarz: half the difference bounds one less the overlap.
    assert 1 - (1 - min(d, 1.0) ** 2) ** 0.5 - 1e-9 <= alike(u, v, 0.5) <= d + 1e-9
    x = float(relative_rate_variance(u, e))
    assert x >= 0
    assert float(relative_rate_variance(merge(u, groups), merge(e, groups))) <= x + 1e-9


def test_counterexamples() -> None:
    one = np.ones(2)
    # Equal u/v is not what the planner wants where efficiency differs.
    w = weights(np.array([1.0, 2.0]), one, 0.5)
    assert float(index(one, one, w, 0.5)) > 0.04
    # Where matches differ in worth, the planner gives up hires: the index falls below zero.
    w = weights(one, np.array([1.0, 4.0]), 0.5)
    assert float(index(one, one, w, 0.5)) < -0.1
    # Merging with the plain mean of efficiency may raise the index: the planner looks better than it is.
    u, v, phi = np.array([0.1, 16.0, 15.0]), np.array([1.0, 1.0, 4.0]), np.array([0.1, 4.0, 2.0])
    fine = float(index(u, v, weights(phi, np.ones(3), 0.5), 0.5))
    coarse = index(
        np.array([16.1, 15.0]), np.array([2.0, 4.0]), weights(np.array([2.05, 2.0]), one, 0.5), 0.5
    )
    assert float(coarse) > fine
    # Lipsey: equal u/v, yet rates differ; doubling the unemployed changes it; it may exceed one.
    e = np.array([1.0, 99.0])
    assert float(relative_rate_variance(one, e)) > 0.1
    assert float(relative_rate_variance(2 * one, e)) != pytest.approx(float(relative_rate_variance(one, e)))
    assert float(relative_rate_variance(np.array([5.0, 0.0]), np.array([0.0, 995.0]))) > 1


@quick
@given(st.floats(0, 0.9), ALPHAS, st.floats(0.001, 0.4))
def test_the_steady_state(m: float, alpha: float, rate: float) -> None:
    share = float(steady_state_share(np.array(m), alpha, np.array(rate)))
    assert 0 <= share <= 1
    # The rate of a small unemployment rate is the limit, and the largest share.
    limit = float(steady_state_share(np.array(m), alpha, np.array(0.0)))
    assert limit == pytest.approx(1 - (1 - m) ** (1 / (1 - alpha)), abs=1e-9)
    assert share <= limit + 1e-9
    # Flows balance there: s(1 − u*) = f* u* with f* from the definition.
    s, u = 0.02, rate
    f, low = s * (1 - u) / u, rate * (1 - share)
    better = f / (1 - m) * (u / low) ** alpha
    assert s * (1 - low) == pytest.approx(better * low, rel=1e-6)


def test_the_path_ends_in_the_steady_state() -> None:
    n, u, s = 400, 0.08, 0.01
    f = s * (1 - u) / u
    found = path(np.full(n, 0.1), 0.5, np.full(n, u), np.full(n, f), np.full(n, s))
    assert found[-1] == pytest.approx(
        u * (1 - float(steady_state_share(np.array(0.1), 0.5, np.array(u)))), rel=1e-9
    )
    # Without mismatch nothing changes.
    same = path(np.zeros(n), 0.5, np.full(n, u), np.full(n, f), np.full(n, s))
    assert same == pytest.approx(np.full(n, u))
