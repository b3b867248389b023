"""Which people are compared, and with which weights, when some of their outcomes are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.protocol.results import Design, Estimate
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Two arms side by side.

    Parameters
    ----------
    arm, comparison : str
    rows : Array of int, shape (m,)
        People of the two arms.
    treated : Array of bool, shape (m,)
    weight : Array, shape (m,)
        Makes the arms alike in what is held constant (trials: in their blocks).
    """

    arm: str
    comparison: str
    rows: Array
    treated: Array
    weight: Array

    @property
    def name(self) -> str:
        """``training against no programme``."""
        return f"{self.arm} against {self.comparison}"


def comparisons(step: Design | Estimate) -> tuple[Sample, list[Comparison]]:
    """The sample of a step and the pairs of arms that it compares.

    Raises
    ------
    DesignError
        The way of assignment, or the method, has no weights that make the arms alike.
    """
    plan = step.plan if isinstance(step, Design) else step.design.plan
    if plan.assignment not in ("rct", "matching"):
        raise DesignError(
            "bounds for missing outcomes are known for trials and for selection on observed characteristics; in other "
            "designs look at who is missing in which period (the checks of the design)."
        )
    if isinstance(step, Design):
        if plan.assignment == "matching":
            raise DesignError(
                "people chose these arms, so missing outcomes are not all that keeps them apart; give the estimate, e.g. "
                "evaluation.bounds(evaluation.estimate(shared, method='doubly_robust'))."
            )
        pairs = [(a, plan.comparison) for a in plan.arms[1:]]
        return step.sample, [_of_a_lot(step.sample, a, c) for a, c in pairs]
    sample, fit = step.sample, step.fit
    if plan.assignment == "rct":
        return sample, [_of_a_lot(sample, a, c) for a, c in fit.contrasts]
    if fit.propensity is None:
        raise DesignError(
            f"the method {step.method!r} has no chances of each arm, with which people are weighted; estimate with "
            "method='doubly_robust' or 'weighting'."
        )
    return sample, [_chosen(sample, fit.propensity, fit.estimand, a, c) for a, c in fit.contrasts]


def _pair(sample: Sample, arm: str, comparison: str) -> tuple[Array, Array, int, int]:
    a, c = sample.arms.index(arm), sample.arms.index(comparison)
    rows = np.flatnonzero((sample.arm == a) | (sample.arm == c))
    return rows, sample.arm[rows] == a, a, c


def _of_a_lot(sample: Sample, arm: str, comparison: str) -> Comparison:
    rows, treated, _, _ = _pair(sample, arm, comparison)
    weight = sample.weight[rows].astype(float)
    if sample.block is not None:
        rows, treated, weight = _within_blocks(rows, treated, weight, sample.block[rows])
    return Comparison(arm, comparison, rows, treated, weight)


def _within_blocks(rows: Array, treated: Array, weight: Array, block: Array) -> tuple[Array, Array, Array]:
    """Where shares of the arms differ between blocks, people are weighted back; blocks with one arm say nothing."""
    size = int(block.max()) + 1
    both = np.bincount(block, weight, size)
    offered = np.bincount(block, weight * treated, size)
    fine = ((offered > 0) & (offered < both))[block]
    rows, treated, weight, block = rows[fine], treated[fine], weight[fine], block[fine]
    chance = offered[block] / both[block]
    return rows, treated, weight / np.where(treated, chance, 1 - chance)


def _chosen(sample: Sample, propensity: Array, estimand: str, arm: str, comparison: str) -> Comparison:
    rows, treated, a, c = _pair(sample, arm, comparison)
    chance_a, chance_c = propensity[rows, a], propensity[rows, c]
    if estimand == "att":
        factor = np.where(treated, 1.0, chance_a / chance_c)
    else:
        factor = 1.0 / np.where(treated, chance_a, chance_c)
    return Comparison(arm, comparison, rows, treated, sample.weight[rows] * factor)


def refuse_unknown_cells(sample: Sample, columns: tuple[str, ...]) -> None:
    """Refuse cells by what is not held constant.

    Raises
    ------
    ParameterError
    """
    for column in columns:
        if column not in sample.parts:
            held = ", ".join(map(repr, sample.parts)) or "none here"
            raise ParameterError(
                f"cells names {column!r}, which is not held constant; choose among those that are: {held}."
            )


def cells_of(sample: Sample, columns: tuple[str, ...], pair: Comparison, y: Array) -> Array | None:
    """Cells of people who are alike in some covariates; None where none were asked for.

    Numbers are cut into thirds. Cells in which fewer than ten people of an arm are observed are put together.
    """
    if not columns:
        return None
    code = np.zeros(len(pair.rows), dtype=np.int64)
    for column in columns:
        part = sample.covariates[pair.rows, sample.parts[column]]
        code = code * (len(pair.rows) + 1) + _levels(part)
    _, cell = np.unique(code, return_inverse=True)
    return _joined(cell, pair.treated, ~np.isnan(y))


def _levels(part: Array) -> Array:
    if part.shape[1] == 0:
        return np.zeros(len(part), dtype=np.int64)
    if np.isin(part, (0.0, 1.0)).all():
        return np.unique(part @ (2.0 ** np.arange(part.shape[1])), return_inverse=True)[1]
    cuts = np.unique(np.quantile(part[:, 0], (1 / 3, 2 / 3)))
    return np.searchsorted(cuts, part[:, 0], side="left")


def _joined(cell: Array, treated: Array, seen: Array) -> Array:
    counts = np.array([np.bincount(cell, seen & g, cell.max() + 1) for g in (treated, ~treated)]).min(axis=0)
    thin = counts < SMALLEST
    if thin.all():
        return np.zeros(len(cell), dtype=np.int64)
    if thin.any():
        largest = int(np.argmax(counts))
        rest = np.array([np.bincount(thin[cell] * 1, seen & g, 2)[1] for g in (treated, ~treated)]).min()
        target = len(counts) if rest >= SMALLEST else largest
        cell = np.where(thin[cell], target, cell)
    return np.unique(cell, return_inverse=True)[1]
