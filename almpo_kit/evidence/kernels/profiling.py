"""Profile log-likelihoods of the two variances: the best that can be had with one of them held fixed.

References
----------
Hardy and Thompson (1996) Stat. Med. 15, 619-629. Viechtbauer and López-López (2022) Res. Synth. Methods
13, 697-715.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from almpo_kit.evidence.kernels.ascent import climb
from almpo_kit.evidence.kernels.blocks import Blocks, Floats
from almpo_kit.evidence.kernels.likelihood import Point, point
from almpo_kit.evidence.kernels.three_level import Fit

#: Beyond so many times the estimate (and the typical sampling variance) the likelihood is called flat.
_FAR = 1e6
#: A dip of the profile smaller than this between two tops is rounding.
_DIP = 1e-6
_GRID = 24


@dataclass(frozen=True)
class Profile:
    """One variance, in the caller's units.

    ``estimate`` with ``low`` and ``high``, at which the log-likelihood has fallen by half the chi-squared
    quantile; ``high`` is infinite where it never falls so far. ``values`` and ``loglik`` (g,): the profile on
    a grid. ``tops``: number of local maxima on it.
    """

    estimate: float
    low: float
    high: float
    values: Floats
    loglik: Floats
    tops: int


def profile(b: Blocks, fitted: Fit, which: int, free: tuple[bool, bool], level: float) -> Profile:
    """Profile the variance between samples (``which`` 0) or within them (1)."""
    _, *variances = fitted.working(b)
    theta = np.array(variances)
    search = _Search(b, which, free[1 - which], theta)
    drop = 0.5 * float(chdtri(1, 1 - level))
    top = search.loglik(theta[which])
    low = 0.0 if search.loglik(0.0) >= top - drop else search.crossing(0.0, theta[which], top - drop)
    high = _upper(search, theta[which], top - drop)
    values = _grid(theta[which], low, high)
    logliks = np.array([search.loglik(x) for x in values])
    square = b.scale**2
    return Profile(
        theta[which] * square, low * square, high * square, values * square, logliks, _tops(logliks)
    )


def _upper(search: _Search, estimate: float, target: float) -> float:
    inside, step = estimate, max(estimate, 0.1)
    while step < _FAR * max(estimate, 1.0):
        if search.loglik(estimate + step) < target:
            return search.crossing(inside, estimate + step, target)
        inside, step = estimate + step, 2.0 * step
    return np.inf


def _grid(estimate: float, low: float, high: float) -> Floats:
    """From zero to a little beyond the interval, denser near zero, with the estimate and the ends on it."""
    end = 1.3 * high if np.isfinite(high) else 10.0 * max(estimate, 1.0)
    even = end * np.linspace(0.0, 1.0, _GRID) ** 2
    return np.unique(np.r_[even, estimate, low, high if np.isfinite(high) else end])


def _tops(loglik: Floats) -> int:
    """Local maxima that a dip sets apart."""
    tops, best, worst, rising = 1, loglik[0], loglik[0], True
    for value in loglik[1:]:
        if rising:
            best = max(best, value)
            if value < best - _DIP:
                rising, worst = False, value
        else:
            worst = min(worst, value)
            if value > worst + _DIP:
                tops, rising, best = tops + 1, True, value
    return tops


class _Search:
    """The profile as a function, each climb beginning where its neighbour ended."""

    def __init__(self, b: Blocks, which: int, other_free: bool, theta: Floats) -> None:
        self.b, self.which, self.other_free = b, which, other_free
        self.found: dict[float, tuple[float, float]] = {}
        self.other = float(theta[1 - which])

    def loglik(self, value: float) -> float:
        """Best log-likelihood with the variance held at ``value``."""
        value = float(value)
        if value not in self.found:
            near = min(self.found, key=lambda x: abs(x - value), default=None)
            start = self.other if near is None else self.found[near][1]
            # Also from zero and from where the whole model is: a profile may have a top apart.
            found = [self._climb(value, s) for s in dict.fromkeys((start, self.other, 0.0))]
            self.found[value] = max(found)
        return self.found[value][0]

    def _climb(self, value: float, other: float) -> tuple[float, float]:
        theta = np.empty(2)
        theta[self.which], theta[1 - self.which] = value, other
        if not self.other_free:
            return self._point(theta).loglik, other
        free = (self.which == 1, self.which == 0)
        end = climb(self._point, theta, free)
        return end.point.loglik, float(end.theta[1 - self.which])

    def _point(self, theta: Floats) -> Point:
        return point(self.b, float(theta[0]), float(theta[1]))

    def crossing(self, low: float, high: float, target: float) -> float:
        """Where the profile meets ``target`` between two values on either side of it."""
        from scipy.optimize import brentq

        return float(
            brentq(lambda x: self.loglik(x) - target, low, high, xtol=1e-12 * max(high, 1e-6), rtol=1e-10)
        )
