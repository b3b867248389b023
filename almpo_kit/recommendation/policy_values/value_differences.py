"""Differences between policies, with intervals that hold for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policy_values.estimated import Estimated, covariance, simultaneous_quantile
from almpo_kit.recommendation.policy_values.estimators import mean_of
from almpo_kit.recommendation.policy_values.near_ties import shares_for_everybody
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


def minus(one: Estimated, other: Estimated) -> Estimated:
    """A difference of two estimates from the same people."""
    return Estimated(one.value - other.value, one.influence - other.influence)


def reach_of(people: Caseload, family: Sequence[Estimated], level: float, seed: int) -> float:
    """Half-width, in standard errors, of intervals that hold for all of a family at once."""
    df = max(len(np.unique(people.cluster)) - 1, 1)
    return simultaneous_quantile(covariance(family, people.cluster), level, df, seed)


def differences_from_rules(
    people: Caseload,
    judged: Sequence[Judged],
    values: Mapping[str, Estimated],
    ties: Mapping[str, Sequence[Estimated]],
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Every policy against every rule to compare with, and those rules against what is done now.

    ``ties``: what each rule could as well have chosen (see :func:`near_ties`).
    """
    happens = {j.name: j.offers.happens(people.received) for j in judged}
    rows: list[dict[str, Any]] = []
    for rule in (j.name for j in judged if j.kind == "to compare"):
        asked = [j for j in judged if j.kind == "policy" or (rule == STATUS_QUO and j.name != rule)]
        gaps = [minus(values[j.name], values[rule]) for j in asked]
        near = [_near(ties, (j.name, rule), values[rule]) for j in asked]
        few = [_differ_for_few(happens[j.name], happens[rule]) for j in asked]
        family = [j.kind == "policy" for j in asked]
        rows += gap_rows(people, rule, [j.name for j in asked], gaps, near, few, family, level, seed)
    return pd.DataFrame(rows)


def differences_from_constants(
    people: Caseload,
    judged: Sequence[Judged],
    values: Mapping[str, Estimated],
    ties: Mapping[str, Sequence[Estimated]],
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
    rows: list[dict[str, Any]] = []
    for name, share in zip(people.arms, shares_for_everybody(people, limits), strict=True):
        one = mean_of(people.scores @ share, people.weight)
        gaps = [minus(values[j.name], one) for j in asked]
        near = [_near(ties, (j.name,), one) for j in asked]
        few = [_differ_for_few(j.offers.happens(people.received), share) for j in asked]
        rows += gap_rows(
            people,
            name + EVERYBODY,
            [j.name for j in asked],
            gaps,
            near,
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
    near: Sequence[Sequence[Estimated]],
    few: Sequence[bool],
    family: Sequence[bool],
    level: float,
    seed: int,
) -> list[dict[str, Any]]:
    """Rows of differences against one rule; intervals of the family hold at once, with what is ``near`` to each."""
    cov = covariance(gaps, people.cluster)
    inside = [i for i, own in enumerate(family) if own]
    beside = {e.value: e for i in inside for e in near[i]}
    together = [gaps[i] for i in inside] + [beside[value] for value in sorted(beside)]
    wide = reach_of(people, together, level, seed) if inside else np.nan
    rows = []
    for i, name in enumerate(names):
        alone = reach_of(people, [gaps[i], *near[i]], level, seed)
        q = max(wide, alone) if family[i] else alone
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


def _near(ties: Mapping[str, Sequence[Estimated]], names: Sequence[str], rule: Estimated) -> list[Estimated]:
    """What rules could as well have chosen, against one rule."""
    held = {e.value: e for name in names for e in ties[name]}
    return [minus(held[value], rule) for value in sorted(held)]


def _differ_for_few(one: Array, other: Array) -> bool:
    people = float((np.abs(one - other).sum(axis=1) > 1e-9).sum())
    return 0 < people < FEWEST


def _said(gap: float, half: float, few: bool) -> str:
    if few:
        return f"differs for fewer than {FEWEST} people"
    if half == 0 and gap == 0:
        return "the same"
    return "more" if gap - half > 0 else "less" if gap + half < 0 else "cannot tell apart"
