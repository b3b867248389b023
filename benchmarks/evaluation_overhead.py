"""What the estimate step costs over calling the libraries directly, on the same data, in the same process, in turn.

Run: ``python benchmarks/evaluation_overhead.py [rows [pairs]]`` (5,000 rows, 9 pairs by default; set OMP_NUM_THREADS=1).
Peers: EconML's ``LinearDML`` with the same folds and learners as ``method="double_machine_learning"``, and its
``LinearDRLearner`` (with its average effect and standard error) and CausalML's ``BaseDRRegressor`` (as its documentation
calls it, chances left to it, three folds; with its own interval) beside ``method="doubly_robust"``; with lines and with trees. What is timed of ours is the whole verb: table,
bands, sums over months, checks, sentence, provenance; the overlap has the chances already, so for the doubly robust method they are
estimated again within the time (as the peers must). A ratio below 1.10 is wanted: processor time, median over alternating pairs.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit import evaluation
from almpo_kit.evaluation.learners.folds import folds

FOLDS = 5


def draw(n: int, seed: int = 0) -> pd.DataFrame:
    """SYNTHETIC persons with ten covariates; one in three takes part."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 10))
    took = rng.random(n) < 1 / (1 + np.exp(0.8 - 0.5 * x[:, 0]))
    y = 1000 + 200 * x[:, 0] + 100 * x[:, 1] + 150 * took + rng.normal(0, 300, n)
    return pd.DataFrame({f"x{j}": x[:, j] for j in range(10)}).assign(
        id=[f"p{i}" for i in range(n)],
        treatment=np.where(took, "training", "no programme"),
        earnings=y,
        source="SYNTHETIC benchmark",
    )


def models(trees: bool) -> tuple[Any, Any]:
    """The same kinds of learners as ours."""
    if trees:
        from lightgbm import LGBMClassifier, LGBMRegressor

        size: dict[str, Any] = {"n_estimators": 120, "learning_rate": 0.05, "num_leaves": 15, "verbosity": -1}
        size |= {"num_threads": 1, "deterministic": True, "force_row_wise": True}
        return LGBMRegressor(**size), LGBMClassifier(**size)
    from sklearn.linear_model import LogisticRegression, RidgeCV

    return RidgeCV(alphas=np.logspace(-3, 4, 8)), LogisticRegression(max_iter=500)


def spent(run: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    run()
    return time.process_time() - start


def main(n: int, pairs: int) -> None:
    """Print the four comparisons."""
    from causalml.inference.meta import BaseDRRegressor
    from econml.dml import LinearDML
    from econml.dr import LinearDRLearner

    frame = draw(n)
    plan = evaluation.design(
        frame,
        assignment="matching",
        comparison="no programme",
        outcomes=evaluation.measured("earnings", outcome="earnings", unit="eur_per_month", months=12),
        covariates={f"x{j}": "history" for j in range(10)},
    )
    shared = evaluation.overlap(plan, trim="none", learner="linear")
    bare = replace(shared, propensity=None)
    sample = shared.sample
    y, t, x = sample.outcome[:, 0], sample.arm, sample.covariates
    fold = folds(sample, FOLDS, 0)
    splits = [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(FOLDS)]

    def ours(method: str, learner: str) -> Callable[[], Any]:
        given = bare if method == "doubly_robust" else shared
        return lambda: evaluation.estimate(given, method=method, estimand="ate", learner=learner, folds=FOLDS)

    def dml() -> Any:
        from almpo_kit.evaluation.learners.basis import bent

        outcome, treatment = models(False)
        fit = LinearDML(
            model_y=outcome, model_t=treatment, discrete_treatment=True, cv=splits, random_state=0
        )
        return fit.fit(y, t, W=bent(x), cache_values=True, inference="auto").effect_inference(T0=0, T1=1)

    def dr(trees: bool) -> Any:
        outcome, treatment = models(trees)
        fit = LinearDRLearner(model_regression=outcome, model_propensity=treatment, cv=splits, random_state=0)
        return fit.fit(y, t, W=x).ate_inference(T0=0, T1=1)

    def causalml(trees: bool) -> Any:
        outcome, _ = models(trees)
        fit = BaseDRRegressor(learner=outcome, treatment_effect_learner=models(False)[0], control_name=0)
        return fit.estimate_ate(X=x, treatment=t, y=y, seed=0)

    rounds: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        (
            "double machine learning / EconML LinearDML, linear",
            ours("double_machine_learning", "linear"),
            dml,
        ),
        (
            "doubly robust / EconML LinearDRLearner, linear",
            ours("doubly_robust", "linear"),
            lambda: dr(False),
        ),
        (
            "doubly robust / EconML LinearDRLearner, trees",
            ours("doubly_robust", "boosting"),
            lambda: dr(True),
        ),
        (
            "doubly robust / CausalML BaseDRRegressor, linear",
            ours("doubly_robust", "linear"),
            lambda: causalml(False),
        ),
        (
            "doubly robust / CausalML BaseDRRegressor, trees",
            ours("doubly_robust", "boosting"),
            lambda: causalml(True),
        ),
    ]
    for name, mine, peer in rounds:
        mine()
        peer()
        told = [(spent(mine), spent(peer)) for _ in range(pairs)]
        ratio = median(a / b for a, b in told)
        print(
            f"{name}: {median(a for a, _ in told):.2f} s, peer {median(b for _, b in told):.2f} s, ratio {ratio:.2f} "
            f"(median of {pairs} alternating pairs, {n:,} rows)",
            flush=True,
        )


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main(*(int(a) for a in (sys.argv[1:] + ["5000", "9"][len(sys.argv) - 1 :])))
