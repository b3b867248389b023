"""Prices of places that keep a policy within its limits: who gains most over the price is offered a place."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_SWEEPS, _HALVINGS = 500, 40


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
    have the same gain, limits are kept by leaving all of them out.
    """
    share = weight / weight.sum()
    free = _cleared(gains, caps, share)
    if uses is None or _used(gains - free, uses, share) <= most + 1e-12:
        return free
    low, high = 0.0, _too_dear(gains, uses)
    for _ in range(_HALVINGS):
        rate = (low + high) / 2
        taken = _cleared(gains - rate * uses, caps, share)
        inside = _used(gains - rate * uses - taken, uses, share) <= most + 1e-12
        low, high = (low, rate) if inside else (rate, high)
    return _cleared(gains - high * uses, caps, share) + high * uses


def _too_dear(gains: Array, uses: Array) -> float:
    """A rate at which nothing is taken."""
    cost = uses[1:][uses[1:] > 0]
    return float(2 * max(np.max(gains[:, 1:] - gains[:, :1]), 1e-12) / cost.min()) if len(cost) else 0.0


def _used(net: Array, uses: Array, share: Array) -> float:
    return float((share * uses[net.argmax(axis=1)]).sum())


def _cleared(gains: Array, caps: Array, share: Array) -> Array:
    prices = np.zeros(gains.shape[1])
    limited = np.flatnonzero(np.isfinite(caps) & (caps < 1))
    step = 1e-9 * (np.ptp(gains) + 1e-12)
    for _ in range(_SWEEPS):
        before = prices.copy()
        for arm in limited:
            others = np.delete(gains - prices, arm, axis=1).max(axis=1)
            prices[arm] = max(prices[arm], _clearing(gains[:, arm] - others, caps[arm], share) + step)
        if len(limited) < 2 or np.abs(prices - before).max() <= 10 * step:
            break
    return np.where(prices <= step, 0.0, prices)


def _clearing(margin: Array, cap: float, share: Array) -> float:
    """Lowest price, at least 0, above which people with at most ``cap`` of all weight have their margin."""
    order = np.argsort(-margin, kind="stable")
    taken = np.cumsum(share[order])
    over = np.searchsorted(taken, cap + 1e-12, side="right")
    return max(float(margin[order[over]]), 0.0) if over < len(margin) else 0.0
