"""Effects on different people are averaged apart, and told side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import estimand_label, n_samples
from almpo_kit.evidence.designs import Known, Pooled, attempt, summary
from almpo_kit.evidence.eligibility import by_estimand
from almpo_kit.evidence.refusals import Minimum
from almpo_kit.vocabulary.finding import Check

_NUMBERS = ("mean", "low", "high")


def strata(
    usable: pd.DataFrame, minimum: Minimum, level: float, known: Known = None
) -> tuple[pd.DataFrame, tuple[Check, ...]]:
    """The average of each estimand's estimates where it carries, and why not where it does not.

    Parameters
    ----------
    usable : DataFrame, shape (k, ...)
        Estimates that may enter an average, of every estimand.
    known : tuple of Index and average, optional
        An average that has been taken already, with the rows it is of.

    Returns
    -------
    table : DataFrame, shape (n_estimands, 9)
        ``estimand, label, n_estimates, n_samples, mean, low, high, df, reason``; the first row is the
        stratum that an answer averages. ``reason`` says why there is no ``mean``.
    checks : tuple of Check
        Nothing where there is one estimand, or the frame does not speak of it.
    """
    parts = by_estimand(usable)
    found = [(key, part, attempt(part, minimum, level, known)) for key, part in parts if key]
    table = pd.DataFrame([_row(*each) for each in found], columns=list(_row("", usable, "")))
    if len(found) < 2:
        return table, ()
    told = "; ".join(f"{estimand_label(key)} {summary(part, f, level)}" for key, part, f in found)
    words = f"Effects on different people are not averaged together. By estimand: {told}."
    return table, (Check("estimand", "informational", words),)


def _row(key: str, part: pd.DataFrame, found: Pooled | str) -> dict[str, object]:
    refused = isinstance(found, str)
    return {
        "estimand": key,
        "label": estimand_label(key),
        "n_estimates": len(part),
        "n_samples": n_samples(part),
        **{name: np.nan if refused else float(getattr(found, name)) for name in _NUMBERS},
        "df": np.nan if isinstance(found, str) else found.judged_df,
        "reason": found if refused else "",
    }
