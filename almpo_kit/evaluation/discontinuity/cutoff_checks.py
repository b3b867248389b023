"""Whether people on either side of a cut-off can be compared: nobody chose the side, and only take-up jumps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.discontinuity.density import density_jump
from almpo_kit.evaluation.discontinuity.jump import jump
from almpo_kit.evaluation.discontinuity.sides import Sides, sides
from almpo_kit.evaluation.protocol.p_values import p_words
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: p below the first stops, below the second is a failed check.
_STOP, _LEVEL = 0.01, 0.05
#: So few different values on a side near the cut-off and no line is known between them.
_FEW_VALUES = 10
_WEAK, _NOT_FROM_ZERO = 10.0, 3.84


def cutoff_checks(
    design: Any, *, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """Say whether a cut-off separates people who are otherwise alike.

    The step stops where the number of people jumps at the cut-off or covariates do (p below 0.01; over all covariates
    together by Bonferroni), where take-up does not jump, and where a side has fewer than ten different values of
    the running variable. People whose running variable is unknown are left out.

    Parameters
    ----------
    design : Design
        With ``assignment="rd"``.
    seed : int
        Not used; nothing is drawn.
    progress : callable, optional
        Called with (covariates done, covariates).

    Returns
    -------
    Comparison
        ``table``: ``covariate, contrast, jump, se, p_value, smd`` (the jump in standard deviations); ``details``:
        ``density`` (side, density, se), ``density_p``, ``running`` (bins of people: side, x, n), ``first_stage``.

    Raises
    ------
    DesignError
        Nobody on one side, more than two arms, or too few people near the cut-off to say anything.

    References
    ----------
    Cattaneo, Jansson and Ma (2020) J. Am. Stat. Assoc. 115, 1449-1455; Lee and Lemieux (2010) J. Econ. Lit. 48,
    281-355.
    """
    sample = design.sample
    two = sides(sample)
    kept = np.isfinite(two.x)
    table = _covariate_jumps(sample, two, progress)
    crowd = density_jump(two)
    first = _take_up(sample, two)
    checks = [_density_check(crowd), *_covariate_checks(table), *_values(two), *_take_up_check(two, first)]
    checks += _left_out(kept)
    stops, said = _stops(two, table, crowd, first)
    return Comparison(
        table=table if len(table) else crowd.table,
        sentence=_sentence(design, two, stops),
        checks=(*said, *checks),
        stops=stops,
        kept=kept,
        figure="discontinuity",
        details={
            "density": crowd.table,
            "density_p": crowd.p_value,
            "running": crowd.bins,
            "first_stage": pd.DataFrame([first] if first else []),
        },
    )


def _covariate_jumps(sample: Sample, two: Sides, progress: Callable[[int, int], None] | None) -> pd.DataFrame:
    from scipy import stats

    rows: list[dict[str, Any]] = []
    cluster = sample.cluster if sample.clustered else None
    weight = None if np.ptp(sample.weight) == 0 else sample.weight
    for j, name in enumerate(sample.names):
        values = sample.covariates[:, j]
        spread = float(np.nanstd(values[np.isfinite(two.x)]))
        if spread > 0:
            try:
                made = jump(values, two.x, cluster=cluster, weight=weight)
            except DesignError:  # a rare category that does not vary near the cut-off
                made = None
            if made is not None:
                rows.append(
                    {
                        "covariate": name,
                        "contrast": f"{sample.arms[1]} against {sample.arms[0]}",
                        "jump": two.sign * made.estimate,
                        "se": made.se,
                        "p_value": float(2 * stats.norm.sf(abs(made.estimate) / made.se)),
                        "smd": two.sign * made.estimate / spread,
                    }
                )
        if progress is not None:
            progress(j + 1, len(sample.names))
    return pd.DataFrame(rows, columns=["covariate", "contrast", "jump", "se", "p_value", "smd"])


def _take_up(sample: Sample, two: Sides) -> dict[str, float]:
    """The jump in take-up of a fuzzy design; empty when sharp."""
    if two.sharp:
        return {}
    cluster = sample.cluster if sample.clustered else None
    weight = None if np.ptp(sample.weight) == 0 else sample.weight
    made = jump(two.took, two.x, cluster=cluster, weight=weight)
    return {"jump": two.sign * made.estimate, "se": made.se, "strength": (made.estimate / made.se) ** 2}


def _density_check(crowd: Any) -> Check:
    if not np.isfinite(crowd.p_value):
        said = "Whether people chose their side could not be tested: too few people, or too few different values."
        return Check("density", "failed", said)
    if crowd.p_value >= _LEVEL:
        said = f"The number of people does not jump at the cut-off ({p_words(crowd.p_value)}): no sign that they chose their side."
        return Check("density", "passed", said)
    return Check("density", "failed", _crowded(crowd))


def _crowded(crowd: Any) -> str:
    where = "just above" if crowd.more_above else "just below"
    return (
        f"There are more people {where} the cut-off than there should be ({p_words(crowd.p_value)}): some may have "
        "chosen their side, and then the sides are not alike."
    )


def _covariate_checks(table: pd.DataFrame) -> list[Check]:
    if not len(table):
        said = (
            "No covariate could be compared at the cut-off, so it is not known whether the sides are alike."
        )
        return [Check("covariate_continuity", "failed", said)]
    p = float(min(1.0, table["p_value"].min() * len(table)))
    if p >= _LEVEL:
        said = (
            f"None of {len(table)} covariates jumps at the cut-off (smallest p, corrected: {number(p, 2)})."
        )
        return [Check("covariate_continuity", "passed", said)]
    return [Check("covariate_continuity", "failed", _jumping(table, p))]


def _jumping(table: pd.DataFrame, p: float) -> str:
    row = table.iloc[int(table["p_value"].to_numpy().argmin())]
    return (
        f"“{row['covariate']}” jumps at the cut-off by {number(float(row['smd']), 2)} standard deviations ({p_words(p)}, "
        "corrected for the number of covariates): people on the two sides are not alike."
    )


def _values(two: Sides) -> list[Check]:
    x = two.x[np.isfinite(two.x)]
    counts = [len(np.unique(x[x < 0])), len(np.unique(x[x >= 0]))]
    if min(counts) >= 3 * _FEW_VALUES or len(np.unique(x)) > 0.8 * len(x):
        return []
    said = (
        f"The running variable has only {counts[0]} different values below and {counts[1]} above the cut-off; between them "
        "the line is a guess."
    )
    return [Check("discrete_running", "failed", said)]


def _take_up_check(two: Sides, first: dict[str, float]) -> list[Check]:
    if two.sharp:
        return [Check("take_up_jump", "passed", "The side of the cut-off decides alone who takes part.")]
    said = (
        f"At the cut-off the share that takes part jumps by {number(100 * abs(first['jump']), 1)} points "
        f"(standard error {number(100 * first['se'], 1)}); the effect is that on people whom it moves."
    )
    return [Check("take_up_jump", "passed" if first["strength"] >= _WEAK else "failed", said)]


def _left_out(kept: Array) -> list[Check]:
    missing = int((~kept).sum())
    if not missing:
        return []
    told = f"{missing}" if missing >= SMALLEST else f"Fewer than {SMALLEST}"
    said = f"{told} persons are left out because their running variable is not known."
    return [Check("running_missing", "informational", said)]


def _stops(
    two: Sides, table: pd.DataFrame, crowd: Any, first: dict[str, float]
) -> tuple[tuple[str, ...], tuple[Check, ...]]:
    found: list[Check] = []
    if np.isfinite(crowd.p_value) and crowd.p_value < _STOP:
        found.append(Check("manipulated_side", "failed", _crowded(crowd)))
    if len(table) and float(table["p_value"].min()) * len(table) < _STOP:
        p = float(table["p_value"].min()) * len(table)
        found.append(Check("unlike_sides", "failed", _jumping(table, p)))
    if first and first["strength"] < _NOT_FROM_ZERO:
        said = "Taking part does not jump at the cut-off, so nothing can be learned from it."
        found.append(Check("no_jump_in_take_up", "failed", said))
    x = two.x[np.isfinite(two.x)]
    values = min(len(np.unique(x[x < 0])), len(np.unique(x[x >= 0])))
    if values < _FEW_VALUES:
        said = f"One side has only {values} different values of the running variable; a jump cannot be told from a slope."
        found.append(Check("too_few_values", "failed", said))
    return tuple(c.name for c in found), tuple(found)


def _sentence(design: Any, two: Sides, stops: tuple[str, ...]) -> str:
    at = float(design.plan.cutoff or 0.0)
    cut = f"the cut-off of {design.plan.running} at {number(at, 0 if at.is_integer() else 2)}"
    kind = "decides alone who takes part" if two.sharp else "moves some people into taking part"
    held = (
        "there are signs that people on its two sides are not alike"
        if stops
        else "people on its two sides look alike"
    )
    return f"{cut[0].upper()}{cut[1:]} {kind}; {held}."
