"""Stocks at a coarser level of regions and occupations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.matching.balance.nested_codes import refuse_nested
from almpo_kit.matching.balance.stock_counts import cut_codes, cut_places
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.frames import check

if TYPE_CHECKING:
    import pandas as pd


def coarser(stocks: pd.DataFrame, *, nuts_level: int = 2, isco_digits: int = 2) -> pd.DataFrame:
    """Add stocks up to a level of regions and of occupations.

    Parameters
    ----------
    stocks : DataFrame
        A ``stocks`` frame. Codes that are coarser than asked are left out and counted.
    nuts_level : {0, 1, 2, 3}
    isco_digits : {1, 2, 3, 4}

    Returns
    -------
    DataFrame
        A ``stocks`` frame. A sum with a suppressed part is suppressed itself: it is not known.
        ``attrs["left_out"]`` says what is in no cell.

    Raises
    ------
    DesignError
        Codes that contain each other, or none of the level.
    ParameterError
        A level that does not exist.
    """
    if nuts_level not in (0, 1, 2, 3) or isco_digits not in (1, 2, 3, 4):
        raise ParameterError(
            "nuts_level is 0 to 3 and isco_digits is 1 to 4, e.g. nuts_level=2, isco_digits=2."
        )
    held = check(stocks, "stocks")
    by_period = held.groupby("period") if "period" in held else [("", held)]
    for _, rows in by_period:
        refuse_nested(rows)
    place, group = cut_places(held["geo"], nuts_level), cut_codes(held["occupation"], isco_digits, {})
    lost = ~place.str.len().eq(nuts_level + 2) | ~group.str.len().eq(isco_digits)
    if lost.all():
        raise DesignError(
            f"the stocks hold no codes of NUTS level {nuts_level} and {isco_digits} digits of ISCO-08; choose a coarser "
            "level, e.g. isco_digits=1."
        )
    keys = ["geo", "occupation", *(["period"] if "period" in held else [])]
    numbers = [c for c in ("unemployed", "vacancies", "hires", "employed") if c in held]
    cut = held.assign(geo=place, occupation=group)[~lost]
    table = cut.groupby(keys)[numbers].sum(skipna=False).reset_index()
    named = sorted(held["source"].dropna().astype(str).unique())[:3]
    table["source"] = "; ".join(named)
    if "suppressed" in held:
        table["suppressed"] = cut.groupby(keys)["suppressed"].any().to_numpy()
    table.attrs = dict(held.attrs)
    if lost.any():
        table.attrs["left_out"] = {
            f"{side} of a coarser or unknown code": float(held.loc[lost, side].sum())
            for side in ("unemployed", "vacancies")
        }
    return check(table, "stocks")
