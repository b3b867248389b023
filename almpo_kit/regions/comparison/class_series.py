"""Regions in classes, year by year: quantiles, limits, or classes that somebody else made."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from almpo_kit.regions.comparison.measures import whole_number
from almpo_kit.regions.panel import Panel, once, regions, require
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.rendering import number

#: Names of quantile classes, by how many.
_QUANTILES = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 10: "tenth"}
_ORDINALS = ("lowest", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
#: A year with fewer regions than this in each class is not divided.
_LEAST_IN_CLASS = 5
#: What a classifier writes where it does not know.
UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class ClassSeries:
    """Classes by region and year.

    Parameters
    ----------
    labels : tuple of str
        From low to high.
    codes : DataFrame of float, shape (n_regions, n_years)
        Positions in ``labels``; NaN where unknown.
    classify : callable or None
        Values of one year (NaN allowed) to positions, to try what sampling error does; None where the
        classes came ready-made.
    relative : bool
        Classes are shares of the regions of each year, so that each holds the same number every year.
    what : str
        For sentences: ``"quarters of the EU's regions by unemployment"``.
    """

    labels: tuple[str, ...]
    codes: pd.DataFrame
    classify: Callable[[np.ndarray], np.ndarray] | None
    relative: bool
    what: str


def quantile_classes(panel: Panel, k: int, years: list[str]) -> ClassSeries:
    """Every year's regions in ``k`` classes of equal size; equal values share the lower class."""
    k = whole_number(k, "classes", 2)
    if k > 10:
        raise DesignError(f"classes={k}: with so many classes nearly all moves are chance; take 2 to 10.")

    def classify(values: np.ndarray) -> np.ndarray:
        there = np.isfinite(values)
        out = np.full(len(values), np.nan)
        if there.sum() < _LEAST_IN_CLASS * k:
            return out
        limits = np.quantile(values[there], np.arange(1, k) / k)
        out[there] = np.searchsorted(limits, values[there], side="left")
        return out

    noun = _QUANTILES.get(k, f"of {k} equal classes")
    names = [f"{w} {noun}" for w in _ORDINALS[: k - 1]]
    plural = "halves" if k == 2 else f"{noun}s" if k in _QUANTILES else f"{k} equal classes"
    what = f"{plural} of the EU's regions by {panel.indicator.subject}"
    return ClassSeries((*names, f"highest {noun}"), _coded(panel, years, classify), classify, True, what)


def limit_classes(panel: Panel, limits: Sequence[float], years: list[str]) -> ClassSeries:
    """Classes between fixed limits; a value on a limit belongs above it."""
    cuts = [float(v) for v in limits]
    if not cuts or not all(math.isfinite(c) for c in cuts) or any(b <= a for a, b in pairwise(cuts)):
        raise DesignError(f"classes={list(limits)!r}: give limits that rise, e.g. (4, 6, 9), or a number.")
    array = np.array(cuts)

    def classify(values: np.ndarray) -> np.ndarray:
        return np.where(np.isfinite(values), np.searchsorted(array, values, side="right"), np.nan)

    what = f"classes of {panel.indicator.subject}"
    labels = _limit_labels(panel.indicator, cuts)
    return ClassSeries(labels, _coded(panel, years, classify), classify, False, what)


def _limit_labels(indicator: Indicator, cuts: list[float]) -> tuple[str, ...]:
    digits = 0 if all(c == round(c) for c in cuts) else indicator.digits
    words = [number(c, digits) for c in cuts]
    between = [f"{a}–{b}{indicator.sign}" for a, b in pairwise(words)]
    return (f"under {words[0]}{indicator.sign}", *between, f"{words[-1]}{indicator.sign} or more")


def _coded(panel: Panel, years: list[str], classify: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
    held = panel.comparable
    return pd.DataFrame({y: classify(held[y].to_numpy(dtype=float)) for y in years}, index=held.index)


def ready_made(
    classes: pd.DataFrame, places: pd.DataFrame, column: str, order: Sequence[str] | None
) -> ClassSeries:
    """Classes from a table of ``geo, period`` and ``column``, e.g. of a context.

    Raises
    ------
    FrameError
        A column is missing, or a region has two classes in one year.
    DesignError
        `order` does not name every class, or there are fewer than two.
    """
    require(classes, ("geo", "period", column), "classes")
    rows = classes[classes["geo"].isin(regions(places).index)]
    rows = rows.assign(period=rows["period"].astype(str), label=rows[column].astype("string"))
    rows = rows[rows["label"].notna() & (rows["label"] != UNKNOWN)]
    once(rows["geo"].astype(str) + " " + rows["period"], "classes", "geo")
    odd = sorted(set(rows["period"]) - {p for p in rows["period"] if p.isdigit() and len(p) == 4})
    if odd:
        raise FrameError(f"`classes` has periods that are no years ({', '.join(odd[:5])}).")
    found = sorted(rows["label"].unique())
    labels = tuple(found if order is None else order)
    if len(labels) < 2 or set(found) - set(labels) or len(set(labels)) < len(labels):
        raise DesignError(
            f"`classes` has the classes {', '.join(found) or 'none'}; `order` must name each once, from low to "
            "high, and there must be two or more."
        )
    wide = rows.assign(code=rows["label"].map({v: i for i, v in enumerate(labels)}).astype(float))
    codes = wide.pivot(index="geo", columns="period", values="code").sort_index().sort_index(axis=1)
    return ClassSeries(labels, codes, None, False, f"classes ({column.replace('_', ' ')})")
