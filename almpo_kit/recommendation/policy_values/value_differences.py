"""Differences between policies, with intervals that hold for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.one_for_all import best_shares
from almpo_kit.recommendation.policy_values.estimated import Estimated, covariance, simultaneous_quantile
from almpo_kit.recommendation.policy_values.estimators import mean_of
from almpo_kit.recommendation.policy_values.out_of_fold import Offers
from almpo_kit.recommendation.policy_values.small_shares import FEWEST

Array = np.ndarray[Any, np.dtype[Any]]
STATUS_QUO, ONE_FOR_ALL = "what is done now", "one for all"
EVERYBODY = " for everybody"


@dataclass(frozen=True, eq=False, repr=False)
class Judged:
    """A policy and what it offers to people it was not learned from."""

    name: str
    kind: str
    offers: Offers
    ready_made: bool


def quantile_of(people: Caseload, level: float) -> tuple[float, int]:
    """Half-width of an interval in standard errors, and degrees of freedom."""
    from scipy.stats import t

    df = max(len(np.unique(people.cluster)) - 1, 1)
    return float(t.ppf(0.5 + level / 2, df)), df


def differences_from_rules(
    people: Caseload, judged: Sequence[Judged], values: Mapping[str, Estimated], level: float, seed: int
) -> pd.DataFrame:
    """Every policy against every rule to compare with, and those rules against what is done now."""
    happens = {j.name: j.offers.happens(people.received) for j in judged}
    rows: list[dict[str, Any]] = []
    for rule in (j.name for j in judged if j.kind == "to compare"):
        asked = [j for j in judged if j.kind == "policy" or (rule == STATUS_QUO and j.name != rule)]
        gaps = [
            Estimated(
                values[j.name].value - values[rule].value, values[j.name].influence - values[rule].influence
            )
            for j in asked
        ]
        few = [_differ_for_few(happens[j.name], happens[rule]) for j in asked]
        family = [j.kind == "policy" for j in asked]
        rows += gap_rows(people, rule, [j.name for j in asked], gaps, few, family, level, seed)
    return pd.DataFrame(rows)


def differences_from_constants(
    people: Caseload,
    judged: Sequence[Judged],
    values: Mapping[str, Estimated],
    limits: Limits,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Every policy against each programme for everybody, or for as many as limits allow, and against none for anybody.

    Notes
    -----
    The programme that was best in other folds is, where several are alike, by construction a bad one in the fold that it
    is judged on. A policy that is better than this need not be better than the best programme; one that is better than
    every programme is.
    """
    asked = [j for j in judged if j.kind == "policy"]
    caps, whole = limits.caps(people.menu), limits.whole(people.menu) or (None, np.inf)
    rows: list[dict[str, Any]] = []
    for a, name in enumerate(people.arms):
        gain = np.where(np.arange(len(people.arms)) == a, 1.0, -1.0)
        gain[0] = 0.0
        share = best_shares(gain, caps, *whole)
        one = mean_of(people.scores @ share, people.weight)
        gaps = [
            Estimated(values[j.name].value - one.value, values[j.name].influence - one.influence)
            for j in asked
        ]
        few = [_differ_for_few(j.offers.happens(people.received), share) for j in asked]
        rows += gap_rows(
            people,
            name + EVERYBODY,
            [j.name for j in asked],
            gaps,
            few,
            [True] * len(asked),
            level,
            seed,
        )
    return pd.DataFrame(rows)


def better_than_one(differences: pd.DataFrame, candidates: Sequence[str]) -> set[str]:
    """Policies that are shown to do better than one programme for all, whichever it is."""
    held = differences[
        (differences["against"] == ONE_FOR_ALL) | differences["against"].str.endswith(EVERYBODY)
    ]
    least = held.assign(low=held["low"].fillna(-np.inf)).groupby("policy")["low"].min()
    return {name for name in candidates if least[name] > 0}


def gap_rows(
    people: Caseload,
    against: str,
    names: Sequence[str],
    gaps: Sequence[Estimated],
    few: Sequence[bool],
    family: Sequence[bool],
    level: float,
    seed: int,
) -> list[dict[str, Any]]:
    """Rows of differences against one rule; intervals of the family hold at once."""
    alone, df = quantile_of(people, level)
    cov = covariance(gaps, people.cluster)
    inside = np.flatnonzero(family)
    wide = simultaneous_quantile(cov[np.ix_(inside, inside)], level, df, seed)
    rows = []
    for i, name in enumerate(names):
        q = wide if family[i] else alone
        gap, se = (np.nan, np.nan) if few[i] else (gaps[i].value, float(np.sqrt(cov[i, i])))
        rows.append(
            {
                "policy": name,
                "against": against,
                "difference": gap,
                "low": gap - q * se,
                "high": gap + q * se,
                "low_alone": gap - alone * se,
                "high_alone": gap + alone * se,
                "says": _said(gap, q * se, few[i]),
            }
        )
    return rows


def _differ_for_few(one: Array, other: Array) -> bool:
    people = float((np.abs(one - other).sum(axis=1) > 1e-9).sum())
    return 0 < people < FEWEST


def _said(gap: float, half: float, few: bool) -> str:
    if few:
        return f"differs for fewer than {FEWEST} people"
    if half == 0 and gap == 0:
        return "the same"
    return "more" if gap - half > 0 else "less" if gap + half < 0 else "cannot tell apart"
