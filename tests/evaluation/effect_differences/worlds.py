"""Invented worlds in which it is known whether effects differ, and for whom; through the same kernels as the verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.effect_differences.deciding import Decided, claims, decide
from almpo_kit.evaluation.effect_differences.scored import Scored
from almpo_kit.evaluation.effect_differences.stacked_learner import stacked_learner
from almpo_kit.evaluation.effect_differences.target import target
from almpo_kit.evaluation.estimation.scores import doubly_robust_scores
from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.evaluation.learners.outcomes import out_of_fold_outcomes
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class World:
    """A kind of world: n people, p covariates, k arms, in clusters or not.

    ``spread`` is the standard deviation of the effects of arm 1 and ``mean`` their mean, both in standard deviations of
    the noise; ``shape`` how effects go with covariates.
    """

    n: int = 1000
    p: int = 6
    k: int = 2
    mean: float = 0.2
    spread: float = 0.0
    shape: str = "line"
    confounded: float = 0.0
    clusters: int = 0
    by_cluster: bool = False
    heavy: bool = False
    share: float = 0.5
    known_chance: bool = False


def _effect(x: Array, shape: str) -> Array:
    if shape == "line":
        return (x[:, 0] + x[:, 1]) / np.sqrt(2)
    if shape == "one":
        return x[:, 0]
    if shape == "corner":
        return np.where((x[:, 0] > 0) & (x[:, 1] > 0), np.sqrt(3), -1 / np.sqrt(3))
    return np.cos(2 * x[:, 0]) / np.std(np.cos(2 * x[:, 0]))


def people(world: World, seed: int) -> tuple[Sample, Array]:
    """A sample and the true effects of each arm against the first, shape (n, k - 1)."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 77]))
    n, k = world.n, world.k
    x = rng.normal(size=(n, world.p))
    cluster = rng.integers(0, world.clusters, n) if world.clusters else np.arange(n)
    lean = world.confounded * (x[:, 0] + 0.5 * x[:, 2] ** 2 - 0.5)
    base = np.log(np.r_[1 - world.share, np.full(k - 1, world.share / (k - 1))])
    chance = np.exp(base + np.column_stack([np.zeros(n), *[lean / (a + 1) for a in range(k - 1)]]))
    chance /= chance.sum(axis=1, keepdims=True)
    arm = (rng.random(n)[:, None] > chance.cumsum(axis=1)).sum(axis=1)
    if world.by_cluster:
        arm = rng.permutation(np.arange(world.clusters) % k)[cluster]
    effect = np.column_stack(
        [
            world.mean + (world.spread * _effect(x, world.shape) if a == 0 else np.zeros(n))
            for a in range(k - 1)
        ]
    )
    noise = rng.normal(size=n)
    if world.heavy:
        # Earnings: a quarter without any, the rest with a long tail.
        noise = np.where(rng.random(n) < 0.25, -0.6, np.exp(0.9 * rng.normal(size=n)) - 1.2)
    if world.clusters:
        noise = noise + 0.4 * rng.normal(size=world.clusters)[cluster]
    level = 0.5 * x[:, 0] + 0.4 * np.maximum(x[:, 2], 0) + 0.3 * x[:, 3]
    y = (
        level
        + noise
        + np.where(arm > 0, np.take_along_axis(effect, np.maximum(arm - 1, 0)[:, None], 1)[:, 0], 0.0)
    )
    _, cluster = np.unique(cluster, return_inverse=True)
    names = tuple(f"x{j}" for j in range(world.p))
    sample = Sample(
        arms=("no programme", "training", "subsidy", "services")[:k],
        arm=arm,
        outcome=y[:, None],
        measures=pd.DataFrame(
            {
                "column": ["y"],
                "outcome": ["earnings"],
                "unit": ["eur_per_month"],
                "months": [12.0],
                "label": ["earnings"],
            }
        ),
        covariates=x,
        names=names,
        parts={c: slice(j, j + 1) for j, c in enumerate(names)},
        cluster=cluster,
        block=None,
        weight=np.ones(n),
    )
    return sample, effect


def scored_people(sample: Sample, world: World, seed: int, learner: str = "linear") -> Scored:
    """The same people with scores from the kernels that the estimate uses."""
    fold = folds(sample, 5, seed)
    if world.known_chance:
        share = np.bincount(sample.arm, minlength=world.k) / len(sample)
        chance = np.tile(share, (len(sample), 1))
    else:
        chance = out_of_fold_propensity(sample, fold, learner=learner, seed=seed)
    expected = out_of_fold_outcomes(sample, fold, learner=learner, seed=seed)
    score = doubly_robust_scores(sample, chance, expected)
    x = sample.covariates
    return Scored(
        sample=sample,
        target=target(sample, None, None),
        score=score[:, :, 0],
        expected=expected[:, :, 0],
        chance=chance,
        fold=fold,
        x=x,
        x_names=sample.names,
        named=True,
        all_x=x,
        rows=np.arange(len(sample)),
    )


def answered(world: World, seed: int, learner: str = "linear") -> tuple[bool, list[Decided], Scored, Array]:
    """Whether any difference is claimed in this world, and on what grounds."""
    sample, effect = people(world, seed)
    data = scored_people(sample, world, seed, learner)
    decided = [decide(data, (a, 0), stacked_learner(seed), curve=False) for a in range(1, world.k)]
    return any(claims(decided)[1]), decided, data, effect


def rank_agreement(decided: Decided, effect: Array, fold: Array) -> float:
    """Spearman of predicted and true effects where the prediction was learned from all other folds."""
    from scipy.stats import spearmanr

    last = [p.step == int(p.step.max()) for p in decided.passes]
    return float(
        np.mean([spearmanr(p.predicted[r], effect[r])[0] for p, r in zip(decided.passes, last, strict=True)])
    )
