"""Which moves are worth telling someone about, in which order, without ten names for one job."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a move counts as viable.

    After Nesta's "Mapping career causeways" (Kanders et al. 2020), which asks for enough likeness, a step of at most one
    in the preparation a job needs, and enough experience; skill levels of ISCO-08 take the place of O*NET's job
    zones here, and months of training that of experience.

    Parameters
    ----------
    least_coverage : float
        Share of the target's weighted requirements covered. On ESCO 1.1.1 fewer than one in a hundred pairs of
        occupations from different ISCO major groups reach 0.25, and half of the pairs within a unit group do.
    most_months : float
        Typical months of training.
    most_steps : int
        Steps up between ISCO-08 skill levels.
    least_essential : int
        Essential skills that the source must name of the target; with fewer, coverage says little.
    """

    least_coverage: float = 0.25
    most_months: float = 24.0
    most_steps: int = 1
    least_essential: int = 5


def why_not(table: pd.DataFrame, rule: Rule) -> list[str]:
    """Why each move is not viable, in words; empty where it is."""
    reasons = []
    columns = (table[c].tolist() for c in ("coverage", "months", "level_change", "essential"))
    for covered, months, change, essential in zip(*columns, strict=True):
        told = [] if covered >= rule.least_coverage else ["too few of the skills it needs are there"]
        told += ["the training is too long"] if months > rule.most_months else []
        told += [f"{int(change)} skill levels up"] if change > rule.most_steps else []
        told += ["the source names too few of its skills"] if essential < rule.least_essential else []
        reasons.append("; ".join(told))
    return reasons


def viable(
    coverage: np.ndarray, months: np.ndarray, change: np.ndarray, essential: np.ndarray, rule: Rule
) -> np.ndarray:
    """Boolean array: what the rule lets through; a change of level that is not known stops nothing."""
    enough = (coverage >= rule.least_coverage) & (essential >= rule.least_essential)
    return np.asarray(enough & (months <= rule.most_months) & ~(change > rule.most_steps))


def chosen(
    coverage: np.ndarray,
    passes: np.ndarray,
    warned: np.ndarray,
    units: np.ndarray,
    *,
    top: int,
    per_unit: int,
) -> np.ndarray:
    """Positions of the moves to show, best first.

    Viable ones come first, those into over-supplied or declining occupations after the others, then by coverage;
    at most `per_unit` of one ISCO unit group, so that the list is not ten names for one job. What has no coverage
    is left out.

    Parameters
    ----------
    coverage : ndarray of float, shape (n,)
    passes, warned : ndarray of bool, shape (n,)
        Viable; over-supplied or declining.
    units : ndarray of str, shape (n,)

    Returns
    -------
    ndarray of int, shape (at most top,)
    """
    order = np.lexsort((-coverage, warned & passes, ~passes))
    taken: dict[str, int] = {}
    out: list[int] = []
    for i in order:
        if len(out) == top:
            break
        if np.isfinite(coverage[i]) and taken.get(units[i], 0) < per_unit:
            taken[units[i]] = taken.get(units[i], 0) + 1
            out.append(int(i))
    return np.array(out, dtype=np.int64)
