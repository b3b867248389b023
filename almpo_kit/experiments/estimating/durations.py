"""Durations: ratios of hazards, where each arm has somebody whose time ended."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts
from almpo_kit.experiments.estimating.kernels.hazards import cluster_hazards, hazards
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]


def people(data: TrialData, covariates: Array | None, stratum: Array | None) -> Contrasts:
    """People independent of each other, perhaps in blocks with a hazard of their own."""
    event = ended(data)
    return _solved(lambda: hazards(data.y, event, data.arm, len(data.arms), covariates, stratum))


def groups(data: TrialData, group: Array) -> Contrasts:
    """Errors of groups."""
    event = ended(data)
    k = len(data.arms)
    return _solved(lambda: cluster_hazards(data.y, event, data.arm, group, k, data.covariates))


def ended(data: TrialData) -> Array:
    """Whose time ended; refused where an arm has nobody."""
    event = np.asarray(data.event, dtype=bool)
    if (data.y < 0).any():
        raise DesignError("a duration cannot be below 0; check the dates that it was made from.")
    for arm, n in zip(data.arms, np.bincount(data.arm, event, minlength=len(data.arms)), strict=True):
        if n < 1:
            raise DesignError(
                f"nobody of arm {arm!r} has come to the end yet, so no ratio of hazards exists; wait longer, or leave the arm out."
            )
    return event


def _solved(fit: Any) -> Contrasts:
    try:
        found: Contrasts = fit()
    except np.linalg.LinAlgError:
        raise DesignError(
            "the ratio of hazards cannot be found: no block has both arms at risk when somebody's time ends, or a covariate "
            "repeats others; use larger blocks or fewer covariates."
        ) from None
    return found
