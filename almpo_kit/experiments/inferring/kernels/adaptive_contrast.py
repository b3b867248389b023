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
#: People as many as which the variance of both arms counts in that of one.
_PULL = 20.0
#: Of the variance from within arms, below which that of contributions is not believed. All of it would make intervals cover 97%
#: where nothing is wrong; so much leaves those alone and mends the rest in part.
_BELIEVED = 0.7


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
    prepared: tuple[Array, Array, Array] | None = None,
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
    prepared : (scores, earlier, misses), optional
        From :func:`scores_and_earlier`, where several contrasts share them.

    Returns
    -------
    estimate, se, df : arrays, shape (...)
    """
    scores, earlier, misses = prepared or scores_and_earlier(y, arm, share, stratum)
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
    effect, se, df = weighted_contrast(scores[..., one], mine, scores[..., other], theirs)
    least = _least_variance(misses * ready, arm, share, ((one, mine), (other, theirs)), ready)
    people = (((arm == one) | (arm == other)) & ready).sum(axis=-1)
    return effect, *_not_below(se, df, least, people)


def pair_worth(share: Array, one: int, other: int) -> Array:
    """Precision of a contrast of two arms, up to a constant: 1 / Σ (1 / share); 0 where one of them was closed."""
    a, b = share[..., one], share[..., other]
    return np.asarray(a * b / np.where(a + b > 0, a + b, 1.0))


def scores_and_earlier(
    y: Array, arm: Array, share: Array, stratum: Array | None = None
) -> tuple[Array, Array, Array]:
    """Scores of all arms and earlier people of each, shape (..., n, n_arms); how far each person's own guess missed, (..., n)."""
    means, earlier = predictable_means(y, arm, share.shape[-1], stratum)
    own = np.take_along_axis(means, arm[..., None].astype(np.intp), axis=-1)[..., 0]
    return arm_scores(y, arm, share, means), earlier, y - own


def _least_variance(
    misses: Array, arm: Array, share: Array, weighted: tuple[tuple[int, Array], ...], ready: Array
) -> Array:
    """Variance of the contrast from the variance within each arm, pulled towards that of both arms.

    Squared contributions of a rare arm say too little where its rare outcome has not been seen yet; the other arm has seen it.
    """
    counts, sums = [], []
    for k, _ in weighted:
        member = (arm == k) & ready
        counts.append(member.sum(axis=-1))
        sums.append(np.where(member, misses**2, 0.0).sum(axis=-1))
    both = sum(sums) / np.maximum(sum(counts), 1)
    total: Any = 0.0
    for (k, weight), count, squares in zip(weighted, counts, sums, strict=True):
        here = np.where(weight > 0, share[..., k], 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = (weight**2 / here).sum(axis=-1) / weight.sum(axis=-1) ** 2
        total = total + spread * (squares + _PULL * both) / (count + _PULL)
    return np.asarray(_BELIEVED * total)


def _not_below(se: Array, df: Array, least: Array, people: Array) -> tuple[Array, Array]:
    """The larger of two variances; the second rests on more people, so degrees rise with it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = np.where(se > 0, np.maximum(least / se**2, 1.0), np.inf)
    return np.sqrt(np.fmax(se**2, least)), np.clip(df * rise**2, 1.0, np.maximum(people - 2, 1))
