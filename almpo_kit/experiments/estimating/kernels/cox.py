"""Cox's proportional hazards with Efron's ties, strata, and what each person adds to the estimate.

Cox (1972), J. R. Stat. Soc. B 34, 187–220; Efron (1977), J. Am. Stat. Assoc. 72, 557–565; influence by score residuals,
Lin & Wei (1989), J. Am. Stat. Assoc. 84, 1074–1078.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_MOST_STEPS, _CLOSE = 50, 1e-10


class CoxFit(NamedTuple):
    """Coefficients (p,), inverse information (p, p), each person's influence (n, p) and expected events (n,)."""

    coefficients: Array
    covariance: Array
    influence: Array
    expected: Array


class _Order(NamedTuple):
    """People sorted by stratum and time, and where the steps of the partial likelihood lie."""

    order: Array
    first: Array
    last: Array
    begin: Array
    end: Array
    steps: Array
    tie: Array
    share: Array


def cox(time: Array, event: Array, x: Array, stratum: Array | None = None) -> CoxFit:
    """Logarithms of hazard ratios.

    Parameters
    ----------
    time : array, shape (n,)
    event : array of bool, shape (n,)
    x : array, shape (n, p)
    stratum : array of int, shape (n,), optional
    """
    laid = _lay(time, event, np.zeros(len(time), dtype=int) if stratum is None else stratum)
    x = (x - x.mean(axis=0))[laid.order]
    beta = np.zeros(x.shape[1])
    value, slope, information = _likelihood(beta, x, laid)
    for _ in range(_MOST_STEPS):
        step = np.linalg.solve(information, slope)
        tried = _likelihood(beta + step, x, laid)
        while not tried[0] >= value - 1e-12 * abs(value) and np.abs(step).max() > _CLOSE:
            step = step / 2
            tried = _likelihood(beta + step, x, laid)
        beta, (value, slope, information) = beta + step, tried
        if np.abs(step).max() < _CLOSE:
            break
    covariance = np.linalg.inv(information)
    scores, expected = _residuals(beta, x, laid)
    back = np.argsort(laid.order)
    return CoxFit(beta, covariance, (scores @ covariance)[back], expected[back])


def _lay(time: Array, event: Array, stratum: Array) -> _Order:
    order = np.lexsort((time, stratum))
    time, event, stratum = time[order], np.asarray(event[order], dtype=bool), stratum[order]
    n = len(time)
    new = np.r_[True, (np.diff(time) != 0) | (np.diff(stratum) != 0)]
    fresh = np.r_[True, np.diff(stratum) != 0]
    tie = np.cumsum(new) - 1
    starts = np.flatnonzero(new)
    ends = np.r_[starts[1:], n]
    part = np.cumsum(fresh) - 1
    begins = np.flatnonzero(fresh)
    finals = np.r_[begins[1:], n]
    steps = np.flatnonzero(event)
    deaths = np.bincount(tie[steps], minlength=len(starts))
    before = np.cumsum(np.r_[0, deaths[:-1]])
    rank = np.arange(len(steps)) - before[tie[steps]]
    share = rank / np.maximum(deaths[tie[steps]], 1)
    return _Order(order, starts[tie], ends[tie] - 1, begins[part], finals[part], steps, tie, share)


def _at_risk(values: Array, laid: _Order) -> Array:
    """Sum over those at risk at each step, the tied ones counted in part (Efron)."""
    ahead = np.concatenate([np.cumsum(values[::-1], axis=0)[::-1], np.zeros((1, *values.shape[1:]))])
    whole = ahead[laid.first[laid.steps]] - ahead[laid.end[laid.steps]]
    dying = np.zeros((int(laid.tie[-1]) + 1, *values.shape[1:]))
    np.add.at(dying, laid.tie[laid.steps], values[laid.steps])
    share = laid.share.reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray(whole - share * dying[laid.tie[laid.steps]])


def _likelihood(beta: Array, x: Array, laid: _Order) -> tuple[float, Array, Array]:
    linear = x @ beta
    risk = np.exp(linear - linear.max())
    s0 = _at_risk(risk, laid)
    means = _at_risk(risk[:, None] * x, laid) / s0[:, None]
    squares = _at_risk(risk[:, None, None] * x[:, :, None] * x[:, None, :], laid) / s0[:, None, None]
    value = float(np.sum(linear[laid.steps] - linear.max() - np.log(s0)))
    slope = np.sum(x[laid.steps] - means, axis=0)
    return value, slope, np.sum(squares, axis=0) - means.T @ means


def _residuals(beta: Array, x: Array, laid: _Order) -> tuple[Array, Array]:
    risk = np.exp(x @ beta)
    s0 = _at_risk(risk, laid)
    means = _at_risk(risk[:, None] * x, laid) / s0[:, None]
    hazard = 1 / s0
    summed = _until(hazard, laid)
    moved = _until(hazard[:, None] * means, laid)
    # Those who end at a tied time are counted in part at its later steps.
    ties = int(laid.tie[-1]) + 1
    part, part_moved, mean = np.zeros(ties), np.zeros((ties, x.shape[1])), np.zeros((ties, x.shape[1]))
    at = laid.tie[laid.steps]
    np.add.at(part, at, laid.share * hazard)
    np.add.at(part_moved, at, (laid.share * hazard)[:, None] * means)
    np.add.at(mean, at, means)
    deaths = np.bincount(at, minlength=ties)
    own = np.zeros(len(x), dtype=bool)
    own[laid.steps] = True
    summed = summed - np.where(own, part[laid.tie], 0)
    moved = moved - np.where(own[:, None], part_moved[laid.tie], 0)
    scores = -risk[:, None] * (x * summed[:, None] - moved)
    scores[own] += x[own] - (mean / np.maximum(deaths, 1)[:, None])[laid.tie[own]]
    return scores, risk * summed


def _until(values: Array, laid: _Order) -> Array:
    """Sum over the steps up to and at each person's time."""
    placed = np.zeros((len(laid.order) + 1, *values.shape[1:]))
    placed[laid.steps + 1] = values
    running = np.cumsum(placed, axis=0)
    return np.asarray(running[laid.last + 1] - running[laid.begin])
