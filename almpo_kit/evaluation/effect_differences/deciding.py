"""Passes through the folds for one contrast, and what they say: the test that decides, and what describes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.effect_differences.calibration import calibration_slope
from almpo_kit.evaluation.effect_differences.out_of_sample_test import Tested, out_of_sample_test
from almpo_kit.evaluation.effect_differences.pooled import Pooled, over_folds, over_passes
from almpo_kit.evaluation.effect_differences.scored import Scored
from almpo_kit.evaluation.effect_differences.sequential import Learn, Pass, passes_through
from almpo_kit.evaluation.effect_differences.targeting import Ranked, rate, toc

Array = np.ndarray[Any, np.dtype[Any]]

#: A two-sided test at 5% of which only one side, the direction in which predictions hold, supports a claim.
LEVEL = 0.025
#: The same where chances of the arms are estimated: what models of chances and outcomes get wrong leaks into the test (in a
#: confounded world without differences, with trees for both, its statistic was 0.25 too large on average).
LEVEL_OBSERVED = 0.005
#: Below so many persons in an arm, or clusters, nothing is claimed whatever the test says.
LEAST_PERSONS, LEAST_CLUSTERS = 50, 10
SHARES = tuple(round(0.05 * i, 2) for i in range(1, 21))


@dataclass(frozen=True, eq=False, repr=False)
class Decided:
    """What the passes of one contrast say.

    Parameters
    ----------
    arms : (int, int)
    passes : list of Pass
    test : Tested
    slope, autoc, qini : Pooled
    curve : DataFrame
        ``share, gain, se, low, high``: the TOC.
    thin : str
        Why nothing can be claimed, whatever the test says; empty otherwise.
    """

    arms: tuple[int, int]
    passes: list[Pass]
    test: Tested
    slope: Pooled
    autoc: Pooled
    qini: Pooled
    curve: pd.DataFrame
    thin: str


def decide(
    data: Scored,
    arms: tuple[int, int],
    learn: Learn,
    *,
    passes: int = 2,
    curve: bool = True,
    tick: Callable[[], None] | None = None,
) -> Decided:
    """Learn, predict and test one contrast.

    Parameters
    ----------
    data : Scored
    arms : (int, int)
    learn : callable
    passes : int
    curve : bool
        Whether the TOC curve is wanted, which takes longer than the test on few people.
    tick : callable, optional
    """
    score, weight, cluster, fold = data.difference(arms), data.weight(arms), data.sample.cluster, data.fold
    made = passes_through(data.x, score, weight, cluster, fold, learn, passes=passes, tick=tick)
    test = out_of_sample_test(made, score, weight, cluster, fold)

    def pooled(measure: Callable[[Pass, Array], Ranked]) -> Pooled:
        return over_passes([over_folds(p, cluster, fold, partial(measure, p)) for p in made])

    return Decided(
        arms,
        made,
        test,
        over_passes([_slope(p, score, weight, cluster, fold) for p in made]),
        pooled(lambda p, rows: rate(p.predicted[rows], score[rows], "autoc")),
        pooled(lambda p, rows: rate(p.predicted[rows], score[rows], "qini")),
        _curve(lambda s: pooled(lambda p, rows: toc(p.predicted[rows], score[rows], s)))
        if curve
        else pd.DataFrame(),
        _thin(data, arms, test),
    )


def _slope(one: Pass, score: Array, weight: Array, cluster: Array, fold: Array) -> tuple[float, Array, float]:
    rows = np.flatnonzero(one.tested)
    found = calibration_slope(one.predicted[rows], score[rows], weight[rows], fold[rows])
    sums = np.bincount(cluster[rows], found.influence / len(rows))
    df = len(np.unique(cluster[rows])) - len(np.unique(fold[rows]))
    return found.value, sums, float(df)


def _curve(point: Callable[[float], Pooled]) -> pd.DataFrame:
    rows = []
    for share in SHARES[:-1]:
        found = point(share)
        low, high = found.interval()
        rows.append({"share": share, "gain": found.value, "se": found.se, "low": low, "high": high})
    rows.append({"share": 1.0, "gain": 0.0, "se": 0.0, "low": 0.0, "high": 0.0})
    return pd.DataFrame(rows)


def _thin(data: Scored, arms: tuple[int, int], test: Tested) -> str:
    for a in arms:
        if int((data.sample.arm == a).sum()) < LEAST_PERSONS:
            return f"fewer than {LEAST_PERSONS} people in the arm “{data.sample.arms[a]}”"
    if test.clusters < LEAST_CLUSTERS or test.df < 1:
        return f"fewer than {LEAST_CLUSTERS} clusters to test in"
    return ""


def one_sided(test: Tested) -> float:
    """The p value in the direction in which predictions hold."""
    return test.p_value / 2 if test.statistic > 0 else 1.0 - test.p_value / 2


def level_for(assignment: str) -> float:
    """The level of the test for a way of assignment."""
    return LEVEL if assignment == "rct" else LEVEL_OBSERVED


def claims(decided: list[Decided], level: float = LEVEL) -> tuple[list[float], list[bool]]:
    """Holm-adjusted p values of the contrasts, and for which a difference is claimed.

    Parameters
    ----------
    decided : list of Decided
    level : float
        Chance of any claim where effects differ in none.

    Returns
    -------
    (list of float, list of bool)
    """
    p = np.array([1.0 if d.thin else one_sided(d.test) for d in decided])
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))), 1.0)
    return [float(a) for a in adjusted], [bool(a < level) for a in adjusted]
