"""The Lagrangian dual: prices for places, money, crowding and fairness at which people sort themselves.

At given prices each person takes the programme with the best gain less price, which costs one pass over people; any prices
bound the optimum from above (weak duality). Smoothing (Nesterov 2005) makes the bound differentiable; it is
minimised by L-BFGS-B at falling temperatures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.allocation.problem import Prices, Problem

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class _Form:
    """How prices lie in one vector: which are free, and the unit of money."""

    problem: Problem
    place: Array
    programme: Array
    money: bool
    euro: float

    def prices(self, x: Array) -> Prices:
        p = self.problem
        n_place, n_programme = int(self.place.sum()), int(self.programme.sum())
        place, programme = np.zeros(p.places.shape), np.zeros(len(p.limit))
        place[self.place] = x[:n_place]
        programme[self.programme] = x[n_place : n_place + n_programme]
        at = n_place + n_programme
        money = float(x[at]) / self.euro if self.money else 0.0
        at += int(self.money)
        crowd_size = p.width[..., 0].size if p.crowded else 0
        crowd = (
            x[at : at + crowd_size].reshape(p.width.shape[:2]) if p.crowded else np.zeros(p.width.shape[:2])
        )
        return Prices(place, programme, money, crowd, x[at + crowd_size :].copy())

    def vector(self, prices: Prices) -> Array:
        crowd = prices.crowd.ravel() if self.problem.crowded else np.zeros(0)
        money = [prices.money * self.euro] if self.money else []
        return np.concatenate(
            [prices.place[self.place], prices.programme[self.programme], money, crowd, prices.bound]
        )


def _form(problem: Problem) -> _Form:
    dear = problem.cost[problem.listed & (problem.cost > 0)]
    return _Form(
        problem,
        problem.listed & np.isfinite(problem.places),
        np.isfinite(problem.limit),
        bool(np.isfinite(problem.budget)),
        float(np.median(dear)) if dear.size else 1.0,
    )


def no_prices(problem: Problem) -> Prices:
    """Everything free of charge."""
    zeros = np.zeros(problem.width.shape[:2])
    return Prices(
        np.zeros(problem.places.shape),
        np.zeros(len(problem.limit)),
        0.0,
        zeros,
        np.zeros(len(problem.bounds)),
    )


def _asked(problem: Problem, prices: Prices) -> Array:
    """What a place costs people of each starting place, shape (z, p, m); ``inf`` where closed."""
    each = prices.place + prices.programme[:, None] + prices.money * problem.cost
    if problem.crowded:
        each = each + prices.crowd[:, problem.area]
    return np.where(problem.open(), problem.toll[:, None, :] + each[None], np.inf)


def _terms(problem: Problem, prices: Prices) -> tuple[Array, Array]:
    slope = 1.0 + np.einsum("f,fqp->qp", prices.bound, problem.bounds.gamma)
    return slope, np.einsum("f,fqp->qp", prices.bound, problem.bounds.alpha)


def _rent(problem: Problem, prices: Prices) -> float:
    """What the limits themselves add to the bound."""
    finite, whole = np.isfinite(problem.places), np.isfinite(problem.limit)
    rent = float((prices.place[finite] * problem.places[finite]).sum())
    rent += float((prices.programme[whole] * problem.limit[whole]).sum())
    rent += prices.money * problem.budget if np.isfinite(problem.budget) else 0.0
    rent -= float(prices.bound @ problem.bounds.floor)
    if problem.crowded:
        rent += float((np.maximum(0.0, prices.crowd[..., None] - problem.loss) * problem.width).sum())
    return rent


def upper_bound(problem: Problem, prices: Prices) -> tuple[float, Array, Array]:
    """No allocation is worth more than this.

    Returns
    -------
    bound : float
    choice : Array of int, shape (n,)
        What each person takes at these prices, -1 none.
    margin : Array, shape (n,)
        By how much that is better than the next best.
    """
    from almpo_kit.recommendation.allocation.kernels.demand import best_choice

    slope, shift = _terms(problem, prices)
    price = np.ascontiguousarray(_asked(problem, prices).min(axis=2))
    n = len(problem.gain)
    choice, margin = np.empty(n, dtype=np.int64), np.empty(n)
    value = best_choice(problem.gain, problem.place, problem.cell, slope, shift, price, choice, margin)
    return value + _rent(problem, prices), choice, margin


def _smoothed(form: _Form, x: Array, temperature: float) -> tuple[float, Array]:
    """The smoothed bound and its gradient."""
    from almpo_kit.recommendation.allocation.kernels.demand import smooth_demand

    problem, prices = form.problem, form.prices(x)
    asked = _asked(problem, prices)
    low = asked.min(axis=2)
    base = np.where(np.isfinite(low), low, 0.0)
    weight = np.exp(-(asked - base[..., None]) / temperature)
    together = weight.sum(axis=2)
    price = np.where(together > 0, base - temperature * np.log(np.maximum(together, 1e-300)), np.inf)
    slope, shift = _terms(problem, prices)
    by_place = np.empty(price.shape)
    by_cell, gain_by_cell = np.empty(slope.shape), np.empty(slope.shape)
    value = smooth_demand(
        problem.gain,
        problem.place,
        problem.cell,
        slope,
        shift,
        price,
        temperature,
        by_place,
        by_cell,
        gain_by_cell,
    )
    split = weight / np.maximum(together, 1e-300)[..., None]
    used = np.einsum("zp,zpm->pm", by_place, split)
    places = problem.places[form.place] - used[form.place]
    programmes = problem.limit[form.programme] - used.sum(axis=1)[form.programme]
    money = [(problem.budget - (problem.cost * used).sum()) / form.euro] if form.money else []
    rent, supplied = _rent(problem, prices), np.zeros(0)
    crowd = np.zeros(0)
    if problem.crowded:
        extra, supplied = _smooth_steps(problem, prices, temperature)
        rent += extra
        taken = np.zeros(problem.width.shape[:2])
        np.add.at(taken.T, problem.area, used.T)
        crowd = (supplied - taken).ravel()
    b = problem.bounds
    held = np.einsum("fqp,qp->f", b.alpha, by_cell) + np.einsum("fqp,qp->f", b.gamma, gain_by_cell) - b.floor
    return value + rent, np.concatenate([places, programmes, money, crowd, held])


def _smooth_steps(problem: Problem, prices: Prices, temperature: float) -> tuple[float, Array]:
    """How far the smoothed rent of crowding lies above the exact one, and the places supplied at these prices."""
    over = prices.crowd[..., None] - problem.loss
    # A step without loss has its kink where the price cannot go, below zero: it stays exact.
    kinked = problem.loss > 0
    with np.errstate(over="ignore"):
        share = np.where(kinked, 1.0 / (1.0 + np.exp(-over / temperature)), 1.0)
        soft = np.where(kinked, temperature * np.log1p(np.exp(-np.abs(over) / temperature)), 0.0)
    return float((soft * problem.width).sum()), (share * problem.width).sum(axis=2)


def solve_dual(
    problem: Problem,
    *,
    stages: int = 4,
    iterations: int = 120,
    progress: Callable[[int], None] | None = None,
) -> tuple[Prices, float]:
    """Prices near the best, and the bound that they prove.

    Parameters
    ----------
    stages : int
        Temperatures, each a fifth of the one before; the first is a fifth of the spread of gains.
    iterations : int
        Of L-BFGS-B at each.

    References
    ----------
    Nesterov (2005) Math. Program. 103, 127-152. Byrd, Lu, Nocedal & Zhu (1995) SIAM J. Sci. Comput. 16, 1190-1208.
    """
    from scipy.optimize import minimize

    form = _form(problem)
    best = no_prices(problem)
    bound = upper_bound(problem, best)[0]
    x = form.vector(best)
    allowed = problem.gain[np.isfinite(problem.gain)]
    if not x.size or not allowed.size:
        return best, bound
    spread = max(float(allowed.std()), 1e-3 * float(np.abs(allowed).max()), 1e-12)
    unit = spread * len(problem.gain)
    for stage in range(stages):
        temperature = spread / 5.0 ** (stage + 1)

        def worth(y: Array, temperature: float = temperature) -> tuple[float, Array]:
            value, slope = _smoothed(form, y * spread, temperature)
            return value / unit, slope / len(problem.gain)

        found = minimize(
            worth,
            x / spread,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, None)] * x.size,
            options={"maxiter": iterations, "maxcor": 20, "ftol": 1e-10, "gtol": 1e-7},
        )
        x = np.maximum(found.x, 0.0) * spread
        prices = form.prices(x)
        value = upper_bound(problem, prices)[0]
        if value < bound:
            best, bound = prices, value
        if progress is not None:
            progress(stage + 1)
    return best, bound
