"""What was checked about an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.skewed_outcomes import skewed_outcomes
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Below this, tails of the t distribution are so long, and estimated variances so rough, that an interval says little.
FEWEST_DF = 4.0
#: Methods that ask what people with missing outcomes would be expected to have; the others leave them out.
_EXPECTING = frozenset({"doubly_robust", "regression", "adjusted"})
#: Differences between months, in the share of people whose outcome is known, from which the path is about others.
_UNEVEN = 0.05


def checks_of(
    fit: Fit, sample: Sample, table: pd.DataFrame, cumulative: pd.DataFrame, options: Mapping[str, Any]
) -> tuple[Check, ...]:
    """All checks of an estimate, those of the method first."""
    made = (
        _estimand(fit, options),
        _degrees(fit, table),
        skewed_outcomes(sample, table),
        _missing(sample, options["method"]),
        _untold(table),
        _several(table),
        _unsummed(table, cumulative),
        _errors(fit),
    )
    return (*fit.checks, *(c for c in made if c is not None))


def _estimand(fit: Fit, options: Mapping[str, Any]) -> Check | None:
    asked = options["estimand"]
    if asked == fit.estimand or any(c.name in ("estimand_changed", "weighted_effect") for c in fit.checks):
        return None
    return Check(
        "estimand_changed",
        "informational",
        f"Asked was the effect {ESTIMANDS[asked].whom}; this method gives it {ESTIMANDS[fit.estimand].whom}.",
    )


def support_of_another(plan: Plan, fit: Fit, options: Mapping[str, Any]) -> tuple[Check, ...]:
    """That people were left out, and comparability judged, for another effect than the one estimated."""
    asked = options["estimand"]
    if plan.assignment != "matching" or asked == plan.estimand or fit.estimand == plan.estimand:
        return ()
    return (
        Check(
            "support_of_another_effect",
            "failed",
            f"Who can be compared was judged, and people were left out, for the effect {ESTIMANDS[plan.estimand].whom}; this is "
            f"the effect {ESTIMANDS[fit.estimand].whom} among those who were kept. Write it into the design and look at the "
            f'overlap again: design(…, estimand="{fit.estimand}").',
        ),
    )


def _degrees(fit: Fit, table: pd.DataFrame) -> Check | None:
    least = float(np.nanmin(fit.df)) if np.isfinite(fit.df).any() else np.inf
    if not np.isfinite(least):
        return None
    if least < FEWEST_DF:
        return Check(
            "degrees_of_freedom",
            "failed",
            f"Few independent groups carry the comparison ({number(least)} degrees of freedom, at least {FEWEST_DF:g} "
            "are needed): the interval may well be wrong.",
        )
    return Check(
        "degrees_of_freedom",
        "passed",
        f"Enough independent persons or clusters carry each interval (at least {number(least, 0)} degrees of freedom).",
    )


def _missing(sample: Sample, method: str) -> Check | None:
    share = float(np.isnan(sample.outcome).mean()) if sample.outcome.size else 0.0
    if share == 0:
        return None
    how = (
        "The estimate takes them as missing at random given the covariates"
        if method in _EXPECTING
        else "The estimate leaves these people out, as if chance alone decided whose outcome is known in an arm"
    )
    known = 1 - np.isnan(sample.outcome).mean(axis=0)
    when = ""
    if sample.panel is None and len(known) > 1 and np.ptp(known) > _UNEVEN:
        least = sample.measures["column"].iloc[int(np.argmin(known))]
        when = (
            f" They are unevenly known, {least} for {number(100 * known.min(), 0)}% and others for up to "
            f"{number(100 * known.max(), 0)}% of people: effects along the path are not about the same people."
        )
    return Check(
        "missing_outcomes",
        "informational",
        f"{number(100 * share)}% of outcomes are missing.{when} {how}; evaluation.bounds() says what the effect would be if "
        "that does not hold.",
    )


def _untold(table: pd.DataFrame) -> Check | None:
    lost = table[table["effect"].isna()]["contrast"].unique()
    if not len(lost):
        return None
    return Check(
        "not_estimated",
        "failed",
        f"Nothing is said of some outcomes of {', '.join(lost)}: fewer than 10 persons in an arm, nobody with the "
        "outcome, or covariates that tell the arms apart completely.",
    )


def _several(table: pd.DataFrame) -> Check | None:
    contrasts, outcomes = table["contrast"].nunique(), table["outcome"].nunique()
    if contrasts * outcomes < 2:
        return None
    return Check(
        "several_comparisons",
        "informational",
        f"{contrasts} contrast{'s' if contrasts > 1 else ''} and {outcomes} outcome{'s' if outcomes > 1 else ''} are "
        "compared. Intervals hold for one at a time, bands for all months of one outcome; the more one looks at, the "
        "more will stand out by chance.",
    )


def _unsummed(table: pd.DataFrame, cumulative: pd.DataFrame) -> Check | None:
    if table["months"].nunique() < 2 or len(cumulative):
        return None
    return Check(
        "not_added_up",
        "informational",
        "Effects are not added up over time: that needs outcomes of every month from the first one on (or of every year).",
    )


def _errors(fit: Fit) -> Check:
    return Check("standard_errors", "informational", f"Standard errors: {fit.se_kind}.")
