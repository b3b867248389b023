"""Inverse probability weighting: comparison people count as much as makes them stand for those asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.counts import contrast_counts
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.inference.weighted_means import Mean, mean_of, sum_of_means
from almpo_kit.evaluation.learners.folds import folds as cut
from almpo_kit.evaluation.learners.propensity import chosen_model, out_of_fold_propensity
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.evaluation.weighting.logit import Logit, fit_logit
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]
_FLOOR = 1e-6


def weighting(
    overlap: Overlap,
    sample: Sample,
    *,
    estimand: str = "att",
    contrasts: Sequence[tuple[str, str]],
    folds: int = 5,
    learner: str = "auto",
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """Differences of weighted means; see :func:`estimate` for the parameters.

    Parameters
    ----------
    learner : {"auto", "linear", "boosting"}
        Of the chances. With a logit (chosen by ``"linear"``, and by ``"auto"`` unless trees predict arms better) the
        standard errors take into account that it was estimated from the same people; with trees the chances are those
        of models that have not seen the person, and count as known.

    Returns
    -------
    Fit
        Standard errors are CR2 by cluster of each person's influence.

    References
    ----------
    Hirano, Imbens and Ridder (2003) Econometrica 71, 1161-1189; Lunceford and Davidian (2004) Stat. Med. 23,
    2937-2960 (influence of estimated chances); Lechner (2001) for several arms.
    """
    target = "ate" if estimand == "ate" else "att"
    model = _model(sample, learner, folds, seed, workers)
    if model == "boosting":
        logit, chance = None, _known(sample, folds, seed, workers, progress)
    else:
        logit = fit_logit(sample, model)
        chance = logit.chance
    told = []
    for done, (a, b) in enumerate(contrasts):
        arms = (sample.arms.index(a), sample.arms.index(b))
        told.append(weighted_contrast(sample, chance, logit, arms, target))
        if progress is not None:
            progress(done + 1, len(contrasts))
    return Fit(
        contrasts=tuple(contrasts),
        estimate=np.array([t[0] for t in told]),
        covariance=np.array([t[1] for t in told]),
        df=np.array([t[2] for t in told]),
        comparison_mean=np.array([t[3] for t in told]),
        **contrast_counts(sample, contrasts),
        estimand=target,
        se_kind=f"CR2 by {'cluster' if sample.clustered else 'person'} of influences",
        propensity=chance,
        checks=(_said(model),),
        details={"chances": model},
    )


def _model(sample: Sample, learner: str, folds: int, seed: int, workers: int) -> str:
    if learner == "boosting" or (sample.covariates.shape[1] == 0 and sample.block is None):
        return learner if learner == "boosting" else "plain"
    return chosen_model(sample, cut(sample, folds, seed), learner, seed, workers)


def _known(
    sample: Sample,
    folds: int,
    seed: int,
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> Array:
    fold = cut(sample, folds, seed)
    return out_of_fold_propensity(
        sample, fold, learner="boosting", seed=seed, workers=workers, progress=progress
    )


def _said(model: str) -> Check:
    what = {
        "plain": "a logit in the covariates",
        "bent": "a logit in the covariates, their squares and whether they are zero",
        "boosting": "boosted trees that have not seen the person; standard errors take these chances as known",
    }[model]
    return Check("chances", "informational", f"Chances of each arm come from {what}.")


def weighted_contrast(
    sample: Sample, chance: Array, logit: Logit | None, arms: tuple[int, int], target: str
) -> tuple[Array, Array, Array, Array]:
    """Estimates (h,), covariance (h, h), degrees of freedom (h,) and comparison means (h,) of one contrast."""
    groups, h = int(sample.cluster.max(initial=-1)) + 1, sample.outcome.shape[1]
    found, df, base, score = np.empty(h), np.empty(h), np.empty(h), np.empty((groups, h))
    rows = [np.flatnonzero(sample.arm == a) for a in arms]
    factor = [_factor(chance[r], a, arms[0], target) for r, a in zip(rows, arms, strict=True)]
    for j in range(h):
        parts = [
            Mean(r, sample.outcome[r, j], sample.weight[r] * f, sign)
            for r, f, sign in zip(rows, factor, (1.0, -1.0), strict=True)
        ]
        found[j], score[:, j], df[j] = sum_of_means(parts, sample.cluster, groups)
        base[j] = mean_of(parts[1])
        if logit is not None:
            gradient = sum(
                part.sign * _gradient(part, chance, logit.x, a, arms[0], target)
                for part, a in zip(parts, arms, strict=True)
            )
            score[:, j] += np.bincount(sample.cluster, logit.carried(np.asarray(gradient)), groups)
    return found, score.T @ score, df, base


def _factor(chance: Array, arm: int, asked: int, target: str) -> Array:
    own = np.maximum(chance[:, arm], _FLOOR)
    made: Array = (chance[:, asked] if target == "att" else 1.0) / own
    return made


def _gradient(part: Mean, chance: Array, x: Array, arm: int, asked: int, target: str) -> Array:
    """Derivative of a weighted mean in the coefficients of the logit, shape (k - 1, q)."""
    known = ~np.isnan(part.values) & (part.weight > 0)
    rows, weight = part.rows[known], part.weight[known]
    rest = weight * (part.values[known] - mean_of(part)) / max(float(weight.sum()), 1e-300)
    others = np.arange(1, chance.shape[1])
    if target == "att":
        moved = np.tile((others == asked).astype(float) - (others == arm), (len(rows), 1))
    else:
        moved = chance[rows][:, 1:] - (others == arm)
    made: Array = (rest[:, None] * moved).T @ x[rows]
    return made
