"""Entering now against waiting in registers whose truth is known. Slow: many registers through the whole protocol."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.evaluation.dynamic.entering_or_waiting import entering_or_waiting
from almpo_kit.evaluation.dynamic.stratified import stratified_difference

from .dynamic_worlds import coverage, effects, register, truth


@pytest.mark.slow
def test_without_selection_the_difference_inside_elapsed_months_is_the_effect() -> None:
    """Alignment alone: nothing is held constant, because nothing moves who enters."""
    held = register(3, 25_000, confounding=0.0, hidden=0.0, cycle=False)
    groups = entering_or_waiting(held.persons, held.entries, held.months, horizon=12, longest=12).persons
    for arm in ("training", "wage subsidy"):
        pair = groups[groups["treatment"].isin([arm, "waiting"])]
        treated = (pair["treatment"] == arm).to_numpy()
        for month in (1, 3, 6, 12):
            gap, se, _ = stratified_difference(
                100 * pair[f"employed_{month}"].to_numpy(),
                treated,
                pair["elapsed_months"].to_numpy(),
                np.unique(pair["cluster"], return_inverse=True)[1],
            )
            assert abs(gap - truth(held, pair, arm, month)) < 3.5 * se


@pytest.mark.slow
def test_intervals_hold_the_truth_and_later_entry_does_not() -> None:
    found = coverage(range(30))
    assert (found["bias"].abs() < 1.2).all()
    assert found["coverage"].mean() > 0.90
    # Ever against never misses by tens of points in the same registers.
    assert (found["naive_bias"] < -3).all() and found["naive_bias"].mean() < -15


@pytest.mark.slow
def test_same_seed_same_numbers() -> None:
    held = register(5, 2_000)
    assert effects(held).equals(effects(held))
