"""Candidate learners of CausalML and EconML, and the stacked one, behind one call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.effect_differences.stacked_learner import fit_stacked

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Training:
    """Rows of two arms with everything that one learner or another asks for.

    Parameters
    ----------
    x : Array, shape (n, q)
    treated : Array of int, shape (n,)
    y : Array, shape (n,)
    chance : Array, shape (n,)
        Of the first arm, among the two.
    expected : Array, shape (n,)
        Outcome expected without knowing the arm, out of fold.
    cluster : Array of int, shape (n,)
    everybody : (Array, Array, Array, Array)
        ``x``, scores, weights and clusters of the rows of all arms: scores tell something of everybody.
    seed : int
    """

    x: Array
    treated: Array
    y: Array
    chance: Array
    expected: Array
    cluster: Array
    everybody: tuple[Array, Array, Array, Array]
    seed: int


@dataclass(frozen=True, eq=False, repr=False)
class Learned:
    """A fitted candidate.

    Parameters
    ----------
    predict : callable
        From x (and the chance of the first arm) to effects.
    portable : mapping or None
        The model in plain values that hold no rows; None where the library keeps rows in its state.
    """

    predict: Callable[[Array, Array], Array]
    portable: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Candidate:
    """A learner: its key, what it is called, whose it is, and how it learns."""

    key: str
    label: str
    library: str
    learn: Callable[[Training], Learned]


def _trees(n: int, seed: int) -> Any:
    from lightgbm import LGBMRegressor

    return LGBMRegressor(
        n_estimators=80,
        learning_rate=0.05,
        num_leaves=8,
        min_child_samples=max(20, n // 50),
        reg_lambda=1.0,
        deterministic=True,
        force_row_wise=True,
        num_threads=1,
        random_state=seed % (2**31 - 1),
        verbosity=-1,
    )


def _booster(model: Any) -> str:
    return without_ranges(model.booster_.model_to_string())


def without_ranges(text: str) -> str:
    """Trees of LightGBM without the smallest and largest value of every covariate, which are those of one person.

    They serve no prediction; LightGBM reads "none" in their place.
    """
    found = re.search(r"(?m)^feature_infos=(.*)$", text)
    if found is None:
        raise ValueError("these trees are not in the form that LightGBM writes")
    nothing = " ".join("none" for _ in found[1].split())
    return f"{text[: found.start()]}feature_infos={nothing}{text[found.end() :]}"


def _stacked(t: Training) -> Learned:
    model = fit_stacked(*t.everybody, t.seed)
    plain = {
        "form": "mean + ridge weight * ((x - centre) / spread) @ slopes + trees weight * trees(x)",
        "mean": model.mean,
        "centre": model.centre.tolist(),
        "spread": [None if np.isinf(s) else float(s) for s in model.spread],
        "slopes": model.slopes.tolist(),
        "weights": {"ridge": model.weights[0], "trees": model.weights[1]},
        "rounds": model.rounds,
        "trees": [without_ranges(model.trees.model_to_string(num_iteration=model.rounds))],
    }
    return Learned(lambda x, chance: model.predict(x), plain)


def _s_learner(t: Training) -> Learned:
    from causalml.inference.meta import BaseSRegressor

    model = BaseSRegressor(learner=_trees(len(t.y), t.seed), control_name=0)
    model.fit(X=t.x, treatment=t.treated, y=t.y)
    plain = {"form": "trees(1, x) - trees(0, x)", "trees": [_booster(m) for m in model.models.values()]}
    return Learned(lambda x, chance: np.ravel(model.predict(X=x)), plain)


def _t_learner(t: Training) -> Learned:
    from causalml.inference.meta import BaseTRegressor

    model = BaseTRegressor(learner=_trees(len(t.y), t.seed), control_name=0)
    model.fit(X=t.x, treatment=t.treated, y=t.y)
    trees = [_booster(m[1]) for m in (model.models_t, model.models_c)]
    return Learned(
        lambda x, chance: np.ravel(model.predict(X=x)), {"form": "trees 0 (x) - trees 1 (x)", "trees": trees}
    )


def _x_learner(t: Training) -> Learned:
    from causalml.inference.meta import BaseXRegressor

    model = BaseXRegressor(learner=_trees(len(t.y), t.seed), control_name=0)
    model.fit(X=t.x, treatment=t.treated, y=t.y, p=t.chance)
    trees = [_booster(m[1]) for m in (model.models_tau_c, model.models_tau_t)]
    plain = {"form": "chance * trees 0 (x) + (1 - chance) * trees 1 (x)", "trees": trees}
    return Learned(lambda x, chance: np.ravel(model.predict(X=x, p=chance)), plain)


def _r_learner(t: Training) -> Learned:
    from causalml.inference.meta.rlearner import BaseRLearner

    model = BaseRLearner(
        learner=_trees(len(t.y), t.seed), control_name=0, n_fold=3, random_state=t.seed, cv_n_jobs=1
    )
    model.fit(X=t.x, treatment=t.treated, y=t.y, p=t.chance, verbose=False)
    plain = {"form": "trees(x)", "trees": [_booster(model.models_tau[1])]}
    return Learned(lambda x, chance: np.ravel(model.predict(X=x)), plain)


def _dr_learner(t: Training) -> Learned:
    from causalml.inference.meta import BaseDRRegressor

    model = BaseDRRegressor(learner=_trees(len(t.y), t.seed), control_name=0)
    model.fit(X=t.x, treatment=t.treated, y=t.y, p=t.chance, seed=t.seed)
    plain = {"form": "mean of trees(x)", "trees": [_booster(m) for m in model.models_tau[1]]}
    return Learned(lambda x, chance: np.ravel(model.predict(X=x)), plain)


def _causal_forest(t: Training) -> Learned:
    from causalml.inference.tree import CausalRandomForestRegressor

    leaf = max(20, min(100, len(t.y) // 50))
    model = CausalRandomForestRegressor(
        n_estimators=100,
        control_name=0,
        min_samples_leaf=leaf,
        min_group_samples=leaf // 2,
        max_features="sqrt",
        n_jobs=1,
        random_state=t.seed,
    )
    # Its splits compare raw means: where chances vary, people must be weighted by their inverse.
    weight = 1.0 / np.where(t.treated == 1, t.chance, 1.0 - t.chance)
    model.fit(X=t.x, treatment=t.treated, y=t.y, sample_weight=weight / weight.mean())
    return Learned(lambda x, chance: np.ravel(model.predict(X=x)))


def _econml_forest(t: Training) -> Learned:
    from econml.grf import CausalForest

    model = CausalForest(
        n_estimators=200,
        min_samples_leaf=max(10, min(50, len(t.y) // 100)),
        max_samples=0.45,
        honest=True,
        inference=True,
        n_jobs=1,
        random_state=t.seed,
    )
    model.fit(t.x, t.treated - t.chance, t.y - t.expected)
    return Learned(lambda x, chance: np.ravel(model.predict(x)))


def _econml_dr(t: Training) -> Learned:
    from econml.dr import DRLearner
    from lightgbm import LGBMClassifier
    from sklearn.linear_model import LassoCV
    from sklearn.model_selection import GroupKFold

    options = _trees(len(t.y), t.seed).get_params()
    model = DRLearner(
        model_propensity=LGBMClassifier(**options),
        model_regression=_trees(len(t.y), t.seed),
        model_final=LassoCV(cv=3),
        cv=GroupKFold(3),
        random_state=t.seed,
    )
    model.fit(t.y, t.treated, X=t.x, groups=t.cluster)
    return Learned(lambda x, chance: np.ravel(model.effect(x)))


#: In the order in which they are run while time is left.
CANDIDATES: dict[str, Candidate] = {
    c.key: c
    for c in (
        Candidate("stacked", "stacked ridge and trees on scores", "own, LightGBM", _stacked),
        Candidate("dr", "DR-learner", "CausalML", _dr_learner),
        Candidate("r", "R-learner", "CausalML", _r_learner),
        Candidate("x", "X-learner", "CausalML", _x_learner),
        Candidate("t", "T-learner", "CausalML", _t_learner),
        Candidate("s", "S-learner", "CausalML", _s_learner),
        Candidate("causal_forest", "causal forest", "CausalML", _causal_forest),
        Candidate("econml_forest", "causal forest, second opinion", "EconML", _econml_forest),
        Candidate("econml_dr", "DR-learner with lasso, second opinion", "EconML", _econml_dr),
    )
}
