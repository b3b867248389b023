"""Gains by boosted trees: no shape is assumed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_ROUNDS = 200


def boosted_gains(x: Array, gains: Array, weight: Array, *, seed: int = 0) -> Callable[[Array], Array]:
    """Boosted regression trees for each arm's gain; rounds are counted on a fifth of people that trees do not see.

    Parameters
    ----------
    x : Array, shape (n, p)
    gains : Array, shape (n, k)
        The first column is nothing throughout.
    weight : Array, shape (n,)
    seed : int

    Returns
    -------
    callable
        Features, shape (m, p) -> gains, shape (m, k).
    """
    import lightgbm

    rng = np.random.default_rng(np.random.SeedSequence([seed, 311]))
    held = rng.random(len(x)) < 0.2
    mean = weight @ gains / weight.sum()
    options = {
        "objective": "regression",
        "learning_rate": 0.05,
        "num_leaves": 8,
        "min_data_in_leaf": max(20, len(x) // 50),
        "num_threads": 1,
        "verbosity": -1,
        "deterministic": True,
        "seed": seed,
    }
    models = []
    for a in range(1, gains.shape[1]):
        aim = gains[:, a] - mean[a]
        seen, unseen = (
            lightgbm.Dataset(x[s], aim[s], weight=weight[s], params={"verbosity": -1}, free_raw_data=True)
            for s in (~held, held)
        )
        model = lightgbm.train(
            options,
            seen,
            num_boost_round=_ROUNDS,
            valid_sets=[unseen],
            callbacks=[lightgbm.early_stopping(20, verbose=False)],
        )
        # Where not even the first tree helps on unseen people, everybody has the mean gain.
        plain = float(np.average(np.square(aim[held]), weights=weight[held]))
        models.append(model if model.best_score["valid_0"]["l2"] < plain else None)

    def predict(new: Array) -> Array:
        out = np.tile(mean, (len(new), 1))
        for a, model in enumerate(models, start=1):
            if model is not None:
                out[:, a] += model.predict(new, num_iteration=model.best_iteration)
        return out

    return predict
