"""From a table of flows to the rows of a regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.matching.matching_function.kernels.cluster_robust import rank_ok
from almpo_kit.matching.mismatch.cells import Cells, cells
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
Estimator = Literal["log", "poisson"]
_NUMBERS = ("hires", "unemployed", "vacancies")
#: Fewer of these give no regression.
FEWEST_CLUSTERS, FEWEST_PERIODS = 3, 3
#: Rows × periods beyond which the regression would take more than about two gigabytes.
MOST_NUMBERS = 60e6


@dataclass(frozen=True)
class Panel:
    """Rows that are used, and how many are not and why.

    Parameters
    ----------
    cell, period, cluster : ndarray of int, shape (n,)
        Numbered from zero without gaps.
    keys : DataFrame, shape (n_cells, ...)
        Cells that are used.
    periods : tuple of str
    left_out : dict of str to int
        Reason → rows.
    """

    hires: Array
    unemployed: Array
    vacancies: Array
    cell: Array
    period: Array
    cluster: Array
    keys: pd.DataFrame
    periods: tuple[str, ...]
    cluster_name: str
    left_out: dict[str, int]
    zero_share: float

    def __len__(self) -> int:
        return len(self.hires)

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.cluster.max()) + 1


def panel(
    flows: pd.DataFrame,
    by: str | Sequence[str],
    level: Mapping[str, int] | None,
    estimator: Estimator,
    cluster: str | None,
    *,
    periods: bool,
) -> Panel:
    """Check a table of flows and keep the rows that say something.

    Raises
    ------
    DesignError
        No hires, or too few periods, cells or clusters, or stocks that do not vary: each with what is needed.
    """
    _needs(flows)
    held = cells(flows, by, level, columns=_NUMBERS)
    keep, why, zero = _usable(held, estimator)
    where, when = np.nonzero(keep)
    keys, cell = np.unique(where, return_inverse=True)
    names, period = np.unique(when, return_inverse=True)
    if len(names) < FEWEST_PERIODS or len(keys) < 2:
        raise DesignError(
            f"{len(names)} period(s) and {len(keys)} cell(s) with hires, unemployed and vacancies above zero are left: a "
            f"matching function with effects of cells and periods needs at least {FEWEST_PERIODS} periods and 2 cells. Add "
            "periods, or take coarser cells, e.g. level={'occupation': 1}."
        )
    if periods and keep.sum() * len(names) > MOST_NUMBERS:
        raise DesignError(
            f"{int(keep.sum())} rows with effects of {len(names)} periods do not fit into memory; take coarser cells, e.g. "
            "level={'geo': 2, 'occupation': 2}: thin cells say little here anyway."
        )
    used = held.keys.iloc[keys].reset_index(drop=True)
    name, groups = _clusters(used, held.by, cluster)
    h, u, v = (held.totals[c][where, when] for c in _NUMBERS)
    x = np.log(np.column_stack([u, v]))
    check = x - _period_means(x, period) if periods else x
    if not rank_ok(check, cell):
        raise DesignError(
            "unemployed and vacancies do not vary independently inside cells over time: their elasticities cannot be told "
            "apart. Bring periods in which they moved differently."
        )
    return Panel(
        h, u, v, cell, period, groups[cell], used, tuple(held.periods[i] for i in names), name, why, zero
    )


def _needs(flows: pd.DataFrame) -> None:
    if isinstance(flows, pd.DataFrame):
        if "hires" not in flows:
            raise DesignError(
                "stocks alone do not identify a matching function: it needs `hires`, how many unemployed people of each cell "
                "found work in each period, beside the stocks at its beginning, e.g. exits to work from the register of the "
                "employment service. Without them, assume elasticities: mismatch(stocks, elasticity=0.5) shows 0.3 to 0.7."
            )
        if "period" not in flows:
            raise DesignError(
                f"flows has no `period`: one cross-section cannot tell efficient cells from tight ones. Bring at least "
                f"{FEWEST_PERIODS} periods, e.g. '2023-Q1', '2023-Q2', …"
            )


def _usable(held: Cells, estimator: Estimator) -> tuple[Array, dict[str, int], float]:
    h, u, v = (held.totals[c] for c in _NUMBERS)
    listed = held.listed > 0
    known = listed & (sum(held.hidden[c] for c in _NUMBERS) == 0)
    both = known & (u > 0) & (v > 0)
    zero = float((h[both] == 0).mean()) if both.any() else 0.0
    keep = both & (h > 0) if estimator == "log" else both
    why = {
        "a suppressed number": int((listed & ~known).sum()),
        "nobody unemployed or no vacancy": int((known & ~both).sum()),
        "no hire, which has no logarithm": int((both & ~keep).sum()),
    }
    before = int(keep.sum())
    for _ in range(20):
        lonely = (keep.sum(axis=1) < 2)[:, None] | ((h * keep).sum(axis=1) == 0)[:, None]
        # A period without any hire has an effect of minus infinity.
        empty = ((h * keep).sum(axis=0) == 0)[None, :]
        new = keep & ~lonely & ~empty
        if (new == keep).all():
            break
        keep = new
    why["a cell or period of one row, or without any hire"] = before - int(keep.sum())
    return keep, {k: n for k, n in why.items() if n}, zero


def _period_means(x: Array, period: Array) -> Array:
    count = np.bincount(period)
    return np.column_stack([(np.bincount(period, c) / count)[period] for c in x.T])


def _clusters(used: pd.DataFrame, by: tuple[str, ...], asked: str | None) -> tuple[str, Array]:
    """What standard errors cluster on, and the cluster of each cell."""
    numbers = {c: pd.factorize(used[c], sort=True)[0] for c in by} | {"cell": np.arange(len(used))}
    if asked is not None and asked not in numbers:
        raise ParameterError(f"cluster={asked!r}: choose one of {', '.join(numbers)}.")
    order = [asked] if asked else [*sorted(by, key=lambda c: c != "geo"), "cell"]
    for name in order:
        if int(numbers[name].max()) + 1 >= FEWEST_CLUSTERS:
            return name, numbers[name]
    raise DesignError(
        f"fewer than {FEWEST_CLUSTERS} clusters ({order[0]}): standard errors would mean nothing. Cluster on something finer, "
        "e.g. cluster='cell'."
    )
