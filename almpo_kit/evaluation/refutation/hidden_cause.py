"""How strong a hidden cause would have to be to make the finding vanish, beside what was recorded."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.refutation.again import two_arms
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.partial_r2 import (
    Partial,
    adjusted_se,
    as_strong_as,
    bias,
    partial_regression,
    robustness_of_significance,
    robustness_value,
)
from almpo_kit.evaluation.refutation.target import Target, concluded
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
KEY = "hidden_cause"
#: How many times as strong as a recorded covariate the hidden cause is taken to be.
TIMES = (1.0, 2.0, 3.0)
#: Linear regression explains this much or more of an outcome only where the outcome is almost a covariate.
_STRENGTHS = (
    *("contrast", "outcome", "unit", "months", "estimate", "low", "high"),
    *("linear_estimate", "linear_se", "df", "robustness", "robustness_significance", "robustness_interval"),
)


def strengths(sample: Sample, target: Target) -> tuple[Partial, pd.DataFrame] | None:
    """The regression behind the attempt and the recorded covariates beside it.

    Returns
    -------
    (Partial, DataFrame) or None
        One row a covariate and strength: ``contrast, outcome, months, covariate, times, r2_treatment, r2_outcome, bias,
        adjusted, adjusted_low, adjusted_high``; strongest first. None where no residual degrees of freedom are left.
    """
    cut, _ = two_arms(sample, target.arm, target.comparison)
    cut = cut.rows(np.flatnonzero(np.isfinite(cut.outcome[:, target.h])))
    x, parts = _with_blocks(cut)
    if len(cut) <= x.shape[1] + 3:
        return None
    found = partial_regression(cut.outcome[:, target.h], cut.arm.astype(float), x, parts, cut.weight)
    if not (found.df > 1 and math.isfinite(found.se) and found.se > 0):
        return None
    rows = [_row(target, found, name, times) for name in parts for times in TIMES]
    return found, _strongest_first(pd.DataFrame(rows, columns=list(_row_names())))


def _with_blocks(sample: Sample) -> tuple[Array, dict[str, Array]]:
    parts = {name: np.arange(s.start, s.stop) for name, s in sample.parts.items()}
    if sample.block is None:
        return sample.covariates, parts
    names, codes = np.unique(sample.block, return_inverse=True)
    dummies = (codes[:, None] == np.arange(1, len(names))).astype(float)
    return np.column_stack([sample.covariates, dummies]), parts


def _row_names() -> tuple[str, ...]:
    return (
        *("contrast", "outcome", "months", "covariate", "times", "r2_treatment", "r2_outcome", "bias"),
        *("adjusted", "adjusted_low", "adjusted_high"),
    )


def _row(target: Target, found: Partial, name: str, times: float) -> dict[str, Any]:
    r2_d, r2_y = as_strong_as(found.with_treatment[name], found.with_outcome[name], times)
    adjusted, low, high = weakened(target, found, r2_d, r2_y)
    return {
        "contrast": target.contrast,
        "outcome": target.outcome,
        "months": target.months,
        "covariate": name,
        "times": times,
        "r2_treatment": r2_d,
        "r2_outcome": r2_y,
        "bias": bias(r2_d, r2_y, found.se, found.df),
        "adjusted": adjusted,
        "adjusted_low": low,
        "adjusted_high": high,
    }


def weakened(
    target: Target, found: Partial, r2_treatment: float, r2_outcome: float
) -> tuple[float, float, float]:
    """The estimate and its interval if such a hidden cause had worked towards the finding.

    The bias is that of a linear regression; it is taken from the estimate under attack, and its interval is widened or
    narrowed as that of the regression would be.
    """
    size = bias(r2_treatment, r2_outcome, found.se, found.df)
    if not math.isfinite(size):
        return -math.copysign(math.inf, target.estimate), -math.inf, math.inf
    adjusted = target.estimate - math.copysign(size, target.estimate)
    ratio = adjusted_se(r2_treatment, r2_outcome, found.se, found.df) / found.se
    return (
        adjusted,
        adjusted - ratio * (target.estimate - target.low),
        adjusted + ratio * (target.high - target.estimate),
    )


def _strongest_first(rows: pd.DataFrame) -> pd.DataFrame:
    once = rows[rows["times"] == 1].set_index("covariate")["bias"].sort_values(ascending=False, kind="stable")
    order = {name: i for i, name in enumerate(once.index)}
    return rows.sort_values(
        ["covariate", "times"], key=lambda c: c.map(order) if c.name == "covariate" else c, kind="stable"
    ).reset_index(drop=True)


def summary(target: Target, found: Partial) -> dict[str, Any]:
    """One row for the figure: the effect, the regression and its robustness values."""
    nearest = min(abs(target.low), abs(target.high)) if target.conclusion != "open" else 0.0
    scale = found.se * math.sqrt(found.df)
    values = (
        *(
            target.contrast,
            target.outcome,
            target.unit,
            target.months,
            target.estimate,
            target.low,
            target.high,
        ),
        *(found.estimate, found.se, found.df, robustness_value(target.estimate / scale)),
        *(robustness_of_significance(found.estimate / found.se, found.df), robustness_value(nearest / scale)),
    )
    return dict(zip(_STRENGTHS, values, strict=True))


def curves(target: Target, found: Partial) -> pd.DataFrame:
    """Strengths at which the estimate is explained away, and those at which its interval begins to include no effect.

    Returns
    -------
    DataFrame
        ``contrast, outcome, months, kind, r2_treatment, r2_outcome``; ``kind`` is "nothing left" or "uncertain".
    """
    size, half = abs(target.estimate), (target.high - target.low) / 2
    grid = np.linspace(0.0, 1.0, 401)
    rows = []
    for d in np.concatenate([np.linspace(0.002, 0.1, 50), np.linspace(0.11, 0.9, 80)]):
        taken = found.se * math.sqrt(found.df) * np.sqrt(grid * d / (1 - d))
        widened = half * np.sqrt((1 - grid) / (1 - d))
        for kind, left in (("nothing left", size - taken), ("uncertain", size - taken - widened)):
            gone = np.flatnonzero(left <= 0)
            if len(gone) and (kind == "nothing left" or target.conclusion != "open"):
                rows.append((kind, float(d), float(grid[gone[0]])))
    table = pd.DataFrame(rows, columns=["kind", "r2_treatment", "r2_outcome"])
    table = table.assign(contrast=target.contrast, outcome=target.outcome, months=target.months)
    return table[["contrast", "outcome", "months", "kind", "r2_treatment", "r2_outcome"]]


def hidden_cause(target: Target, found: Partial, benchmarks: pd.DataFrame) -> Attempt:
    """Cinelli and Hazlett's robustness value, judged beside the strongest recorded covariate."""
    whole = summary(target, found)
    enough, doubt = _percent(whole["robustness"]), _percent(whole["robustness_interval"])
    if target.conclusion == "open":
        sentence = (
            f"the interval includes no effect as it stands ({target.said}), so that there is nothing for a hidden cause to "
            f"explain away. One that explains {enough} of what is left unexplained of both taking part and the outcome would "
            "make up an effect of this size, or hide one."
        )
        return target.attempt(
            KEY, "informs", "doubts", sentence, about="robustness value", value=whole["robustness"]
        )
    sentence = (
        f"a hidden cause that explains {enough} of what the recorded covariates leave unexplained, both of who took part and "
        f"of the outcome, would be enough to make up the whole estimate of {target.amount(target.estimate)}; one that explains "
        f"{doubt} would be enough to make it uncertain whether there is any effect. "
    )
    strongest = benchmarks[benchmarks["times"] == 1].head(1)
    if strongest.empty:
        sentence += (
            "No covariate was recorded to compare that with, so that nobody can say whether it is much."
        )
        return target.attempt(
            KEY, "cannot tell", "doubts", sentence, about="robustness value", value=whole["robustness"]
        )
    row = strongest.iloc[0]
    broken = concluded(row["adjusted_low"], row["adjusted_high"]) != target.conclusion
    sentence += _beside(target, row, broken)
    return target.attempt(
        KEY,
        "broken" if broken else "held",
        "doubts",
        sentence,
        about=str(row["covariate"]),
        value=float(row["adjusted"]),
        low=float(row["adjusted_low"]),
        high=float(row["adjusted_high"]),
    )


def _beside(target: Target, row: Any, broken: bool) -> str:
    if not math.isfinite(row["adjusted"]) or row["r2_outcome"] >= 1:
        left = "could explain all that is unexplained, and with it any estimate"
    else:
        left = f"could leave {target.interval(row['adjusted'], row['adjusted_low'], row['adjusted_high'])}"
    start = f"One as strong as “{row['covariate']}”, the strongest recorded covariate, {left}: "
    if broken:
        return start + "that is no longer a clear effect in this direction. Do not call the effect proven."
    return (
        start + "the direction would stand. Whether there is a stronger hidden cause, no computation can say."
    )


def _percent(share: float) -> str:
    return f"{number(100 * share, 1)}%"
