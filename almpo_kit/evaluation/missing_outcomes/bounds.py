"""Say what an effect could be, whatever became of the people whose outcome is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST, too_small
from almpo_kit.evaluation.estimation.few_differ import differing
from almpo_kit.evaluation.missing_outcomes.comparisons import (
    Comparison,
    cells_of,
    comparisons,
    refuse_unknown_cells,
)
from almpo_kit.evaluation.missing_outcomes.kernels.identified_set import Ends, clustered_error, imbens_manski
from almpo_kit.evaluation.missing_outcomes.kernels.trimming import trimming, trimming_in_cells
from almpo_kit.evaluation.missing_outcomes.kernels.worst_case import worst_case
from almpo_kit.evaluation.missing_outcomes.limits import limits_of, read_limits
from almpo_kit.evaluation.missing_outcomes.words import bounds_checks, bounds_sentence, question_of
from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.results import Design, Estimate
from almpo_kit.evaluation.protocol.steps import go_on
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
COMPLETE, WORST, TRIMMED, IN_CELLS = "complete cases", "worst case", "trimming", "trimming in cells"


def bounds(
    step: Design | Estimate,
    *,
    limits: Mapping[str, tuple[float, float]] | None = None,
    cells: Sequence[str] = (),
    level: float = 0.95,
    override: str = "",
) -> Finding:
    """Bounds on the effects under two assumptions about missing outcomes, with intervals.

    *Worst case* assumes nothing but the limits of the outcome, and is about everybody. *Trimming* (Lee) assumes that an arm only ever makes people
    easier to observe, or only harder, and is about those who would be observed in either arm; *trimming in cells* asks that
    within groups who are alike in some covariates, and is tighter. Between the bounds anything is possible.

    Parameters
    ----------
    step : Design or Estimate
        A trial may be given as its design; where people chose, the estimate weights them (its chances are taken as known).
    limits : mapping of str to (float, float), optional
        Outcome -> lowest and highest possible value, in its unit, e.g. ``{"earnings": (0, 60_000)}``. Known for chances and
        shares of time; without limits an outcome has no worst case.
    cells : sequence of str
        Covariates (held constant) whose cells tighten the bounds; numbers are cut into thirds.
    level : float
    override : str
        Why to go on although the design said stop.

    Returns
    -------
    Finding
        ``table``: one row a contrast, outcome, month and rule: ``contrast, arm, comparison, outcome, unit, months, rule, low,
        high, interval_low, interval_high, observed_arm, observed_comparison, trimmed_share``. Shares that would tell of fewer
        than ten missing people are not shown.

    Raises
    ------
    DesignError
        Not a trial and not an estimate with chances, or an arm of which nobody is observed.
    ParameterError
        Limits, cells or a level that have no meaning.

    References
    ----------
    Lee (2009) Rev. Econ. Stud. 76, 1071-1102; Horowitz and Manski (2000) J. Am. Stat. Assoc. 95, 77-84; Imbens and Manski
    (2004) Econometrica 72, 1845-1857.
    """
    if not isinstance(step, Design | Estimate):
        raise ParameterError(
            f"bounds() takes a design or an estimate, not {type(step).__name__}; write e.g. evaluation.bounds(plan)."
        )
    if isinstance(level, bool) or not isinstance(level, float) or not 0.5 < level < 1:
        raise ParameterError(f"level={level!r} must lie between 0.5 and 1, e.g. 0.95.")
    overrides = go_on(step, "design", override) if isinstance(step, Design) else step.overrides
    by = (cells,) if isinstance(cells, str) else tuple(cells)
    given = read_limits(limits)
    sample, pairs = comparisons(step)
    refuse_unknown_cells(sample, by)
    rows = [
        row
        for pair in pairs
        for j, measure in enumerate(sample.measures.to_dict("records"))
        for row in _rows(step, pair, j, measure, limits_of(measure, given, sample.outcome[:, j]), by, level)
    ]
    table, untold = _of_enough(pd.DataFrame(rows))
    plan = step.plan if isinstance(step, Design) else step.design.plan
    options = {"limits": {k: list(v) for k, v in given.items()}, "cells": list(by), "level": level}
    return Finding(
        question=question_of(plan),
        sentence=bounds_sentence(table, level),
        table=table,
        checks=overridden_first(overrides, (*bounds_checks(table, given), *untold)),
        provenance=continued(step, method="evaluation.bounds", options=options, overrides=overrides),
        rests_on=step.rests_on,
    )


def _rows(
    step: Design | Estimate,
    pair: Comparison,
    j: int,
    measure: Mapping[Any, Any],
    limits: tuple[float, float] | None,
    by: tuple[str, ...],
    level: float,
) -> list[dict[str, Any]]:
    """All rules for one contrast, outcome and month."""
    sample = step.sample
    y, arm, w = sample.outcome[pair.rows, j], pair.treated, pair.weight
    seen = ~np.isnan(y)
    if not (seen & arm & (w > 0)).any() or not (seen & ~arm & (w > 0)).any():
        raise DesignError(
            f"nobody of “{pair.arm}” or of “{pair.comparison}” has the outcome {measure['column']!r}: there is nothing to bound."
        )
    told = _enough(y[arm], y[~arm])
    missing = [int((~seen & g).sum()) for g in (arm, ~arm)]
    few = bool(too_small(missing).any())
    found: list[tuple[str, Ends, float]] = [(COMPLETE, _complete(y, arm, w, seen), np.nan)]
    if limits is not None and any(missing):
        found.append((WORST, worst_case(y, arm, w, *limits, least_missing=SMALLEST - 1), np.nan))
    if any(missing) and not few:
        found.append((TRIMMED, *trimming(y, arm, w)))
        cell = cells_of(sample, by, pair, y)
        if cell is not None:
            found.append((IN_CELLS, *trimming_in_cells(y, arm, w, cell)))
    cluster = sample.cluster[pair.rows]
    df = max(1.0, len(np.unique(cluster)) - 2.0)
    shares = {
        name: np.nan if 0 < gone < SMALLEST else 1 - gone / int(g.sum())
        for name, gone, g in zip(("observed_arm", "observed_comparison"), missing, (arm, ~arm), strict=True)
    }
    made = []
    for rule, ends, trimmed in found:
        errors = [clustered_error(p, cluster) for p in (ends.pull_low, ends.pull_high)]
        low, high = imbens_manski(ends.low, ends.high, errors[0], errors[1], df, level)
        made.append(
            {
                "contrast": pair.name,
                "arm": pair.arm,
                "comparison": pair.comparison,
                "outcome": measure["outcome"],
                "unit": measure["unit"],
                "months": measure["months"],
                "rule": rule,
                "low": ends.low,
                "high": ends.high,
                "interval_low": low,
                "interval_high": high,
                **shares,
                "trimmed_share": trimmed,
                "told": told,
            }
        )
    return made


def _enough(one: Array, other: Array) -> bool:
    """Whether means of these two groups are about ten people or more: of those known, and of those who differ."""
    known = [int((~np.isnan(y)).sum()) for y in (one, other)]
    apart = [differing(y) for y in (one, other)]
    return min(known) >= SMALLEST and not (0 < max(apart) < SMALLEST)


def _of_enough(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Check, ...]]:
    """The rows that may be told, and a check that says of what nothing is told."""
    kept = table[table["told"]].drop(columns="told").reset_index(drop=True)
    if not len(kept):
        raise DesignError(
            "fewer than ten people of an arm have a known outcome, or one other than that of all others: any bounds would be "
            "about those few. Wait until more are known, or join arms."
        )
    lost = int((~table.drop_duplicates(["contrast", "outcome", "months"])["told"]).sum())
    if not lost:
        return kept, ()
    sentence = (
        f"Of {number(lost, 0)} contrasts and months nothing is told: fewer than ten people of an arm have a known outcome, or one "
        "other than that of all others."
    )
    return kept, (Check("rests_on_few", "informational", sentence),)


def _complete(y: Array, arm: Array, weight: Array, seen: Array) -> Ends:
    """The difference of means of those who are observed, with no assumption said."""
    ends = worst_case(y[seen], arm[seen], weight[seen], 0.0, 0.0)
    pulls = np.zeros((2, len(y)))
    pulls[:, seen] = ends.pull_low, ends.pull_high
    return Ends(ends.low, ends.high, pulls[0], pulls[1])
