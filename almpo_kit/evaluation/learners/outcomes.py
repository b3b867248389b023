"""The outcome each person would be expected to have in each arm, predicted by models that have not seen the person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.learners.basis import bent
from almpo_kit.evaluation.learners.each_fold import each_fold
from almpo_kit.evaluation.learners.gram_ridge import ROWS, fold_sums, leave_fold_out, with_constant
from almpo_kit.evaluation.learners.outcome_trees import arm_trees
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None]

LEARNERS: tuple[str, ...] = ("auto", "linear", "boosting")
#: Rows on which "auto" compares the learners, and how many outcomes of a path it looks at.
_COMPARED_ON, _COMPARED_OUTCOMES = 20_000, 3
#: Trees are not tried for arms smaller than this: they lose to lines and cost more.
_TREES_NEED = 200
#: Up to so many strata each is a dummy; of more, the largest.
_MANY_BLOCKS = 50
#: Above this many numbers, predictions are kept in single precision (relative error 6e-8).
_LARGE = 20_000_000


def out_of_fold_outcomes(
    sample: Sample,
    fold: Array,
    *,
    learner: str = "auto",
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Array:
    """Expected outcome of every row in every arm, by models fitted without the row's fold.

    Parameters
    ----------
    sample : Sample
        n rows in k arms with h outcomes; missing outcomes are left out of training.
    fold : Array of int, shape (n,)
        From :func:`folds`.
    learner : {"auto", "linear", "boosting"}
        One model an arm and outcome. ``"linear"``: ridge in the covariates, their squares, indicators of zero and the
        strata; the penalty chosen among the training folds. ``"boosting"``: gradient-boosted trees (LightGBM).
        ``"auto"``: linear, unless trees predict better out of fold by more than one standard error of the difference
        in squared loss (on at most 20,000 rows and three of the outcomes; not tried where an arm has under 200 rows).
    seed : int
    workers : int
        Threads; the numbers do not depend on it.
    progress : callable, optional
        Called with (done, total).

    Returns
    -------
    Array, shape (n, k, h)
        Single precision above 20 million numbers.

    Raises
    ------
    ParameterError
        Unknown learner.
    """
    if learner not in LEARNERS:
        raise ParameterError(f"learner={learner!r} is not known; choose one of {', '.join(LEARNERS)}.")
    chosen = better_outcome_learner(sample, fold, seed, workers) if learner == "auto" else learner
    if chosen == "linear":
        return _linear(sample, fold, workers, progress)
    x = np.hstack([sample.covariates, *_strata(sample)])
    return arm_trees(x, sample, fold, _empty(sample), seed=seed, workers=workers, progress=progress)


def better_outcome_learner(sample: Sample, fold: Array, seed: int = 0, workers: int = 1) -> str:
    """What ``"auto"`` takes: see :func:`out_of_fold_outcomes`."""
    if len(sample) > _COMPARED_ON:
        rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[1])
        some = np.sort(rng.choice(len(sample), _COMPARED_ON, replace=False))
        sample, fold = sample.rows(some), fold[some]
    # Learners cannot be told apart by an outcome that hardly anybody has.
    told = np.flatnonzero((~np.isnan(sample.outcome)).sum(axis=0) > 1)
    if not len(told):
        return "linear"
    few = told[np.unique(np.linspace(0, len(told) - 1, min(len(told), _COMPARED_OUTCOMES)).astype(int))]
    small = np.bincount(sample.arm, minlength=len(sample.arms)).min()
    if sample.covariates.shape[1] == 0 or small < _TREES_NEED:
        return "linear"
    from dataclasses import replace

    sample = replace(sample, outcome=sample.outcome[:, few])
    loss = {
        name: _loss(sample, out_of_fold_outcomes(sample, fold, learner=name, seed=seed, workers=workers))
        for name in ("linear", "boosting")
    }
    gain = loss["linear"] - loss["boosting"]
    by_cluster = np.bincount(sample.cluster, gain - gain.mean())
    return "boosting" if gain.mean() > np.sqrt((by_cluster**2).sum()) / len(gain) else "linear"


def _loss(sample: Sample, predicted: Array) -> Array:
    """Squared loss in the own arm, in variances of each outcome, summed over outcomes; shape (n,)."""
    own = predicted[np.arange(len(sample)), sample.arm]
    spread = np.nanvar(sample.outcome, axis=0)
    lost: Array = np.nansum((sample.outcome - own) ** 2 / np.where(spread > 0, spread, 1.0), axis=1)
    return lost * sample.weight


def _empty(sample: Sample) -> Array:
    shape = (len(sample), len(sample.arms), sample.outcome.shape[1])
    return np.empty(shape, dtype=np.float32 if np.prod(shape, dtype=float) > _LARGE else float)


def _strata(sample: Sample) -> list[Array]:
    if sample.block is None:
        return []
    size = np.bincount(sample.block)
    kept = np.argsort(-size, kind="stable")[1 : _MANY_BLOCKS + 1]
    return [(sample.block[:, None] == kept).astype(float)]


def _linear(sample: Sample, fold: Array, workers: int, progress: Progress | None) -> Array:
    strata = _strata(sample)
    x = bent(np.hstack([sample.covariates, *strata]) if strata else sample.covariates)
    out, count = _empty(sample), int(fold.max()) + 1
    missing = np.isnan(sample.outcome)
    alike = _same_rows(missing)

    def task(a: int) -> None:
        mine = sample.arm == a
        for columns in alike:
            rows = np.flatnonzero(mine & ~missing[:, columns[0]])
            sums = fold_sums(x, sample.outcome, sample.weight, fold, rows, columns, count)
            beta = leave_fold_out(*sums)
            for j in range(count):
                there = np.flatnonzero(fold == j)
                for start in range(0, len(there), ROWS):
                    some = there[start : start + ROWS]
                    out[np.ix_(some, [a], columns)] = (with_constant(x, some) @ beta[j])[:, None, :]

    each_fold(task, len(sample.arms), workers=workers, progress=progress)
    return out


def _same_rows(missing: Array) -> list[Array]:
    """Outcomes that are missing for the same people, together."""
    if not missing.any():
        return [np.arange(missing.shape[1])]
    keys = [np.packbits(missing[:, j]).tobytes() for j in range(missing.shape[1])]
    order = list(dict.fromkeys(keys))
    return [np.array([j for j, k in enumerate(keys) if k == one]) for one in order]
