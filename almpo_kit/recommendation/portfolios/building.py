"""From checked programmes and a setting to the choice as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.portfolios import asking
from almpo_kit.recommendation.portfolios.criteria import objective
from almpo_kit.recommendation.portfolios.problem import Problem, columns
from almpo_kit.recommendation.portfolios.unknowns import Unknowns

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Setting:
    """What a mix is chosen under, beside gains and costs: as in :func:`portfolio`."""

    people: float
    budget: float
    displacement: Any
    preferences: Mapping[str, float]
    at_least: Mapping[str, float]
    at_most: Mapping[str, float]
    programmes: tuple[str, ...]
    congestion: float
    cost_spread: float
    within: float
    between: float


def build(
    table: pd.DataFrame, base: str, setting: Setting, also: str = ""
) -> tuple[Problem | None, pd.DataFrame]:
    """The problem (None where no programme can be funded) and the assumed displacement by programme.

    Parameters
    ----------
    table : DataFrame
        Of :class:`Candidates`.
    base : {"job", "months"}
    setting : Setting
    also : str
        A programme to take in although it is left out, e.g. to ask what a trial of it would be worth.
    """
    kept = table[(table["excluded"] == "") | (table["programme"] == also)].reset_index(drop=True)
    names = tuple(kept["programme"])
    shares = asking.displaced(names, setting.displacement, setting.programmes)
    least = asking.places("at_least", setting.at_least, kept, table, np.zeros(len(kept)))
    capacity = kept["capacity"].to_numpy(dtype=float)
    most = np.minimum(asking.places("at_most", setting.at_most, kept, table, capacity), capacity)
    told = pd.DataFrame(shares, columns=["least", "likeliest", "largest"])
    told.insert(0, "programme", list(names))
    if not names:
        return None, told
    cost = kept["unit_cost_eur"].to_numpy(dtype=float)
    asking.fits(least, most, cost, setting.budget, setting.people, names)
    pair = [kept[c].fillna(0.0).to_numpy(dtype=float) for c in ("job", "months", "job_se", "months_se")]
    unknowns = Unknowns(
        mean=np.column_stack(pair[:2]),
        se=np.column_stack(pair[2:]),
        within=setting.within,
        between=setting.between,
        displaced=shares,
        cost=cost,
        cost_sd=np.full(len(cost), setting.cost_spread),
    )
    goal = objective(kept, unknowns, base, setting.preferences)
    owner, factor, room = columns(unknowns, least, most, setting.budget, setting.people, setting.congestion)
    return Problem(names, unknowns, goal, owner, factor, room), told
