"""Chances of the arms for a changed sample, inside the support on which the estimate under attack was made."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.learners.folds import folds
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity
from almpo_kit.evaluation.protocol.results import Overlap

Array = np.ndarray[Any, np.dtype[Any]]


def supported_chances(
    overlap: Overlap, sample: Sample, *, count: int, learner: str, seed: int, workers: int
) -> Array | None:
    """Chances fitted anew, none beyond the smallest and largest that the estimate itself worked with.

    The estimate left out people without a counterpart before it was made. A model that is fitted anew on fewer or shuffled
    people may think one of them all but certain to take part; such a person would then stand for hundreds, and the
    attempt would tell of this model and not of the estimate.

    Parameters
    ----------
    overlap : Overlap
        With the chances that the estimate under attack used; None is given back where it has none, or not of these arms.
    sample : Sample
        The changed persons.
    count : int
        Folds.
    learner : str
    seed, workers : int

    Returns
    -------
    Array, shape (n, k), or None
        Rows add up to one.
    """
    arms = overlap.design.plan.arms
    if overlap.propensity is None or not set(sample.arms) <= set(arms):
        return None
    known = overlap.propensity[overlap.kept][:, [arms.index(a) for a in sample.arms]]
    known = known / known.sum(axis=1, keepdims=True)
    fold = folds(sample, count, seed)
    fresh = out_of_fold_propensity(sample, fold, learner=learner, seed=seed, workers=workers)
    inside = np.clip(fresh, known.min(axis=0), known.max(axis=0))
    chances: Array = inside / inside.sum(axis=1, keepdims=True)
    return chances
