"""Difference of means between groups, people weighing alike, with CR2 standard errors.

In a regression on arms alone the bias-reduced estimator of Bell & McCaffrey (2002), Surv. Methodol. 28, 169–181, and the
degrees of freedom of Pustejovsky & Tipton (2018), J. Bus. Econ. Stat. 36, 672–683, have a closed form: a group's sum of
residuals is divided by the root of one minus its share of the arm. The working model is independence, as in clubSandwich.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts

Array = np.ndarray[Any, np.dtype[Any]]


def cluster(y: Array, arm: Array, group: Array, n_arms: int) -> Contrasts:
    """Each arm's mean minus the comparison's.

    Parameters
    ----------
    y : array, shape (n,)
    arm : array of int, shape (n,)
        Each arm has two groups or more.
    group : array of int, shape (n,)
        Codes 0, 1, …; a group lies in one arm.
    n_arms : int
    """
    people = np.bincount(group).astype(float)
    arm_of = np.zeros(len(people), dtype=int)
    arm_of[group] = arm
    totals = np.bincount(group, y)
    return cluster_sums(totals, people, arm_of, n_arms)


def cluster_sums(totals: Array, people: Array, arm_of: Array, n_arms: int) -> Contrasts:
    """The same from each group's total, size and arm.

    Parameters
    ----------
    totals, people : array, shape (n_groups,)
    arm_of : array of int, shape (n_groups,)
    n_arms : int
    """
    size = np.bincount(arm_of, people, minlength=n_arms)
    means = np.bincount(arm_of, totals, minlength=n_arms) / size
    share = people / size[arm_of]
    residual = totals - people * means[arm_of]
    variances = np.bincount(arm_of, residual**2 / (1 - share), minlength=n_arms) / size**2
    squared = squared_traces(people, arm_of, n_arms)
    df = (1 / size[1:] + 1 / size[0]) ** 2 / (squared[1:] + squared[0])
    groups = np.bincount(arm_of, minlength=n_arms)
    return Contrasts(means[1:] - means[0], np.diag(variances[1:]) + variances[0], df, groups[1:] + groups[0])


def squared_traces(people: Array, arm_of: Array, n_arms: int) -> Array:
    """Sum of squared weights of each arm's variance as a sum of squares of independent errors, shape (n_arms,).

    Parameters
    ----------
    people : array, shape (n_groups,)
    arm_of : array of int, shape (n_groups,)
    n_arms : int
    """
    size = np.bincount(arm_of, people, minlength=n_arms)[arm_of]
    own = people / size**2 / (1 - people / size)
    joint = own * people / size
    parts = np.bincount(arm_of, own**2 - 2 * own * joint, minlength=n_arms)
    return parts + np.bincount(arm_of, joint, minlength=n_arms) ** 2
