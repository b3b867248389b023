"""The people of an estimate with the scores of one outcome: what everything about differences is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.encoding import encode
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.effect_differences.target import Target
from almpo_kit.evaluation.estimation.scores import SMALLEST_CHANCE, doubly_robust_scores
from almpo_kit.evaluation.learners.folds import folds as cut
from almpo_kit.evaluation.learners.outcomes import out_of_fold_outcomes
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]

#: Ways of assignment in which everybody has doubly robust scores.
SCORED = ("rct", "matching")


@dataclass(frozen=True, eq=False, repr=False)
class Scored:
    """People, with one outcome.

    Parameters
    ----------
    sample : Sample
        n rows; ``outcome`` has one column, the mean over the months looked at.
    target : Target
    score : Array, shape (n, k)
    expected : Array, shape (n, k)
        Out-of-fold expected outcomes.
    chance : Array, shape (n, k)
    fold : Array of int, shape (n,)
    x : Array, shape (n, q)
        What effects may differ by, as numbers.
    x_names : tuple of str, length q
    named : bool
        Whether these were named beforehand.
    all_x : Array, shape (m, q)
        ``x`` of all people of the estimate.
    rows : Array of int, shape (n,)
        Which of them are here: all, or whole clusters drawn at random where there are very many.
    """

    sample: Sample
    target: Target
    score: Array
    expected: Array
    chance: Array
    fold: Array
    x: Array
    x_names: tuple[str, ...]
    named: bool
    all_x: Array
    rows: Array

    @property
    def drawn(self) -> bool:
        """Whether these are some of the people only."""
        return len(self.rows) < len(self.all_x)

    def difference(self, arms: tuple[int, int]) -> Array:
        """Scores of one arm less those of another, shape (n,)."""
        found: Array = self.score[:, arms[0]] - self.score[:, arms[1]]
        return found

    def weight(self, arms: tuple[int, int]) -> Array:
        """Weights near to the inverse variance of the scores: people who could well have been in either arm count."""
        a, b = (np.maximum(self.chance[:, i], SMALLEST_CHANCE) for i in arms)
        found: Array = self.sample.weight * a * b / (a + b)
        return found / found.mean()


def scored(
    estimate: Estimate,
    chosen: Target,
    *,
    modifiers: Sequence[str] | None,
    folds: int,
    seed: int,
    workers: int,
    most: int,
) -> Scored:
    """Take (or make) the scores of an estimate.

    Parameters
    ----------
    estimate : Estimate
    chosen : Target
    modifiers : sequence of str or None
        Columns; those of the plan when left out, and all covariates where the plan names none.
    folds, seed, workers : int
    most : int
        Beyond so many rows whole clusters are drawn at random.

    Raises
    ------
    DesignError
        An assignment without scores for everybody, or nothing to differ by.
    ParameterError
        A modifier that is not a covariate of the design.
    """
    plan = estimate.design.plan
    if plan.assignment not in SCORED:
        raise DesignError(
            f"effects of a design of the kind {plan.assignment!r} have no score for every person, so that nobody can say for whom they "
            'differ; look at subgroups named beforehand, one design each, or use assignment="rct" or "matching".'
        )
    all_x, names, named = _modifiers(estimate.sample, modifiers, plan.modifiers)
    keep = _drawn(estimate.sample, most, seed)
    sample = estimate.sample.rows(keep)
    if all_x.shape[1] == 0:
        raise DesignError(
            "there is nothing that effects could differ by: name modifiers in design(), e.g. modifiers=['age', 'education']."
        )
    one = replace(
        sample,
        outcome=chosen.mean(sample.outcome)[:, None],
        measures=sample.measures.iloc[[chosen.columns[0]]],
    )
    fold = cut(one, folds, seed)
    learner = str(estimate.fit.details.get("learner", "auto"))
    learner = learner if learner in ("linear", "boosting") else "auto"
    expected = out_of_fold_outcomes(one, fold, learner=learner, seed=seed, workers=workers)[:, :, 0].astype(
        float
    )
    chance = _chances(estimate, one, keep, fold, learner, seed, workers)
    if estimate.fit.scores is not None:
        score = chosen.mean(estimate.fit.scores[keep])
    else:
        score = doubly_robust_scores(one, chance, expected[:, :, None])[:, :, 0].astype(float)
    return Scored(one, chosen, score, expected, chance, fold, all_x[keep], names, named, all_x, keep)


def _drawn(sample: Sample, most: int, seed: int) -> Array:
    if len(sample) <= most:
        return np.arange(len(sample))
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(5)[4])
    order = rng.permutation(int(sample.cluster.max()) + 1)
    size = np.bincount(sample.cluster)
    taken = order[np.cumsum(size[order]) <= most]
    return np.flatnonzero(np.isin(sample.cluster, taken))


def _modifiers(
    sample: Sample, asked: Sequence[str] | None, planned: tuple[str, ...]
) -> tuple[Array, tuple[str, ...], bool]:
    if asked is None:
        if sample.modifiers.shape[1]:
            return sample.modifiers, sample.modifier_names, True
        return sample.covariates, sample.names, False
    columns: list[Array] = []
    names: list[str] = []
    for name in [asked] if isinstance(asked, str) else asked:
        if name in sample.parts:
            columns.append(sample.covariates[:, sample.parts[name]])
            names += sample.names[sample.parts[name]]
        elif name in sample.groups:
            made, labels, _ = encode(sample.groups, [name])
            columns.append(made)
            names += labels
        else:
            known = dict.fromkeys([*sample.parts, *sample.groups])
            raise ParameterError(
                f"modifiers: {name!r} is not in the design; choose among {', '.join(known)}."
            )
    matrix = np.hstack(columns) if columns else np.empty((len(sample), 0))
    return matrix, tuple(names), set(asked) <= set(planned)


def _chances(
    estimate: Estimate, sample: Sample, keep: Array, fold: Array, learner: str, seed: int, workers: int
) -> Array:
    """Those of the estimate; in a trial without them the share of each arm, by block where there are blocks."""
    if estimate.fit.propensity is not None:
        found: Array = estimate.fit.propensity[keep]
        return found
    k = len(sample.arms)
    if estimate.design.plan.assignment == "rct":
        block = np.zeros(len(sample), dtype=int) if sample.block is None else sample.block
        count = int(block.max(initial=0)) + 1
        held = np.bincount(block * k + sample.arm, sample.weight, minlength=count * k).reshape(count, k)
        shares: Array = (held / np.maximum(held.sum(axis=1, keepdims=True), 1e-12))[block]
        return np.maximum(shares, SMALLEST_CHANCE)
    return out_of_fold_propensity(sample, fold, learner=learner, seed=seed, workers=workers)
