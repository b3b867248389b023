"""From which score on a code is proposed, so that a stated share of proposals is right."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Threshold(NamedTuple):
    """The lowest score that is proposed (infinite: never), and what was proposed and right from there on."""

    score: float
    proposed: int
    right: int


def threshold(scores: Array, right: Array, precision: float, likely: Array | None = None) -> Threshold:
    """The lowest score at which, with one further wrong answer, precision is still as stated.

    The further wrong answer is what makes a bound on the expected error of the next case out of an observed one (conformal
    risk control); it also keeps a model of few cases silent: .9 needs nine right ones without a wrong one. The promise is kept
    on average over models, not by each: of few cases one threshold is too low, another too high.

    Parameters
    ----------
    scores : Array, shape (n,)
        Made without the cases' own studies.
    right : Array of bool, shape (n,)
    precision : float
        E.g. 0.9.
    likely : Array of bool, shape (n,), optional
        Cases that may be the lowest proposed: a proposal shall be likely by itself, not only carried by better ones.

    References
    ----------
    Angelopoulos, Bates, Fisch, Lei and Schuster (2024) ICLR (conformal risk control).

    Examples
    --------
    >>> threshold(np.arange(12.0), np.array([False] * 2 + [True] * 10), 0.9)
    Threshold(score=2.0, proposed=10, right=10)
    """
    if not len(scores):
        return Threshold(math.inf, 0, 0)
    order = np.argsort(-scores, kind="stable")
    ranked, wrong = scores[order], np.cumsum(~right[order])
    n = np.arange(1, len(scores) + 1)
    # Equal scores are proposed together or not at all.
    last = np.append(ranked[1:] < ranked[:-1], True)
    fits = last & (wrong + 1 <= (1 - precision) * (n + 1) + 1e-12)
    possible = np.flatnonzero(fits if likely is None else fits & likely[order])
    if not len(possible):
        return Threshold(math.inf, 0, 0)
    k = int(possible[-1])
    return Threshold(float(ranked[k]), k + 1, int(k + 1 - wrong[k]))
