"""Cells of a ``stocks`` frame: its latest period, codes in one spelling, none inside another."""

from __future__ import annotations

import pandas as pd

from almpo_kit.matching.cycle.shocks import digits, inside
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.places import normalise


def stock_cells(stocks: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Cells of the latest period, in order.

    Returns
    -------
    cells : DataFrame
        ``geo, occupation, digits, unemployed, vacancies``; ``digits`` is its ISCO or ESCO code in one spelling.
    period : str

    Raises
    ------
    FrameError
        Not a ``stocks`` frame.
    DesignError
        Empty, no one unemployed, or cells inside other cells.
    """
    checked = check(stocks, "stocks")
    if checked.empty:
        raise DesignError("`stocks` has no row; give one for each region and occupation.")
    period = ""
    if "period" in checked:
        period = str(checked["period"].max())
        checked = checked[checked["period"] == period]
    own = checked.assign(geo=checked["geo"].map(normalise), digits=checked["occupation"].map(digits))
    own = own.sort_values(["geo", "digits", "occupation"], kind="stable").reset_index(drop=True)
    _check_nested(own)
    if not own["unemployed"].sum() > 0:
        raise DesignError(
            "`stocks` has no one unemployed; there is nothing that a shock could change in proportion."
        )
    return own[["geo", "occupation", "digits", "unemployed", "vacancies"]], period


def _check_nested(own: pd.DataFrame) -> None:
    """Raise DesignError where a cell lies inside another (EL30 in EL, 25 in 2): people would count twice."""
    held = set(zip(own["geo"], own["digits"].astype(str), strict=True))
    if len(held) < len(own):
        raise DesignError(
            "`stocks` has a region and occupation twice under two spellings (GR and EL, 2512 and C2512); add them up."
        )
    for geo, occupation in held:
        for g in (geo[:k] for k in range(2, len(geo) + 1)):
            for o in (occupation[:k] for k in range(1, len(occupation) + 1)):
                if (g, o) in held and (g, o) != (geo, occupation) and inside(occupation, o):
                    raise DesignError(
                        f"the cell {geo} × {occupation} lies inside {g} × {o}, so its people would count twice; keep one level, "
                        f"e.g. stocks[stocks['occupation'].str.len() == {len(occupation)}]."
                    )
