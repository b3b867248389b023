"""Powers of the rates behind small counts, without the bias of raising the counts themselves.

A count x of a rate λ (Poisson) has E[x^p] < λ^p for 0 < p < 1: the planner's index of thin cells is too high, and finds
mismatch where there is only chance. Γ(x+1)/Γ(x+1−p), the factorial power, has E = λ^p but for a term of order e^−λ that
comes from x = 0. What cells with a zero hide is therefore estimated from the cells with one and two (Robbins 1956; Chao
1984, Scand. J. Stat. 11, 265-270), for cells alike on the other side: it is not known, but bounded. If all zeros hide one
and the same small rate, they hide the most; if some hide nothing and the rest one rate, they hide the least that is
consistent with the ones and twos.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Classes of the count on the other side, within which zeros are taken to be alike.
EDGES = np.array([0.5, 2.5, 9.5, 29.5])
_CLASSES = len(EDGES) + 1
#: A zero says little of rates above this; e^−8 is 0.0003.
_MOST = 8.0
_TABLE = 4096
_CLASS_OF = np.searchsorted(EDGES, np.arange(31)).astype(np.int32)
_COUNTS = np.arange(1.0, 60.0)
_LOG_FACTORIALS = np.cumsum(np.log(_COUNTS))


def factorial_power(x: Array, p: float) -> Array:
    """Γ(x+1)/Γ(x+1−p) for x ≥ 0.5; zero below, where :func:`hidden` stands in."""
    whole = np.asarray(x)
    if whole.size and float(whole.max()) < _TABLE and bool((whole == (cast := whole.astype(np.int32))).all()):
        return _table(p)[cast]
    small = whole < _TABLE
    found = np.empty(whole.shape)
    if bool(np.all(whole == np.rint(whole))):
        found[small] = _table(p)[whole[small].astype(np.int64)]
    else:
        found[small] = _direct(whole[small], p)
    large = whole[~small]
    # Tricomi and Erdélyi's expansion to second order: relative error below 1e-11 here.
    second = p * (p - 1) / 24 * (3 * (1 - p) ** 2 - (1 + p))
    found[~small] = large**p * (1 + p * (1 - p) / (2 * large) + second / large**2)
    return found


def _direct(x: Array, p: float) -> Array:
    from scipy.special import gammaln, rgamma

    near = np.clip(x, 0.0, 100.0)
    exact = np.exp(gammaln(near + 1)) * rgamma(near + 1 - p)
    far = np.maximum(x, 100.0)
    return np.where(x < 0.5, 0.0, np.where(x <= 100, exact, np.exp(gammaln(far + 1) - gammaln(far + 1 - p))))


@cache
def _table(p: float) -> Array:
    return _direct(np.arange(_TABLE, dtype=float), p)


@dataclass(frozen=True)
class Zeros:
    """What zeros of one side hide, by class of the other side.

    ``least`` and ``most`` are (share of zeros with a rate, that rate), shape (2, n_classes); ``ones`` and ``twos``
    are the counts of cells they rest on.
    """

    least: Array
    most: Array
    ones: Array
    twos: Array


def class_of(x: Array) -> Array:
    """Class of each count."""
    return _CLASS_OF[np.minimum(np.rint(x), len(_CLASS_OF) - 1).astype(np.int32)]


def zeros(x: Array, classes: np.ndarray[Any, Any]) -> Zeros:
    """Learn from ones and twos what the zeros of ``x`` hide."""
    # One pass over (class, count up to three).
    code = classes * 4 + np.minimum(np.rint(x), 3).astype(np.int32)
    counted = np.bincount(code, minlength=4 * _CLASSES).reshape(_CLASSES, 4).astype(float)
    none, ones, twos = counted[:, 0], counted[:, 1], counted[:, 2]
    mean = np.minimum(np.divide(ones, none, out=np.zeros(_CLASSES), where=none > 0), _MOST)
    rate = np.minimum(2 * (twos + 0.5) / (ones + 0.5), _MOST)
    share = np.minimum(mean / rate, 1.0)
    rate = np.where(share < 1, rate, mean)
    return Zeros(np.array([share, rate]), np.array([np.ones(_CLASSES), mean]), ones, twos)


def hidden(guess: Array, p: float) -> Array:
    """Value that stands for λ^p in a cell with a zero: share × e^λ × what the factorial powers of x ≥ 1 leave open.

    Parameters
    ----------
    guess : ndarray, shape (2, n_classes)
        Share and rate, as in :class:`Zeros`.
    """
    share, rate = guess
    safe = np.maximum(rate, 1e-300)
    chance = np.exp(_COUNTS * np.log(safe)[:, None] - safe[:, None] - _LOG_FACTORIALS)
    open_part = rate**p - chance @ _table(p)[1:60]
    return share * np.exp(rate) * open_part


def power(x: Array, classes: np.ndarray[Any, Any], guess: Array, p: float) -> Array:
    """Estimate of λ^p for every cell."""
    return np.where(x < 0.5, hidden(guess, p)[classes], factorial_power(x, p))
