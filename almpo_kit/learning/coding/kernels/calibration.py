"""From a score to a probability: Platt's curve, Venn–Abers or an isotonic staircase, by how many cases there are."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

import numpy as np

from almpo_kit.learning.coding.kernels.prior_logistic import chance, prior_logistic

Array = np.ndarray[Any, np.dtype[Any]]
Kind = Literal["platt", "venn_abers", "isotonic"]

#: Cases of the rarer kind from which a staircase is fitted, and from which no second one is needed beside it.
_VENN_ABERS_FROM: Final = 50
_ISOTONIC_FROM: Final = 1_000


class Calibrator(NamedTuple):
    """A curve from score to probability.

    ``platt``: ``at`` = (slope,), ``low`` = ``high`` = (intercept,). Otherwise steps: below ``at[0]`` the first pair of
    ``low``, ``high``, from ``at[i]`` on the pair ``i + 1``; a probability is p₁ / (1 − p₀ + p₁).
    """

    kind: Kind
    at: Array
    low: Array
    high: Array

    def probabilities(self, scores: Array) -> Array:
        """Shape (n,), in [0, 1]."""
        scores = np.asarray(scores, dtype=float)
        if self.kind == "platt":
            return chance(self.at[0] * scores + self.low[0])
        step = np.searchsorted(self.at, scores, side="right")
        p0, p1 = self.low[step], self.high[step]
        return np.asarray(p1 / (1.0 - p0 + p1))


def kind_for(n_yes: int, n_no: int) -> Kind:
    """Which curve so many cases carry.

    Examples
    --------
    >>> kind_for(30, 400), kind_for(80, 90), kind_for(5000, 2000)
    ('platt', 'venn_abers', 'isotonic')
    """
    rarer = min(n_yes, n_no)
    if rarer < _VENN_ABERS_FROM:
        return "platt"
    return "venn_abers" if rarer < _ISOTONIC_FROM else "isotonic"


def calibrate(scores: Array, right: Array, kind: Kind | None = None) -> Calibrator:
    """Fit the curve on scores that were made without the cases' own studies.

    Parameters
    ----------
    scores : Array, shape (n,)
        Log odds before calibration.
    right : Array of bool, shape (n,)
    kind : {"platt", "venn_abers", "isotonic"}, optional
        By the number of cases when left out.

    References
    ----------
    Platt (1999) Advances in large margin classifiers, 61-74. Vovk, Petej and Fedorova (2015) NeurIPS 28 (inductive
    Venn–Abers). Zadrozny and Elkan (2002) KDD, 694-699 (isotonic).
    """
    scores, right = np.asarray(scores, dtype=float), np.asarray(right, dtype=bool)
    kind = kind or kind_for(int(right.sum()), int((~right).sum()))
    if kind == "platt":
        return _platt(scores, right)
    return _venn_abers(scores, right) if kind == "venn_abers" else _isotonic(scores, right)


def _platt(scores: Array, right: Array) -> Calibrator:
    # The prior says that scores are log odds already; few cases move it little, and no case leaves it as it is.
    x = np.column_stack([np.ones(len(scores)), scores])
    intercept, slope = prior_logistic(x, right.astype(float), np.array([0.0, 1.0]), np.array([2.0, 0.5]))
    # A curve that falls would turn the ranking round.
    slope = max(slope, 0.0)
    return Calibrator("platt", np.array([slope]), np.array([intercept]), np.array([intercept]))


def _isotonic(scores: Array, right: Array) -> Calibrator:
    at, values = _steps(scores, right)
    p = np.concatenate([values[:1], values])
    # p₁ / (1 − p₀ + p₁) with p₀ = p₁ is p.
    return Calibrator("isotonic", at, p, p)


def _steps(scores: Array, right: Array) -> tuple[Array, Array]:
    from scipy.optimize import isotonic_regression

    at, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    share = np.bincount(place, weights=right.astype(float)) / count
    return at, np.asarray(isotonic_regression(share, weights=count.astype(float)).x)


def _venn_abers(scores: Array, right: Array) -> Calibrator:
    """For every gap between scores: what a further case there would get, were it wrong (p₀) or right (p₁)."""
    from scipy.optimize import isotonic_regression

    at, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    yes = np.bincount(place, weights=right.astype(float))
    low, high = np.empty(len(at) + 1), np.empty(len(at) + 1)
    for gap in range(len(at) + 1):
        # A case between at[gap − 1] and at[gap]; one that ties with at[gap − 1] is counted as above it.
        weight = np.insert(count.astype(float), gap, 1.0)
        for label, out in ((0.0, low), (1.0, high)):
            share = np.insert(yes, gap, label) / weight
            out[gap] = isotonic_regression(share, weights=weight).x[gap]
    return Calibrator("venn_abers", at, low, high)
