"""The tables of a payback: by year, what becomes of a month in work, what is assumed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.returns.asked import Asked, ranges
from almpo_kit.recommendation.returns.fiscal import FiscalReturn
from almpo_kit.recommendation.returns.yearly_gains import YearlyGains
from almpo_kit.recommendation.spillovers.net_of_displacement import net_of_displacement

Array = np.ndarray[Any, np.dtype[Any]]


def yearly_table(
    yearly: YearlyGains, months: Array, point: FiscalReturn, drawn: FiscalReturn, level: float
) -> pd.DataFrame:
    at = [0.5 - level / 2, 0.5 + level / 2]
    low, high = np.quantile(drawn.net_cost, at, axis=0)
    month_low, month_high = np.quantile(months, at, axis=0)
    years = np.arange(len(yearly.mean) + 1)
    return pd.DataFrame(
        {
            "year": years,
            "months": np.append(0.0, yearly.mean),
            "months_low": np.append(0.0, month_low),
            "months_high": np.append(0.0, month_high),
            "assumed": years > yearly.seen,
            "net_cost": point.net_cost[0],
            "low": low,
            "high": high,
            "paid_back": (drawn.net_cost <= 0).mean(axis=0),
        }
    )


def split_table(yearly: YearlyGains, asked: Asked, gross: float | None) -> pd.DataFrame:
    """Deadweight, substitution and displacement, over the years that were estimated."""
    added = float(yearly.mean[: yearly.seen].sum())
    after = net_of_displacement(yearly.mean[: yearly.seen], asked.substitution.middle)
    after_s = float(after.sum())
    net = float(net_of_displacement(after, asked.displacement.middle).sum())
    rows = (
        []
        if gross is None
        else [("in work, participants", gross), ("deadweight: in work anyway", gross - added)]
    )
    rows += [
        ("additional for participants", added),
        ("substitution: same employers, other people", added - after_s),
        ("displacement: lost by others", after_s - net),
        ("net additional", net),
    ]
    whole = gross if gross else (added if gross is None else 0.0)
    return pd.DataFrame(
        [(step, m, m / whole if whole > 0 else math.nan) for step, m in rows],
        columns=["step", "months", "share"],
    )


def assumptions_table(asked: Asked, fade: float, correlation: float) -> pd.DataFrame:
    rows = [(r.name, r.low, r.middle, r.high, r.unit) for r in ranges(asked)]
    for name, value, unit in (
        ("discount", asked.discount, "a year"),
        ("transfer_eur", asked.transfer, "euro a participant"),
        ("fade", fade, "share left each year after the last estimate"),
        ("correlation", correlation, "between years"),
    ):
        rows.append((name, value, value, value, unit))
    return pd.DataFrame(rows, columns=["assumption", "low", "value", "high", "unit"])


def options_of(
    asked: Asked, fade: float, correlation: float, draws: int, level: float, years: int, gross: float | None
) -> dict[str, Any]:
    found: dict[str, Any] = {r.name: r.low if r.low == r.high else [r.low, r.high] for r in ranges(asked)}
    return found | {
        "discount": asked.discount,
        "transfer_eur": asked.transfer,
        "fade": fade,
        "correlation": correlation,
        "draws": int(draws),
        "level": level,
        "years": int(years),
        "gross_months": gross,
    }
