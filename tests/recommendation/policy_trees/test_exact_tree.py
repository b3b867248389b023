"""The exact search beside trying everything, and what must not change it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation.policy_trees.kernels.exact_tree import exact_tree
from almpo_kit.recommendation.policy_trees.tree import between

from .plain_search import Array, plain_value


def draw(seed: int, n: int, p: int, k: int, values: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, values, (n, p)).astype(float) if values else rng.normal(size=(n, p))
    return x, rng.normal(size=(n, k))


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("values", [0, 3, 7])
def test_equals_trying_everything(depth: int, values: int) -> None:
    for seed in range(6 if depth < 3 else 3):
        n, k, least = (11 if depth == 3 else 20) + seed, 2 + seed % 3, 1 + seed % 3
        x, scores = draw(seed, n, 2, k, values)
        found = exact_tree(x, scores, None, depth, least)
        assert found.proven
        assert found.value == pytest.approx(plain_value(x, scores, depth, least), abs=1e-9)
        assert np.bincount(found.leaves(x))[found.feature < 0].min() >= least
        assert scores[np.arange(n), found.arms(x)].sum() == pytest.approx(found.value, abs=1e-9)


@pytest.mark.parametrize(("n", "values", "least"), [(90, 0, 7), (150, 12, 10), (70, 0, 1)])
def test_three_layers_equal_two_below_every_first_question(n: int, values: int, least: int) -> None:
    """Larger than trying everything allows: stretches of first and of second questions are opened and closed."""
    x, scores = draw(n, n, 2, 3, values)
    scores[:, 1] += np.where(x[:, 0] > x[:, 0].mean(), 0.5, -0.5)
    best = exact_tree(x, scores, None, 2, least).value
    for j in range(2):
        for cut in np.unique(x[:, j])[:-1]:
            left = x[:, j] <= cut
            if min(left.sum(), (~left).sum()) >= least:
                both = (exact_tree(x[s], scores[s], None, 2, least).value for s in (left, ~left))
                best = max(best, sum(both))
    found = exact_tree(x, scores, None, 3, least)
    assert found.proven and found.value == pytest.approx(best, abs=1e-9)
    assert np.bincount(found.leaves(x))[found.feature < 0].min() >= least


def test_six_arms_need_a_second_register() -> None:
    x, scores = draw(3, 24, 2, 6, 0)
    assert exact_tree(x, scores, None, 2, 2).value == pytest.approx(plain_value(x, scores, 2, 2), abs=1e-9)


def test_weights_are_people_several_times() -> None:
    x, scores = draw(4, 30, 2, 3, 5)
    weight = np.random.default_rng(0).integers(1, 4, 30)
    one = exact_tree(x, scores, weight.astype(float), 2, 1)
    many = exact_tree(np.repeat(x, weight, axis=0), np.repeat(scores, weight, axis=0), None, 2, 1)
    assert one.value == pytest.approx(many.value)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), depth=st.integers(1, 2), least=st.integers(1, 4))
def test_what_must_not_change_the_value(seed: int, depth: int, least: int) -> None:
    x, scores = draw(seed, 35, 2, 3, 6 if seed % 2 else 0)
    rng = np.random.default_rng(seed)
    found = exact_tree(x, scores, None, depth, least)
    rows, arms = rng.permutation(35), rng.permutation(3)
    shuffled = exact_tree(x[rows], scores[rows], None, depth, least)
    assert shuffled.value == pytest.approx(found.value, abs=1e-9)
    assert (shuffled.feature == found.feature).all()
    assert np.array_equal(shuffled.arms(x), found.arms(x))
    renamed = exact_tree(x, scores[:, arms], None, depth, least)
    assert renamed.value == pytest.approx(found.value, abs=1e-9)
    assert np.array_equal(arms[renamed.arms(x)], found.arms(x))
    useless = exact_tree(np.column_stack([np.ones(35), x]), scores, None, depth, least)
    assert np.array_equal(useless.arms(np.column_stack([np.ones(35), x])), found.arms(x))
    raised = exact_tree(x, scores + rng.normal(size=(35, 1)), None, depth, least)
    assert np.array_equal(raised.arms(x), found.arms(x))
    deeper = exact_tree(x, scores, None, depth + (depth < 2), least)
    assert deeper.value >= found.value - 1e-9


def test_all_alike_asks_nothing() -> None:
    x = np.random.default_rng(0).normal(size=(50, 3))
    for scores in (np.zeros((50, 3)), np.tile([0.0, 1.0, 1.0], (50, 1))):
        found = exact_tree(x, scores, None, 2, 5)
        assert len(found.feature) == 1
        assert found.arm[0] == scores[0].argmax()


def test_twins_of_a_feature_take_the_first() -> None:
    x, scores = draw(1, 60, 1, 2, 0)
    found = exact_tree(np.column_stack([x, x]), scores, None, 2, 5)
    assert set(found.feature[found.feature >= 0]) <= {0}


def test_stopped_early_it_says_how_far_the_optimum_could_be() -> None:
    x, scores = draw(0, 300, 3, 3, 0)
    found = exact_tree(x, scores, None, 3, 5, whole_seconds=0.0)
    assert not found.proven
    assert found.bound > found.value
    assert found.gap == pytest.approx(found.bound - found.value)


def test_workers_change_nothing() -> None:
    x, scores = draw(7, 200, 3, 3, 0)
    one, two = (exact_tree(x, scores, None, 2, 10, workers=w) for w in (1, 3))
    assert one.value == two.value
    assert np.array_equal(one.threshold, two.threshold, equal_nan=True)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_cut_lies_between(a: float, b: float) -> None:
    low, high = sorted((a, b))
    if low < high:
        assert low <= between(low, high) < high


def test_a_cut_is_a_number_that_can_be_said() -> None:
    assert between(24.0, 25.0) == 24.0
    assert between(0.0, 1.0) == 0.0
    assert between(41.8123, 43.117) == 42.0
    assert between(0.1234, 0.1278) == 0.126
