"""The effect of an arm against another after an adaptive trial, all replications at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.inferring.kernels.evaluation_weights import (
    stabilising_weights,
    two_point_weights,
)
from almpo_kit.experiments.inferring.kernels.predictable_scores import arm_scores, predictable_means
from almpo_kit.experiments.inferring.kernels.weighted_contrast import weighted_contrast

Array = np.ndarray[Any, np.dtype[Any]]
#: People of both arms that must have come before anybody counts: the first guesses rest on nobody.
FEWEST_EARLIER = 2


def adaptive_contrast(
    y: Array,
    arm: Array,
    share: Array,
    *,
    one: int,
    other: int = 0,
    worth: Array | None = None,
    stratum: Array | None = None,
    weights: str = "variance_stabilising",
    decay: float = 0.7,
    prepared: tuple[Array, Array] | None = None,
) -> tuple[Array, Array, Array]:
    """Adaptively weighted AIPW of arm ``one`` minus arm ``other``.

    Parameters
    ----------
    y, arm : arrays, shape (..., n)
        In the order in which people came.
    share : array, shape (..., n, n_arms)
    one, other : int
        Arms.
    worth : array, shape (..., n), optional
        Precision of a person's contrast before the draw, see ``stabilising_weights``; made from ``share`` when left out.
    stratum : array of int, shape (..., n), optional
    weights : {"variance_stabilising", "two_point", "constant"}
        Stabilising: one weight for both arms, so that a level that drifts for everybody cancels. Two-point: a weight for
        each arm.
    decay : float
        Of the two-point rule.
    prepared : (scores, earlier), optional
        From :func:`scores_and_earlier`, where several contrasts share them.

    Returns
    -------
    estimate, se, df : arrays, shape (...)
    """
    scores, earlier = prepared or scores_and_earlier(y, arm, share, stratum)
    ready = (earlier[..., one] >= FEWEST_EARLIER) & (earlier[..., other] >= FEWEST_EARLIER)
    # Where an arm was closed nobody tells about it.
    ready &= (share[..., one] > 0) & (share[..., other] > 0)
    if weights == "two_point":
        mine, theirs = (two_point_weights(share[..., k], decay) * ready for k in (one, other))
    elif weights == "constant":
        mine = theirs = ready * 1.0
    else:
        if worth is None:
            worth = pair_worth(share, one, other)
        mine = theirs = stabilising_weights(worth) * ready
    return weighted_contrast(scores[..., one], mine, scores[..., other], theirs)


def pair_worth(share: Array, one: int, other: int) -> Array:
    """Precision of a contrast of two arms, up to a constant: 1 / Σ (1 / share); 0 where one of them was closed."""
    a, b = share[..., one], share[..., other]
    return np.asarray(a * b / np.where(a + b > 0, a + b, 1.0))


def scores_and_earlier(
    y: Array, arm: Array, share: Array, stratum: Array | None = None
) -> tuple[Array, Array]:
    """Scores of all arms, and how many people of each came earlier; shape (..., n, n_arms)."""
    means, earlier = predictable_means(y, arm, share.shape[-1], stratum)
    return arm_scores(y, arm, share, means), earlier
