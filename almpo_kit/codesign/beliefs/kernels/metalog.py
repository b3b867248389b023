"""Keelin's three-term metalog on a bounded range: smooth, with tails as of a logistic curve on the log-odds scale.

Keelin (2016) The metalog distributions, Decision Analysis 13, 243-277, sections 3 and 6.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Log-odds of the 90th percentile.
_ODDS = float(np.log(9.0))
_HALVINGS = 44
_PROOF = 400


def metalog_terms(given: Array, ends: tuple[float, float]) -> Array:
    """The three terms of each belief; NaN where no such curve meets its quantiles.

    Parameters
    ----------
    given : ndarray, shape (n, 3)
        10th, 50th, 90th percentile, in order.
    ends : (float, float)
        Of the range.

    Returns
    -------
    ndarray, shape (n, 3)
    """
    low, high = ends
    inside = (given[:, 0] > low) & (given[:, 2] < high) & (np.diff(given, axis=1) > 0).all(axis=1)
    held = np.where(inside[:, None], given, low + (high - low) * np.array([0.1, 0.5, 0.9]))
    odds = np.log((held - low) / (high - held))
    location = odds[:, 1]
    scale = (odds[:, 2] - odds[:, 0]) / (2 * _ODDS)
    # At p = 0.1 and 0.9: (p - 0.5) logit(p) = 0.4 ln 9, on both sides.
    skew = (odds[:, 0] + odds[:, 2] - 2 * odds[:, 1]) / (2 * 0.4 * _ODDS)
    terms = np.column_stack([location, scale, skew])
    terms[~(inside & _rising(terms))] = np.nan
    return terms


def metalog_quantile(terms: Array, ends: tuple[float, float], p: Array) -> Array:
    """Quantiles of each belief, shape (n, m)."""
    return _bounded(_odds(terms, p[None, :]), ends)


def metalog_cdf(terms: Array, ends: tuple[float, float], x: Array) -> Array:
    """Chance of being at or below ``x``, by each belief, shape (n, m): the quantile function turned around by halving."""
    low, high = ends
    inside = np.clip(x, low + 1e-12 * (high - low), high - 1e-12 * (high - low))
    wanted = np.log((inside - low) / (high - inside))[None, :]
    # In log-odds of p: chances close to 0 and 1 keep their digits.
    lower = np.full((len(terms), len(x)), -40.0)
    upper = -lower
    for _ in range(_HALVINGS):
        middle = (lower + upper) / 2
        below = _odds(terms, 1 / (1 + np.exp(-middle)), middle) < wanted
        lower, upper = np.where(below, middle, lower), np.where(below, upper, middle)
    found = 1 / (1 + np.exp(-(lower + upper) / 2))
    return np.where(x >= high, 1.0, np.where(x <= low, 0.0, found))


def _odds(terms: Array, p: Array, logit: Array | None = None) -> Array:
    if logit is None:
        # 1 less the smallest step: a chance of 1 has no log-odds.
        p = np.clip(p, 1e-300, 1 - 2.3e-16)
        logit = np.log(p / (1 - p))
    return terms[:, :1] + terms[:, 1:2] * logit + terms[:, 2:] * (p - 0.5) * logit


def _bounded(odds: Array, ends: tuple[float, float]) -> Array:
    return ends[0] + (ends[1] - ends[0]) / (1 + np.exp(-np.clip(odds, -700, 700)))


def _rising(terms: Array) -> Array:
    """Where the quantile function rises everywhere; proved on a grid that reaches far into both tails."""
    logit = np.linspace(-30, 30, _PROOF)
    p = 1 / (1 + np.exp(-logit))
    slope = terms[:, 1:2] + terms[:, 2:] * ((p - 0.5) + p * (1 - p) * logit)
    return (slope > 0).all(axis=1)
