"""`allocate`: places of programmes at offices to people by gain, under money, travel, fairness and crowding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.answering import answer
from almpo_kit.recommendation.allocation.asking import (
    Asked,
    check_groups,
    check_options,
    read_eligible,
    read_gains,
    read_people,
)
from almpo_kit.recommendation.allocation.crowding import read_crowding
from almpo_kit.recommendation.allocation.decomposition import solve_large
from almpo_kit.recommendation.allocation.exact import solve_exactly
from almpo_kit.recommendation.allocation.fairness_bounds import read_bounds
from almpo_kit.recommendation.allocation.infeasible import feasible
from almpo_kit.recommendation.allocation.offices import need_prices, read_offices
from almpo_kit.recommendation.allocation.problem import Problem, Solution, better
from almpo_kit.recommendation.allocation.reach import read_reach
from almpo_kit.recommendation.allocation.refusing import refusal
from almpo_kit.recommendation.allocation.result import Allocation
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.gains import Gains

Array = np.ndarray[Any, np.dtype[Any]]
Method = Literal["auto", "exact", "decomposition"]
#: People × programmes up to which whole numbers are solved at once, and up to which they are where prices leave a gap.
_TINY, _SMALL = 300, 4_000


def allocate(
    gains: Gains | Array,
    menu: Menu,
    *,
    people: pd.DataFrame | None = None,
    offices: pd.DataFrame | None = None,
    budget: float | None = None,
    travel: pd.DataFrame | None = None,
    max_travel: float | None = None,
    travel_loss: float = 0.0,
    eligible: Mapping[str, str] | None = None,
    fairness: Sequence[Mapping[str, Any]] = (),
    congestion: pd.DataFrame | None = None,
    by: Sequence[str] = (),
    risk: Literal["mean", "low"] = "mean",
    least_gain: float = 0.0,
    method: Method = "auto",
    tolerance: float = 3e-3,
    seconds: float = 10.0,
    unit: str | None = None,
    target_words: str | None = None,
    source: Any = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Allocation:
    """Plan who is offered which programme at which office so that the sum of gains is largest.

    Maximises ``∑ gain_ip x_ip`` less what is lost on the way and by crowding, each person having at most one programme,
    under places by programme and office, places by programme (``menu.capacity``), the budget, who is eligible, who can
    reach which office, and fairness bounds. A handful of people, or few (people × programmes up to 4 000) where prices leave a
    gap: a whole-number programme (HiGHS). Many: prices from the smoothed Lagrangian dual sort everybody except those on the margin, whom HiGHS
    places; the bound of the dual proves how far from the best the plan can be.

    A programme is never offered to a person for whom the gain abstains or is not above ``least_gain``, whatever the
    fairness bounds ask for.

    Parameters
    ----------
    gains : Gains or Array, shape (n, k)
        Gains against no programme, columns in the order of the menu (no programme first). In an array NaN abstains.
    menu : Menu
    people : DataFrame, shape (n, ...), optional
        ``geo`` (with long ``travel``) or ``office`` (without), ``max_travel``, columns of eligibility and of groups.
    offices : DataFrame, optional
        ``office, programme, places`` (empty: no limit); optional ``unit_cost_eur``, ``area``. By default one office with
        the menu's places.
    budget : float, optional
        Euro; needs the price of every programme.
    travel : DataFrame, optional
        Long ``geo, office, minutes`` (or ``km``), what is missing being out of reach; or one row a person and one column an
        office.
    max_travel : float, optional
        In the unit of ``travel``.
    travel_loss : float
        Gain lost for each minute (or km) on the way.
    eligible : mapping of str to str, optional
        Programme -> column of ``people`` with truth values.
    fairness : sequence of mapping
        E.g. ``{"by": "sex", "group": "women", "min_share": 0.45}`` (of all offers), ``"min_offered"`` (share of the group
        with an offer), ``"min_gain"`` (mean over everybody in the group), or ``{"by": "sex", "max_gap": 0.05}`` (between any
        two groups, share with an offer). ``"programme"`` narrows a bound to one.
    congestion : DataFrame, optional
        ``programme, from_places, loss``, optional ``area``: beyond ``from_places`` taken in an area (an office where offices
        have none) each further place lowers the total by ``loss``.
    by : sequence of str
        Columns of ``people`` for the table of groups, beside those of ``fairness``.
    risk : {"mean", "low"}
        What is maximised: the expected gain, or the lower end of its interval.
    least_gain : float
    method : {"auto", "exact", "decomposition"}
    tolerance : float
        Gap, as a share, that is small enough. Bounds come from parts of persons, so with few people and little money a gap of
        about one place stays unless ``method="exact"`` closes it.
    seconds : float
        For each whole-number programme; what was found by then stands, with its gap.
    unit, target_words : str, optional
        Of gains that come as an array.
    source : Caseload, Finding or Provenance, optional
        What gains come from: its data versions, and whether it is SYNTHETIC, are told.
    seed : int
        Draws the order of "first come, first served" and the sample in which an infeasible problem is explained.
    progress : callable, optional
        Told ``(done, total)``.

    Returns
    -------
    Allocation

    Raises
    ------
    DesignError
        Limits that cannot hold together: names them, and by how much each would have to give.
    ParameterError, FrameError
        Options or tables that cannot be used.

    References
    ----------
    Fisher (1981) Manage. Sci. 27, 1-18 (Lagrangian bounds). Nesterov (2005) Math. Program. 103, 127-152 (smoothing). Bansak et
    al. (2018) Science 359, 325-329 (outcomes and places). Bhattacharya & Dupas (2012) J. Econometrics 167, 168-196
    (treatment under a budget). Chinneck (2008) Feasibility and Infeasibility in Optimization, Springer.
    """
    check_options(budget, risk, least_gain, method, tolerance, seconds, seed)
    worth, aim = read_gains(gains, menu, risk, unit, target_words)
    table = read_people(people, len(aim))
    check_groups(table, by)
    where = read_offices(offices, menu)
    if budget is not None:
        need_prices(where, menu)
    place, toll = read_reach(table, where, travel, max_travel, travel_loss)
    may = read_eligible(eligible, table, menu)
    bounds, cell = read_bounds(fairness, table, menu, worth.unit)
    width, loss = read_crowding(congestion, where, menu, len(aim))
    promising = np.nan_to_num(aim, nan=-np.inf) > least_gain
    problem = Problem(
        gain=np.ascontiguousarray(np.where(promising & may, aim, -np.inf)),
        place=place,
        toll=toll,
        cell=cell,
        places=np.where(where.listed, where.places, 0.0),
        listed=where.listed,
        limit=np.floor(menu.capacity[1:]),
        cost=np.nan_to_num(where.cost) if budget is not None else _told_cost(where.cost, where.priced),
        budget=np.inf if budget is None else float(budget),
        area=where.area,
        width=width,
        loss=loss,
        bounds=bounds,
        count=np.ones(len(aim)),
    )
    plan = _solve(problem, method, tolerance, seconds, progress)
    if plan is None:
        raise refusal(problem, worth.unit, seed)
    free = _solve(problem.without_bounds(), method, tolerance, seconds, None) if len(bounds) else None
    asked = Asked(
        menu=menu,
        people=table,
        offices=where,
        worth=worth,
        may=may,
        promising=promising,
        by=tuple(dict.fromkeys([*(str(b["by"]) for b in fairness), *by])),
        budget=budget,
        risk=risk,
        seed=seed,
        source=source,
        frames=(people, offices, travel, congestion),
        options={
            "budget": budget,
            "max_travel": max_travel,
            "travel_loss": travel_loss,
            "eligible": dict(eligible or {}),
            "fairness": [dict(b) for b in fairness],
            "congestion": congestion is not None,
            "risk": risk,
            "least_gain": least_gain,
            "method": method,
            "tolerance": tolerance,
        },
    )
    return answer(problem, plan, free, asked)


def _told_cost(cost: Array, priced: Array) -> Array:
    """Prices that are known; 0 where one is not, and then the cost of the plan is not told."""
    out: Array = np.where(priced[:, None], np.nan_to_num(cost), 0.0)
    return out


def _solve(
    problem: Problem,
    method: Method,
    tolerance: float,
    seconds: float,
    progress: Callable[[int, int], None] | None,
) -> Solution | None:
    size = problem.gain.size
    if method == "exact" or (method == "auto" and size <= _TINY):
        return solve_exactly(problem, seconds=seconds)
    if size <= _SMALL and len(problem.bounds) and not feasible(problem):
        return None
    plan = solve_large(problem, tolerance=tolerance, seconds=seconds, progress=progress)
    if method == "decomposition" or size > _SMALL or (plan is not None and plan.gap <= tolerance):
        return plan
    return better(plan, solve_exactly(problem, seconds=seconds, tolerance=tolerance))
