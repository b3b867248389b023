"""Moves counted: who moved when, the matrix, mobility, the long run, and what chance alone would move."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.regions.breaks import crosses
from almpo_kit.regions.comparison.class_series import ClassSeries
from almpo_kit.regions.comparison.kernels.chains import (
    Counts,
    counted,
    mobility,
    probabilities,
    settles,
    stationary,
    wilson,
)
from almpo_kit.regions.panel import Panel, regions
from almpo_kit.vocabulary.errors import DesignError

#: With fewer moves out of a class, its probabilities are not shown.
THIN = 20
#: Per cent for which the survey's precision rule gives the error of :data:`measures.SAMPLING_ERROR`.
_USUAL = 8.0
_BOOTSTRAP = 400


def count_moves(moves: pd.DataFrame, k: int, by: str | None = None) -> Counts:
    """Matrix of moves, shape (k, k); with `by` one for each of its values, shape (n, k, k)."""
    if by is not None:
        return np.array([count_moves(group, k) for _, group in moves.groupby(by)])
    return counted(moves["origin"].to_numpy(dtype=int), moves["goal"].to_numpy(dtype=int), k)


def all_moves(series: ClassSeries, places: pd.DataFrame, step: int, *, survey: bool) -> pd.DataFrame:
    """Every pair of years in which a region has a class in both."""
    listing = regions(places)
    frames = []
    for year in series.codes.columns:
        later = str(int(year) + step)
        if later not in series.codes.columns:
            continue
        both = series.codes[[year, later]].dropna()
        frames.append(
            pd.DataFrame(
                {
                    "geo": both.index,
                    "name": listing.loc[both.index, "name"].to_numpy(),
                    "country": listing.loc[both.index, "country"].to_numpy(),
                    "period_from": year,
                    "period_to": later,
                    "from_class": [series.labels[int(c)] for c in both[year]],
                    "to_class": [series.labels[int(c)] for c in both[later]],
                    "crosses_break": survey and crosses(year, later),
                    "origin": both[year].to_numpy(dtype=int),
                    "goal": both[later].to_numpy(dtype=int),
                }
            )
        )
    if not frames:
        raise DesignError(
            f"no two years that are held lie {step} year(s) apart; they are {', '.join(series.codes.columns)}."
        )
    return pd.concat(frames, ignore_index=True)


def move_table(labels: tuple[str, ...], counts: np.ndarray, thin: np.ndarray) -> pd.DataFrame:
    k = len(labels)
    n = np.repeat(counts.sum(axis=1), k)
    flat = counts.ravel().astype(float)
    low, high = wilson(flat, n.astype(float))
    hidden = np.repeat(thin, k)
    return pd.DataFrame(
        {
            "from_class": np.repeat(labels, k),
            "to_class": np.tile(labels, k),
            "count": counts.ravel(),
            "origins": n,
            "probability": np.where(hidden, np.nan, probabilities(counts).ravel()),
            "low": np.where(hidden, np.nan, low),
            "high": np.where(hidden, np.nan, high),
            "thin": hidden,
        }
    )


def mobility_of(
    used: pd.DataFrame, counts: np.ndarray, thin: np.ndarray, seed: int
) -> tuple[float, float, float]:
    """Shorrocks' index and its interval when countries are drawn again."""
    if thin.any():
        return float("nan"), float("nan"), float("nan")
    k = len(counts)
    by_country = count_moves(used, k, "country")
    if len(by_country) < 5:
        return mobility(probabilities(counts)), float("nan"), float("nan")
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    drawn = rng.integers(len(by_country), size=(_BOOTSTRAP, len(by_country)))
    again = [mobility(probabilities(by_country[d].sum(axis=0))) for d in drawn]
    low, high = np.nanquantile(again, [0.025, 0.975])
    return mobility(probabilities(counts)), float(low), float(high)


def long_run(
    series: ClassSeries, counts: np.ndarray, thin: np.ndarray, p: float, origin: np.ndarray
) -> tuple[pd.DataFrame | None, str]:
    """Where the moves would settle, or why that is not to be said."""
    matrix = probabilities(counts)
    if series.relative:
        return None, "classes of equal size stay of equal size, so there is nothing to settle"
    if thin.any():
        return None, f"a class has fewer than {THIN} moves out of it"
    if not settles(matrix):
        return None, "some classes cannot be reached from others"
    if p < 0.05:
        return None, "moves differed between years, so no one matrix describes them"
    share = np.bincount(origin, minlength=len(counts)) / len(origin)
    frame = {"class": series.labels, "share_now": share, "share_ergodic": stationary(matrix)}
    return pd.DataFrame(frame), ""


def moved_by_chance(
    series: ClassSeries, panel: Panel | None, years: list[str], error: float, draws: int, seed: int
) -> float:
    """Share that would change class if nothing changed but the sample.

    Parameters
    ----------
    error : float
        Standard error of a rate of 8% or more, in points; that of a lower rate is smaller, as that of a share is.
        One error for all would move regions of low unemployment more than they are seen to move.
    """
    if series.classify is None or panel is None or not panel.indicator.survey:
        return float("nan")
    rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
    shares = []
    for year in years:
        values = panel.comparable[year].dropna().to_numpy(dtype=float)
        own = error * smaller_where_low(values)
        for _ in range(draws):
            a, b = (series.classify(values + own * rng.standard_normal(len(values))) for _ in range(2))
            shares.append(float((a != b).mean()))
    return float(np.mean(shares))


def smaller_where_low(rates: np.ndarray) -> np.ndarray:
    """Standard error of a share p against that of a usual one, √(p (100 − p)), and never more than that."""
    share = np.clip(rates, 0.0, 100.0)
    usual = _USUAL * (100 - _USUAL)
    return np.minimum(1.0, np.sqrt(share * (100 - share) / usual))
