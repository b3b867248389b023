"""How many were compared, by how long they had waited."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import too_small
from almpo_kit.evaluation.disclosure.suppress import suppress
from almpo_kit.evaluation.dynamic.paths import Paths
from almpo_kit.evaluation.dynamic.risk_sets import Moments
from almpo_kit.evaluation.dynamic.waiting_checks import later_entry

Array = np.ndarray[Any, np.dtype[Any]]


def stratum_names(longest: int, strata_months: int) -> list[str]:
    """What the strata of elapsed unemployment are called.

    >>> stratum_names(5, 3)
    ['0–2 months', '3–4 months']
    """
    starts = range(0, longest, strata_months)
    ends = [min(s + strata_months, longest) - 1 for s in starts]
    return [f"{a} months" if a == b else f"{a}–{b} months" for a, b in zip(starts, ends, strict=True)]


def moments_table(
    held: Paths, rows: Moments, arms: tuple[str, ...], *, longest: int, strata_months: int, horizon: int
) -> pd.DataFrame:
    """One row a stratum and arm; counts below ten, and those that would give them away, are missing."""
    names = stratum_names(longest, strata_months)
    soon, ever = (later_entry(held, rows, m) for m in (min(12, horizon), horizon))
    made = []
    for s, name in enumerate(names):
        first, last = s * strata_months, min((s + 1) * strata_months, longest) - 1
        here = (rows.elapsed >= first) & (rows.elapsed <= last)
        for k, arm in enumerate(arms):
            who = here & (rows.arm == k)
            later = [100 * x[who].mean() if k == 0 and who.any() else np.nan for x in (soon, ever)]
            made.append((name, first, last, arm, int(who.sum()), *later))
    columns = ["stratum", "from_month", "to_month", "arm", "moments"]
    shares = ["entered_within_12", "entered_within_horizon"]
    table = pd.DataFrame(made, columns=[*columns, *shares])
    # Totals of strata and of arms can be had from other tables; rows and columns then give cells away.
    return suppress(table, ["moments"], ["stratum", "arm"], values=shares)


def month_table(held: Paths, risk: Array, arms: tuple[str, ...]) -> pd.DataFrame:
    """Per cent still waiting, and of these entering each arm, month by month; shares of small groups are missing."""
    at = risk.sum(axis=0)
    all_began = max(int((risk[:, 0]).sum()), 1)
    month = held.began[:, None] + np.arange(risk.shape[1])
    enters = risk & (held.entered[:, None] == month)
    made = []
    for k, arm in enumerate(arms[1:], start=1):
        n = (enters & (held.arm[:, None] == k)).sum(axis=0)
        small = too_small(at) | too_small(n)
        share = np.where(small, np.nan, 100 * n / np.maximum(at, 1))
        waiting = np.where(too_small(at), np.nan, 100 * at / all_began)
        made.append(
            pd.DataFrame(
                {
                    "elapsed_months": np.arange(len(at)),
                    "arm": arm,
                    "still_waiting": waiting,
                    "entering": share,
                }
            )
        )
    return pd.concat(made, ignore_index=True).round(1)
