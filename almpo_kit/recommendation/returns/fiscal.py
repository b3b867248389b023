"""The public purse over the years, the year in which it is even, and what a euro of net cost does for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.spillovers.net_of_displacement import net_of_displacement

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class FiscalReturn:
    """Per participant, discounted to entry; n draws (or scenarios), T years.

    Parameters
    ----------
    net_cost : Array, shape (n, T + 1)
        Cost less what has come back, at entry and at the end of each year; negative once more came back than was paid.
    break_even : Array, shape (n,)
        First year from which the net cost stays at zero or below; 0 where nothing was paid, infinite where not within T years.
    willingness : Array, shape (n,)
        What people gain in disposable income over all years, less what the displaced lose; NaN where not asked.
    mvpf : Array, shape (n,)
        Marginal value of public funds, ``willingness / net_cost`` at the end: infinite where people gain and the purse loses
        nothing; NaN where neither people gain nor the purse pays, for a ratio then orders nothing.
    """

    net_cost: Array
    break_even: Array
    willingness: Array
    mvpf: Array


def fiscal_return(
    months: Any,
    cost: Any,
    *,
    public_gain: Any,
    income_gain: Any = None,
    transfer: Any = 0.0,
    discount: float = 0.03,
    displacement: Any = 0.0,
    substitution: Any = 0.0,
) -> FiscalReturn:
    """Cumulative net cost to the public purse, break-even year and MVPF.

    Parameters
    ----------
    months : array_like, shape (T,) or (n, T)
        Additional months in work in each year after entry, a participant, against no programme: deadweight is off already.
    cost : array_like, scalar or (n,)
        Euro a participant, paid at entry.
    public_gain : array_like, scalar or (n,)
        Euro that a month in work brings the purse: taxes and contributions paid, benefits not paid.
    income_gain : array_like, optional
        Euro that a month in work adds to a person's disposable income, net of taxes and of benefits lost.
    transfer : array_like
        Euro of the cost that participants would pay for themselves, e.g. a stipend; 0 where the programme is worth to them
        only what it brings in work.
    discount : float
        A year; flows lie in the middle of their year.
    displacement, substitution : array_like, scalar or (n,)
        Shares of the gain that others lose, and that the same employers would have hired from others; taken off one after
        the other, off gains only.

    Returns
    -------
    FiscalReturn

    References
    ----------
    Hendren and Sprung-Keyser (2020) Quarterly Journal of Economics 135, 1209-1318.
    """
    m = np.atleast_2d(np.asarray(months, dtype=float))
    rates = [np.asarray(r, dtype=float).reshape(-1, 1) for r in (substitution, displacement)]
    left = net_of_displacement(net_of_displacement(m, rates[0]), rates[1])
    value = (1.0 + discount) ** -(np.arange(m.shape[1]) + 0.5)
    pays = np.asarray(cost, dtype=float).reshape(-1, 1)
    back = np.cumsum(left * value * np.asarray(public_gain, dtype=float).reshape(-1, 1), axis=1)
    n = max(len(pays), len(back))
    net = np.concatenate([np.broadcast_to(pays, (n, 1)), pays - back], axis=1)
    if income_gain is None:
        nothing = np.full(n, np.nan)
        return FiscalReturn(net, break_even_year(net), nothing, nothing.copy())
    gained = (left * value).sum(axis=1) * np.asarray(income_gain, dtype=float)
    willing = np.broadcast_to(gained + np.asarray(transfer, dtype=float), (n,)).copy()
    return FiscalReturn(net, break_even_year(net), willing, mvpf(willing, net[:, -1]))


def break_even_year(net_cost: Array) -> Array:
    """First year from which the net cost stays at zero or below, infinite where there is none, shape (n,)."""
    # Sums that are zero but for rounding count as even.
    even = net_cost <= 1e-9 * (1.0 + np.abs(net_cost[:, :1]))
    stays = np.logical_and.accumulate(even[:, ::-1], axis=1)[:, ::-1]
    return np.where(stays.any(axis=1), np.argmax(stays, axis=1).astype(float), np.inf)


def mvpf(willingness: Array, net_cost: Array) -> Array:
    """Willingness to pay over net cost; infinite where people gain at no cost, NaN where neither gains nor pays."""
    w, c = np.asarray(willingness, dtype=float), np.asarray(net_cost, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = w / c
    return np.where(c > 0, ratio, np.where(w > 0, np.inf, np.nan))
