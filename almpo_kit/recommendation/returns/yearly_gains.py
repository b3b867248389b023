"""Additional months in work, year by year, from a table; and draws of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class YearlyGains:
    """Additional months in work a participant in each year after entry, against no programme.

    Parameters
    ----------
    mean, se : Array, shape (T,)
    seen : int
        Years that were estimated; later ones are assumed.
    """

    mean: Array
    se: Array
    seen: int


def yearly_gains(table: pd.DataFrame, years: int, fade: float) -> YearlyGains:
    """Check a table of gains by year and carry it to the horizon.

    Parameters
    ----------
    table : DataFrame
        ``year`` (1, 2, … without gaps) and ``months`` (additional months in work in that year), with ``se`` or ``low`` and
        ``high`` (95%).
    years : int
        Horizon.
    fade : float
        Share of the last year's gain that is left in the next one, and so on; 0 ends gains with the last estimate. Only a
        gain fades on; a last year's loss is not carried on.

    Raises
    ------
    FrameError, ParameterError
    """
    if not isinstance(table, pd.DataFrame):
        raise FrameError(f"gains are a {type(table).__name__}; give a table with year, months and se.")
    if missing := [c for c in ("year", "months") if c not in table]:
        raise FrameError(f"gains lack the column(s) {', '.join(missing)}; one row a year after entry.")
    if "se" not in table and not {"low", "high"} <= set(table):
        raise FrameError(
            "gains have neither se nor low and high; a return without its uncertainty is not told."
        )
    rows = table.apply(pd.to_numeric, errors="coerce").sort_values("year", ignore_index=True)
    if len(rows) == 0 or not (rows["year"] == np.arange(1, len(rows) + 1)).all():
        raise FrameError("years must be 1, 2, 3 … after entry, each once and without a gap.")
    se = rows["se"] if "se" in rows else (rows["high"] - rows["low"]) / (2 * 1.959964)
    mean, error = rows["months"].to_numpy(float), se.to_numpy(float)
    if not (np.isfinite(mean).all() and np.isfinite(error).all() and (error >= 0).all()):
        raise FrameError("months and se must be numbers, se 0 or more, in every year.")
    if (np.abs(mean) > 12).any():
        raise FrameError(
            "a year has more than 12 additional months in work; give months within each year, not in all."
        )
    if isinstance(years, bool) or not isinstance(years, int | np.integer) or not len(rows) <= years <= 50:
        raise ParameterError(
            f"years={years!r} must be a whole number from {len(rows)} (the years given) to 50."
        )
    if not isinstance(fade, int | float) or not 0 <= fade <= 1:
        raise ParameterError(f"fade={fade!r} must be a share from 0 (gains end) to 1 (gains stay for good).")
    left = fade ** np.arange(1, years - len(rows) + 1) * float(mean[-1] > 0)
    return YearlyGains(
        np.concatenate([mean, mean[-1] * left]), np.concatenate([error, error[-1] * left]), len(rows)
    )


def drawn_gains(gains: YearlyGains, draws: int, correlation: float, rng: np.random.Generator) -> Array:
    """Draws of the gains, shape (draws, T); years after the last estimate move with it.

    Parameters
    ----------
    correlation : float
        Between estimates of different years, 0 to 1. One gives the widest intervals of sums; estimates of one sample over
        the years move together.
    """
    shared = rng.standard_normal((draws, 1))
    own = rng.standard_normal((draws, gains.seen))
    z = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    later = np.repeat(z[:, -1:], len(gains.mean) - gains.seen, axis=1)
    return gains.mean + gains.se * np.concatenate([z, later], axis=1)


def sum_se(gains: YearlyGains, correlation: float) -> float:
    """Standard error of the sum over years."""
    seen = gains.se[: gains.seen].copy()
    seen[-1] += gains.se[gains.seen :].sum()
    return float(np.sqrt(correlation * seen.sum() ** 2 + (1 - correlation) * (seen**2).sum()))
