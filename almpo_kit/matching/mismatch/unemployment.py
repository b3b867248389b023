"""Share of unemployment that mismatch accounts for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.matching.mismatch.cells import Cells
from almpo_kit.matching.mismatch.estimating import Sides
from almpo_kit.matching.mismatch.kernels.counterfactual import path, steady_state_share
from almpo_kit.vocabulary.errors import FrameError

Array = np.ndarray[Any, np.dtype[Any]]
How = Literal["path", "steady state", "limit"]
_FLOWS = ("unemployment_rate", "finding_rate", "separation_rate")


@dataclass(frozen=True)
class Rates:
    """Unemployment rate by period (share), and the flows where they are given."""

    unemployment: Array
    finding: Array | None = None
    separation: Array | None = None

    @property
    def how(self) -> How:
        """Which counterfactual these allow."""
        if self.finding is not None:
            return "path"
        return "steady state" if bool((self.unemployment > 0).all()) else "limit"


def rates(cells: Cells, both: Sides, flows: pd.DataFrame | None) -> Rates:
    """Rates from a table of flows, or else from the ``employed`` of the stocks, or else the limit of zero.

    Parameters
    ----------
    flows : DataFrame, optional
        One row a period: ``period, unemployment_rate, finding_rate, separation_rate``, all shares of one, the last two
        per period; or only ``period, unemployment_rate``.
    """
    if flows is not None:
        return _given(cells, flows)
    if "employed" in cells.totals and not cells.hidden["employed"].any():
        people = both.u.sum(axis=0)
        force = people + cells.totals["employed"].sum(axis=0)
        return Rates(np.divide(people, force, out=np.zeros_like(people), where=force > 0))
    return Rates(np.zeros(both.u.shape[1]))


def _given(cells: Cells, flows: pd.DataFrame) -> Rates:
    wanted = [c for c in _FLOWS if c in flows]
    if "unemployment_rate" not in wanted or len(wanted) == 2:
        raise FrameError(
            "flows must have unemployment_rate, or unemployment_rate, finding_rate and separation_rate, as shares "
            f"(0.07, not 7), one row a period; it has: {', '.join(map(str, flows))}."
        )
    table = flows
    if cells.periods != ("",):
        if "period" not in flows:
            raise FrameError("flows lacks `period`; stocks has periods, so one row for each is needed.")
        table = flows.assign(period=flows["period"].astype(str)).drop_duplicates("period", keep=False)
        table = table.set_index("period").reindex(cells.periods)
    if len(table) != len(cells.periods) or table[wanted].isna().any().any():
        raise FrameError(
            f"flows must have one complete row for each of the {len(cells.periods)} period(s) of stocks, "
            f"{cells.periods[0]} to {cells.periods[-1]}."
        )
    values = [table[c].to_numpy(dtype=float) for c in wanted]
    for name, x in zip(wanted, values, strict=True):
        if ((x <= 0) | (x >= 1)).any():
            raise FrameError(
                f"flows: {name} must lie between 0 and 1, e.g. 0.07 for 7%; got {x.min():g} to {x.max():g}."
            )
    # Flows of one period say nothing of a path.
    return Rates(*values) if len(values) == 3 and len(cells.periods) > 1 else Rates(values[0])


def shares(found: Rates, index: Array, alpha: float) -> Array:
    """Share of unemployment gone without mismatch, by period; NaN where the index is.

    Parameters
    ----------
    index : ndarray, shape (n_periods,)
    """
    if found.how == "path" and found.finding is not None and found.separation is not None:
        if np.isnan(index).any():
            return np.full(len(index), np.nan)
        without = path(index, alpha, found.unemployment, found.finding, found.separation)
        return 1 - without / found.unemployment
    return np.where(np.isnan(index), np.nan, steady_state_share(index, alpha, found.unemployment))


def with_shares(table: pd.DataFrame, found: Rates, alpha: float) -> pd.DataFrame:
    """The table of periods with the share of unemployment and the interval that the index gives it."""
    columns = {"unemployment_share": "corrected", "share_low": "low", "share_high": "high"}
    values = {k: shares(found, table[v].to_numpy(dtype=float), alpha) for k, v in columns.items()}
    return table.assign(**values)
