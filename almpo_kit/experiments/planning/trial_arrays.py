"""Joined rows as the arrays that estimators read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.experiments.planning.joined_rows import column_of, event_values
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

Array = np.ndarray[Any, np.dtype[Any]]
#: Most different words of a covariate; a column with more is a name, hardly a group.
_MOST_LEVELS: Final = 30


def trial_arrays(
    plan: TrialPlan, rows: pd.DataFrame, outcome: TrialOutcome, y: Array, covariates: Sequence[str]
) -> TrialData:
    """What estimators read.

    Parameters
    ----------
    plan : TrialPlan
    rows : DataFrame
        Of :class:`~almpo_kit.experiments.planning.joined_rows.JoinedRows`.
    outcome : TrialOutcome
    y : array, shape (n,)
        Its values, NaN where unknown.
    covariates : sequence of str
    """
    arms = tuple(plan.design.arms)
    wedge = plan.design.kind == "stepped_wedge"
    return TrialData(
        y=y,
        arm=rows["arm"].map({a: i for i, a in enumerate(arms)}).to_numpy(dtype=int),
        arms=arms,
        event=event_values(rows, outcome.name, y) > 0 if outcome.kind == "duration" else None,
        block=_codes(rows["block"]),
        cluster=_codes(rows["cluster"]),
        pair=_codes(rows["pair"]),
        step=rows["step"].to_numpy(dtype=int) if wedge else None,
        period=pd.to_numeric(rows["period"]).to_numpy(dtype=int) if wedge else None,
        saturation=rows["saturation"].to_numpy(dtype=float) if plan.design.kind == "saturation" else None,
        # In a wedge the chance is that of the step, and nobody's arm has another.
        chance=None if wedge else rows["chance"].to_numpy(dtype=float),
        covariates=covariate_columns(rows, covariates) if covariates else None,
    )


def _codes(names: pd.Series) -> Array | None:
    said = names.astype("string").fillna("")
    if (said == "").all():
        return None
    return np.asarray(pd.factorize(said, sort=True)[0])


def covariate_columns(rows: pd.DataFrame, covariates: Sequence[str]) -> Array:
    """Covariates as numbers: words become groups, a missing value the mean and a mark of its own.

    Covariates are older than the draw, so filling them in biases nothing: the lot was blind to them.
    """
    parts: list[Array] = []
    for name in covariates:
        column = column_of(rows, name)
        numbers = pd.to_numeric(column, errors="coerce")
        if (numbers.isna() & column.notna()).any():
            parts += _groups(name, column)
            continue
        x = numbers.to_numpy(dtype=float, na_value=np.nan)
        unknown = np.isnan(x)
        parts.append(np.where(unknown, 0.0 if unknown.all() else np.nanmean(x), x))
        parts.append(unknown.astype(float))
    different = _different(parts)
    return np.column_stack(different) if different else np.empty((len(rows), 0))


def _groups(name: str, column: pd.Series) -> list[Array]:
    said = column.astype("string").fillna("")
    levels = sorted(set(said))
    if len(levels) > _MOST_LEVELS:
        raise DesignError(
            f"the covariate {name!r} has {number(len(levels), 0)} different words; group them into at most {_MOST_LEVELS}, or leave it out "
            "with covariates=[…] and a reason in deviations."
        )
    return [(said == level).to_numpy(dtype=float) for level in levels[1:]]


def _different(parts: list[Array]) -> list[Array]:
    """Without columns that say nothing, or the same as one before."""
    kept: list[Array] = []
    for part in parts:
        if np.ptp(part) > 0 and not any(np.array_equal(part, k) for k in kept):
            kept.append(part)
    return kept
