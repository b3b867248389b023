"""Effects of each programme month by month, read from a table and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.sequences.drawn_paths import correlation_from_sum, drawn_paths, fading
from almpo_kit.recommendation.sequences.effect_rows import effect_rows, known_chance
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class EffectPaths:
    """What is known of each programme alone, from the month of entry (0) on; shares of one.

    Parameters
    ----------
    without : Array, shape (h + 1,)
        Chance of being in work without a programme.
    drawn : mapping of str to Array, shape (d, m + 1)
        Effects of each usable programme in d draws, to its last known month m.
    refused : mapping of str to str
        Programme -> why nothing can be said with it.
    assumed : mapping of str to str
        Programme -> what about its effects was not measured.
    how : mapping of str to str
        Programme -> what is known of how its monthly errors move together: "given", "sum" or "worst".
    """

    without: Array
    drawn: Mapping[str, Array]
    refused: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=dict)

    def last(self, programme: str) -> int:
        """Last month that is known."""
        return self.drawn[programme].shape[1] - 1

    def cut(self, horizon: int) -> EffectPaths:
        """The same, followed to month ``horizon`` only."""
        return replace(self, without=self.without[: horizon + 1])


def effect_paths(
    effects: pd.DataFrame,
    menu: Menu,
    *,
    without: pd.DataFrame | None = None,
    covariance: Mapping[str, Array] | None = None,
    cumulative: pd.DataFrame | None = None,
    horizon: int | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> EffectPaths:
    """Read effects and draw from them.

    Parameters
    ----------
    effects, menu, without, covariance, cumulative, horizon, draws, seed
        As in :func:`pathways`.

    Raises
    ------
    FrameError, DesignError
        The message names the way out.
    """
    rows = effect_rows(effects, menu)
    streams = np.random.SeedSequence(seed).spawn(len(menu))
    sums = _last_sums(cumulative)
    drawn, refused, assumed, how = {}, {}, {}, {}
    for name, stream in zip(menu.names[1:], streams[1:], strict=True):
        mine = rows[rows["programme"] == name]
        if why := _refusal(mine, menu, name):
            refused[name] = why
            continue
        at = mine["months"].to_numpy(dtype=int)
        carried = _straight_lines(at)
        inner, how[name] = _covariance(name, mine, covariance, sums)
        drawn[name] = _with_entry(
            drawn_paths(
                carried @ mine["effect"].to_numpy() / 100,
                carried @ inner @ carried.T / 1e4,
                float(mine["df"].min()),
                draws,
                np.random.default_rng(stream),
            )
        )
        words = _assumption(mine, at)
        if words:
            assumed[name] = words
    reach = max((d.shape[1] - 1 for d in drawn.values()), default=1)
    return EffectPaths(known_chance(rows, without, horizon or reach), drawn, refused, assumed, how)


def _refusal(mine: pd.DataFrame, menu: Menu, name: str) -> str:
    if not len(mine):
        return "no effect of it month by month is known"
    if mine["abstains"].any():
        why = next((str(r) for r in mine.loc[mine["abstains"], "reason"] if r), "")
        return why or "too little is known of it"
    if mine[["effect", "se"]].isna().to_numpy().any():
        return "an effect or its standard error is missing, so that it has no interval"
    if not np.isfinite(menu.duration[menu.position(name)]):
        return "nobody said how many months it takes (duration_months of the menu)"
    return ""


def _straight_lines(at: Array) -> Array:
    """Weights that carry known months to all months from 1 to the last, shape (m, len(at)); no effect at entry."""
    every, points = np.arange(1, at[-1] + 1), np.concatenate([[0], at])
    return np.column_stack([np.interp(every, points, np.eye(len(points))[j + 1]) for j in range(len(at))])


def _with_entry(paths: Array) -> Array:
    return np.concatenate([np.zeros((len(paths), 1)), paths], axis=1)


def _assumption(mine: pd.DataFrame, at: Array) -> str:
    told = [str(k) for k in mine["kind"] if str(k) != "estimated"]
    gaps = len(at) < at[-1]
    words = []
    if told:
        words.append("its effects are assumed, not estimated")
    if gaps:
        months = ", ".join(str(m) for m in at[:6]) + (", …" if len(at) > 6 else "")
        words.append(f"its effects are known at month {months} only, with straight lines between them")
    return "; ".join(words)


def _covariance(
    name: str, mine: pd.DataFrame, given: Mapping[str, Array] | None, sums: Mapping[str, tuple[int, float]]
) -> tuple[Array, str]:
    """Covariance of the known months, percentage points squared, and where it comes from."""
    se = mine["se"].to_numpy()
    if given is not None and name in given:
        inner = np.asarray(given[name], dtype=float)
        if inner.shape != (len(se), len(se)) or not np.isfinite(inner).all():
            raise DesignError(
                f"covariance of {name} has shape {inner.shape} or gaps; it needs a row and a column for each of its "
                f"{len(se)} months after entry, in order, in percentage points squared."
            )
        if not np.allclose(np.sqrt(np.maximum(np.diag(inner), 0)), se, rtol=0.05, atol=1e-6):
            raise DesignError(
                f"the diagonal of the covariance of {name} is not the square of its standard errors; both are wanted in "
                "percentage points (squared)."
            )
        return inner, "given"
    rho, how = 1.0, "worst"
    months = mine["months"].to_numpy(dtype=int)
    if name in sums and len(months) == months[-1] == sums[name][0]:
        rho, how = correlation_from_sum(se / 100, sums[name][1]), "sum"
    return np.outer(se, se) * fading(len(se), rho), how


def _last_sums(cumulative: pd.DataFrame | None) -> dict[str, tuple[int, float]]:
    """Programme -> last month and standard error of its sum, in months in work."""
    if cumulative is None or not len(cumulative):
        return {}
    table = cumulative.rename(columns={"arm": "programme"}) if "programme" not in cumulative else cumulative
    if "unit" in table:
        table = table[table["unit"] == "months"]
    if not {"programme", "months", "se"} <= set(table):
        raise DesignError("cumulative needs programme (or arm), months and se, as Estimate.cumulative has.")
    last = table.sort_values("months", kind="stable").groupby("programme", sort=False).tail(1)
    ends = zip(
        last["programme"].astype(str), last["months"].astype(int), last["se"].astype(float), strict=True
    )
    return {name: (months, se) for name, months, se in ends if np.isfinite(se)}
