"""Sequences beside each other: which is best, which cannot be told from it, which another one is surely better than."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.sequences.following import Course, break_even

Array = np.ndarray[Any, np.dtype[Any]]


def without_dominated(
    courses: Sequence[Course], menu: Menu, level: float
) -> tuple[list[Course], list[tuple[str, str]]]:
    """Drop sequences that another one surely beats without costing more or taking longer.

    Surely: better in at least ``level`` of all draws. Where a cost is not known nothing is dropped for it.

    Returns
    -------
    (list of Course, list of (name, reason))
    """
    if not courses:
        return [], []
    cost = np.array([c.expected_cost(menu) for c in courses])
    months = np.array([c.sequence.ends[-1] for c in courses])
    gains = np.array([c.gain for c in courses])
    kept, dropped = [], []
    for i, course in enumerate(courses):
        rivals = np.flatnonzero((cost <= cost[i]) & (months <= months[i]))
        surely = [int(r) for r in rivals if r != i and (gains[r] > gains[i]).mean() >= level]
        if not surely:
            kept.append(course)
            continue
        best = max(surely, key=lambda r: gains[r].mean())
        dropped.append(
            (
                course.sequence.name,
                f"{courses[best].sequence.name} adds more, costs no more and takes no longer",
            )
        )
    return kept, dropped


def ranked_table(
    courses: Sequence[Course],
    other: Sequence[tuple[float, float]],
    menu: Menu,
    level: float,
    followed: dict[str, float] | None,
) -> pd.DataFrame:
    """One row a sequence, the highest expected gain first; columns as in :func:`pathways`.

    Parameters
    ----------
    courses : sequence of Course
    other : sequence of (float, float)
        Gain by the other rule, and where each step undoes the ones before it, in the same order.
    followed : dict or None
        Sequence -> people who did it; NaN where fewer than ten (or a number that gives one away).
    """
    if not courses:
        return pd.DataFrame(columns=["rank", "pathway", "gain", "low", "high", "like_best"])
    gains = np.array([c.gain for c in courses])
    order = np.argsort(-gains.mean(axis=1), kind="stable")
    best_of = np.bincount(gains.argmax(axis=0), minlength=len(courses)) / gains.shape[1]
    top = gains[order[0]]
    # Every other sequence is compared with the best one: as many comparisons at once (Bonferroni).
    width = NormalDist().inv_cdf(1 - (1 - level) / 2 / max(len(courses) - 1, 1))
    rows = []
    for rank, i in enumerate(order, 1):
        behind = top - gains[i]
        error = float(behind.std())
        row = _row(courses[i], menu, level) | {
            "rank": rank,
            "chance_best": float(best_of[i]),
            "behind_best": float(behind.mean()),
            "behind_low": float(behind.mean() - width * error),
            "behind_high": float(behind.mean() + width * error),
            "like_best": bool(behind.mean() - width * error <= 0),
            "gain_other_rule": other[i][0],
            "gain_if_undone": other[i][1],
        }
        if followed is not None:
            row["people"] = followed.get(courses[i].sequence.name, np.nan)
        rows.append(row)
    table = pd.DataFrame(rows)
    return table[["rank", "pathway", *(c for c in table if c not in ("rank", "pathway"))]]


def _row(course: Course, menu: Menu, level: float) -> dict[str, Any]:
    ends = [(1 - level) / 2, (1 + level) / 2]
    # An exact middle of ordered months, none of which lies between two (inf − inf has no middle).
    even_low, even_high = np.quantile(course.even, ends, method="nearest")
    low, high = np.quantile(course.gain, ends)
    end_low, end_high = np.quantile(course.end, ends)
    return {
        "pathway": course.sequence.name,
        "n_steps": len(course.sequence.programmes),
        "gain": float(course.gain.mean()),
        "low": float(low),
        "high": float(high),
        "at_end": 100 * float(course.end.mean()),
        "at_end_low": 100 * float(end_low),
        "at_end_high": 100 * float(end_high),
        "lock_in_months": int((course.effect[1:] < 0).sum()),
        "deepest": 100 * float(min(course.effect.min(), 0.0)),
        "break_even_month": _known(break_even_of_mean(course)),
        "break_even_low": _known(float(even_low)),
        "break_even_high": _known(float(even_high)),
        "chance_broken_even": float(np.isfinite(course.even).mean()),
        "months_in_steps": int(course.sequence.ends[-1]),
        "share_last_step": 100 * float(course.entering[-1]),
        "cost_eur": course.expected_cost(menu),
        "cost_all_steps_eur": course.sequence.cost,
        "rests_on": "the effect of one programme"
        if len(course.sequence.programmes) == 1
        else "an assumption on how steps combine",
    }


def break_even_of_mean(course: Course) -> float:
    """Month from which on the expected sum stays at or above zero."""
    return float(break_even(course.total[None, :])[0])


def _known(month: float) -> float:
    return float(month) if np.isfinite(month) else float("nan")


def optimism(courses: Sequence[Course]) -> float:
    """How much the gain of whichever sequence looks best exceeds its true one on average, in months in work.

    By the draws themselves: the mean of the highest drawn gain less the highest mean.
    """
    if not courses:
        return 0.0
    gains = np.array([c.gain for c in courses])
    return float(gains.max(axis=0).mean() - gains.mean(axis=1).max())
