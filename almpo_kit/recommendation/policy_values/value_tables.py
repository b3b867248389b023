"""Values, differences, shares and estimates of policies as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.recommendation.policies.randomly import Randomly
from almpo_kit.recommendation.policy_values.estimated import Estimated, covariance
from almpo_kit.recommendation.policy_values.estimators import (
    Weighted,
    doubly_robust,
    importance,
    snips,
    switch,
)
from almpo_kit.recommendation.policy_values.near_ties import near_ties
from almpo_kit.recommendation.policy_values.small_shares import FEWEST, without_few
from almpo_kit.recommendation.policy_values.value_differences import (
    STATUS_QUO,
    Judged,
    better_than_one,
    differences_from_constants,
    differences_from_rules,
    reach_of,
)

Array = np.ndarray[Any, np.dtype[Any]]
ESTIMATORS = ("doubly_robust", "snips", "switch")
#: What each estimator cannot see.
MISSES = {
    "doubly_robust": "wrong where both the chances and the expected outcomes are wrong",
    "snips": "wrong where the chances are wrong; wide where few people received what is offered",
    "switch": "leans on expected outcomes where few such people received what is offered",
}


@dataclass(frozen=True, eq=False, repr=False)
class ValueTables:
    """Tables of a PolicyValue, and what follows from them."""

    policies: pd.DataFrame
    differences: pd.DataFrame
    shares: pd.DataFrame
    estimates: pd.DataFrame
    best: str
    same_for_all: bool


def value_tables(
    people: Caseload,
    judged: Sequence[Judged],
    *,
    limits: Limits,
    estimators: Sequence[str],
    level: float,
    seed: int,
) -> ValueTables:
    """All tables.

    Parameters
    ----------
    people : Caseload
    judged : sequence of Judged
    limits : Limits
    estimators : sequence of str
    level : float
    seed : int
    """
    kept = kept_by_caseworkers(people)
    values = {
        j.name: doubly_robust(j.offers.offered, j.offers.left, people.scores, kept, people.weight)
        for j in judged
    }
    # A ready-made policy, a lot and what is done now pick nothing by outcomes.
    learned = [j.name for j in judged if not j.ready_made and j.name not in (STATUS_QUO, Randomly().name)]
    ties = near_ties(people, values, learned, limits)
    reach = {name: reach_of(people, [one, *ties[name]], level, seed) for name, one in values.items()}
    differences = differences_from_rules(people, judged, values, ties, level, seed)
    candidates = [j.name for j in judged if j.kind == "policy"]
    best = max(candidates, key=lambda name: values[name].value)
    constant = differences_from_constants(people, judged, values, ties, limits, level, seed)
    differences = pd.concat([differences, constant], ignore_index=True)
    beating = better_than_one(differences, candidates)
    shares = _shares(people, judged)
    ratios = {
        j.name: importance(j.offers.offered, j.offers.left, people.received, people.propensity)
        for j in judged
    }
    weighted = {name: snips(r, people.outcome, people.weight) for name, r in ratios.items()}
    return ValueTables(
        policies=_policies(people, judged, values, differences, shares, weighted, reach).assign(
            beats_one_for_all=[j.name in beating for j in judged]
        ),
        differences=differences,
        shares=shares,
        estimates=_estimates(people, judged, values, weighted, estimators, reach),
        best=best,
        same_for_all=not beating,
    )


def kept_by_caseworkers(people: Caseload) -> Array:
    """What people have under what is done now, shape (n,): their outcome; where some are missing, the scores of what
    people like them get."""
    if np.isfinite(people.outcome).all():
        return people.outcome
    return np.asarray((people.propensity * people.scores).sum(axis=1))


def _se(estimated: Estimated, people: Caseload) -> float:
    return float(np.sqrt(covariance([estimated], people.cluster)[0, 0]))


def _shares(people: Caseload, judged: Sequence[Judged]) -> pd.DataFrame:
    rows = []
    for j in judged:
        happens = j.offers.happens(people.received)
        # Whether shares may be told is asked of people, and they are told by weight.
        hidden = np.isnan(without_few(happens.mean(axis=0), len(people)))
        share = people.weight @ happens / people.weight.sum()
        rows += [
            {"policy": j.name, "programme": n, "programme_type": t, "share": np.nan if h else float(s)}
            for n, t, s, h in zip(people.arms, people.menu.programme_types, share, hidden, strict=True)
        ]
    return pd.DataFrame(rows)


def _policies(
    people: Caseload,
    judged: Sequence[Judged],
    values: dict[str, Estimated],
    differences: pd.DataFrame,
    shares: pd.DataFrame,
    weighted: dict[str, Weighted],
    reach: dict[str, float],
) -> pd.DataFrame:
    now = differences[differences["against"] == STATUS_QUO].set_index("policy")
    rows = []
    for j in judged:
        se = _se(values[j.name], people)
        own = shares.loc[shares["policy"] == j.name, "share"].to_numpy()
        gap: dict[Any, Any] = now.loc[j.name].to_dict() if j.name in now.index else {}
        left = float(np.average(j.offers.left, weights=people.weight))
        some_left = without_few(np.array([j.offers.left.mean(), 1 - j.offers.left.mean()]), len(people))
        rows.append(
            {
                "policy": j.name,
                "kind": j.kind,
                "value": values[j.name].value,
                "se": se,
                "low": values[j.name].value - reach[j.name] * se,
                "high": values[j.name].value + reach[j.name] * se,
                "difference": gap.get("difference", np.nan),
                "difference_low": gap.get("low", np.nan),
                "difference_high": gap.get("high", np.nan),
                "offered": 1 - own[0],
                "left_to_caseworker": np.nan if np.isnan(some_left[0]) else left,
                "cost_eur": cost_of(own, people.menu.unit_cost),
                "effective_n": weighted[j.name].effective_n
                if weighted[j.name].effective_n >= FEWEST
                else np.nan,
                "words": words_of(j.offers.policies),
            }
        )
    return pd.DataFrame(rows)


def words_of(policies: Sequence[Policy]) -> str:
    """What a policy does; of several that were learned without other people each, the first as an example."""
    first = policies[0].words
    if len({p.words for p in policies}) == 1:
        return first
    return (
        f"Learned {len(policies)} times, each a little different; the first: {first[:1].lower()}{first[1:]}"
    )


def cost_of(share: Array, unit_cost: Array) -> float:
    """Euro a person; NaN where a share is not told or the price of something offered is not known."""
    if np.isnan(share).any():
        return float("nan")
    used = share > 0
    return float(share[used] @ unit_cost[used])


def _estimates(
    people: Caseload,
    judged: Sequence[Judged],
    values: dict[str, Estimated],
    weighted: dict[str, Weighted],
    estimators: Sequence[str],
    reach: dict[str, float],
) -> pd.DataFrame:
    rows = []
    for j in judged:
        for kind in (e for e in ESTIMATORS if e in estimators or e == "doubly_robust"):
            threshold, bias, effective = np.nan, 0.0, np.nan
            if kind == "doubly_robust":
                found = values[j.name]
            elif kind == "snips":
                found, effective = weighted[j.name].estimated, weighted[j.name].effective_n
            elif people.expected is None:
                continue
            else:
                switched = switch(
                    j.offers.offered,
                    j.offers.left,
                    people.received,
                    people.outcome,
                    people.propensity,
                    people.expected,
                    people.weight,
                )
                found, threshold, bias = switched.estimated, switched.threshold, switched.bias
            half = reach[j.name] * _se(found, people) + bias
            rows.append(
                {
                    "policy": j.name,
                    "estimator": kind,
                    "value": found.value,
                    "low": found.value - half,
                    "high": found.value + half,
                    "effective_n": effective if effective >= FEWEST else np.nan,
                    "threshold": threshold,
                    "bias_at_most": bias,
                    "misses": MISSES[kind],
                }
            )
    return pd.DataFrame(rows)
