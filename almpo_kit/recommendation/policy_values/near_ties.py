"""Rules that could as well have chosen otherwise: what near ties add to the error of what was learned.

A rule learned without a fold takes the arm that is best elsewhere. Where two arms are nearly as good, one person more or
less in one fold turns the choice in another, so what folds say goes together and their mean varies more than the scores do:
with three equal arms, five folds and true nuisances, plain 95% intervals held the truth in 90 of 100 cases, with ten
folds in 86, however many people there were. Intervals that hold for all arms in contention at once held it in 93 to 95.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.one_for_all import best_shares
from almpo_kit.recommendation.policy_values.estimated import Estimated, covariance
from almpo_kit.recommendation.policy_values.estimators import mean_of

Array = np.ndarray[Any, np.dtype[Any]]


def shares_for_everybody(people: Caseload, limits: Limits) -> Array:
    """Each arm for everybody, or for as many as limits allow, shape (k, k): one row an arm."""
    caps, whole = limits.caps(people.menu), limits.whole(people.menu) or (None, np.inf)
    k, rows = len(people.arms), []
    for a in range(k):
        gain = np.where(np.arange(k) == a, 1.0, -1.0)
        gain[0] = 0.0
        rows.append(best_shares(gain, caps, *whole))
    return np.array(rows)


def in_contention(one: Estimated, constants: Sequence[Estimated], cluster: Array) -> list[Estimated]:
    """The constant rules that a learned one cannot be told from, by value.

    Parameters
    ----------
    one : Estimated
    constants : sequence of Estimated
    cluster : Array of int, shape (n,)

    Notes
    -----
    Apart are those whose difference exceeds sqrt(log g) standard errors for g clusters: a bound that grows, but more slowly
    than what differs in truth (generalised moment selection: Andrews & Soares 2010, Econometrica 78, 119-157).
    """
    limit = np.sqrt(np.log(max(len(np.unique(cluster)), 2)))
    near = []
    for other in constants:
        gap = Estimated(one.value - other.value, one.influence - other.influence)
        if abs(gap.value) <= limit * float(np.sqrt(covariance([gap], cluster)[0, 0])) + 1e-12:
            near.append(other)
    # An order that names of arms do not change: quantiles are drawn.
    return sorted(near, key=lambda e: e.value)


def near_ties(
    people: Caseload, values: Mapping[str, Estimated], learned: Sequence[str], limits: Limits
) -> dict[str, list[Estimated]]:
    """What each rule that was learned from outcomes could as well have chosen; nothing for the others.

    Parameters
    ----------
    people : Caseload
    values : mapping of str to Estimated
    learned : sequence of str
        Rules that looked at outcomes.
    limits : Limits
    """
    constants = [mean_of(people.scores @ s, people.weight) for s in shares_for_everybody(people, limits)]
    return {
        name: in_contention(one, constants, people.cluster) if name in learned else []
        for name, one in values.items()
    }
