"""What is gained by serving first those of whom most is predicted: TOC, AUTOC and Qini, with cluster-robust errors."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Weighting = Literal["autoc", "qini"]


class Ranked(NamedTuple):
    """A number and what each row adds to its error.

    Parameters
    ----------
    value : float
    influence : Array, shape (n,)
        Sums to zero; the variance is the sum over clusters of squared sums, over n squared.
    """

    value: float
    influence: Array


def rate(priority: Array, score: Array, weighting: Weighting) -> Ranked:
    """Rank-weighted average treatment effect.

    Parameters
    ----------
    priority : Array, shape (n,)
        Larger means earlier.
    score : Array, shape (n,)
        Doubly robust scores.
    weighting : {"autoc", "qini"}
        ``"autoc"``: area under the TOC curve. ``"qini"``: area under q times TOC(q).

    Returns
    -------
    Ranked
        In the unit of the scores; zero where the ranking says nothing.

    Notes
    -----
    The influence has a part for the scores and one for the ranks being estimated. Rows of equal priority share a rank.

    References
    ----------
    Yadlowsky, Fleming, Shah, Brunskill and Wager (2025) J. Am. Stat. Assoc. 120, 38-51.
    """
    q = shares_before(priority)
    weight, slope = (-np.log(q) - 1.0, -1.0 / q) if weighting == "autoc" else (0.5 - q, -np.ones(len(q)))
    gap = score - score.mean()
    weight = weight - weight.mean()
    value = float(np.mean(weight * gap))
    order = np.argsort(priority, kind="stable")
    held = np.empty(len(q))
    held[order] = np.cumsum((gap * slope)[order]) / len(q)
    # Rows of equal priority move each other's ranks alike.
    _, code = np.unique(priority, return_inverse=True)
    last = np.full(code.max() + 1, -np.inf)
    np.maximum.at(last, code, np.argsort(order).astype(float))
    held = held[order[last[code].astype(int)]]
    influence = weight * gap - value + held - held.mean()
    return Ranked(value, influence - influence.mean())


def toc(priority: Array, score: Array, share: float) -> Ranked:
    """How much more the first ``share`` of people gain than all: one point of the TOC curve.

    Parameters
    ----------
    priority, score : Array, shape (n,)
    share : float
        Between 0 and 1.
    """
    q = shares_before(priority)
    first = (q <= share).astype(float)
    if not first.any() or first.all():
        return Ranked(0.0, np.zeros(len(q)))
    held = first.mean()
    mean = float(first @ score / first.sum())
    # Who stands at the edge decides what moving the edge would do.
    near = np.argsort(np.abs(q - share), kind="stable")[: max(10, len(q) // 20)]
    edge = float(score[near].mean())
    top = first / held * (score - edge) - (mean - edge)
    influence = top - (score - score.mean())
    return Ranked(mean - float(score.mean()), influence - influence.mean())


def shares_before(priority: Array) -> Array:
    """Share of people who come before or with each row, the row itself counted half; in (0, 1)."""
    n = len(priority)
    _, code, count = np.unique(-priority, return_inverse=True, return_counts=True)
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    found: Array = ((start + count / 2.0) / n)[code]
    return found
