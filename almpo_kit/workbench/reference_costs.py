"""A published cost of a type of programme: the most recent one per participant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: What a place costs a year says nothing of a participant until somebody says how long she stays.
_BASIS = "per participant"


def reference_cost(costs: pd.DataFrame, programme_type: str) -> dict[str, Any]:
    """Cost of one programme type with its source, or nothing where none is published.

    Parameters
    ----------
    costs : DataFrame
        ``sources.unit_costs()``.
    programme_type : str

    Returns
    -------
    dict
        ``unit_cost_eur`` and ``cost_source``; empty where no cost in euro is known.
    """
    rows = costs[
        (costs["programme_type"] == programme_type)
        & costs["unit_cost_eur"].notna()
        & (costs["basis"] == _BASIS)
    ].sort_values("year", ascending=False, kind="stable")
    if rows.empty:
        return {}
    row = rows.iloc[0]
    where = f"{row['programme_name']}, {row['country']} {row['year']:.0f}, published"
    return {"unit_cost_eur": float(row["unit_cost_eur"]), "cost_source": where}
