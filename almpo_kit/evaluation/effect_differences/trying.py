"""Every candidate on the same folds, and what it did there."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from almpo_kit.evaluation.effect_differences.calibration import calibration_error, calibration_slope
from almpo_kit.evaluation.effect_differences.candidates import Candidate, Learned, Training
from almpo_kit.evaluation.effect_differences.losses import dr_losses, gain_over_constant, r_losses
from almpo_kit.evaluation.effect_differences.pooled import Pooled, over_folds, over_passes
from almpo_kit.evaluation.effect_differences.scored import Scored
from almpo_kit.evaluation.effect_differences.sequential import Pass
from almpo_kit.evaluation.effect_differences.targeting import Ranked, rate
from almpo_kit.evaluation.estimation.scores import SMALLEST_CHANCE
from almpo_kit.evaluation.learners.each_fold import each_fold

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Tried:
    """A candidate's predictions for people it had not seen.

    Parameters
    ----------
    predicted : Array, shape (n,)
    seconds : float
    numbers : mapping of str to float
        Losses, calibration, Qini, AUTOC.
    """

    predicted: Array
    seconds: float
    numbers: Mapping[str, float] = field(default_factory=dict)


def two_arm_chance(data: Scored, arms: tuple[int, int]) -> Array:
    """Chance of the first arm among people of the two, shape (n,)."""
    a, b = (np.maximum(data.chance[:, i], SMALLEST_CHANCE) for i in arms)
    found: Array = a / (a + b)
    return found


def training(data: Scored, arms: tuple[int, int], seen: Array, seed: int) -> Training:
    """What a candidate may learn from: the rows ``seen`` (bool, shape (n,))."""
    y, arm = data.sample.outcome[:, 0], data.sample.arm
    rows = np.flatnonzero(seen & np.isin(arm, arms) & ~np.isnan(y))
    everybody = np.flatnonzero(seen)
    p = two_arm_chance(data, arms)
    return Training(
        x=data.x[rows],
        treated=(arm[rows] == arms[0]).astype(int),
        y=y[rows],
        chance=p[rows],
        expected=(p * data.expected[:, arms[0]] + (1 - p) * data.expected[:, arms[1]])[rows],
        cluster=data.sample.cluster[rows],
        everybody=(
            data.x[everybody],
            data.difference(arms)[everybody],
            data.weight(arms)[everybody],
            data.sample.cluster[everybody],
        ),
        seed=seed,
    )


def learned(candidate: Candidate, data: Training) -> Learned:
    """Fit one candidate; what its library warns of while fitting does not reach the person."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        for kind in (ConvergenceWarning, FutureWarning, DeprecationWarning):
            warnings.simplefilter("ignore", kind)
        # LightGBM's scikit-learn face gives its features names and then misses them in plain arrays.
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        # EconML says that discrete treatment with a propensity near the edge may be unstable; overlap has said it before.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"econml(\..*)?")
        return candidate.learn(data)


def try_candidate(
    candidate: Candidate,
    data: Scored,
    arms: tuple[int, int],
    *,
    seed: int,
    workers: int = 1,
    tick: Callable[[], None] | None = None,
) -> Tried:
    """Predict every fold from the others."""
    began = time.monotonic()
    p = two_arm_chance(data, arms)
    count = int(data.fold.max()) + 1

    def task(j: int) -> Array:
        new = data.fold == j
        model = learned(candidate, training(data, arms, ~new, seed + j))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="X does not have valid feature names")
            return np.asarray(model.predict(data.x[new], p[new]), dtype=float)

    told = None if tick is None else (lambda done, total: tick())
    found = each_fold(task, count, workers=workers, progress=told)
    predicted = np.empty(len(data.sample))
    for j, values in enumerate(found):
        predicted[data.fold == j] = values
    return Tried(predicted, time.monotonic() - began)


def constant_predictions(data: Scored, arms: tuple[int, int]) -> Array:
    """One effect for all, from the other folds, shape (n,)."""
    score, weight = data.difference(arms), data.weight(arms)
    found = np.empty(len(score))
    for j in range(int(data.fold.max()) + 1):
        new = data.fold == j
        found[new] = np.average(score[~new], weights=weight[~new])
    return found


def measured_numbers(predicted: Array, data: Scored, arms: tuple[int, int]) -> dict[str, float]:
    """Losses, calibration, Qini and AUTOC of predictions, with intervals by cluster.

    The intervals take the folds as independent, which they are not quite: they compare learners, they decide nothing.
    """
    score, weight, cluster = data.difference(arms), data.weight(arms), data.sample.cluster
    flat = constant_predictions(data, arms)
    folds = float(data.fold.max() + 1)
    one = Pass((), predicted, np.ones(len(predicted), dtype=np.int64))

    def pooled(measure: Callable[[Array], Ranked]) -> Pooled:
        return over_passes([over_folds(one, cluster, data.fold, measure)])

    loss, base = dr_losses(predicted, score, weight), dr_losses(flat, score, weight)
    gain, low, high = gain_over_constant(loss, base, cluster, folds)
    out = {"dr_loss": float(loss.mean()), "dr_gain": gain, "dr_gain_low": low, "dr_gain_high": high}
    y, arm = data.sample.outcome[:, 0], data.sample.arm
    rows = np.isin(arm, arms) & ~np.isnan(y)
    p = two_arm_chance(data, arms)
    expected = p * data.expected[:, arms[0]] + (1 - p) * data.expected[:, arms[1]]
    given = (y[rows], expected[rows], (arm[rows] == arms[0]).astype(float), p[rows])
    r_loss = r_losses(predicted[rows], *given)
    out |= {"r_loss": float(r_loss.mean()), "r_gain": float((r_losses(flat[rows], *given) - r_loss).mean())}
    slope = calibration_slope(predicted, score, weight, data.fold)
    by_cluster = np.bincount(cluster, slope.influence / len(score))
    found = {
        "calibration": over_passes([(slope.value, by_cluster, len(np.unique(cluster)) - folds)]),
        "qini": pooled(lambda r: rate(predicted[r], score[r], "qini")),
        "autoc": pooled(lambda r: rate(predicted[r], score[r], "autoc")),
    }
    for name, value in found.items():
        low, high = value.interval()
        out |= {name: value.value, f"{name}_low": low, f"{name}_high": high}
    return out | {"calibration_error": calibration_error(predicted, score, weight)}
