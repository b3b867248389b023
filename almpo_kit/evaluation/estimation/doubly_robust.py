"""Augmented inverse probability weighting with cross-fitting, for several arms, everybody or those who took part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.counts import contrast_counts
from almpo_kit.evaluation.estimation.scores import SMALLEST_CHANCE, add_residuals
from almpo_kit.evaluation.estimation.weight_checks import few_carry
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.inference.weighted_means import Mean, mean_of, sum_of_means
from almpo_kit.evaluation.learners.folds import folds as cut
from almpo_kit.evaluation.learners.outcomes import out_of_fold_outcomes
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity
from almpo_kit.evaluation.protocol.results import Overlap

Array = np.ndarray[Any, np.dtype[Any]]
Contrasts = Sequence[tuple[str, str]]


def doubly_robust(
    overlap: Overlap,
    sample: Sample,
    *,
    estimand: str = "att",
    contrasts: Contrasts,
    folds: int = 5,
    learner: str = "auto",
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """Doubly robust effects; see :func:`estimate` for the parameters.

    Returns
    -------
    Fit
        With ``scores`` and ``propensity``. ``"ate"`` compares what everybody would have in two arms; ``"att"`` is about
        those in the first arm of each contrast. People whose outcome is missing count as what the model of their arm
        expects of them. Standard errors are CR2 by cluster, nuisance models being fitted
        without the cluster (Chernozhukov et al. 2018 show that their error does not count to first order).
    """
    target = "ate" if estimand == "ate" else "att"
    fold = cut(sample, folds, seed)
    if overlap.propensity is None:
        chance = out_of_fold_propensity(sample, fold, learner=learner, seed=seed, workers=workers)
    else:
        chance = overlap.propensity[overlap.kept]
    expected = out_of_fold_outcomes(
        sample, fold, learner=learner, seed=seed, workers=workers, progress=progress
    )
    told = [_contrast(sample, chance, expected, _positions(sample, c), target) for c in contrasts]
    add_residuals(expected, sample, chance)
    return Fit(
        contrasts=tuple(contrasts),
        estimate=np.array([t[0] for t in told]),
        covariance=np.array([t[1] for t in told]),
        df=np.array([t[2] for t in told]),
        comparison_mean=np.array([t[3] for t in told]),
        **contrast_counts(sample, contrasts),
        estimand=target,
        se_kind="CR2 by cluster" if sample.clustered else "CR2 by person",
        scores=expected,
        propensity=chance,
        checks=few_carry(sample, chance, contrasts, target),
        details={"learner": learner, "folds": folds},
    )


def _positions(sample: Sample, contrast: tuple[str, str]) -> tuple[int, int]:
    return sample.arms.index(contrast[0]), sample.arms.index(contrast[1])


def _contrast(
    sample: Sample, chance: Array, expected: Array, arms: tuple[int, int], target: str
) -> tuple[Array, Array, Array, Array]:
    """Estimates (h,), covariance (h, h), degrees of freedom (h,) and comparison means (h,) of one contrast."""
    groups, h = int(sample.cluster.max(initial=-1)) + 1, expected.shape[2]
    large = groups * h > 20_000_000
    score = np.empty((groups, h), dtype=np.float32 if large else float)
    found, df, base = np.empty(h), np.empty(h), np.empty(h)
    means = _everybody if target == "ate" else _takers
    for j in range(h):
        parts, baseline = means(sample, chance, expected, arms, j)
        found[j], score[:, j], df[j] = sum_of_means(parts, sample.cluster, groups)
        base[j] = baseline
    return found, (score.T @ score).astype(float), df, base


def _everybody(
    sample: Sample, chance: Array, expected: Array, arms: tuple[int, int], j: int
) -> tuple[list[Mean], float]:
    gain = expected[:, arms[0], j].astype(float) - expected[:, arms[1], j]
    parts = [Mean(slice(None), gain, sample.weight)]
    for a, sign in zip(arms, (1.0, -1.0), strict=True):
        rows = np.flatnonzero(sample.arm == a)
        weight = sample.weight[rows] / np.maximum(chance[rows, a], SMALLEST_CHANCE)
        parts.append(Mean(rows, sample.outcome[rows, j] - expected[rows, a, j], weight, sign))
    last = parts[2]
    base = np.average(expected[:, arms[1], j], weights=sample.weight) + mean_of(last)
    return parts, float(base)


def _takers(
    sample: Sample, chance: Array, expected: Array, arms: tuple[int, int], j: int
) -> tuple[list[Mean], float]:
    a, b = arms
    mine, others = np.flatnonzero(sample.arm == a), np.flatnonzero(sample.arm == b)
    odds = chance[others, a] / np.maximum(chance[others, b], SMALLEST_CHANCE)
    rest = [sample.outcome[rows, j] - expected[rows, b, j] for rows in (mine, others)]
    parts = [
        Mean(mine, rest[0], sample.weight[mine]),
        Mean(others, rest[1], sample.weight[others] * odds, -1.0),
    ]
    if np.isnan(rest[0]).any():
        # Those whose outcome is missing belong to the people in question: they are what the model of their arm expects.
        own = sample.outcome[mine, j] - expected[mine, a, j]
        gain = expected[mine, a, j].astype(float) - expected[mine, b, j]
        parts = [Mean(mine, gain, sample.weight[mine]), parts[0]._replace(values=own), parts[1]]
    at = Mean(mine, expected[mine, b, j], sample.weight[mine])
    return parts, mean_of(at) + mean_of(parts[-1])
