"""Values of policies against reference software, by hand, and in worlds where they are known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm, t

from almpo_kit.recommendation.policy_values.estimated import Estimated, covariance, simultaneous_quantile
from almpo_kit.recommendation.policy_values.estimators import doubly_robust, importance, snips, switch
from almpo_kit.recommendation.policy_values.fold_of_people import fold_of_people
from almpo_kit.recommendation.policy_values.small_shares import without_few
from tests.recommendation.worlds import world


def test_self_normalised_weighting_equals_a_weighted_regression() -> None:
    pins = json.loads((Path(__file__).parents[2] / "reference" / "policy_value_pins.json").read_text())
    ratio, outcome, weight, cluster = (np.array(pins[c]) for c in ("ratio", "outcome", "weight", "cluster"))
    found = snips(ratio, outcome, weight)
    assert found.estimated.value == pytest.approx(pins["snips"], rel=1e-12)
    assert np.sqrt(covariance([found.estimated], cluster)[0, 0]) == pytest.approx(
        pins["snips_error"], rel=1e-9
    )
    pull = ratio * weight
    assert found.effective_n == pytest.approx(pull.sum() ** 2 / (pull**2).sum())
    holes = np.r_[np.nan, outcome[1:]]
    assert snips(ratio, holes, weight).estimated.value == pytest.approx(
        np.average(outcome[1:], weights=pull[1:])
    )


def test_doubly_robust_value_of_a_fixed_arm_is_its_mean_score() -> None:
    people = world(300).people
    offered = np.tile([0.0, 1.0, 0.0], (300, 1))
    nobody = np.zeros(300, dtype=bool)
    found = doubly_robust(offered, nobody, people.scores, people.outcome, people.weight)
    assert found.value == pytest.approx(people.scores[:, 1].mean())
    se = np.sqrt(covariance([found], people.cluster)[0, 0])
    assert se == pytest.approx(people.scores[:, 1].std(ddof=1) / np.sqrt(300))


def test_switching_never_is_doubly_robust_and_always_is_the_model() -> None:
    people = world(400, noise=0.1).people
    rng = np.random.default_rng(0)
    offered = rng.dirichlet(np.ones(3), 400)
    nobody = np.zeros(400, dtype=bool)
    one = doubly_robust(offered, nobody, people.scores, people.outcome, people.weight)
    args = (people.received, people.outcome, people.propensity, people.expected, people.weight)
    two = switch(offered, nobody, *args)
    assert two.threshold == np.inf and two.bias == 0
    assert two.estimated.value == pytest.approx(one.value)


def test_switching_by_hand() -> None:
    """Ten people of whom two have weights that are far too large: the estimate written out for every threshold."""
    propensity = np.tile([0.5, 0.5], (10, 1))
    propensity[:2] = [0.999, 0.001]
    offered = np.tile([0.0, 1.0], (10, 1))
    received = np.array([1, 0, *[0, 1] * 4])
    outcome = np.array([9.0, 5.0, 4.0, 6.0, 5.0, 7.0, 4.5, 5.5, 5.0, 6.0])
    expected = np.tile([5.0, 6.0], (10, 1))
    found = switch(offered, np.zeros(10, bool), received, outcome, propensity, expected, np.ones(10))
    assert found.threshold < 1000
    moderate = np.array([0, 0, 0, 0, 0, 1, 0, -0.5, 0, 0]) * 2
    assert found.estimated.value == pytest.approx((6 + moderate).mean())
    assert found.bias == pytest.approx((9 - 4) * 0.2)


def test_whoever_is_left_to_the_caseworker_weighs_one() -> None:
    people = world(200).people
    left = np.arange(200) < 50
    ratio = importance(
        np.where(left[:, None], 0.0, people.propensity), left, people.received, people.propensity
    )
    np.testing.assert_allclose(ratio, 1.0)


def test_quantiles_for_several_numbers_at_once() -> None:
    one = simultaneous_quantile(np.eye(1), 0.95, 50, 0)
    assert one == pytest.approx(t.ppf(0.975, 50))
    # Independent ones have a closed form.
    many = simultaneous_quantile(np.diag([1.0, 4.0, 0.25]), 0.95, 100_000, 0)
    assert many == pytest.approx(norm.ppf(0.5 + 0.95 ** (1 / 3) / 2), abs=0.03)
    same = simultaneous_quantile(np.ones((4, 4)), 0.95, 100_000, 0)
    assert same == pytest.approx(norm.ppf(0.975), abs=0.03)
    assert simultaneous_quantile(np.zeros((3, 3)), 0.95, 50, 0) == pytest.approx(one)
    assert simultaneous_quantile(np.zeros((0, 0)), 0.95, 50, 0) == pytest.approx(one)


def test_clusters_count_once() -> None:
    rng = np.random.default_rng(0)
    shared = rng.normal(size=40)
    influence = np.repeat(shared, 5) / 200
    grouped = covariance([Estimated(0.0, influence)], np.repeat(np.arange(40), 5))[0, 0]
    alone = covariance([Estimated(0.0, influence)], np.arange(200))[0, 0]
    assert grouped == pytest.approx(alone * 5 * (40 / 39) / (200 / 199))


def test_folds_follow_people_not_rows() -> None:
    people = world(503, clusters=60).people
    fold = fold_of_people(people.scores, people.cluster, 5, 0)
    assert np.bincount(fold).min() > 85
    for c in np.unique(people.cluster):
        assert len(np.unique(fold[people.cluster == c])) == 1
    order = np.random.default_rng(1).permutation(503)
    again = fold_of_people(people.scores[order][:, [0, 2, 1]], people.cluster[order] * 7, 5, 0)
    np.testing.assert_array_equal(again, fold[order])
    assert (fold_of_people(people.scores, people.cluster, 5, 1) != fold).any()


@pytest.mark.parametrize(
    "share", [[0.98, 0.02, 0.0], [0.5, 0.49, 0.01], [0.97, 0.015, 0.015], [0.2, 0.4, 0.4]]
)
def test_no_share_of_a_few_people_can_be_worked_out(share: list[float]) -> None:
    told = without_few(np.array(share), 200)
    hidden = np.isnan(told)
    count = np.array(share) * 200
    few = (count > 0) & (count < 10)
    assert hidden[few].all()
    assert hidden.sum() != 1
    assert not hidden.any() or count[hidden].sum() >= 10
    assert hidden.any() == few.any()
