"""A published cost of a type of programme: the most recent one per participant; else per participant and year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Better known first.
_BASES = ("per participant", "per participant and year")


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
    known = costs[(costs["programme_type"] == programme_type) & costs["unit_cost_eur"].notna()]
    for basis in _BASES:
        rows = known[known["basis"] == basis].sort_values("year", ascending=False, kind="stable")
        if len(rows):
            row = rows.iloc[0]
            where = f"{row['programme_name']}, {row['country']} {row['year']:.0f}, {basis}"
            return {"unit_cost_eur": float(row["unit_cost_eur"]), "cost_source": where}
    return {}
