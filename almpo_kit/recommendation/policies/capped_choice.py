"""Prices of places that keep a policy within its limits: who gains most over the price is offered a place."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_SWEEPS, _HALVINGS, _TRIALS = 200, 30, 5


def choose(gains: Array, prices: Array) -> Array:
    """The arm with the highest gain over its price; the first where several are equal, so none before any programme.

    Parameters
    ----------
    gains : Array, shape (n, k)
    prices : Array, shape (k,)

    Returns
    -------
    Array of int, shape (n,)
    """
    return (gains - prices).argmax(axis=1)


def capped_prices(
    gains: Array,
    caps: Array,
    weight: Array,
    *,
    uses: Array | None = None,
    most: float = np.inf,
) -> Array:
    """Lowest prices at which no arm is taken by more than its share, and the whole uses no more than it may.

    Parameters
    ----------
    gains : Array, shape (n, k)
        Column 0 is the offer of none, which has no price.
    caps : Array, shape (k,)
        Share of people (by weight) that each arm may have.
    weight : Array, shape (n,)
    uses : Array, shape (k,), optional
        What an offer uses of the whole (1: a place; or euro).
    most : float
        How much may be used a person.

    Returns
    -------
    Array, shape (k,)
        In the unit of gains.

    Notes
    -----
    A person's demand for one arm never falls when another becomes dearer, so prices that start at nothing and only rise
    end at the lowest ones that clear the market (Kelso & Crawford 1982, Econometrica 50, 1483-1504; they are the duals
    of the linear programme). The limit of the whole is a price on what is used, found by halving. Where many people
    have the same gain, limits are kept by leaving all of them out; where one person stands between two full programmes,
    by leaving a place empty.
    """
    share = weight / weight.sum()
    free = _cleared(gains, caps, share)
    if uses is None or _used(gains - free, uses, share) <= most + 1e-12:
        return free
    low, high = 0.0, _too_dear(gains, uses)
    known = _cleared(gains - high * uses, caps, share)
    for _ in range(_HALVINGS):
        rate = (low + high) / 2
        net = gains - rate * uses
        taken = _cleared(net, caps, share, known)
        if _used(net - taken, uses, share) <= most + 1e-12:
            high, known = rate, taken
        else:
            low = rate
    return known + high * uses


def _too_dear(gains: Array, uses: Array) -> float:
    """A rate at which nothing is taken."""
    cost = uses[1:][uses[1:] > 0]
    return float(2 * max(np.max(gains[:, 1:] - gains[:, :1]), 1e-12) / cost.min()) if len(cost) else 0.0


def _used(net: Array, uses: Array, share: Array) -> float:
    return float((share * uses[net.argmax(axis=1)]).sum())


def _cleared(gains: Array, caps: Array, share: Array, start: Array | None = None) -> Array:
    """Lowest clearing prices; where one person could go to either of two full programmes, a place stays empty.

    Prices are first sought from ``start`` up; they are the lowest if every programme with a price is full.
    """
    shut = caps <= 0
    held, inside = np.where(shut, -np.inf, gains), caps.copy()
    closed = np.ptp(gains) + 1.0
    if start is not None:
        prices = _raised(held, caps, share, np.where(shut, 0.0, start))
        taken = _taken(held, prices, share)
        full = (prices <= 0) | shut | (taken >= caps - 3 * share.max())
        if full.all() and (taken <= caps + 1e-12).all():
            return np.where(shut, closed, prices)
    for _ in range(_TRIALS):
        prices = _raised(held, inside, share, np.zeros(len(caps)))
        over = _taken(held, prices, share) - caps
        if (over <= 1e-12).all():
            return np.where(shut, closed, prices)
        inside = np.where(over > 1e-12, np.maximum(inside - over - share.max(), 0.0), inside)
    return np.where(shut, closed, _driven_out(held, caps, share, prices))


def _taken(gains: Array, prices: Array, share: Array) -> Array:
    return np.bincount(choose(gains, prices), share, len(prices))


def _driven_out(gains: Array, caps: Array, share: Array, prices: Array) -> Array:
    """Prices raised by steps that double until limits hold: many alike stand between several full programmes."""
    step = np.full(len(prices), 1e-9 * (np.ptp(gains[np.isfinite(gains)]) + 1e-12))
    while (over := _taken(gains, prices, share) > caps + 1e-12).any():
        prices = np.where(over, prices + step, prices)
        step = np.where(over, 2 * step, step)
    return prices


def _raised(gains: Array, caps: Array, share: Array, start: Array) -> Array:
    prices = start.copy()
    limited = np.flatnonzero(np.isfinite(caps) & (caps < 1) & np.isfinite(gains).all(axis=0))
    step = 1e-9 * (np.ptp(gains[np.isfinite(gains)]) + 1e-12)
    for _ in range(_SWEEPS):
        before = prices.copy()
        for arm in limited:
            margin = gains[:, arm] - _best_other(gains, prices, int(arm))
            taking = margin > prices[arm]
            if share[taking].sum() > caps[arm] + 1e-12:
                prices[arm] = _clearing(margin[taking], caps[arm], share[taking]) + step
        if len(limited) < 2 or np.abs(prices - before).max() <= 100 * step:
            break
    return np.where(prices <= step, 0.0, prices)


def _best_other(gains: Array, prices: Array, arm: int) -> Array:
    best = np.full(len(gains), -np.inf)
    for b in range(len(prices)):
        if b != arm:
            np.maximum(best, gains[:, b] - prices[b], out=best)
    return best


def _clearing(margin: Array, cap: float, share: Array) -> float:
    """Lowest price above which people with at most ``cap`` of all weight have their margin; there are too many now."""
    order = np.argsort(-margin, kind="stable")
    over = int(np.searchsorted(np.cumsum(share[order]), cap + 1e-12, side="right"))
    return float(margin[order[min(over, len(margin) - 1)]])
