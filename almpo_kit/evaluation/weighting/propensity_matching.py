"""Matching on the chance of taking part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.learners.folds import folds as cut
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.evaluation.support.trimming import log_odds
from almpo_kit.evaluation.weighting.balancing import pairwise
from almpo_kit.evaluation.weighting.matches import Matches, along_a_line
from almpo_kit.evaluation.weighting.matching_fit import matching_fit
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]


def propensity_matching(
    overlap: Overlap,
    sample: Sample,
    *,
    estimand: str = "att",
    contrasts: Sequence[tuple[str, str]],
    matches: int = 4,
    folds: int = 5,
    learner: str = "auto",
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """Match everybody to people with nearly the same log odds; see :func:`estimate` for the parameters.

    For effects on participants the odds are those between the two arms; for effects on everybody an arm's outcomes are
    matched on the chance of that arm (Imbens 2000; Yang et al. 2016). Matching is with replacement, within strata, all
    ties count, and the distance in covariates that is left is corrected by regression among the matched.

    Parameters
    ----------
    matches : int
        People each is matched to.

    Notes
    -----
    Chances are predicted for people whom the models have not seen and count as known. Abadie and Imbens (2016) show that
    this overstates standard errors for effects on everybody; for those on participants it may go either way.

    References
    ----------
    Rosenbaum and Rubin (1983) Biometrika 70, 41-55; Abadie and Imbens (2016) Econometrica 84, 781-807.
    """
    chance = _chance(overlap, sample, folds, learner, seed, workers)
    strata = np.zeros(len(sample), dtype=np.int64) if sample.block is None else sample.block
    target = "ate" if estimand == "ate" else "att"

    def finder(arms: tuple[int, int]) -> Callable[[Array, Array, int, bool, int], Matches]:
        between = log_odds(pairwise(chance, *arms))

        def find(targets: Array, donors: Array, m: int, own: bool, arm: int) -> Matches:
            z = between if target == "att" else log_odds(np.clip(chance[:, arm], 1e-6, 1 - 1e-6))
            return along_a_line(z[targets], z[donors], (strata[targets], strata[donors]), m, own=own)

        return find

    said = Check(
        "chances",
        "informational",
        "Chances of each arm come from models that have not seen the person; standard errors take them as known.",
    )
    return matching_fit(
        sample, contrasts, target, finder, matches, progress=progress, checks=(said,), propensity=chance
    )


def _chance(overlap: Overlap, sample: Sample, folds: int, learner: str, seed: int, workers: int) -> Array:
    """Those of the overlap, unless other models are asked for."""
    if overlap.propensity is not None and learner == "auto":
        known: Array = overlap.propensity[overlap.kept]
        return known
    return out_of_fold_propensity(
        sample, cut(sample, folds, seed), learner=learner, seed=seed, workers=workers
    )
