"""Steps combined, against chains written out one person-month at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation.sequences.added_effects import added_effects
from almpo_kit.recommendation.sequences.added_rates import added_rates, finding_rates
from almpo_kit.recommendation.sequences.drawn_paths import correlation_from_sum, drawn_paths, fading
from almpo_kit.recommendation.sequences.following import break_even
from almpo_kit.recommendation.sequences.own_gain import moved
from almpo_kit.recommendation.sequences.skills_path import stretched

WITHOUT = np.array([0.0, 0.10, 0.18, 0.25, 0.31, 0.36, 0.40, 0.43, 0.46])
FIRST = np.array([[0.0, -0.02, -0.01, 0.03, 0.06, 0.08, 0.09, 0.09, 0.08]])
SECOND = np.array([[0.0, 0.02, 0.04, 0.05, 0.05, 0.05, 0.04, 0.04, 0.03]])
ONES = np.ones(1)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.05, 0.6), min_size=3, max_size=12),
    st.lists(st.floats(-0.04, 0.2), min_size=12, max_size=12),
    st.floats(0, 0.1),
)
def test_one_step_is_what_was_estimated(chances: list[float], effects: list[float], losing: float) -> None:
    """Whatever the rule; as long as rates stay between 0 and 1."""
    without = np.concatenate([[0.0], np.sort(chances)])
    effect = np.concatenate([[0.0], effects[: len(chances)]])[None, :]
    effect = np.clip(effect, -without, 0.9 - without)
    path = without + effect[0]
    by_points, entering = added_effects(without, [effect], [0], [ONES])
    assert by_points[0] == pytest.approx(path)
    assert entering.tolist() == [[1.0]]
    rates = finding_rates(path, losing)
    if rates.min() >= 0 and rates.max() <= 1:
        by_rates, _ = added_rates(without, [effect], [0], [ONES], losing)
        assert by_rates[0] == pytest.approx(path)


def chain(carried: float, losing: float, start: int) -> tuple[list[float], float]:
    """Two steps, written out: people by whether they took the second one, and whether they work."""
    base, one, two = (finding_rates(p, losing) for p in (WITHOUT, WITHOUT + FIRST[0], WITHOUT + SECOND[0]))
    mass = {("first", "out"): 1.0, ("first", "in"): 0.0, ("both", "out"): 0.0, ("both", "in"): 0.0}
    path, entered = [0.0], 0.0
    for t in range(len(base)):
        if t == start:
            entered = mass["first", "out"]
            mass["both", "out"], mass["first", "out"] = entered, 0.0
        for group in ("first", "both"):
            early = one[t] - base[t]
            if group == "both":
                early = early * carried if early > 0 else early
                rate = base[t] + early + two[t - start] - base[t - start]
            else:
                rate = one[t]
            found = mass[group, "out"] * min(max(rate, 0.0), 1.0)
            lost = mass[group, "in"] * losing
            mass[group, "out"] += lost - found
            mass[group, "in"] += found - lost
        path.append(mass["first", "in"] + mass["both", "in"])
    return path, entered


@pytest.mark.parametrize(("carried", "losing", "start"), [(1.0, 0.02, 3), (0.0, 0.05, 4), (0.6, 0.0, 2)])
def test_two_steps_by_rates(carried: float, losing: float, start: int) -> None:
    chance, entering = added_rates(WITHOUT, [FIRST, SECOND], [0, start], [ONES, np.array([carried])], losing)
    path, entered = chain(carried, losing, start)
    assert chance[0] == pytest.approx(path)
    assert entering[0] == pytest.approx([1.0, entered])


def test_two_steps_by_points() -> None:
    chance, entering = added_effects(WITHOUT, [FIRST, SECOND], [0, 3], [ONES, np.array([0.5])])
    out = 1 - (WITHOUT[3] + FIRST[0, 3])
    assert entering[0] == pytest.approx([1.0, out])
    assert chance[0, :4] == pytest.approx(WITHOUT[:4] + FIRST[0, :4])
    for month in range(4, 9):
        expected = WITHOUT[month] + FIRST[0, month] + out * 0.5 * SECOND[0, month - 3]
        assert chance[0, month] == pytest.approx(expected)


def test_losses_are_never_made_lighter() -> None:
    """A share below one shrinks what a step gained, not its lock-in."""
    lock_in = np.array([[0.0, -0.05, -0.05, -0.05, -0.05, -0.05, -0.05, -0.05, -0.05]])
    alone, _ = added_effects(WITHOUT, [SECOND, lock_in], [0, 2], [ONES, ONES])
    shrunk, _ = added_effects(WITHOUT, [SECOND, lock_in], [0, 2], [ONES, np.zeros(1)])
    assert shrunk == pytest.approx(alone)


@given(st.floats(0, 1), st.integers(2, 12))
def test_the_error_of_a_sum_gives_back_the_correlation(rho: float, m: int) -> None:
    se = np.linspace(0.5, 1.5, m)
    total = float(np.sqrt(se @ fading(m, rho) @ se))
    assert correlation_from_sum(se, total) == pytest.approx(rho, abs=1e-6)
    assert correlation_from_sum(se, 0.0) == 0.0 and correlation_from_sum(se, 1e6) == 1.0


def test_draws_have_the_mean_and_the_covariance() -> None:
    mean, inner = np.array([1.0, 2.0, -1.0]), 0.2 * fading(3, 0.7)
    drawn = drawn_paths(mean, inner, np.inf, 40_000, np.random.default_rng(1))
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=1e-12)
    assert np.cov(drawn.T) == pytest.approx(inner, abs=0.01)
    heavy = drawn_paths(mean, inner, 5.0, 40_000, np.random.default_rng(1))
    assert heavy[:, 0].var() == pytest.approx(0.2 * 5 / 3, rel=0.1)


def test_break_even() -> None:
    total = np.array(
        [[0, -1, -1, 1, 2], [0, 1, 1, 1, 1], [0, -1, 2, -1, 3], [0, 1, 1, 1, -1], [0, 0, 0, 0, 0]]
    )
    assert break_even(total).tolist() == [3, 1, 4, np.inf, np.inf]


@given(st.integers(0, 3), st.booleans(), st.floats(-3, 3))
def test_a_moved_path_meets_the_gain(over: int, added_up: bool, gain: float) -> None:
    path = np.vstack([FIRST, SECOND])
    out = moved(path, np.array([gain, gain]), over, 7, added_up=added_up)
    reached = out[:, 1:8].sum(axis=1) if added_up else 100 * out[:, 7]
    assert reached == pytest.approx([gain, gain], abs=1e-9)
    assert (out[:, : over + 1] == path[:, : over + 1]).all(), "lock-in stays what was measured"


def test_a_longer_training_is_locked_in_longer() -> None:
    usual, longer = stretched(FIRST, 3, 3), stretched(FIRST, 3, 6)
    assert usual == pytest.approx(FIRST)
    assert longer.shape[1] == FIRST.shape[1] + 3
    assert longer[0, 6:] == pytest.approx(FIRST[0, 3:]), "what comes after it, counted from its end"
    assert longer[0, [2, 4]] == pytest.approx(FIRST[0, [1, 2]])
    assert stretched(FIRST, 3, 2)[0, 2:] == pytest.approx(FIRST[0, 3:])
