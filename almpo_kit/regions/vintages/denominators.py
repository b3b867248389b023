"""What a rate is weighted by when regions are joined: its own denominator, or a stated substitute."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from almpo_kit.regions.vintages.measures import Measure

#: In this order; the first that every part of a joined region has is used for all of them.
OWN = "own denominator"
RESIDENTS = "residents"
SUBSTITUTES = (
    # Of a frame that was converted before: right in kind, but not measured on these territories.
    "own denominator, itself an estimate",
    "own denominator of another age band",
    "total population",
    RESIDENTS,
    "equal weights",
)
#: Ages that mean everybody.
EVERYBODY = ("", "TOTAL", "T")


def attach(
    parts: pd.DataFrame,
    weights: pd.DataFrame | None,
    measures: Mapping[str, Measure],
    cell: list[str],
    *,
    substitutes: bool,
) -> pd.DataFrame:
    """Choose a weight for the parts of each joined region.

    Parameters
    ----------
    parts : DataFrame
        One row for each origin of each target: ``origin, vintage, indicator, age, period, share, residents``
        and the columns of ``cell``.
    weights : DataFrame or None
        Denominators: ``geo, nuts_version, vintage, indicator, age, period, value``.
    cell : list of str
        What identifies a joined value.
    substitutes : bool
        False: only own denominators are used.

    Returns
    -------
    DataFrame
        ``parts`` with ``weight`` (of the piece that went over; NaN where there is none) and ``weighted_by``.
    """
    measured = None if weights is None else weights[weights["nuts_version"].notna()]
    options = {OWN: _given(parts, measured, measures, "own")}
    if substitutes:
        instead = (
            _given(parts, weights, measures, "own"),
            _given(parts, weights, measures, "another age"),
            _given(parts, weights, measures, "population"),
            parts["residents"].to_numpy(dtype=float),
            np.ones(len(parts)),
        )
        options |= dict(zip(SUBSTITUTES, instead, strict=True))
    share = parts["share"].to_numpy(dtype=float)
    weight = np.full(len(parts), np.nan)
    chosen = np.full(len(parts), "", dtype=object)
    group = parts.groupby(cell, sort=False, dropna=False).ngroup().to_numpy()
    for name, candidate in options.items():
        amount = candidate * share
        bad = ~(np.isfinite(amount) & (amount >= 0))
        complete = ~np.isin(group, group[bad]) & (chosen == "")
        # Weights that are all zero weigh nothing.
        total = np.bincount(group, np.where(bad, 0.0, amount), minlength=group.max(initial=-1) + 1)
        take = complete & (total[group] > 0)
        weight[take], chosen[take] = amount[take], name
    return parts.assign(weight=weight, weighted_by=chosen)


def _given(
    parts: pd.DataFrame, weights: pd.DataFrame | None, measures: Mapping[str, Measure], which: str
) -> np.ndarray:
    """Denominators of the user's frame, row for row; NaN where it has none."""
    if weights is None or weights.empty:
        return np.full(len(parts), np.nan)
    wanted = parts[["origin", "vintage", "period", "indicator"]].copy()
    own_age = parts["age"] if "age" in parts else pd.Series("", index=parts.index)
    fixed = parts["indicator"].map({k: m.age for k, m in measures.items()})
    wanted["denominator"] = parts["indicator"].map({k: m.denominator for k, m in measures.items()})
    wanted["band"] = fixed.where(fixed != "", own_age).fillna("").astype(str)
    keys = {"origin": "geo", "vintage": "vintage", "period": "period"}
    if which == "population":
        wanted["denominator"] = "population"
        table = weights[weights["age"].isin(EVERYBODY)]
    elif which == "own":
        table = weights
        # A frame that states no age band is taken at its word: it is the denominator.
        unstated = table[table["age"] == ""]
        if len(unstated):
            bands = wanted["band"].unique()
            table = pd.concat([table[table["age"] != ""], *(unstated.assign(age=b) for b in bands)])
            table = table.drop_duplicates(["geo", "vintage", "period", "indicator", "age"])
    else:
        table = weights.drop_duplicates(["geo", "vintage", "period", "indicator"])
    left, right = [*keys, "denominator"], [*keys.values(), "indicator"]
    if which == "own":
        left, right = [*left, "band"], [*right, "age"]
    lookup = table.set_index(right)["value"]
    lookup = lookup[~lookup.index.duplicated()]
    return lookup.reindex(pd.MultiIndex.from_frame(wanted[left])).to_numpy(dtype=float)
