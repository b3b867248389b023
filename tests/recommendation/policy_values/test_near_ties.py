"""Where arms are nearly as good as each other, intervals of what was learned allow for another choice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from almpo_kit.recommendation import OneForAll, policy_value
from almpo_kit.recommendation.policy_values.estimators import mean_of
from almpo_kit.recommendation.policy_values.near_ties import in_contention
from tests.recommendation.worlds import world


def test_equal_arms_are_in_contention_and_a_bad_one_is_not() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(400, 3)) + np.array([0.0, 0.02, -1.0])
    scores[:, 1] += scores[:, 0].mean() - scores[:, 1].mean() + 0.02
    cluster, weight = np.arange(400), np.ones(400)
    arms = [mean_of(scores[:, a], weight) for a in range(3)]
    near = in_contention(arms[0], arms, cluster)
    assert [e.value for e in near] == sorted(e.value for e in arms[:2])
    turned = in_contention(arms[0], arms[::-1], cluster)
    assert [e.value for e in turned] == [e.value for e in near]


@pytest.mark.parametrize(("effect", "tied"), [(0.0, True), (8.0, False)])
def test_intervals_of_one_for_all_are_wider_where_arms_are_alike(effect: float, tied: bool) -> None:
    people = world(400, seed=5, shape="none", effect=effect).people
    ready = OneForAll().learn(people)
    found = policy_value(people, [replace(ready, name="fixed")], learned_elsewhere=["fixed"])
    table = found.table.set_index("policy")
    reach = (table["high"] - table["low"]) / (2 * table["se"])
    plain = t.ppf(0.975, 399)
    # What is done now, a lot and a rule from elsewhere picked nothing by outcomes.
    assert reach[["fixed", "what is done now", "by lot"]].to_numpy() == pytest.approx(plain)
    assert reach["one for all"] > plain + 0.25 if tied else reach["one for all"] < plain + 0.03
    gaps = found.differences.set_index(["policy", "against"]).loc[("one for all", "what is done now")]
    half = (gaps["high"] - gaps["low"]) / 2
    narrow = table.loc["one for all", "se"] if tied else 0.0
    assert np.isfinite(half) and half > narrow


@pytest.mark.slow
@pytest.mark.parametrize("folds", [2, 5, 10])
def test_the_best_of_equal_arms_holds_its_truth(folds: int) -> None:
    """True nuisances and many people: nothing but the choice among equals makes plain intervals too narrow."""
    plain, told = [], []
    for seed in range(300):
        people = world(600, seed=seed, shape="none", effect=0.0).people
        ready = OneForAll().learn(people)
        row = (
            policy_value(people, [replace(ready, name="fixed")], folds=folds, learned_elsewhere=["fixed"])
            .table.set_index("policy")
            .loc["one for all"]
        )
        # Everybody gets 6 on average whatever is offered.
        plain.append(abs(row["value"] - 6) <= t.ppf(0.975, 599) * row["se"])
        told.append(row["low"] <= 6 <= row["high"])
    assert np.mean(told) >= 0.93, (np.mean(told), np.mean(plain))
