"""Arrays that an audit measures, from a caseload and simulated offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.fairness.expected_gains import basis, out_of_fold
from almpo_kit.recommendation.fairness.groupings import EXPECTED, Grouping
from almpo_kit.recommendation.fairness.measuring import Deployed, Predicted
from almpo_kit.recommendation.fairness.offers import Offers, as_received, same_places_by_gain
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
#: Share of people below which a programme is not one that the rule offers.
_AT_ALL = 0.01


def one_number_each(values: Any, n: int, name: str) -> Array:
    """One finite number a person.

    Raises
    ------
    DesignError
    """
    found = np.asarray(values, dtype=float)
    if found.shape != (n,) or not np.isfinite(found).all():
        raise DesignError(f"{name} needs one finite number for each of {n} people, not shape {found.shape}.")
    return found


def expected_anyway(people: Caseload, fold: Array) -> Array:
    """What becomes of people without a programme, from a model that has not seen them."""
    if people.expected is not None:
        return people.expected[:, 0]
    none = np.zeros((len(people), 0))
    return out_of_fold(basis(people.features.to_numpy(), none), people.scores[:, :1], people.weight, fold)[
        :, 0
    ]


def expectation(people: Caseload, groups: Sequence[Grouping], fold: Array) -> Array:
    """Expected gain of each programme, shape (n, k - 1), out of fold, with the groups among its inputs."""
    members = [
        (g.members == i).astype(float) for g in groups if g.by != EXPECTED for i in range(len(g.groups))
    ]
    columns = np.column_stack(members) if members else np.zeros((len(people), 0))
    x = basis(people.features.to_numpy(), columns)
    return out_of_fold(x, people.scores[:, 1:] - people.scores[:, :1], people.weight, fold)


def predicted_score(people: Caseload, score: Array, in_unit: bool) -> Predicted:
    """A score beside the doubly robust outcome without a programme; one line for all brings it to the unit."""
    actual, w = people.scores[:, 0], people.weight
    if not in_unit:
        centre, level = np.average(score, weights=w), np.average(actual, weights=w)
        spread = np.average((score - centre) ** 2, weights=w)
        slope = np.average((score - centre) * actual, weights=w) / spread if spread > 0 else 0.0
        score = level + slope * (score - centre)
    return Predicted("score", score, actual, np.ones(len(score), dtype=bool))


def predicted_gain(people: Caseload, gains: Gains | Array) -> Predicted:
    """Mean over programmes of predicted and of doubly robust gains, where the prediction may be used."""
    values = gains.usable() if isinstance(gains, Gains) else np.asarray(gains, dtype=float)
    if values.shape != people.scores.shape:
        raise DesignError(
            f"gains have shape {values.shape}; give one row a person and one column an arm, {people.scores.shape}."
        )
    offered = values[:, 1:]
    told = np.isfinite(offered)
    number = np.maximum(told.sum(axis=1), 1)
    actual = np.where(told, people.scores[:, 1:] - people.scores[:, :1], 0.0).sum(axis=1) / number
    return Predicted("gain", np.where(told, offered, 0.0).sum(axis=1) / number, actual, told.any(axis=1))


def deployed_under(people: Caseload, offers: Offers, gains: Array, plain: Array) -> Deployed:
    """What people get under the offers; ``gains`` are expected by features and groups, ``plain`` by features."""
    today = as_received(people)
    if np.isfinite(people.outcome).all():
        was = people.outcome
    else:
        was = (people.propensity * people.scores).sum(axis=1)
    under = (offers.chance * people.scores).sum(axis=1)
    benchmark = same_places_by_gain(gains, offers.chance, people.weight, offers.undecided)
    offered = 1.0 - offers.chance[:, 0]
    ours = np.where(offers.undecided, was, under)
    places = np.where(offers.undecided, was, (benchmark * people.scores).sum(axis=1))
    most = offers.chance[np.arange(len(people)), 1 + gains.argmax(axis=1)]
    several = gains.shape[1] > 1
    at_all = np.flatnonzero(np.average(offers.chance[:, 1:], axis=0, weights=people.weight) >= _AT_ALL)
    used = at_all if len(at_all) else np.arange(gains.shape[1])
    best = np.where((offered > 0) & several, most / np.where(offered > 0, offered, 1.0), np.nan)
    return Deployed(
        offered=offered,
        today=1.0 - today[:, 0],
        gain=ours - people.scores[:, 0],
        against_today=ours - was,
        left=places - ours,
        best=best,
        decided=~offers.undecided,
        expected=plain[:, used],
        by_groups=gains[:, used],
        actual=(people.scores[:, 1:] - people.scores[:, :1])[:, used],
        places=offers.chance[:, 1:][:, used],
    )
