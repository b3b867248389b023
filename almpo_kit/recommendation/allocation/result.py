"""The Finding of :func:`allocate`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.finding import Finding

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Allocation(Finding):
    """A plan of places; ``table`` is ``places``.

    Parameters
    ----------
    places : DataFrame
        One row a programme and office: ``programme, programme_type, office, area, places`` (missing: no limit), ``used,
        mean_gain, cost_eur, value_of_one_more`` (in units of gain: what the total would rise by with one more place).
        ``used`` and what follows are missing where fewer than ten people stand behind them or would be given away.
    programmes : DataFrame
        ``programme, programme_type, offered, share_of_offers, mean_gain, cost_eur, value_of_one_more``.
    groups : DataFrame
        ``by, group, people, offered, offered_share, mean_gain`` (over the whole group), ``mean_gain_of_offers,
        share_of_offers, abstained_share``.
    left_out : DataFrame
        ``reason, people``: who is offered nothing.
    duals : DataFrame
        ``limit, words, value, unit``: what one more of each limit that binds is worth.
    comparison : DataFrame
        ``rule, total_gain, share_of_plan, offered, cost_eur, keeps_bounds``: the plan beside simple rules.
    offered : Array of int, shape (n,)
        Position in the menu that the plan has for each person: 0 no programme, -1 left to the caseworker because
        nothing can be said. About single persons: never shown.
    office : Array of int, shape (n,)
        Position in ``offices``; -1 none. Never shown.
    offices : tuple of str
    total_gain, low, high : float
        Sum over people, against no programme for anybody; the interval holds if all errors go in one direction (missing
        where gains came without intervals).
    unit, target_words : str
    upper : float
        No plan under these limits can exceed it (of what was maximised).
    gap : float
        Share of ``upper`` that may have been missed.
    n_people, n_offered, n_abstained : int or None
        None where fewer than ten.
    cost : float
        Euro; missing where a price is unknown, rounded where exact euros would give small counts away.
    budget : float or None
    total_without_bounds : float
        What the same limits could reach without fairness bounds; missing where there are none.
    method_words : str
    risk : {"mean", "low"}
    """

    places: pd.DataFrame
    programmes: pd.DataFrame
    groups: pd.DataFrame
    left_out: pd.DataFrame
    duals: pd.DataFrame
    comparison: pd.DataFrame
    offered: Array = field(repr=False)
    office: Array = field(repr=False)
    offices: tuple[str, ...]
    total_gain: float
    low: float
    high: float
    unit: str
    target_words: str
    upper: float
    gap: float
    n_people: int
    n_offered: int | None
    n_abstained: int | None
    cost: float
    budget: float | None
    total_without_bounds: float
    method_words: str
    risk: str

    def metrics(self) -> Mapping[str, float]:
        """Totals and the gap; no count below ten."""
        told = {
            "total_gain": self.total_gain,
            "gap": self.gap,
            "cost_eur": self.cost,
            "people": float(self.n_people) if self.n_people >= 10 else np.nan,
            "offered": np.nan if self.n_offered is None else float(self.n_offered),
        }
        return {name: value for name, value in told.items() if np.isfinite(value)}
