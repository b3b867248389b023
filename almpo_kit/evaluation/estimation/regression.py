"""Regression: outcomes of each arm predicted from covariates with slopes of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.arm_regressions import (
    by_arm,
    common,
    room_for_slopes,
    steady_columns,
    with_strata,
)
from almpo_kit.evaluation.estimation.counts import contrast_counts
from almpo_kit.evaluation.estimation.followed import known_in_both
from almpo_kit.evaluation.inference.cluster_robust import Part, Robust, separate_regressions
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]
Contrasts = Sequence[tuple[str, str]]


def regression(
    overlap: Overlap, sample: Sample, *, estimand: str, contrasts: Contrasts, **unused: Any
) -> Fit:
    """Arms compared at the mean covariates of those who took part (ATT) or of everybody (ATE).

    The interval is for the people of the sample (covariates as they are), as regression intervals are. Where the
    comparison has fewer than two people a column, slopes are common to all arms and the estimate weighs people by how
    uncertain their assignment was.

    Returns
    -------
    Fit

    References
    ----------
    Imbens (2004) Rev. Econ. Stat. 86, 4-29.
    """
    target = "ate" if estimand == "ate" else "att"
    x = with_strata(sample)
    x = x[:, steady_columns(sample, x)]
    centres = [_centre(sample, x, a if target == "att" else None) for a, _ in contrasts]
    robust, checks = None, _lost(sample, x)
    if room_for_slopes(sample, x.shape[1], needed=2):
        robust = by_arm(sample, x, contrasts, centres)
    # An outcome that nobody of an arm has says nothing about slopes of the others.
    if robust is None or not np.isfinite(robust.estimate[known_in_both(sample, contrasts)]).all():
        robust, checks = common(sample, x, contrasts), (*checks, _COMMON)
    return Fit(
        contrasts=tuple(contrasts),
        estimate=robust.estimate,
        covariance=robust.covariance,
        df=robust.df,
        comparison_mean=np.array(
            [_predicted(sample, x, b, at) for (_, b), at in zip(contrasts, centres, strict=True)]
        ),
        **contrast_counts(sample, contrasts),
        estimand=target,
        se_kind="CR2 by cluster" if sample.clustered else "HC2",
        checks=checks,
    )


_COMMON = Check(
    "common_slopes",
    "informational",
    "Too few people for slopes of each arm's own: covariates move outcomes equally in all arms by assumption, and people "
    "count by how uncertain their assignment was.",
)


def _centre(sample: Sample, x: Array, arm: str | None) -> Array:
    rows = slice(None) if arm is None else sample.arm == sample.arms.index(arm)
    centre: Array = np.average(x[rows], axis=0, weights=sample.weight[rows])
    return centre


def _predicted(sample: Sample, x: Array, arm: str, centre: Array) -> Array:
    """Mean outcome that people with these covariates have in an arm, shape (h,)."""
    rows = np.flatnonzero(sample.arm == sample.arms.index(arm))
    part = Part(rows, x, centre, True, np.eye(1, x.shape[1] + 1))
    told: Robust = separate_regressions([part], sample.outcome, sample.cluster, sample.weight)
    return told.estimate[0]


def _lost(sample: Sample, x: Array) -> tuple[Check, ...]:
    left = sample.covariates.shape[1] + (0 if sample.block is None else int(sample.block.max()))
    if x.shape[1] == left:
        return ()
    return (
        Check(
            "columns_left_out",
            "informational",
            f"{left - x.shape[1]} of {left} columns are the same for everybody in one of the arms and were left out.",
        ),
    )
