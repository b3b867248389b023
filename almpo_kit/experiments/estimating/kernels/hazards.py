"""Ratios of hazards between arms: people, people in blocks, groups, pairs of groups."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.cluster import squared_traces
from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts
from almpo_kit.experiments.estimating.kernels.cox import cox

Array = np.ndarray[Any, np.dtype[Any]]


def hazards(
    time: Array, event: Array, arm: Array, n_arms: int, covariates: Array | None, stratum: Array | None
) -> Contrasts:
    """Logarithms of the arms' hazard ratios, people independent; large-sample errors.

    Parameters
    ----------
    time : array, shape (n,)
    event : array of bool, shape (n,)
    arm : array of int, shape (n,)
        Each arm has an event.
    n_arms : int
    covariates : array, shape (n, p), or None
    stratum : array of int, shape (n,), or None
        Each has its own hazard over time.
    """
    x = _design(arm, n_arms, covariates)
    fit = cox(time, event, x, stratum)
    k = n_arms - 1
    return Contrasts(fit.coefficients[:k], fit.covariance[:k, :k], np.full(k, np.inf), np.zeros(k, dtype=int))


def cluster_hazards(
    time: Array, event: Array, arm: Array, group: Array, n_arms: int, covariates: Array | None
) -> Contrasts:
    """The same with errors of groups (Lin & Wei 1989), reduced in bias and with degrees of freedom as for means.

    A group's influence is divided by the root of one minus its share of the arm's expected events. For means this is CR2; for
    hazards it is the same step taken on the influences, which is no theorem.
    """
    x = _design(arm, n_arms, covariates)
    fit = cox(time, event, x)
    k, n_groups = n_arms - 1, int(group.max()) + 1
    arm_of = np.zeros(n_groups, dtype=int)
    arm_of[group] = arm
    expected = np.maximum(np.bincount(group, fit.expected, minlength=n_groups), 1e-12)
    share = expected / np.bincount(arm_of, expected, minlength=n_arms)[arm_of]
    moved = np.zeros((n_groups, k))
    np.add.at(moved, group, fit.influence[:, :k])
    moved /= np.sqrt(np.maximum(1 - share, 1e-12))[:, None]
    squared = squared_traces(expected, arm_of, n_arms)
    size = np.bincount(arm_of, expected, minlength=n_arms)
    df = (1 / size[1:] + 1 / size[0]) ** 2 / (squared[1:] + squared[0])
    groups = np.bincount(arm_of, minlength=n_arms)
    return Contrasts(fit.coefficients[:k], moved.T @ moved, df, groups[1:] + groups[0])


def log_rates(time: Array, event: Array, group: Array) -> Array:
    """Logarithm of each group's events per time; half an event where there is none.

    Parameters
    ----------
    time : array, shape (n,)
    event : array of bool, shape (n,)
    group : array of int, shape (n,)
    """
    ends = np.bincount(group, event.astype(float))
    return np.asarray(np.log(np.where(ends > 0, ends, 0.5) / np.bincount(group, time)))


def _design(arm: Array, n_arms: int, covariates: Array | None) -> Array:
    x = (arm[:, None] == np.arange(1, n_arms)).astype(float)
    return x if covariates is None else np.column_stack([x, covariates])
