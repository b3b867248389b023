"""What the effect on the primary outcome could be, given that some outcomes are unknown."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.experiments.planning.kernels.missing_bounds import (
    error_by_group,
    interval_of_bound,
    trimmed,
    worst_case,
)
from almpo_kit.experiments.planning.trial_result import BOUND_COLUMNS
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

#: Why bounds are not told, by what makes the means of arms no comparison.
_ADAPTIVE: Final = (
    "the shares of arms changed from batch to batch, so the mean of an arm also tells when its people came"
)
_SATURATION: Final = (
    "the share of people who were offered the programme differs by place, so the mean of an arm also tells which places its people "
    "live in"
)
Array = np.ndarray[Any, np.dtype[Any]]


def attrition_bounds(
    data: TrialData, outcome: TrialOutcome, alpha: float, factor: float, *, of_groups: bool
) -> pd.DataFrame:
    """Bounds of each arm, in the unit in which effects are told; empty where everybody is known, or for durations and wedges.

    Parameters
    ----------
    data : TrialData
    outcome : TrialOutcome
    alpha : float
        Each arm gets its share of it.
    factor : float
        From the outcome's own scale to the unit.
    of_groups : bool
        Whether groups were drawn.
    """
    out: list[dict[str, Any]] = []
    if data.known.all() or outcome.kind == "duration" or data.period is not None:
        return without_bounds()
    each = alpha / (len(data.arms) - 1)
    for k in range(1, len(data.arms)):
        part = data.only(np.isin(data.arm, (0, k)))
        group = part.cluster if of_groups else None
        found = {"Lee": trimmed(part.y, part.arm > 0)}
        if outcome.kind == "binary":
            found["worst case"] = worst_case(part.y, part.arm > 0, 0.0, 1.0)
        df = float(len(np.unique(group)) - 2) if group is not None else np.inf
        for name, b in found.items():
            errors = (error_by_group(b.pull_low, group), error_by_group(b.pull_high, group))
            wide = interval_of_bound(b.low, b.high, *errors, df, each)
            ends = [factor * v for v in (b.low, b.high, *wide)]
            out.append(
                dict(zip(BOUND_COLUMNS, (data.arms[k], name, *ends, outcome.unit or "own"), strict=True))
            )
    return pd.DataFrame(out, columns=list(BOUND_COLUMNS))


def no_bounds_because(plan: TrialPlan, estimator: str) -> str:
    """Why bounds of this trial would not be valid; "" where they are.

    Bounds compare the means of arms as they are, without the weights of an adaptive trial or of a saturation design.
    """
    if estimator == "adaptive" or plan.rule is not None:
        return _ADAPTIVE
    return _SATURATION if plan.design.kind == "saturation" else ""


def without_bounds() -> pd.DataFrame:
    """The table of bounds where there are none."""
    return pd.DataFrame([], columns=list(BOUND_COLUMNS))


def filled_by_rule(y: Array, arm: Array, outcome: TrialOutcome, favourable: int) -> Array:
    """Unknown outcomes by the rule "worst": good in the comparison, bad in the programmes.

    Parameters
    ----------
    y : array, shape (n,)
    arm : array of int, shape (n,)
        0 in the comparison.
    favourable : {1, -1}
        Whether more of it is good.

    Raises
    ------
    DesignError
        A duration; or an outcome of which nobody is known.
    """
    if outcome.kind == "duration":
        raise DesignError(
            f"missing='worst' has no worst time for {outcome.name!r}; analyse with missing='complete' and say why in "
            "deviations={'missing': '…'}."
        )
    if np.isnan(y).all():
        raise DesignError(f"no {outcome.name!r} is known yet; wait, or name another outcome.")
    least, most = (0.0, 1.0) if outcome.kind == "binary" else (float(np.nanmin(y)), float(np.nanmax(y)))
    bad, good = (least, most) if favourable > 0 else (most, least)
    return np.where(np.isnan(y), np.where(arm == 0, good, bad), y)
