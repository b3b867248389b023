"""From a solution to tables that may be shown: by programme and office, by group, who is left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.fairness_bounds import group_of
from almpo_kit.recommendation.allocation.offices import ANYWHERE, Offices
from almpo_kit.recommendation.allocation.problem import Problem, Solution, used_places
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.fairness.suppression import SMALLEST, hidden_counts, small

Array = np.ndarray[Any, np.dtype[Any]]
#: Prices below this are rounding.
_LITTLE = 1e-9


def told_count(n: int) -> int | None:
    """A count of people, None where it is 1 to 9."""
    return None if 0 < n < SMALLEST else int(n)


def hidden_places(used: Array, listed: Array, without: int) -> Array:
    """Cells of programme × office that are not told, shape (p, m).

    Lines are programmes, offices, and everybody: with the ``without`` people who have no offer, as their number is known once
    that of offers is.
    """
    number = np.arange(used.size).reshape(used.shape)
    counts = np.append(used.ravel(), without).astype(np.int64)
    lines = [*number, *number.T, np.arange(len(counts))]
    found = hidden_counts(counts, small(counts), lines)[:-1].reshape(used.shape)
    return found & listed


def place_table(
    problem: Problem, plan: Solution, gain: Array, offices: Offices, menu: Menu
) -> tuple[pd.DataFrame, Array]:
    """``places`` of :class:`Allocation`, and which cells of (p, m) are kept back."""
    used = used_places(problem, plan.offered, plan.office)
    away = hidden_places(used, offices.listed, int((plan.offered < 0).sum()))
    summed = np.zeros(used.shape)
    who = np.flatnonzero(plan.offered >= 0)
    np.add.at(summed, (plan.offered[who], plan.office[who]), gain[who, plan.offered[who]])
    p, o = np.nonzero(offices.listed)
    shown = ~away[p, o]
    taken = used[p, o]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = summed[p, o] / taken
    cost = taken * offices.cost[p, o]
    table = pd.DataFrame(
        {
            "programme": pd.Series([menu.names[i + 1] for i in p], dtype="str"),
            "programme_type": pd.Series([menu.programme_types[i + 1] for i in p], dtype="str"),
            "office": pd.Series([offices.names[i] for i in o], dtype="str"),
            "area": pd.Series([offices.areas[offices.area[i]] for i in o], dtype="str"),
            "places": np.where(np.isfinite(problem.places[p, o]), problem.places[p, o], np.nan),
            "used": np.where(shown, taken, np.nan),
            "mean_gain": np.where(shown & (taken > 0), mean, np.nan),
            "cost_eur": np.where(shown, cost, np.nan),
            # A price above zero says that every place is taken, so it goes with the number of people.
            "value_of_one_more": np.where(shown, plan.prices.place[p, o], np.nan),
        }
    )
    return table, away


def programme_table(
    problem: Problem, plan: Solution, gain: Array, offices: Offices, menu: Menu
) -> pd.DataFrame:
    """``programmes`` of :class:`Allocation`."""
    used = used_places(problem, plan.offered, plan.office)
    total = used.sum(axis=1).astype(np.int64)
    everybody = np.append(total, (plan.offered < 0).sum())
    away = hidden_counts(everybody, small(everybody), [np.arange(len(everybody))])[:-1]
    who = np.flatnonzero(plan.offered >= 0)
    summed = np.bincount(plan.offered[who], weights=gain[who, plan.offered[who]], minlength=len(total))
    cost = (used * np.where(offices.listed, offices.cost, 0.0)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        table = pd.DataFrame(
            {
                "programme": pd.Series(menu.names[1:], dtype="str"),
                "programme_type": pd.Series(menu.programme_types[1:], dtype="str"),
                "offered": total.astype(float),
                "share_of_offers": total / max(float(total.sum()), 1.0),
                "mean_gain": np.where(total > 0, summed / total, np.nan),
                "cost_eur": cost,
                "value_of_one_more": plan.prices.programme,
            }
        )
    table.loc[away, list(table.columns[2:])] = np.nan
    return table


def group_table(
    people: pd.DataFrame, by: Sequence[str], plan: Solution, gain: Array, abstained: Array
) -> pd.DataFrame:
    """``groups`` of :class:`Allocation`: one row a group of each column in ``by``."""
    rows = []
    for column in by:
        code, names = pd.factorize(group_of(people, column), sort=True)
        n = len(names)
        has = plan.offered >= 0
        size, offered = np.bincount(code, minlength=n), np.bincount(code[has], minlength=n)
        silent = np.bincount(code[abstained], minlength=n)
        won = np.zeros(n)
        who = np.flatnonzero(has)
        np.add.at(won, code[who], gain[who, plan.offered[who]])
        line = [np.arange(n)]
        whole = hidden_counts(size, small(size), line)
        # Offers and people without an offer are two counts, and each tells the other.
        primary = small(offered) | small(size - offered) | whole
        part = hidden_counts(offered, primary, line)
        quiet = hidden_counts(silent, small(silent) | small(size - silent) | whole, line)
        for g, name in enumerate(names):
            told = not part[g]
            rows.append(
                {
                    "by": column,
                    "group": str(name),
                    "people": np.nan if whole[g] else float(size[g]),
                    "offered": float(offered[g]) if told else np.nan,
                    "offered_share": offered[g] / size[g] if told else np.nan,
                    "mean_gain": won[g] / size[g] if told else np.nan,
                    "mean_gain_of_offers": won[g] / offered[g] if told and offered[g] else np.nan,
                    "share_of_offers": offered[g] / max(offered.sum(), 1) if told else np.nan,
                    "abstained_share": np.nan if quiet[g] else silent[g] / size[g],
                }
            )
    columns = ["by", "group", "people", "offered", "offered_share", "mean_gain", "mean_gain_of_offers"]
    return pd.DataFrame(rows, columns=[*columns, "share_of_offers", "abstained_share"])


#: Reasons for no offer, in the order in which they are asked.
REASONS = (
    "too little is known to say anything about any programme",
    "not eligible for any programme that can be judged",
    "no programme promises enough gain",
    "no office with such a programme within reach",
    "others gain more from the places, the money or under the bounds",
)


def left_out_reason(
    plan: Solution, abstained: Array, eligible: Array, promising: Array, reachable: Array
) -> Array:
    """Position in ``REASONS`` of each person without an offer, -1 for the others, shape (n,)."""
    why = np.select([abstained, ~eligible, ~promising, ~reachable], [0, 1, 2, 3], 4)
    out: Array = np.where(plan.offered >= 0, -1, why)
    return out


def left_out_table(why: Array) -> pd.DataFrame:
    """``left_out`` of :class:`Allocation`; reasons of fewer than ten people are joined, with a larger one if need be."""
    count = np.bincount(why[why >= 0], minlength=len(REASONS))
    joined = small(count)
    while joined.any() and count[joined].sum() < SMALLEST and (count[~joined] > 0).any():
        left = np.flatnonzero(~joined & (count > 0))
        # How many are left to the caseworker is told before the other reasons.
        left = left[left > 0] if (left > 0).any() else left
        joined[left[np.argmin(count[left])]] = True
    rows = [(REASONS[i], float(count[i])) for i in np.flatnonzero(~joined & (count > 0))]
    rest = int(count[joined].sum())
    rows += [("another reason", np.nan if rest < SMALLEST else float(rest))] if rest else []
    return pd.DataFrame(rows, columns=["reason", "people"]).astype({"reason": "str", "people": float})


def dual_table(
    problem: Problem, plan: Solution, offices: Offices, menu: Menu, away: Array, unit: str
) -> pd.DataFrame:
    """``duals`` of :class:`Allocation`: limits that bind, those about few people left out."""
    prices, rows = plan.prices, []
    if np.isfinite(problem.budget):
        rows.append(("budget", "€1\u202f000 more", 1000 * prices.money))
    for p in np.flatnonzero(prices.programme > _LITTLE):
        rows.append(("programme", f"one more place in {menu.names[p + 1]}", prices.programme[p]))
    step = problem.bounds.step if problem.bounds.step is not None else np.zeros(0)
    for f, words in enumerate(problem.bounds.words):
        bounded = np.append((problem.bounds.alpha[f] != 0).any(axis=0), False)
        # A point of share of all offers is a hundredth of the offers (of that programme).
        each = float(bounded[plan.offered].sum()) / 100 if np.isnan(step[f]) else step[f]
        by = "one point" if problem.bounds.unit[f] == "points of share" else f"1 {unit}"
        rows.append(("fairness", f"{words}, relaxed by {by}", prices.bound[f] * each))
    for p, o in zip(*np.nonzero((prices.place > _LITTLE) & ~away), strict=True):
        where = "" if offices.names[o] == ANYWHERE else f" at {offices.names[o]}"
        words = f"one more place in {menu.names[p + 1]}{where}"
        rows.append(("place", words, prices.place[p, o]))
    table = pd.DataFrame(rows, columns=["limit", "words", "value"])
    return table.astype({"limit": "str", "words": "str", "value": float}).assign(unit=unit)
