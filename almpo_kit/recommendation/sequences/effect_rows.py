"""The table of effects by programme and month, cleaned; and the chance of being in work without a programme."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.vocabulary.errors import DesignError, FrameError

Array = np.ndarray[Any, np.dtype[Any]]

#: Outcomes that say something of a whole period; their effects cannot be added month by month.
_OF_A_PERIOD = ("employed_within_horizon", "share_of_time_at_work", "employment_rate_cumulative")
_MOST_MONTHS = 240


def effect_rows(effects: pd.DataFrame, menu: Menu) -> pd.DataFrame:
    """Effects of the menu's programmes against the offer of none, after entry, by programme and month.

    Parameters
    ----------
    effects : DataFrame
        As in :func:`pathways`.
    menu : Menu

    Returns
    -------
    DataFrame
        ``programme, months, effect, se, df, kind, abstains, reason, comparison_mean``.

    Raises
    ------
    FrameError, DesignError
    """
    table = effects.rename(columns={"arm": "programme"}) if "programme" not in effects else effects.copy()
    if missing := [c for c in ("programme", "months", "effect", "se") if c not in table]:
        raise FrameError(
            f"effects lacks the column(s) {', '.join(missing)}; it needs one row a programme and month: programme (or "
            "arm), months since entry, effect and se in percentage points, e.g. Estimate.table."
        )
    table = _one_outcome(_against_none(table, menu))
    unknown = [str(p) for p in table["programme"].unique() if p not in menu.names]
    if unknown:
        raise FrameError(
            f"effects are given of {', '.join(unknown)}, which the menu lacks; it has {', '.join(menu.names)}."
        )
    table = table[table["programme"] != menu.names[0]].assign(
        **{c: pd.to_numeric(table[c], errors="coerce") for c in ("months", "effect", "se")}
    )
    for column, value in (("df", np.inf), ("comparison_mean", np.nan)):
        table[column] = pd.to_numeric(table[column], errors="coerce") if column in table else value
    table["df"] = table["df"].fillna(np.inf)
    table["kind"] = table["kind"].fillna("estimated") if "kind" in table else "estimated"
    table["abstains"] = table["abstains"].fillna(True).astype(bool) if "abstains" in table else False
    table["reason"] = table["reason"].fillna("") if "reason" in table else ""
    _problems(table)
    kept = ["programme", "months", "effect", "se", "df", "kind", "abstains", "reason", "comparison_mean"]
    table = table.loc[table["months"] > 0, kept]
    return table.sort_values(["programme", "months"], kind="stable").reset_index(drop=True)


def _against_none(table: pd.DataFrame, menu: Menu) -> pd.DataFrame:
    if "comparison" not in table:
        return table
    kept = table[table["comparison"] == menu.names[0]]
    if len(table) and not len(kept):
        raise DesignError(
            f"no effect is against {menu.names[0]!r}, but against {', '.join(map(repr, table['comparison'].unique()))}; "
            "make the menu with menu(…, comparison=…) of that name, or give effects against no programme."
        )
    return kept


def _one_outcome(table: pd.DataFrame) -> pd.DataFrame:
    if "unit" in table:
        points = table[table["unit"] == "percentage_points"]
        if len(table) and not len(points):
            raise DesignError(
                f"effects are in {', '.join(map(str, table['unit'].unique()))}; sequences need effects on the chance of "
                "being in work in percentage_points, month by month."
            )
        table = points
    if "outcome" in table:
        named = [str(o) for o in table["outcome"].unique()]
        if len(named) > 1:
            raise DesignError(
                f"effects on {', '.join(named)} stand in one table; keep one outcome, e.g. "
                "effects[effects['outcome'] == 'employment_probability']."
            )
        if named and named[0] in _OF_A_PERIOD:
            raise DesignError(
                f"{named[0]} says something of a whole period and cannot be added month by month; give effects on "
                "employment_probability."
            )
    return table


def _problems(table: pd.DataFrame) -> None:
    problems = []
    months = table["months"]
    if months.isna().any() or (months % 1 != 0).any() or (months.abs() > _MOST_MONTHS).any():
        problems.append(f"months must be whole numbers up to {_MOST_MONTHS}")
    if table.duplicated(["programme", "months"]).any():
        twice = table.loc[table.duplicated(["programme", "months"]), "programme"].iloc[0]
        problems.append(f"a month of {twice} stands twice; keep one method and one estimand")
    if (table["effect"].abs() > 100).any():
        problems.append("an effect is beyond 100 percentage points")
    if (table["se"] < 0).any() or np.isinf(table["se"]).any():
        problems.append("a standard error is negative or infinite")
    if (table["df"] <= 0).any():
        problems.append("degrees of freedom must be above 0")
    if problems:
        raise FrameError(f"effects cannot be used: {'; '.join(problems)}.")


def known_chance(rows: pd.DataFrame, without: pd.DataFrame | None, months: int) -> Array:
    """Chance of being in work without a programme in months 0 to ``months``; shares of one.

    Parameters
    ----------
    rows : DataFrame
        From :func:`effect_rows`; its ``comparison_mean`` is taken where ``without`` is None.
    without : DataFrame or None
        ``months, chance`` in per cent.

    Returns
    -------
    Array, shape (months + 1,)
        Shorter where it is not known so long.
    """
    if without is None:
        known = rows[rows["comparison_mean"].notna()]
        # Where nothing can be said of any programme, what people do without one is known all the same.
        known = known[~known["abstains"]] if not known["abstains"].all() else known
        if not len(known):
            raise DesignError(
                "how many people are in work without a programme decides who takes a second step; give "
                "without=DataFrame({'months': [0, 12, 24], 'chance': [0, 35, 45]}) in per cent, or effects with "
                "comparison_mean."
            )
        path = known.groupby("months")["comparison_mean"].mean()
    else:
        if not {"months", "chance"} <= set(without):
            raise FrameError("without needs the columns months and chance (in per cent).")
        path = without.groupby("months")["chance"].mean()
        path = path[path.index >= 0]
    at, chance = path.index.to_numpy(dtype=float), path.to_numpy(dtype=float) / 100
    if not len(at) or not np.isfinite(chance).all() or chance.min() < 0 or chance.max() > 1:
        raise FrameError("chances of being in work without a programme must lie between 0 and 100 per cent.")
    if at[0] > 0:
        at, chance = np.concatenate([[0.0], at]), np.concatenate([[0.0], chance])
    every = np.arange(0, min(months, int(at[-1])) + 1)
    return np.asarray(np.interp(every, at, chance))
