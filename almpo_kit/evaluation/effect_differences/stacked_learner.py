"""The learner behind every claim: a ridge regression and shallow trees on doubly robust scores, joined by what each predicts.

It is fixed in advance. Choosing it by how well it did on the people it is tested on would break the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Penalties of the ridge, as shares of the number of rows.
_PENALTIES = (0.001, 0.01, 0.05, 0.2, 1.0, 5.0)
#: Rounds of boosting that are compared.
_ROUNDS = (5, 10, 20, 40)
#: Both parts keep this weight at least, so that people are ranked also where neither seems to predict.
_FLOOR = 0.05
_INNER = 3


@dataclass(frozen=True, eq=False)
class Stacked:
    """A fitted learner; it holds coefficients and trees, no rows.

    Parameters
    ----------
    mean : float
    centre, spread, slopes : Array, shape (p,)
    trees : Booster or None
    rounds : int
    weights : (float, float)
        Of the ridge and of the trees.
    """

    mean: float
    centre: Array
    spread: Array
    slopes: Array
    trees: Any
    rounds: int
    weights: tuple[float, float]

    def predict(self, x: Array) -> Array:
        """Predicted effects, shape (n,)."""
        line = ((x - self.centre) / self.spread) @ self.slopes
        steps = 0.0 if self.trees is None else self.trees.predict(x, num_iteration=self.rounds)
        found: Array = self.mean + self.weights[0] * line + self.weights[1] * np.asarray(steps)
        return found


def fit_stacked(x: Array, score: Array, weight: Array, cluster: Array, seed: int) -> Stacked:
    """Learn effects from scores.

    Parameters
    ----------
    x : Array, shape (n, p)
        Covariates by which effects may differ.
    score : Array, shape (n,)
        Doubly robust scores of one contrast: their expectation given covariates is the effect.
    weight : Array, shape (n,)
        Inverse to the variance of the scores, where overlap varies.
    cluster : Array of int, shape (n,)
        Kept whole by the inner folds that choose penalty, rounds and weights.
    seed : int

    Returns
    -------
    Stacked

    References
    ----------
    Kennedy (2023) Electron. J. Stat. 17, 3008-3049 (regression of scores); van der Laan, Polley and Hubbard (2007)
    Stat. Appl. Genet. Mol. Biol. 6, 25 (joining learners by cross-validation).
    """
    weight = weight / weight.mean()
    mean = float(np.average(score, weights=weight))
    y = score - mean
    # A few extreme scores must not steer trees or slopes; the test itself uses the scores as they are.
    limit = 6.0 * float(np.sqrt(np.average(y**2, weights=weight)))
    y = np.clip(y, -limit, limit)
    inner = _inner_folds(cluster, seed)
    lines = np.zeros((len(y), len(_PENALTIES)))
    steps = np.zeros((len(y), len(_ROUNDS)))
    for j in range(_INNER):
        test = inner == j
        if test.any() and not test.all():
            centre, spread = _scale(x[~test], weight[~test])
            slopes = _ridge((x[~test] - centre) / spread, y[~test], weight[~test], _PENALTIES)
            lines[test] = ((x[test] - centre) / spread) @ slopes
            grown = _grow(x[~test], y[~test], weight[~test], seed, max(_ROUNDS))
            for i, r in enumerate(_ROUNDS):
                steps[test, i] = grown.predict(x[test], num_iteration=r)
    best_line = int(np.argmin([np.average((y - c) ** 2, weights=weight) for c in lines.T]))
    best_steps = int(np.argmin([np.average((y - c) ** 2, weights=weight) for c in steps.T]))
    weights = _join(y, lines[:, best_line], steps[:, best_steps], weight)
    centre, spread = _scale(x, weight)
    slopes = _ridge((x - centre) / spread, y, weight, (_PENALTIES[best_line],))[:, 0]
    trees = _grow(x, y, weight, seed, _ROUNDS[best_steps])
    return Stacked(mean, centre, spread, slopes, trees, _ROUNDS[best_steps], weights)


def stacked_learner(seed: int) -> Callable[[Array, Array, Array, Array], Callable[[Array], Array]]:
    """The learner as a function of training rows that gives a function of new rows."""

    def learn(x: Array, score: Array, weight: Array, cluster: Array) -> Callable[[Array], Array]:
        return fit_stacked(x, score, weight, cluster, seed).predict

    return learn


def _inner_folds(cluster: Array, seed: int) -> Array:
    names, codes = np.unique(cluster, return_inverse=True)
    order = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0]).permutation(len(names))
    found: Array = (order % _INNER)[codes]
    return found


def _scale(x: Array, weight: Array) -> tuple[Array, Array]:
    centre = np.average(x, axis=0, weights=weight)
    spread = np.sqrt(np.average((x - centre) ** 2, axis=0, weights=weight))
    # A constant column gets no slope; it must not be divided by (nearly) nothing either.
    return centre, np.where(spread > 1e-9 * np.maximum(1.0, np.abs(centre)), spread, np.inf)


def _ridge(z: Array, y: Array, weight: Array, penalties: tuple[float, ...]) -> Array:
    """Slopes for each penalty, shape (p, len(penalties))."""
    values, vectors = np.linalg.eigh((z * weight[:, None]).T @ z)
    along = vectors.T @ (z.T @ (weight * y))
    n = float(weight.sum())
    return np.column_stack([vectors @ (along / (np.maximum(values, 0.0) + p * n)) for p in penalties])


def _grow(x: Array, y: Array, weight: Array, seed: int, rounds: int) -> Any:
    import lightgbm

    options = {
        "objective": "regression",
        "learning_rate": 0.1,
        "num_leaves": 6,
        "max_depth": 3,
        "min_data_in_leaf": max(20, len(y) // 30),
        "lambda_l2": 1.0,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "boost_from_average": False,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": int(seed % (2**31 - 1)),
        "max_bin": 63,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(x, y, weight=weight)
    # Kept as it is: writing it to text and back takes as long as growing it.
    return lightgbm.train(options, data, num_boost_round=rounds, keep_training_booster=True)


def _join(y: Array, line: Array, steps: Array, weight: Array) -> tuple[float, float]:
    """Non-negative weights by least squares on predictions for rows not trained on."""
    from scipy.optimize import nnls

    root = np.sqrt(weight)
    pair = np.column_stack(
        [line - np.average(line, weights=weight), steps - np.average(steps, weights=weight)]
    )
    scale = np.sqrt(np.average(pair**2, axis=0, weights=weight))
    usable = scale > 0
    found = np.zeros(2)
    if usable.any():
        got, _ = nnls((pair[:, usable] / scale[usable]) * root[:, None], y * root)
        found[usable] = got / scale[usable]
    # A weight above one would say that held-out people differ more than predicted: noise, mostly.
    return float(np.clip(found[0], _FLOOR, 1.0)), float(np.clip(found[1], _FLOOR, 1.0))
