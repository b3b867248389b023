"""The verbs: what they say, what they refuse, and what they never lose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.codesign.diversity.equal_shares import equal_shares
from almpo_kit.codesign.diversity.gains_and_losses import gains_and_losses
from almpo_kit.codesign.diversity.opinion_groups import opinion_groups
from almpo_kit.codesign.diversity.opinion_groups_result import OpinionGroups
from almpo_kit.codesign.diversity.pareto_set import pareto_set
from almpo_kit.codesign.diversity.proposals import budget_votes, rated_utilities, roles_of
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

from .panels import COSTS, camps, one_mind, plan, rated


@pytest.fixture(scope="module")
def two_camps() -> tuple[OpinionGroups, Any]:
    x, second = camps(60, np.random.default_rng(1))
    return opinion_groups(rated(x), plan(), draws=99), second


def votes(n: int = 20) -> pd.DataFrame:
    """Two thirds want the first three proposals, one third the rest."""
    wide = pd.DataFrame(0.0, index=[f"p{i:02d}" for i in range(n)], columns=list(COSTS))
    many = 2 * n // 3
    wide.iloc[:many, :3] = 1.0
    wide.iloc[many:, 3:] = 1.0
    return wide


# ---- groups of opinion ---------------------------------------------------------------------------------


def test_two_camps_are_found_and_what_parts_them(two_camps: tuple[OpinionGroups, Any]) -> None:
    found, second = two_camps
    assert found.n_groups == 2
    assert ((found.members == "B").to_numpy() == second).mean() > 0.95
    said = found.table.set_index("item")["said"]
    assert list(said[["s0", "s1", "s2"]]) == ["parts"] * 3
    assert list(said[["s3", "s4"]]) == ["unites: all groups agree"] * 2
    assert "2 groups" in found.sentence
    assert found.stability > 0.9
    assert found.certainty == "moderate"


def test_a_person_cannot_be_told_from_the_map(two_camps: tuple[OpinionGroups, Any]) -> None:
    found, _ = two_camps
    assert list(found.map.columns) == ["x", "y", "group"]
    assert list(found.map["group"]) != list(found.members)
    assert sorted(found.map["group"]) == sorted(found.members)


def test_one_mind_is_one_group_and_a_small_panel_says_so() -> None:
    found = opinion_groups(rated(one_mind("leaning", 40, np.random.default_rng(2))), plan(), draws=99)
    assert found.n_groups == 1
    assert found.certainty == "low"
    assert any("does not mean that none is there" in c.sentence for c in found.failed + found.checks)


def test_everybody_says_the_same() -> None:
    found = opinion_groups(rated(np.full((30, 5), 0.9)), plan(), draws=99)
    assert found.n_groups == 1
    assert set(found.table["said"]) == {"unites: all groups agree"}


def test_too_few_people_are_too_little_to_say() -> None:
    x, _ = camps(12, np.random.default_rng(3))
    found = opinion_groups(rated(x), plan(), draws=99)
    assert (found.n_groups, found.certainty, len(found.map)) == (0, "too little to say", 0)
    assert "at least 15" in found.sentence


def test_who_answered_little_is_left_out_and_counted() -> None:
    x, _ = camps(40, np.random.default_rng(4))
    x[0, 1:] = np.nan
    found = opinion_groups(rated(x), plan(), draws=99)
    assert len(found.members) == 39
    assert any("1 person answered less than half" in c.sentence for c in found.checks)


def test_the_same_seed_gives_the_same_and_the_order_of_rows_does_not_matter() -> None:
    x, _ = camps(40, np.random.default_rng(5))
    judged = rated(x)
    one = opinion_groups(judged, plan(), draws=99, seed=3)
    other = opinion_groups(judged.sample(frac=1, random_state=1), plan(), draws=99, seed=3)
    pd.testing.assert_frame_equal(one.tried, other.tried)
    pd.testing.assert_frame_equal(one.map, other.map)


def test_invented_people_stay_labelled(two_camps: tuple[OpinionGroups, Any]) -> None:
    found, _ = two_camps
    assert not found.provenance.synthetic
    x, _ = camps(40, np.random.default_rng(6))
    by_source = opinion_groups(rated(x, source="SYNTHETIC people"), plan(), draws=99)
    made = plan(synthetic=True)
    by_plan = opinion_groups(rated(x), made, draws=99)
    for one in (by_source, by_plan):
        assert one.sentence.startswith("SYNTHETIC")
    assert by_plan.provenance.options["plan"] == made.digest
    # Votes and utilities carry it on, also where only the plan says so.
    u = rated_utilities(rated(x), made)
    assert gains_and_losses(u, by_plan.members).sentence.startswith("SYNTHETIC")
    assert pareto_set(u, by_plan.members, repeats=50).sentence.startswith("SYNTHETIC")


def test_small_parts_of_a_group_are_not_shown() -> None:
    x, _ = camps(40, np.random.default_rng(7))
    judged = rated(x)
    judged.loc[judged["participant"].isin(["p000", "p001"]), "role"] = "research"
    found = opinion_groups(judged, plan(), draws=99)
    roles = found.composition[found.composition["dimension"] == "role"]
    assert "research" not in set(roles["value"])
    assert not roles["n"].between(1, 4).any()


def test_groups_refuse_what_they_cannot_use() -> None:
    judged = rated(one_mind("independent", 20, np.random.default_rng(8)))
    with pytest.raises(ParameterError, match="no statement"):
        opinion_groups(judged, plan(), items=["fund"])
    with pytest.raises(DesignError, match="round 3"):
        opinion_groups(judged, plan(), round=3)
    with pytest.raises(ParameterError, match=r"0\.05"):
        opinion_groups(judged, plan(), false_alarm=0.9)
    with pytest.raises(FrameError):
        opinion_groups(judged.assign(value=11), plan())


# ---- who gains and who loses ---------------------------------------------------------------------------


def test_gains_and_losses_by_hand() -> None:
    u = pd.DataFrame({"a": [1.0] * 6 + [-0.5] * 6, "b": [0.2] * 12}, index=[f"p{i}" for i in range(12)])
    found = gains_and_losses(u, {f"p{i}": "one" if i < 6 else "two" for i in range(12)})
    row = found.table.set_index(["proposal", "group"])
    assert row.loc[("a", "two"), "mean"] == -0.5
    everybody = [row[c].to_dict()[("a", "everybody")] for c in ("gain", "lose", "same")]
    assert everybody == [0.5, 0.5, 0.0]
    assert row.loc[("a", "two"), "said"] == "loses"
    assert list(found.losers["group"]) == ["two"]
    assert found.for_all == ("b",)
    from_b = gains_and_losses(u, dict.fromkeys(u.index, "all"), baseline="b")
    assert from_b.table["mean"].iloc[0] == pytest.approx(0.25 - 0.2)


def test_the_interval_of_a_mean_is_students() -> None:
    from scipy import stats

    given = np.random.default_rng(9).standard_normal(15)
    u = pd.DataFrame({"a": given}, index=[f"p{i}" for i in range(15)])
    row = gains_and_losses(u, dict.fromkeys(u.index, "one")).table.iloc[0]
    low, high = stats.t.interval(0.95, 14, given.mean(), stats.sem(given))
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)


def test_small_groups_stand_together_and_cannot_be_subtracted() -> None:
    u = pd.DataFrame({"a": np.arange(20.0)}, index=[f"p{i:02d}" for i in range(20)])
    groups = dict(zip(u.index, ["one"] * 10 + ["two"] * 8 + ["three"] * 2, strict=True))
    told = set(gains_and_losses(u, groups).table["group"])
    # Two people alone would be told by taking the others away: the next smallest group goes with them.
    assert told == {"everybody", "one", "others"}


# ---- Pareto --------------------------------------------------------------------------------------------


def test_the_pareto_set_by_hand() -> None:
    people = [f"p{i}" for i in range(12)]
    one = np.array([True] * 6 + [False] * 6)
    u = pd.DataFrame(
        {"a": np.where(one, 3.0, 1), "b": np.where(one, 1.0, 3), "c": 1.5, "d": 0.5}, index=people
    )
    found = pareto_set(u, dict(zip(people, np.where(one, "one", "two"), strict=True)), repeats=200)
    assert set(found.pareto) == {"a", "b", "c"}
    row = found.table.set_index("proposal")
    assert row.loc["d", "dominated_by"] == "a, b, c"
    assert not row.loc["c", "best_for_some_weights"]
    assert found.kindest == "c"
    assert row.loc["d", "chance_in_set"] == 0.0


def test_each_person_may_be_a_point_of_view() -> None:
    u = pd.DataFrame({"a": [1.0, 2], "b": [2.0, 1], "c": [0.5, 1]}, index=["x", "y"])
    assert set(pareto_set(u).pareto) == {"a", "b"}
    with pytest.raises(DesignError, match="every proposal"):
        pareto_set(pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, 1.0]}, index=["x", "y"]))


# ---- the budget ----------------------------------------------------------------------------------------


def test_a_third_of_the_people_decides_about_a_third_of_the_money() -> None:
    held = votes()
    found = equal_shares(held, COSTS, 2e6)
    # 13 people have €1.3 million, 7 have €700 000.
    assert set(found.funded) >= {"tests", "mentors"}
    assert {"tests", "mentors"} - set(found.by_most_votes) == {"mentors"}
    assert found.spent <= found.budget
    assert found.left_out["nothing"].iloc[0] == 0
    promised = found.guarantee[found.guarantee["promised"]]
    assert promised["holds"].all()


def test_completion_uses_money_and_is_told() -> None:
    held = votes()
    spent = [
        equal_shares(held, COSTS, 2e6, completion=c).spent for c in ("none", "most_votes", "raised_shares")
    ]
    assert spent[0] <= min(spent[1:])
    assert max(spent) <= 2e6
    told = equal_shares(held, COSTS, 2e6, completion="most_votes")
    assert set(told.table["how"]) <= {"equal shares", "most votes", ""}


def test_the_broken_promise_would_be_said() -> None:
    """Of an outcome that leaves a group out, as if the method had failed."""
    from almpo_kit.codesign.diversity.budget_words import checks
    from almpo_kit.codesign.diversity.guarantees import guarantees

    held, names = votes(), list(COSTS)
    cost = np.array(list(COSTS.values()))
    bad = np.array([True, True, True, False, False, False])
    kept = guarantees(held.to_numpy(), cost, 2e6, bad, names, votes=True)
    assert not kept["holds"].iloc[0]
    assert kept["people"].iloc[0] == 7
    table, left = equal_shares(held, COSTS, 2e6).table, equal_shares(held, COSTS, 2e6).left_out
    said = checks(table, left, kept, (), 1.0, True, 0)
    assert said[0].status == "failed" and "7 of 20 people" in said[0].sentence


def test_a_tie_that_decided_fails_a_check() -> None:
    held = pd.DataFrame({"a": [1, 1, 1, 1, 1], "b": [1, 1, 1, 1, 1]}, index=list("vwxyz"))
    found = equal_shares(held, {"a": 60, "b": 60}, 100)
    assert found.funded == ("a",)
    assert found.ties == (("a", "b"),)
    assert any(c.name == "a tie decided" and c.status == "failed" for c in found.checks)


def test_votes_of_a_plan_come_with_names_and_its_digest() -> None:
    x = one_mind("independent", 8, np.random.default_rng(10))
    judged = rated(x)
    rows = [
        {**judged.iloc[5 * i].to_dict(), "item": "fund", "part": o, "value": float((i + k) % 2)}
        for i in range(8)
        for k, o in enumerate(COSTS)
    ]
    judged, asked = pd.concat([judged, pd.DataFrame(rows)]), plan(synthetic=True)
    wide = budget_votes(judged, asked, "fund")
    assert wide.shape == (8, 6)
    assert wide.to_numpy().sum() == 24
    found = equal_shares(wide, COSTS, 2e6, plan=asked, item="fund", groups=roles_of(judged))
    assert found.sentence.startswith("SYNTHETIC")
    assert found.provenance.options["plan"] == asked.digest
    assert "Travel" in set(found.table["name"])
    with pytest.raises(ParameterError, match="kind 'budget'"):
        budget_votes(judged, asked, "s0")


@pytest.mark.parametrize(
    ("table", "costs", "budget", "error"),
    [
        (pd.DataFrame(), COSTS, 1.0, FrameError),
        (pd.DataFrame({"a": ["yes"]}), {"a": 1}, 1.0, FrameError),
        (pd.DataFrame({"a": [-1.0]}), {"a": 1}, 1.0, FrameError),
        (pd.DataFrame({"a": [np.inf]}), {"a": 1}, 1.0, FrameError),
        (pd.DataFrame({"a": [np.nan]}), {"a": 1}, 1.0, FrameError),
        (pd.DataFrame({"a": [1.0, 1]}, index=["x", "x"]), {"a": 1}, 1.0, FrameError),
        (pd.DataFrame({"a": [1.0]}), {}, 1.0, ParameterError),
        (pd.DataFrame({"a": [1.0]}), {"a": 0}, 1.0, ParameterError),
        (pd.DataFrame({"a": [1.0]}), {"a": float("nan")}, 1.0, ParameterError),
        (pd.DataFrame({"a": [1.0]}), {"a": 1}, 0.0, ParameterError),
        (pd.DataFrame({"a": [1.0]}), {"a": 1}, float("nan"), ParameterError),
    ],
)
def test_the_budget_refuses_what_it_cannot_use(table: Any, costs: Any, budget: Any, error: Any) -> None:
    with pytest.raises(error):
        equal_shares(table, costs, budget)
    with pytest.raises(DesignError, match="none of the participants"):
        equal_shares(votes(), COSTS, 2e6, groups={"nobody": "one"})
