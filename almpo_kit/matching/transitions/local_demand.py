"""How many vacancies there are where one would go, matched by ISCO-08 prefix at the level the table has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.occupations import isco_code
from almpo_kit.vocabulary.places import normalise

#: Fewer unemployed and vacancies together than this say nothing of demand.
LEAST = 10
#: How far from the place's own ratio an occupation must lie, and beyond chance, to be told apart from it.
APART = 1.5
#: Vacancies falling by this share within a year are called declining.
FALL = 0.2

SHORT, BALANCED, OVER, THIN, UNKNOWN = (
    "tighter than average",
    "about average",
    "over-supplied",
    "too few to say",
    "not known",
)


@dataclass(frozen=True, eq=False)
class Demand:
    """Unemployed and vacancies of one place by ISCO-08 code.

    Parameters
    ----------
    geo, period : str
    table : DataFrame
        Indexed by ISCO code: ``unemployed, vacancies, tightness, tightness_low, tightness_high, demand, declining``;
        fewer than ten unemployed people, and ratios to them, are left out.
    overall : float
        Vacancies per unemployed person in the place, all occupations of the table together; less the only one with fewer
        than ten unemployed people, who could be reckoned back.
    earlier : str
        The period that decline is measured from; empty where there is none.
    """

    geo: str
    period: str
    table: pd.DataFrame
    overall: float
    earlier: str = ""

    @cached_property
    def _rows(self) -> dict[Any, dict[Any, Any]]:
        return self.table.to_dict("index")

    def of(self, unit: str) -> tuple[str, dict[Any, Any]]:
        """The longest code of the table that a unit group lies under, and its row; empty where there is none."""
        for n in range(len(unit), 0, -1):
            if unit[:n] in self._rows:
                return unit[:n], self._rows[unit[:n]]
        return "", {}


def local_demand(balance: pd.DataFrame, geo: str | None) -> Demand:
    """Read a table of stocks for one place.

    Parameters
    ----------
    balance : DataFrame
        ``geo, occupation, unemployed, vacancies``, optionally ``period`` and ``suppressed``; one level of ISCO-08
        or several.
    geo : str, optional
        A place of the table, or one that its places lie in (their sum); may be left out where the table has
        one place.

    Raises
    ------
    FrameError
        A column is missing, or a number is negative.
    ParameterError
        The table has no such place, or several and none was named.
    """
    rows = _checked(balance)
    rows, place = _in_place(rows, geo)
    periods = sorted(rows["period"].unique())
    period, earlier = periods[-1], _year_before(periods)
    now = _summed(rows[rows["period"].eq(period)])
    if now.empty:
        raise ParameterError(f"the stocks of {place} are all suppressed or missing in {period}.")
    overall = _overall(now)
    table = _judged(now, overall)
    if earlier:
        before = _summed(rows[rows["period"].eq(earlier)])["vacancies"].reindex(table.index)
        enough = before >= 2 * LEAST
        table["declining"] = (enough & (table["vacancies"] <= (1 - FALL) * before)).fillna(False).astype(bool)
    return Demand(place, period, table, overall, earlier)


def _checked(balance: pd.DataFrame) -> pd.DataFrame:
    missing = [c for c in ("geo", "occupation", "unemployed", "vacancies") if c not in balance]
    if missing:
        raise FrameError(
            f"balance lacks {', '.join(missing)}; give a `stocks` frame, one row for each region and occupation."
        )
    rows = pd.DataFrame(
        {
            "geo": balance["geo"].map(normalise),
            "code": balance["occupation"].map(isco_code),
            "period": balance["period"].fillna("").astype(str) if "period" in balance else "",
            "unemployed": pd.to_numeric(balance["unemployed"], errors="coerce"),
            "vacancies": pd.to_numeric(balance["vacancies"], errors="coerce"),
        }
    )
    if (rows[["unemployed", "vacancies"]] < 0).any(axis=None):
        raise FrameError("balance has negative numbers of people or posts; correct or drop these rows.")
    if "suppressed" in balance:
        rows = rows[~balance["suppressed"].fillna(False).astype(bool).to_numpy()]
    return rows.dropna(subset=["unemployed", "vacancies"])


def _in_place(rows: pd.DataFrame, geo: str | None) -> tuple[pd.DataFrame, str]:
    places = sorted(rows["geo"].unique())
    if not places:
        raise FrameError("balance has no row with both unemployed and vacancies.")
    if geo is None:
        if len(places) == 1:
            return rows, places[0]
        raise ParameterError(
            f"balance has {len(places)} places; name one, e.g. geo={places[0]!r}, or the country for their sum."
        )
    code = normalise(geo)
    if code in places:
        return rows[rows["geo"].eq(code)], code
    inside = [p for p in places if p.startswith(code)]
    # Regions of one level only: a region and its parts would be counted twice.
    inside = [p for p in inside if len(p) == min(map(len, inside))]
    if not inside:
        shown = ", ".join(places[:8])
        raise ParameterError(
            f"balance has no place {geo!r}; it has {shown}{' …' if len(places) > 8 else ''}."
        )
    return rows[rows["geo"].isin(inside)], code


def _year_before(periods: list[str]) -> str:
    last = periods[-1]
    if not last[:4].isdigit():
        return ""
    wanted = f"{int(last[:4]) - 1}{last[4:]}"
    return wanted if wanted in periods else ""


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby("code")[["unemployed", "vacancies"]].sum()


def _overall(now: pd.DataFrame) -> float:
    """Vacancies per unemployed person in all, each person and post once."""
    cells = _once(now)
    few = cells["unemployed"].between(0, LEAST, inclusive="neither")
    # One cell of fewer than ten people could be reckoned back from the ratio of all.
    cells = cells[~few] if few.sum() == 1 else cells
    people = float(cells["unemployed"].sum())
    return float(cells["vacancies"].sum()) / people if people > 0 else float("nan")


def _once(now: pd.DataFrame) -> pd.DataFrame:
    """Groups that hold no other: the wider one where it has at least what its parts have, else its parts.

    Parts may be suppressed, so that their sum is not the whole.
    """
    kept: list[str] = []
    for code in sorted(now.index, key=len, reverse=True):
        parts = [c for c in kept if c.startswith(code)]
        whole = bool((now.loc[code] >= now.loc[parts].sum()).all())
        if whole:
            kept = [c for c in kept if c not in parts]
        if whole or not parts:
            kept.append(code)
    return now.loc[sorted(kept)]


def _judged(now: pd.DataFrame, overall: float) -> pd.DataFrame:
    """Tightness with a 95% interval for chance in counts (both Poisson, on the log scale), and what it means here."""
    u, v = now["unemployed"].to_numpy(dtype=float), now["vacancies"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(u > 0, v / u, np.nan)
        # Half a case more on either side keeps empty cells from being certain (Haldane 1956, Anscombe 1956).
        middle, spread = (v + 0.5) / (u + 0.5), 1.96 * np.sqrt(1 / (v + 0.5) + 1 / (u + 0.5))
    low, high = middle * np.exp(-spread), middle * np.exp(spread)
    known = np.isfinite(overall)
    demand = np.select(
        [
            u + v < LEAST,
            known & (middle >= APART * overall) & (low > overall),
            # Nobody is in over-supply where there are as many posts as people, however many there are elsewhere.
            known & (middle <= overall / APART) & (high < overall) & (middle < 1),
        ],
        [THIN, SHORT, OVER],
        default=BALANCED if known else UNKNOWN,
    )
    out = now.assign(tightness=ratio, tightness_low=low, tightness_high=high, demand=demand, declining=False)
    # Fewer than ten people are never shown, nor what they could be reckoned back from.
    few = out["unemployed"] < LEAST
    out.loc[few, ["unemployed", "tightness", "tightness_low", "tightness_high"]] = np.nan
    return out
