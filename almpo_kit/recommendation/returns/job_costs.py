"""What an additional job, or month in work, costs by programme."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.returns.cost_per_job import CostPerJob, cost_per_job
from almpo_kit.recommendation.spillovers.gain_rows import gain_rows
from almpo_kit.recommendation.spillovers.net_of_displacement import net_of_displacement
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

#: What a unit of effect is, in jobs or months: points of a chance are hundredths of a job.
UNITS = {
    "points": ("job", 0.01),
    "percentage points": ("job", 0.01),
    "percentage_points": ("job", 0.01),
    "jobs": ("job", 1.0),
    "months in work": ("month in work", 1.0),
    "months": ("month in work", 1.0),
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class JobCosts(Finding):
    """Price of an additional unit by programme.

    Parameters
    ----------
    table : DataFrame
        One row a programme, cheapest first: ``programme, programme_type, gain, low, high`` (of participants)``,
        displacement, unit_cost_eur, cost_source, cost, cost_low, cost_high`` (euro per additional unit net of displacement;
        ``cost_high`` infinite where the interval of the gain includes zero; missing where there is no gain or no price)``,
        limits`` ("both", "no upper limit" or "none")``, says, reason``.
    base : str
        "job" or "month in work".
    rate : float
    """

    base: str
    rate: float


def costs_per_job(
    gains: Any,
    *,
    unit: str,
    rate: float,
    cost_share: float = 0.0,
    level: float = 0.95,
    of: Provenance | None = None,
    place: str = "",
) -> JobCosts:
    """Price of an additional job, or month in work, net of displacement.

    Parameters
    ----------
    gains : DataFrame, Finding or Gains
        As in :func:`displacement`, with ``unit_cost_eur`` (euro a participant).
    unit : {"points", "jobs", "months in work"}
        Of the gains; points of the chance of being in work become hundredths of a job.
    rate : float
        Assumed displacement, 0 to below 1. There is no default.
    cost_share : float
        Standard error of each price, as a share of it, e.g. 0.1.
    level : float
        Of the intervals given and made.
    of, place
        As in :func:`displacement`.

    Returns
    -------
    JobCosts

    Raises
    ------
    ParameterError
        Unknown unit, a rate outside 0 to 1.
    DesignError
        No programme has both a gain and a price.
    """
    _ask(unit, rate, cost_share)
    rows, source = gain_rows(gains, of)
    if rows["unit_cost_eur"].isna().all():
        raise DesignError(
            "no programme has a price; add a column unit_cost_eur (euro a participant), e.g. from sources.unit_costs()."
        )
    base, per = UNITS[unit]
    table = _table(rows, base, per, rate, cost_share, level)
    return JobCosts(
        question=f"What does an additional {base} cost{f', {place}' if place else ''}?",
        sentence=_sentence(table, base, rate, level),
        table=table,
        checks=tuple(_checks(table, rate)),
        provenance=Provenance(
            data=source.data,
            method="recommendation.costs_per_job",
            options={"unit": unit, "rate": rate, "cost_share": cost_share, "level": level},
            synthetic=source.synthetic,
        ),
        rests_on=f"gains of participants, prices a participant, and an assumed displacement of {number(100 * rate, 0)}%",
        base=base,
        rate=float(rate),
    )


def _ask(unit: Any, rate: Any, cost_share: Any) -> None:
    if unit not in UNITS:
        raise ParameterError(f"unit={unit!r} is not known here; choose 'points', 'jobs' or 'months in work'.")
    if isinstance(rate, bool) or not isinstance(rate, int | float | np.number) or not 0 <= rate < 1:
        raise ParameterError(
            f"rate={rate!r}: displacement is a share from 0 to below 1, e.g. 0.4; at 1 no additional job is left to price."
        )
    if isinstance(cost_share, bool) or not isinstance(cost_share, int | float) or not 0 <= cost_share < 1:
        raise ParameterError(
            f"cost_share={cost_share!r} must be a share of the price from 0 to below 1, e.g. 0.1."
        )


def _table(
    rows: pd.DataFrame, base: str, per: float, rate: float, cost_share: float, level: float
) -> pd.DataFrame:
    critical = NormalDist().inv_cdf(0.5 + level / 2)
    kept = float(net_of_displacement(1.0, rate))
    money: dict[str, Any] = {"cost_se": rows["unit_cost_eur"] * cost_share, "critical": critical}

    def priced(half: pd.Series) -> CostPerJob:
        return cost_per_job(
            rows["gain"] * per * kept, half / critical * per * kept, rows["unit_cost_eur"], **money
        )

    # Intervals may lean to one side: the least price comes from the upper end of the gain, the largest from the lower one.
    least, most = priced(rows["high"] - rows["gain"]), priced(rows["gain"] - rows["low"])
    some = np.isfinite(least.low)
    found = CostPerJob(most.value, least.low, np.where(some, most.high, np.nan), most.bounded & some)
    high = np.where(some & np.isnan(found.high), np.inf, found.high)
    table = rows.drop(columns=["abstains"]).assign(
        displacement=rate, cost=found.value, cost_low=found.low, cost_high=high
    )
    table["limits"] = np.where(
        found.bounded, "both", np.where(np.isfinite(found.low), "no upper limit", "none")
    )
    table["reason"] = rows["reason"].where(rows["abstains"], "")
    table.loc[rows["unit_cost_eur"].isna() & (table["reason"] == ""), "reason"] = "no price"
    table["says"] = [_says(r, base) for r in table.to_dict("records")]
    rank = np.select([table["limits"] == "both", table["limits"] == "no upper limit"], [0, 1], 2)
    order = np.lexsort((table["programme"], table["cost"].fillna(np.inf), rank))
    first = [
        "programme",
        "programme_type",
        "gain",
        "low",
        "high",
        "displacement",
        "unit_cost_eur",
        "cost_source",
    ]
    columns = [*first, "cost", "cost_low", "cost_high", "limits", "says", "reason"]
    return table.iloc[order][columns].reset_index(drop=True)


def _says(row: dict[Any, Any], base: str) -> str:
    if row["reason"]:
        return "too little to say"
    if row["limits"] == "both":
        return (
            f"between €{number(row['cost_low'], 0)} and €{number(row['cost_high'], 0)} an additional {base}"
        )
    if row["limits"] == "no upper limit":
        return f"at least €{number(row['cost_low'], 0)} an additional {base}; no upper limit, for the gain may be nothing"
    return f"no additional {base}: the gain is not above zero at either end of its interval"


def _sentence(table: pd.DataFrame, base: str, rate: float, level: float) -> str:
    said = table[table["reason"] == ""]
    assumed = f"if others lose {number(100 * rate, 0)}% of the jobs that participants gain"
    if said.empty:
        return f"There is too little to say what an additional {base} costs."
    both = said[said["limits"] == "both"]
    if both.empty:
        lowest = said["cost_low"].min()
        if math.isnan(lowest):
            return f"No programme here brings an additional {base} against no programme, so none has a price."
        return (
            f"What an additional {base} costs has no upper limit for any programme here, for each gain may be nothing; it is "
            f"at least €{number(lowest, 0)}, {assumed}."
        )
    top = both.iloc[0]
    open_ended = int((said["limits"] != "both").sum())
    more = f" {_rest(open_ended)}" if open_ended else ""
    return (
        f"An additional {base} by {top['programme']} costs €{number(top['cost'], 0)} ({level:.0%}: €{number(top['cost_low'], 0)} "
        f"to €{number(top['cost_high'], 0)}) against no programme, {assumed}.{more}"
    )


def _rest(n: int) -> str:
    one = n == 1
    return (
        f"For {n} other programme{'' if one else 's'} the price has no upper limit or there is no gain: "
        f"{'its' if one else 'their'} interval includes zero or less."
    )


def _checks(table: pd.DataFrame, rate: float) -> list[Check]:
    found = []
    if rate == 0:
        words = "No displacement is assumed: jobs that others lose are not taken off, so prices are too low where there are any."
        found.append(Check("displacement assumed", "failed", words))
    for row in table.to_dict("records"):
        if row["limits"] == "no upper limit" and not row["reason"]:
            words = f"{row['programme']}: the interval of the gain includes zero, so the price has no upper limit."
            found.append(Check("no upper limit", "failed", words))
        if not row["cost_source"] and math.isfinite(row["unit_cost_eur"]):
            words = f"{row['programme']}: the price of €{number(row['unit_cost_eur'], 0)} a participant names no source."
            found.append(Check("source of the price", "informational", words))
    words = f"Displacement of {number(100 * rate, 0)}% is an assumption; studies found from none to all."
    found.append(Check("assumption", "informational", words))
    return found
