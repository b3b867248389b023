"""The chance of being in each arm given the covariates, predicted for people whom the model has not seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.learners.basis import bent, scaled
from almpo_kit.evaluation.learners.each_fold import each_fold
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
Learner = Literal["auto", "linear", "boosting"]
Progress = Callable[[int, int], None]

LEARNERS: tuple[str, ...] = ("auto", "linear", "boosting")
#: What a learner chooses from, the plainest first.
_MODELS: dict[str, tuple[str, ...]] = {
    "auto": ("plain", "bent", "boosting"),
    "linear": ("plain", "bent"),
    "boosting": ("boosting",),
}
#: Rows on which models are compared: enough to tell them apart, few enough to cost little.
_COMPARED_ON = 30_000
#: Up to so many strata each is a dummy; beyond, the share of each arm among the training rows of the stratum.
_MANY_BLOCKS = 50


def out_of_fold_propensity(
    sample: Sample,
    fold: Array,
    *,
    learner: str = "auto",
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Array:
    """Chance of each arm for every row, by models that were fitted without the row's fold.

    Parameters
    ----------
    sample : Sample
        n rows in k arms; ``covariates``, ``block`` (as strata) and ``weight`` are used.
    fold : Array of int, shape (n,)
        From :func:`folds`.
    learner : {"auto", "linear", "boosting"}
        ``"linear"``: multinomial logit in the covariates or, where that predicts arms better, also in their squares
        and indicators of zero, with a ridge penalty so light (one squared standard deviation a coefficient) that it
        matters only under separation. ``"boosting"``: gradient-boosted trees (LightGBM). ``"auto"``: the plainest of
        the three. Plainer ones win unless the next predicts better out of fold by more than one standard error of the
        difference in log loss, on at most 30,000 rows.
    seed : int
    workers : int
        Threads; the numbers do not depend on it.
    progress : callable, optional
        Called with (done, total) folds.

    Returns
    -------
    Array, shape (n, k)
        Rows sum to one.

    Raises
    ------
    ParameterError
        Unknown learner.
    """
    if learner not in LEARNERS:
        raise ParameterError(f"learner={learner!r} is not known; choose one of {', '.join(LEARNERS)}.")
    if sample.covariates.shape[1] == 0 and sample.block is None:
        return _shares(sample, fold)
    models = _MODELS[learner]
    if len(models) == 1:
        return _predicted(sample, fold, models[0], seed, workers, progress)
    model, chance = _compared(sample, fold, models, seed, workers, progress)
    # Compared on everybody, the chances are known already: models cost too much to be fitted twice.
    return _predicted(sample, fold, model, seed, workers, progress) if chance is None else chance


def chosen_model(sample: Sample, fold: Array, learner: str, seed: int, workers: int = 1) -> str:
    """What a learner comes down to for these people: "plain", "bent" or "boosting"."""
    models = _MODELS[learner]
    return models[0] if len(models) == 1 else plainest(sample, fold, models, seed, workers)


def plainest(sample: Sample, fold: Array, models: tuple[str, ...], seed: int, workers: int = 1) -> str:
    """The first of some models that none after it beats by more than one standard error of the difference."""
    return _compared(sample, fold, models, seed, workers)[0]


def _compared(
    sample: Sample,
    fold: Array,
    models: tuple[str, ...],
    seed: int,
    workers: int,
    progress: Progress | None = None,
) -> tuple[str, Array | None]:
    """The plainest model and its chances; None where models were compared on some of the rows only."""
    part = len(sample) > _COMPARED_ON
    if part:
        rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
        some = np.sort(rng.choice(len(sample), _COMPARED_ON, replace=False))
        # Rare arms may miss from a fold of a thinned sample; then there is nothing to compare with.
        if np.bincount(sample.arm[some], minlength=len(sample.arms)).min() < 50:
            return models[0], None
        sample, fold = sample.rows(some), fold[some]
    chosen, held, kept = "", np.empty(0), np.empty(0)
    for i, name in enumerate(models):
        chance = _predicted(sample, fold, name, seed, workers, _of_several(progress, i, len(models)))
        loss = log_loss(chance, sample.arm)
        if not chosen or _better(held - loss, sample):
            chosen, held, kept = name, loss, chance
    return chosen, None if part else kept


def _of_several(progress: Progress | None, i: int, count: int) -> Progress | None:
    """Progress of the i-th of several equal pieces of work."""
    if progress is None:
        return None
    return lambda done, total: progress(i * total + done, count * total)


def _better(gain: Array, sample: Sample) -> bool:
    mean = float(np.average(gain, weights=sample.weight))
    by_cluster = np.bincount(sample.cluster, sample.weight * (gain - mean))
    return mean > float(np.sqrt(np.sum(by_cluster**2))) / float(sample.weight.sum())


def log_loss(chance: Array, arm: Array) -> Array:
    """Minus the log of the chance given to the arm a row is in, shape (n,)."""
    found: Array = -np.log(np.maximum(chance[np.arange(len(arm)), arm], 1e-12))
    return found


def _shares(sample: Sample, fold: Array) -> Array:
    """Without covariates: the shares of the arms outside each fold."""
    k, count = len(sample.arms), int(fold.max()) + 1
    held = np.bincount(fold * k + sample.arm, sample.weight, minlength=count * k).reshape(count, k)
    outside = held.sum(axis=0) - held
    found: Array = (outside / outside.sum(axis=1, keepdims=True))[fold]
    return found


def _predicted(
    sample: Sample, fold: Array, learner: str, seed: int, workers: int, progress: Progress | None
) -> Array:
    from warnings import catch_warnings, simplefilter

    from sklearn.exceptions import ConvergenceWarning

    shared = {"plain": scaled, "bent": bent}.get(learner, np.asarray)(sample.covariates)
    weight = sample.weight / sample.weight.mean()
    k = len(sample.arms)

    def task(j: int) -> tuple[Array, Array]:
        test = fold == j
        strata = strata_columns(sample.block, sample.arm, ~test, k)
        x = shared if strata.shape[1] == 0 else np.hstack([shared, strata])
        fit = _boosting if learner == "boosting" else _logit
        return np.flatnonzero(test), fit(x[~test], sample.arm[~test], weight[~test], x[test], k, seed + j)

    chance = np.empty((len(sample), k))
    with catch_warnings():
        # Under separation the optimiser may stop a little before the (finite, penalised) optimum: harmless here.
        simplefilter("ignore", ConvergenceWarning)
        for rows, found in each_fold(task, int(fold.max()) + 1, workers=workers, progress=progress):
            chance[rows] = found
    return chance / chance.sum(axis=1, keepdims=True)


def strata_columns(block: Array | None, arm: Array, training: Array, k: int) -> Array:
    """Strata as columns: dummies for up to 50, beyond that the logs of the arms' shares among training rows.

    Returns
    -------
    Array, shape (n, b - 1) or (n, k - 1)
        The shares are drawn towards those of everybody by the weight of two people, as pairs would say all otherwise.
    """
    if block is None:
        return np.empty((len(arm), 0))
    count = int(block.max()) + 1
    if count <= _MANY_BLOCKS:
        made: Array = (block[:, None] == np.arange(1, count)).astype(float)
        return made
    held = np.bincount(block[training] * k + arm[training], minlength=count * k).reshape(count, k)
    share = np.bincount(arm[training], minlength=k) / training.sum()
    drawn = (held + 2 * share) / (held.sum(axis=1, keepdims=True) + 2)
    logs: Array = np.log(drawn[:, 1:] / drawn[:, :1])[block]
    return logs


def _logit(x: Array, arm: Array, weight: Array, new: Array, k: int, seed: int) -> Array:
    from sklearn.linear_model import LogisticRegression

    if x.shape[1] == 0:
        # No column varies beyond rounding: nothing is known but the shares of the arms.
        share = np.bincount(arm, weight, minlength=k) / weight.sum()
        return np.tile(share, (len(new), 1))
    model = LogisticRegression(C=1.0, solver="lbfgs", max_iter=300, tol=1e-5)
    model.fit(x, arm, sample_weight=weight)
    return _in_all_arms(model.predict_proba(new), model.classes_, k)


def _boosting(x: Array, arm: Array, weight: Array, new: Array, k: int, seed: int) -> Array:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=120,
        learning_rate=0.05,
        num_leaves=15,
        min_child_samples=max(20, len(x) // 2000),
        reg_lambda=1.0,
        deterministic=True,
        force_row_wise=True,
        num_threads=1,
        random_state=seed % (2**31 - 1),
        verbosity=-1,
    )
    model.fit(x, arm, sample_weight=weight)
    return _in_all_arms(np.asarray(model.predict_proba(new)), model.classes_, k)


def _in_all_arms(chance: Array, known: Array, k: int) -> Array:
    """One column an arm, also for an arm that the training rows did not hold."""
    found = np.zeros((len(chance), k))
    found[:, np.asarray(known, dtype=int)] = chance
    return found
