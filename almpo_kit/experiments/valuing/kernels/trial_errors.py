"""How precisely a trial measures the effects of its programmes."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

Array = np.ndarray[Any, np.dtype[Any]]


def error_covariance(outcome: TrialOutcome, people: Array, effects: Array, inflation: float) -> Array:
    """Covariance of effects against one comparison, shape (q, q): its error is in all of them.

    Parameters
    ----------
    outcome : TrialOutcome
    people : Array, shape (q + 1,)
        Whose outcome is seen, the comparison first.
    effects : Array, shape (q,)
        As believed: a share's variance depends on it.
    inflation : float
        Of variances, for people who were drawn in groups or compared with what covariates foretell.
    """
    each = inflation * _variance(outcome, np.concatenate([[0.0], effects])) / people
    found: Array = np.diag(each[1:]) + each[0]
    return found


def _variance(outcome: TrialOutcome, effects: Array) -> Array:
    """Of one person's contribution, by arm."""
    if outcome.kind == "binary":
        share = np.concatenate([[outcome.baseline], np.clip(outcome.baseline + effects[1:], 0.01, 0.99)])
        return share * (1 - share)
    if outcome.kind == "continuous":
        return np.full(len(effects), outcome.variance)
    # A logarithm of hazards is as uncertain as the number of those who have left is small.
    left = 1 - 2.0 ** (-np.exp(np.clip(effects, -20, 20)) * outcome.months / outcome.baseline)
    found: Array = 1 / np.maximum(left, 1e-6)
    return found


def inflation(outcome: TrialOutcome, design: TrialDesign | None) -> float:
    """Variance of an arm's mean against that of as many people drawn alone and compared without covariates.

    References
    ----------
    Donner and Klar (2000) Design and Analysis of Cluster Randomization Trials, ch. 5. Eldridge, Ashby and Kerry (2006) Int. J.
    Epidemiol. 35, 1292-1300 (unequal sizes).
    """
    if design is None or not design.of_clusters:
        return 1 - outcome.explained
    mean = design.cluster_size * (1 + design.size_variation**2)
    own = (1 - outcome.icc) * (1 - outcome.explained)
    return own + mean * outcome.icc * (1 - outcome.explained_between)
