"""Learners find what is there, keep their limits, and do not mind names, order and useless columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import (
    Caseload,
    HighestRiskFirst,
    Limits,
    OneForAll,
    PlugIn,
    PolicyLearner,
    Randomly,
    RiskAverse,
    StatusQuo,
)
from almpo_kit.recommendation.caseloads.menu import menu
from almpo_kit.recommendation.policies.chances import chances
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from tests.recommendation.worlds import World, world

LEARNERS: list[PolicyLearner] = [
    PlugIn(),
    RiskAverse(),
    RiskAverse("minimax_regret"),
    OneForAll(),
    HighestRiskFirst(),
    Randomly(),
]


def offers(learner: PolicyLearner, people: Caseload, other: Caseload | None = None) -> np.ndarray:
    return chances(learner.learn(people), people if other is None else other)[0]


@pytest.fixture(scope="module")
def line() -> World:
    return world(1500, shape="line", arms=4, seed=2)


@pytest.mark.parametrize(
    "learner", [PlugIn(), PlugIn("boosting"), RiskAverse(), RiskAverse("minimax_regret")]
)
def test_regret_is_small_where_gains_differ(learner: PolicyLearner, line: World) -> None:
    fresh = line.fresh(3000)
    got = fresh.value(offers(learner, line.people, fresh.people))
    one = fresh.value(offers(OneForAll(), line.people, fresh.people))
    assert (fresh.best_value - got) < 0.3 * (fresh.best_value - one)


def test_one_for_all_is_one_for_all(line: World) -> None:
    given = offers(OneForAll(), line.people)
    assert (given == given[0]).all()
    assert given[0].argmax() == line.people.scores.mean(axis=0).argmax()


def test_highest_risk_first_starts_with_the_worst_prospects(line: World) -> None:
    people = replace(line.people, scores=line.truth)
    given = offers(HighestRiskFirst(shares={"training": 0.1, "services": 0.2}), people)
    assert given.mean(axis=0) == pytest.approx([0.7, 0.1, 0, 0.2], abs=0.002)
    worst = line.truth[:, 0]
    assert worst[given[:, 0] == 0].max() < worst[given[:, 0] == 1].min() + 1e-6
    means = people.scores.mean(axis=0)
    first = int(np.argmax(np.where([False, True, False, True], means, -np.inf)))
    second = ({1, 3} - {first}).pop()
    assert worst[given[:, first] == 1].max() < worst[given[:, second] == 1].min()


def test_risk_averse_is_the_more_careful_the_higher_its_level(line: World) -> None:
    few = world(150, shape="line", arms=4, seed=2).people
    offered = [1 - offers(RiskAverse(level=v), few)[:, 0].mean() for v in (0.0, 0.8, 0.99)]
    assert offered[0] >= offered[1] >= offered[2] and offered[0] > offered[2]
    np.testing.assert_array_equal(offers(RiskAverse(level=0), few), offers(PlugIn(), few))
    np.testing.assert_array_equal(offers(RiskAverse("minimax_regret", level=0), few), offers(PlugIn(), few))


def test_nobody_is_offered_what_does_harm() -> None:
    people = world(1500, shape="none", effect=-2.0).people
    for learner in (PlugIn(), RiskAverse(), OneForAll()):
        assert offers(learner, people)[:, 0].mean() > 0.99


def test_limits_are_kept_on_the_people_learned_from(line: World) -> None:
    limits = Limits(most={"training": 0.1, "subsidy": 0.05}, offered=0.4)
    learners = (
        PlugIn(limits=limits),
        RiskAverse(limits=limits),
        OneForAll(limits),
        HighestRiskFirst(limits=limits),
        Randomly(limits=limits),
    )
    for learner in learners:
        share = offers(learner, line.people).mean(axis=0)
        assert share[1] <= 0.1 + 1e-9 and share[2] <= 0.05 + 1e-9 and share[0] >= 0.6 - 1e-9
    share = offers(learners[0], line.people).mean(axis=0)
    assert share[0] == pytest.approx(0.6, abs=0.002), "what may be offered is offered where it gains"
    euro = Limits(euro=500)
    for learner in (PlugIn(limits=euro), OneForAll(euro), Randomly(limits=euro)):
        cost = offers(learner, line.people).mean(axis=0) @ line.people.menu.unit_cost
        assert 450 < cost <= 500 + 1e-6


def relabelled(people: Caseload, order: list[int]) -> Caseload:
    table = people.menu.table.iloc[order[1:]]
    return replace(
        people,
        menu=menu(table),
        scores=people.scores[:, order],
        propensity=people.propensity[:, order],
        received=np.argsort(order)[people.received],
        expected=None if people.expected is None else people.expected[:, order],
    )


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda one: f"{one.name}")
def test_what_must_not_matter_does_not(learner: PolicyLearner, line: World) -> None:
    people, fresh = line.people, line.fresh(400).people
    before = offers(learner, people, fresh)
    order = [0, 3, 1, 2]
    other = offers(learner, relabelled(people, order), relabelled(fresh, order))
    np.testing.assert_allclose(other, before[:, order], atol=1e-9)
    rows = np.random.default_rng(0).permutation(len(people))
    np.testing.assert_allclose(offers(learner, people.rows(rows), fresh), before, atol=1e-9)

    def constant(one: Caseload) -> Caseload:
        wide = one.features.assign(same=3.0)
        return replace(one, features=wide, names=tuple(wide.columns))

    np.testing.assert_allclose(offers(learner, constant(people), constant(fresh)), before, atol=1e-9)
    shuffled = replace(people, groups=people.groups.sample(frac=1, random_state=1).reset_index(drop=True))
    np.testing.assert_array_equal(offers(learner, shuffled, fresh), before)


def test_boosting_repeats_itself(line: World) -> None:
    one, two = (offers(PlugIn("boosting"), line.people) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_status_quo_says_nothing(line: World) -> None:
    given, left = chances(StatusQuo().learn(line.people), line.people)
    assert left.all() and not given.any()


def test_few_people_are_not_told_in_words() -> None:
    people = world(120, arms=3).people
    words = Randomly(shares={"training": 5 / 120}).learn(people).words
    assert "training to few" in words and "4%" not in words


def test_prices_make_a_programme_rarer(line: World) -> None:
    for make in (PlugIn, RiskAverse, OneForAll):
        before, after = (offers(make(prices=p), line.people).mean(axis=0) for p in (None, {"subsidy": 0.4}))
        assert after[2] < before[2] or before[2] == 0
        assert offers(make(prices=dict.fromkeys(line.people.arms[1:], 99.0)), line.people)[:, 0].all()


def test_what_is_asked_wrongly_names_the_way_out(line: World) -> None:
    people = line.people
    for make in (
        lambda: Limits(most={"training": 1.2}),
        lambda: Limits(offered=-0.1),
        lambda: Limits(euro=-1),
    ):
        with pytest.raises(ParameterError, match="e\\.g\\."):
            make()
    with pytest.raises(ParameterError, match="not both"):
        Limits(offered=0.2, euro=100)
    with pytest.raises(FrameError, match="unknown programme"):
        PlugIn(limits=Limits(most={"trainings": 0.1})).learn(people)
    with pytest.raises(ParameterError, match="sum to"):
        Randomly(shares={"training": 0.7, "subsidy": 0.7}).learn(people)
    with pytest.raises(ParameterError, match="PlugIn"):
        PlugIn("forest")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="RiskAverse"):
        RiskAverse("bold")  # type: ignore[arg-type]
    unknown = people.menu.table.assign(unit_cost_eur=[0.0, np.nan, 1.0, 1.0])
    without = replace(people, menu=menu(pd.DataFrame(unknown)))
    with pytest.raises(ParameterError, match="no price of training"):
        PlugIn(limits=Limits(euro=100)).learn(without)
