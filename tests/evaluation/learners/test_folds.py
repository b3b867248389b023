"""Folds: clusters stay whole, arms stay even, the same seed gives the same folds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from ..made_samples import made


def counts(fold: np.ndarray, arm: np.ndarray, count: int, arms: int) -> np.ndarray:
    return np.bincount(fold * arms + arm, minlength=count * arms).reshape(count, arms)


@settings(max_examples=25, deadline=None)
@given(st.integers(60, 300), st.integers(2, 4), st.integers(2, 6), st.integers(0, 99))
def test_single_rows_are_dealt_evenly_in_every_arm(n: int, arms: int, count: int, seed: int) -> None:
    sample = made(n, arms=arms, seed=seed)
    fold = folds(sample, count, seed)
    held = counts(fold, sample.arm, count, arms)
    assert (held.max(axis=0) - held.min(axis=0) <= 1).all()
    assert np.ptp(held.sum(axis=1)) <= 1
    assert (fold == folds(sample, count, seed)).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(12, 60), st.integers(2, 5), st.integers(0, 99))
def test_clusters_stay_whole_and_every_arm_is_outside_every_fold(
    clusters: int, count: int, seed: int
) -> None:
    sample = made(600, arms=3, clusters=clusters, seed=seed)
    fold = folds(sample, count, seed)
    assert all(len(np.unique(fold[sample.cluster == g])) == 1 for g in range(clusters))
    held = counts(fold, sample.arm, count, 3)
    assert ((held.sum(axis=0) - held) > 0).all()


def test_arms_that_are_whole_clusters_are_spread_over_folds() -> None:
    sample = made(600, clusters=12)
    sample = replace(sample, arm=(sample.cluster % 2).astype(np.int64))
    held = counts(folds(sample, 3, 0), sample.arm, 3, 2)
    assert (held == 100).all()


def test_many_clusters_of_a_rare_arm_are_spread() -> None:
    sample = made(9000, clusters=4500)
    sample = replace(sample, arm=(sample.cluster % 45 == 0).astype(np.int64))
    held = counts(folds(sample, 5, 1), sample.arm, 5, 2)
    assert (held[:, 1] == 40).all()
    assert np.ptp(held[:, 0]) <= 4


def test_blocks_are_dealt_evenly_too() -> None:
    sample = made(400)
    sample = replace(sample, block=np.arange(400) % 7)
    fold = folds(sample, 5, 0)
    for block in range(7):
        held = counts(fold[sample.block == block], sample.arm[sample.block == block], 5, 2)
        assert (held.max(axis=0) - held.min(axis=0) <= 1).all()


def test_another_seed_gives_other_folds() -> None:
    sample = made(200)
    assert (folds(sample, 5, 0) != folds(sample, 5, 1)).any()


def test_too_few_clusters_are_refused_with_the_way_out() -> None:
    with pytest.raises(DesignError, match="folds=3"):
        folds(made(300, clusters=3), 5, 0)
    alone = made(300, clusters=6)
    alone = replace(alone, arm=(alone.cluster == 2).astype(np.int64))
    with pytest.raises(DesignError, match="arm 1"):
        folds(alone, 3, 0)
    with pytest.raises(ParameterError, match="at least 2"):
        folds(made(50), 1, 0)
    with pytest.raises(ParameterError):
        folds(made(50), 2.5, 0)  # type: ignore[arg-type]
