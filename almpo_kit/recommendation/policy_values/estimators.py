"""Values of a policy from people whom others chose: doubly robust, self-normalised weighting, and switching.

Pure kernels. ``offered`` are the chances with which the policy offers arms; whom it leaves to the caseworker
(``left``) keeps what she got.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.policy_values.estimated import Estimated

Array = np.ndarray[Any, np.dtype[Any]]


def mean_of(values: Array, weight: Array) -> Estimated:
    """Weighted mean, shape (n,) each."""
    total = weight.sum()
    mean = float(weight @ values / total)
    return Estimated(mean, weight * (values - mean) / total)


def doubly_robust(offered: Array, left: Array, scores: Array, kept: Array, weight: Array) -> Estimated:
    """Mean of the scores of what is offered.

    Parameters
    ----------
    offered : Array, shape (n, k)
    left : Array of bool, shape (n,)
    scores : Array, shape (n, k)
    kept : Array, shape (n,)
        What those who are left to the caseworker have.
    weight : Array, shape (n,)

    References
    ----------
    Dudik, Langford & Li (2011) Proc. 28th ICML; Athey & Wager (2021) Econometrica 89, 133-161.
    """
    return mean_of(np.where(left, kept, (offered * scores).sum(axis=1)), weight)


@dataclass(frozen=True, eq=False, repr=False)
class Weighted:
    """A weighted mean and how many people it is worth."""

    estimated: Estimated
    effective_n: float


def importance(offered: Array, left: Array, received: Array, propensity: Array) -> Array:
    """How much more often the policy would have offered each person what she got than happened, shape (n,)."""
    at = np.arange(len(received))
    return np.where(left, 1.0, offered[at, received] / np.clip(propensity[at, received], 1e-12, None))


def snips(ratio: Array, outcome: Array, weight: Array) -> Weighted:
    """Self-normalised inverse propensity score estimate; people whose outcome is not known are left out.

    Parameters
    ----------
    ratio, outcome, weight : Array, shape (n,)

    References
    ----------
    Swaminathan & Joachims (2015) NeurIPS 28. Effective number: Kish (1965).
    """
    known = np.isfinite(outcome)
    pull = np.where(known, weight * ratio, 0.0)
    total = pull.sum()
    if total <= 0:
        return Weighted(Estimated(np.nan, np.full(len(ratio), np.nan)), 0.0)
    y = np.where(known, outcome, 0.0)
    value = float(pull @ y / total)
    influence = np.where(known, pull * (y - value) / total, 0.0)
    return Weighted(Estimated(value, influence), float(total**2 / (pull**2).sum()))


@dataclass(frozen=True, eq=False, repr=False)
class Switched:
    """A switch estimate.

    Parameters
    ----------
    estimated : Estimated
    threshold : float
        Largest weight with which an outcome corrects the model; inf: always, 0: never.
    bias : float
        How far off the value can be at most because heavier weights are not used.
    """

    estimated: Estimated
    threshold: float
    bias: float


def switch(
    offered: Array,
    left: Array,
    received: Array,
    outcome: Array,
    propensity: Array,
    expected: Array,
    weight: Array,
) -> Switched:
    """SWITCH-DR: doubly robust where weights are moderate, the model alone where they are large.

    Parameters
    ----------
    offered, propensity, expected : Array, shape (n, k)
    left : Array of bool, shape (n,)
    received : Array of int, shape (n,)
    outcome, weight : Array, shape (n,)
        People without an outcome have what the model expects.

    Notes
    -----
    The threshold has the least estimated variance plus squared bound of the bias; the bound takes any mean outcome
    within the range of those observed to be possible.

    References
    ----------
    Wang, Agarwal & Dudik (2017) Proc. 34th ICML, 3589-3597, section 4.
    """
    at = np.arange(len(received))
    chance = offered.copy()
    chance[left] = propensity[left]
    each = chance / np.clip(propensity, 1e-12, None)
    own = each[at, received]
    known = np.isfinite(outcome)
    miss = np.where(known, outcome - expected[at, received], 0.0)
    reach = float(np.nanmax(outcome) - np.nanmin(outcome)) if known.any() else 0.0
    base = (chance * expected).sum(axis=1)
    best: tuple[float, Switched] | None = None
    for threshold in _thresholds(own, weight):
        estimated = mean_of(base + np.where(own <= threshold, own * miss, 0.0), weight)
        bias = reach * mean_of((chance * (each > threshold)).sum(axis=1), weight).value
        loss = float(np.square(estimated.influence).sum()) + bias**2
        if best is None or loss < best[0] - 1e-15:
            best = loss, Switched(estimated, threshold, bias)
    assert best is not None
    return best[1]


def _thresholds(ratio: Array, weight: Array) -> list[float]:
    """No threshold first, so that it stays where nothing is better."""
    held = ratio[(weight > 0) & (ratio > 0)]
    if not len(held):
        return [np.inf]
    return [np.inf, *sorted({float(q) for q in np.quantile(held, np.linspace(0, 1, 21)[1:-1])}, reverse=True)]
