"""The value of policies as it is told: differences, honesty, limits, privacy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from almpo_kit.recommendation import (
    Caseload,
    Limits,
    PlugIn,
    Policy,
    PolicyValue,
    RiskAverse,
    policy_value,
)
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from tests.recommendation.policies.test_learners import relabelled
from tests.recommendation.worlds import World, world


@pytest.fixture(scope="module")
def line() -> World:
    return world(1000, shape="line", arms=3, seed=4)


@pytest.fixture(scope="module")
def worth(line: World) -> PolicyValue:
    return policy_value(line.people, [PlugIn(), RiskAverse()])


def status(found: PolicyValue, name: str) -> str:
    return next(c.status for c in found.checks if c.name == name)


def fixed(people: Caseload, arm: int, name: str = "fixed") -> Policy:
    return Policy(name, people.arms, people.names, lambda x: np.full(len(x), arm))


def test_it_finds_what_is_there(line: World, worth: PolicyValue) -> None:
    assert not worth.same_for_all and worth.best in {"predicted gain", "sure gain"}
    assert "more than one programme for all" in worth.sentence and worth.sentence.startswith("SYNTHETIC")
    assert "the caseworker decides" in worth.sentence
    table = worth.table.set_index("policy")
    assert set(table.index) == {
        *("predicted gain", "sure gain", "what is done now", "by lot", "highest risk first", "one for all")
    }
    assert table.loc["what is done now", "value"] == pytest.approx(line.people.outcome.mean())
    assert np.isnan(table.loc["what is done now", "difference"])
    gap = worth.differences.set_index(["policy", "against"]).loc[("predicted gain", "by lot")]
    assert gap["difference"] == pytest.approx(
        table.loc["predicted gain", "value"] - table.loc["by lot", "value"]
    )
    assert gap["low"] < gap["low_alone"] < gap["high_alone"] < gap["high"], "paid for having looked at two"
    assert not worth.failed and worth.certainty == "moderate"
    assert worth.metrics()["same_for_all"] == 0
    assert worth.headline is not None and "against what is done now" in worth.headline.unit


def test_value_is_that_of_the_policies_learned_elsewhere(line: World, worth: PolicyValue) -> None:
    fresh = line.fresh(20_000)
    from almpo_kit.recommendation.policies.chances import chances

    true = np.mean([fresh.value(chances(p, fresh.people)[0]) for p in worth.fold_policies["predicted gain"]])
    row = worth.table.set_index("policy").loc["predicted gain"]
    assert abs(row["value"] - true) < 4 * row["se"]
    assert len(worth.fold_policies["predicted gain"]) == 5


def test_the_same_for_all_where_nothing_differs() -> None:
    found = policy_value(world(800, shape="none", effect=2.0, seed=1).people, [PlugIn(), RiskAverse()])
    assert found.same_for_all and "The same for all (training)" in found.sentence
    assert found.headline is not None and found.headline.low > 0, "one for all beats what is done now"


def test_a_policy_learned_from_these_people_is_caught(line: World) -> None:
    people = line.people
    made = PlugIn().learn(people)
    found = policy_value(people, [made])
    assert status(found, "judged on others") == "failed" and found.certainty == "low"
    assert "ready-made" in found.failed[0].sentence and "learned_elsewhere" in found.failed[0].sentence
    told = policy_value(people, [replace(made, name="by hand")], learned_elsewhere=["by hand"])
    assert not told.failed


def test_abstaining_leaves_people_as_they_are(line: World) -> None:
    people = line.people
    silent = Policy("says nothing", people.arms, people.names, lambda x: np.full(len(x), -1))
    found = policy_value(people, [silent], learned_elsewhere=["says nothing"])
    row = found.table.set_index("policy").loc["says nothing"]
    assert row["difference"] == 0 and row["left_to_caseworker"] == 1
    assert found.same_for_all and "“says nothing” is not shown to do better" in found.sentence
    gap = found.differences.set_index(["policy", "against"]).loc[("says nothing", "what is done now")]
    assert gap["says"] == "the same"


def test_prices_are_taken_off(line: World) -> None:
    people = line.people
    base = policy_value(people, [fixed(people, 1)], learned_elsewhere=["fixed"]).table.set_index("policy")
    net = policy_value(people, [fixed(people, 1)], learned_elsewhere=["fixed"], prices={"training": 0.5})
    row = net.table.set_index("policy").loc["fixed"]
    assert row["value"] == pytest.approx(base.loc["fixed", "value"] - 0.5)
    assert row["cost_eur"] == 5000 and row["offered"] == 1
    with pytest.raises(ParameterError, match="zero or more"):
        policy_value(people, [PlugIn()], prices={"training": -1})
    with pytest.raises(FrameError, match="unknown programme"):
        policy_value(people, [PlugIn()], prices={"sailing": 1})


def test_limits_are_checked(line: World) -> None:
    limits = Limits(most={"training": 0.1})
    over = policy_value(line.people, [PlugIn()], limits=limits)
    assert status(over, "limits") == "failed"
    kept = policy_value(line.people, [PlugIn(limits=limits)], limits=limits)
    assert status(kept, "limits") == "passed"
    share = kept.shares.set_index(["policy", "programme"])["share"]
    assert share["one for all", "training"] <= 0.1 + 1e-9 and share["by lot", "training"] <= 0.1 + 1e-9


def test_what_must_not_matter_does_not(line: World, worth: PolicyValue) -> None:
    people = line.people
    rows = np.random.default_rng(3).permutation(len(people))
    shuffled = replace(people, groups=people.groups.sample(frac=1, random_state=2).reset_index(drop=True))
    wide = people.features.assign(same=1.0)
    for other in (
        people.rows(rows),
        shuffled,
        replace(people, features=wide, names=tuple(wide.columns)),
        relabelled(people, [0, 2, 1]),
    ):
        again = policy_value(other, [PlugIn(), RiskAverse()])
        columns = ["value", "low", "high", "difference", "offered", "cost_eur"]
        np.testing.assert_allclose(again.table[columns], worth.table[columns], rtol=1e-6, atol=1e-9)
        assert again.sentence == worth.sentence


def test_few_people_are_not_told(line: World) -> None:
    people = line.people
    edge = np.sort(people.features["x0"])[-5]
    few = Policy("a few", people.arms, ("x0",), lambda x: np.where(x[:, 0] >= edge, 2, 0))
    found = policy_value(people, [few], learned_elsewhere=["a few"])
    row = found.table.set_index("policy").loc["a few"]
    assert np.isnan(row["offered"]) and np.isnan(row["cost_eur"])
    gaps = found.differences.set_index(["policy", "against"])
    assert "fewer than 10" in gaps.loc[("a few", "no programme for everybody"), "says"]
    assert np.isnan(gaps.loc[("a few", "no programme for everybody"), "difference"])
    assert found.same_for_all


def test_thin_and_broken_grounds_are_told(line: World) -> None:
    people = line.people
    assert policy_value(replace(people, credible=""), [PlugIn()]).certainty == "low"
    refused = policy_value(replace(people, credible="not identified"), [PlugIn()])
    assert refused.certainty == "too little to say" and refused.headline is None
    assert "Nothing can be said" in refused.sentence
    turned = policy_value(replace(people, scores=-people.scores), [PlugIn()])
    assert status(turned, "scores and outcomes") == "failed"
    thin = policy_value(world(150, shape="line", seed=1).people, [PlugIn()])
    assert status(thin, "people who received what is offered") == "failed"
    clusters = policy_value(world(400, clusters=15).people, [PlugIn()])
    assert status(clusters, "clusters") == "failed"
    # Outcomes that go against the scores of those in training: the two estimates of one value part.
    odd = replace(people, outcome=people.outcome - 2.0 * (people.received == 1))
    assert status(policy_value(odd, [PlugIn()]), "estimators") == "failed"
    holes = replace(people, outcome=np.where(np.arange(1000) % 9 == 0, np.nan, people.outcome))
    assert status(policy_value(holes, [PlugIn()]), "missing outcomes") == "informational"


def test_progress_seed_and_interruption(line: World) -> None:
    seen: list[tuple[int, int]] = []
    one = policy_value(line.people, [PlugIn("boosting")], progress=lambda a, b: seen.append((a, b)), folds=2)
    assert seen[-1] == (10, 10) and len(seen) == 10
    two = policy_value(line.people, [PlugIn("boosting")], folds=2)
    assert one.table.equals(two.table) and one.differences.equals(two.differences)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        policy_value(line.people, [PlugIn()], progress=stop)


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        ({"policies": []}, ParameterError, "no policy"),
        ({"policies": [PlugIn(), PlugIn()]}, ParameterError, "names of their own"),
        ({"against": ["yesterday"]}, ParameterError, "choose from"),
        ({"estimators": ["ips"]}, ParameterError, "choose from"),
        ({"folds": 1}, ParameterError, "2 to 20"),
        ({"level": 95}, ParameterError, "level"),
    ],
)
def test_bad_wishes(line: World, given: dict[str, Any], error: type[Exception], match: str) -> None:
    wishes = {"policies": [PlugIn()]} | given
    with pytest.raises(error, match=match):
        policy_value(line.people, wishes.pop("policies"), **wishes)


def test_too_few_people_or_clusters_are_refused() -> None:
    with pytest.raises(DesignError, match="fewer than 100"):
        policy_value(world(60).people, [PlugIn()])
    with pytest.raises(DesignError, match="clusters"):
        policy_value(world(200, clusters=6).people, [PlugIn()])
