"""The tables of an estimate: effects by contrast, outcome and month, and what they add up to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST, too_small
from almpo_kit.evaluation.inference.cumulative import adding, consecutive, running_sums
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.inference.simultaneous import pointwise, simultaneous
from almpo_kit.vocabulary.outcomes import OUTCOMES

Array = np.ndarray[Any, np.dtype[Any]]
#: Outcomes that already say something of a whole period; adding them month by month would count it again and again.
OF_A_PERIOD = frozenset(
    {
        *("employed_within_horizon", "employment_rate_cumulative", "cumulative_private_employment"),
        *("share_of_time_at_work", "re_employment_spell_over_24_months", "unemployment_duration"),
        *("ui_exit_probability", "job_finding_rate", "return_to_work_rate"),
    }
)
_CUMULATIVE = ("contrast", "arm", "comparison", "outcome", "unit", "months", "effect", "se", "low", "high")


def contrast_name(arm: str, comparison: str) -> str:
    """``training against no programme``."""
    return f"{arm} against {comparison}"


def same_outcome(measures: pd.DataFrame) -> list[Array]:
    """Columns of each outcome (in one unit), in the order in which outcomes were named."""
    keys = list(zip(measures["outcome"], measures["unit"], strict=True))
    return [np.array([j for j, k in enumerate(keys) if k == one]) for one in dict.fromkeys(keys)]


def effects_table(fit: Fit, measures: pd.DataFrame, method: str, seed: int) -> pd.DataFrame:
    """One row a contrast, outcome and month; nothing about arms of fewer than ten people.

    Parameters
    ----------
    fit : Fit
        c contrasts, h outcomes or months.
    measures : DataFrame, shape (h, ...)
        ``outcome, unit, months``.
    """
    width = pointwise(fit.df)
    low, high = (
        fit.intervals
        if fit.intervals is not None
        else (fit.estimate - width * fit.se, fit.estimate + width * fit.se)
    )
    band = _bands(fit, measures, seed) * fit.se
    h = len(measures)
    shown = {
        "effect": fit.estimate,
        "se": fit.se,
        "df": fit.df,
        "low": low,
        "high": high,
        # Asymmetric intervals have no band of their own; theirs is at least as wide.
        "band_low": np.fmin(fit.estimate - band, low),
        "band_high": np.fmax(fit.estimate + band, high),
        "comparison_mean": fit.comparison_mean,
    }
    counts = {"n_arm": fit.n_arm, "n_comparison": fit.n_comparison}
    # Of regions small numbers may be told; of persons never.
    least = 1 if fit.places else SMALLEST
    small = np.any([too_small(n, least) | (np.asarray(n) == 0) for n in counts.values()], axis=0)
    told = {c: np.where(small[:, None], np.nan, v).ravel() for c, v in shown.items()}
    for name, n in counts.items():
        told[name] = np.repeat(
            np.where(too_small(n, least), np.nan, n) if too_small(n, least).any() else n, h
        )
    return pd.DataFrame(
        {
            "contrast": np.repeat([contrast_name(*pair) for pair in fit.contrasts], h),
            "arm": np.repeat([a for a, _ in fit.contrasts], h),
            "comparison": np.repeat([b for _, b in fit.contrasts], h),
            "outcome": list(measures["outcome"]) * len(fit.contrasts),
            "unit": list(measures["unit"]) * len(fit.contrasts),
            "months": np.tile(measures["months"].to_numpy(dtype=float), len(fit.contrasts)),
            **told,
            "estimand": fit.estimand,
            "method": method,
        }
    )


def _bands(fit: Fit, measures: pd.DataFrame, seed: int) -> Array:
    """Half-widths in standard errors, shape (c, h)."""
    out = np.full(fit.estimate.shape, np.nan)
    for i in range(len(fit.contrasts)):
        for columns in same_outcome(measures):
            inner = fit.covariance[i][np.ix_(columns, columns)]
            out[i, columns] = simultaneous(inner, fit.df[i, columns], seed=seed)
    return out


def cumulative_table(fit: Fit, measures: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Effects added up over the months since the start; empty where no outcome is known period by period."""
    made = []
    h = len(measures)
    for columns in same_outcome(measures):
        outcome, unit = measures["outcome"].iloc[columns[0]], measures["unit"].iloc[columns[0]]
        how = None if outcome in OF_A_PERIOD else adding(OUTCOMES[outcome].measure, unit)
        months = measures["months"].to_numpy(dtype=float)[columns]
        order = columns[consecutive(months, how.spacing)] if how else columns[:0]
        if how is None or not len(order):
            continue
        for i, (arm, comparison) in enumerate(fit.contrasts):
            inner = fit.covariance[i][np.ix_(order, order)]
            shown = table["effect"].to_numpy()[i * h + order]
            if not (np.isfinite(inner).all() and np.isfinite(shown).all()):
                continue
            effect, se = running_sums(fit.estimate[i, order], inner, how.factor)
            width = pointwise(np.minimum.accumulate(fit.df[i, order]))
            made.append(
                pd.DataFrame(
                    {
                        "contrast": contrast_name(arm, comparison),
                        "arm": arm,
                        "comparison": comparison,
                        "outcome": outcome,
                        "unit": how.unit,
                        "months": measures["months"].to_numpy(dtype=float)[order],
                        "effect": effect,
                        "se": se,
                        "low": effect - width * se,
                        "high": effect + width * se,
                    }
                )
            )
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=list(_CUMULATIVE))
