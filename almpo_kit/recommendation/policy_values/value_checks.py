"""Why to doubt the value of policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policy_values.caseload_checks import (
    enough_clusters,
    identified,
    missing_outcomes,
    one_direction,
)
from almpo_kit.recommendation.policy_values.estimated import Estimated, covariance
from almpo_kit.recommendation.policy_values.estimators import doubly_robust, importance, snips
from almpo_kit.recommendation.policy_values.small_shares import FEWEST
from almpo_kit.recommendation.policy_values.value_differences import Judged
from almpo_kit.recommendation.policy_values.value_tables import ValueTables, kept_by_caseworkers
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Below this many effective people a policy's value leans on a few.
_FEW_EFFECTIVE = 100
#: Below this many people intervals were seen to be a little too narrow.
_FEW_PEOPLE = 1000


def value_checks(
    people: Caseload,
    judged: Mapping[str, Judged],
    tables: ValueTables,
    limits: Limits,
    folds: int,
    elsewhere: Sequence[str],
    priced: bool,
) -> tuple[Check, ...]:
    """Every check of a PolicyValue.

    Parameters
    ----------
    people : Caseload
    judged : mapping of str to Judged
    tables : ValueTables
    limits : Limits
    folds : int
    elsewhere : sequence of str
        Ready-made policies that do not come from these people.
    priced : bool
        Values are net of prices of places.
    """
    asked = [j for j in judged.values() if j.kind == "policy"]
    found = [
        *identified(people),
        *_learned_on_others(asked, elsewhere, folds),
        *one_direction(people),
        *_effective(tables, asked),
        *_rarely_received(people, asked),
        *_estimators_agree(people, asked),
        *_within_limits(people, asked, limits),
        *enough_clusters(people),
        *missing_outcomes(people),
        *_left(tables),
        *_notes(people, tables, priced),
    ]
    return tuple(found)


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"“{n}”" for n in names)


def _learned_on_others(asked: Sequence[Judged], elsewhere: Sequence[str], folds: int) -> list[Check]:
    name = "judged on others"
    suspect = [j.name for j in asked if j.ready_made and j.name not in elsewhere]
    learned = [j.name for j in asked if not j.ready_made]
    checks = []
    if suspect:
        checks.append(
            Check(
                name,
                "failed",
                f"{_named(suspect)} was given ready-made: if it was learned from these people, its value is too high. Give "
                "its learner, or say that it comes from elsewhere: learned_elsewhere=[…].",
            )
        )
    if learned:
        checks.append(
            Check(
                name,
                "passed",
                f"Policies were learned {folds} times without the people whom they are judged on; the value is that of such "
                "policies on average.",
            )
        )
    return checks


def _effective(tables: ValueTables, asked: Sequence[Judged]) -> list[Check]:
    held = tables.policies.set_index("policy")["effective_n"]
    thin = [j.name for j in asked if not held[j.name] >= _FEW_EFFECTIVE]
    if not thin:
        least = min(held[j.name] for j in asked)
        return [
            Check(
                "people who received what is offered",
                "passed",
                f"Each policy is judged by at least {number(least, 0)} effective people who received what it offers.",
            )
        ]
    return [
        Check(
            "people who received what is offered",
            "failed",
            f"{_named(thin)}: fewer than {_FEW_EFFECTIVE} effective people received what it offers, so its value leans on the "
            "model of outcomes and on a few people. Take it as a guess; pilot it first.",
        )
    ]


def _rarely_received(people: Caseload, asked: Sequence[Judged]) -> list[Check]:
    had = np.bincount(people.received, minlength=len(people.arms))
    rare = [
        name
        for a, name in enumerate(people.arms)
        if had[a] < FEWEST and any((j.offers.offered[:, a] > 0).any() for j in asked)
    ]
    if not rare:
        return []
    return [
        Check(
            "programmes hardly anybody had",
            "failed",
            f"Fewer than {FEWEST} people had {', '.join(rare)}, which is offered all the same: nothing is known about its gain "
            "here. Take it off the menu.",
        )
    ]


def _estimators_agree(people: Caseload, asked: Sequence[Judged]) -> list[Check]:
    kept, apart = kept_by_caseworkers(people), []
    for j in asked:
        one = doubly_robust(j.offers.offered, j.offers.left, people.scores, kept, people.weight)
        ratio = importance(j.offers.offered, j.offers.left, people.received, people.propensity)
        other = snips(ratio, people.outcome, people.weight).estimated
        gap = Estimated(one.value - other.value, one.influence - other.influence)
        se = float(np.sqrt(covariance([gap], people.cluster)[0, 0]))
        if np.isfinite(gap.value) and abs(gap.value) > 3 * se > 0:
            apart.append(j.name)
    if not apart:
        return [
            Check(
                "estimators",
                "passed",
                "Doubly robust values and weighted means (SNIPS) differ by no more than chance would.",
            )
        ]
    return [
        Check(
            "estimators",
            "failed",
            f"{_named(apart)}: the doubly robust value and the weighted mean (SNIPS) differ by more than chance would; chances "
            "or expected outcomes are wrong. Look at the overlap, and estimate again with another learner.",
        )
    ]


def _within_limits(people: Caseload, asked: Sequence[Judged], limits: Limits) -> list[Check]:
    if not limits.any:
        return []
    caps, whole, over = limits.caps(people.menu), limits.whole(people.menu), []
    for j in asked:
        share = people.weight @ j.offers.happens(people.received) / people.weight.sum()
        # A tenth more, and half a point, is what drawing other people does to a rule within its limits.
        beyond = (share > caps * 1.1 + 0.005).any()
        if whole is not None:
            beyond |= share @ whole[0] > whole[1] * 1.1 + 0.005 * whole[0].max()
        over += [j.name] if beyond else []
    if over:
        return [
            Check(
                "limits",
                "failed",
                f"{_named(over)} offers more than the limits allow ({limits.words()}), so its value is no fair comparison. Give "
                "its learner the same limits.",
            )
        ]
    return [
        Check(
            "limits",
            "passed",
            f"Every policy keeps to the limits ({limits.words()}), or within a tenth of them: they are set on the people whom it is learned from.",
        )
    ]


def _left(tables: ValueTables) -> list[Check]:
    asked = tables.policies[tables.policies["kind"] == "policy"]
    some = asked[asked["left_to_caseworker"].fillna(0) > 0]
    return [
        Check(
            "left to the caseworker",
            "informational",
            f"“{r.policy}” says nothing about {r.left_to_caseworker:.0%} of people; they are valued by what they got.",
        )
        for r in some.itertuples()
    ]


def _notes(people: Caseload, tables: ValueTables, priced: bool) -> list[Check]:
    many = int((tables.policies["kind"] == "policy").sum())
    notes = [
        (
            "several policies",
            f"Intervals of differences hold for all {many} policies at once; those of the rules to compare with hold one at a "
            "time."
            if many > 1
            else "Intervals of differences hold for one policy at a time.",
        ),
        (
            "displacement",
            "Values count people in the caseload only: jobs that others lose to them are not taken off.",
        ),
        (
            "what each estimator misses",
            "; ".join(
                f"{kind.replace('_', ' ')}: {misses}"
                for kind, misses in dict(
                    zip(tables.estimates["estimator"], tables.estimates["misses"], strict=True)
                ).items()
            )
            + ".",
        ),
    ]
    if len(people) < _FEW_PEOPLE:
        notes.append(
            (
                "few people",
                f"With fewer than {number(_FEW_PEOPLE, 0)} people intervals may be a little too narrow: in invented caseloads of "
                "500, intervals of 95% held true values in 92 to 98 cases of 100, and true differences in 90 to 97.",
            )
        )
    if priced:
        notes.append(
            (
                "prices",
                f"Values are net of the price of places, in {people.unit}; a learner that was not given the same prices aims at something else.",
            )
        )
    if _dear_unknown(people, tables.shares):
        notes.append(
            (
                "cost",
                f"The price of {', '.join(_dear_unknown(people, tables.shares))} is not known, so cost is not told.",
            )
        )
    return [Check(name, "informational", sentence) for name, sentence in notes]


def _dear_unknown(people: Caseload, shares: pd.DataFrame) -> list[str]:
    used = set(shares.loc[shares["share"].fillna(0) > 0, "programme"])
    return [
        n for n, c in zip(people.arms, people.menu.unit_cost, strict=True) if n in used and not np.isfinite(c)
    ]
