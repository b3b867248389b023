"""The verb: what a plan keeps, tells and does not tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import Allocation, allocate
from almpo_kit.recommendation.allocation.tables import hidden_places, left_out_table
from almpo_kit.vocabulary.errors import DesignError

from .cases import INVENTED, gains, offices, people, programmes, travel

N = 600
FULL: dict[str, Any] = {
    "budget": 700_000.0,
    "max_travel": 60.0,
    "travel_loss": 0.01,
    "eligible": {"course 0": "licence"},
    "by": ["sex", "age"],
    "source": INVENTED,
}


def planned(n: int = N, silent: int = 20, **options: Any) -> Allocation:
    asked = {"people": people(n), "offices": offices(), "travel": travel(), **FULL} | options
    return allocate(gains(n, silent=silent), programmes(), **asked)


@pytest.fixture(scope="module")
def plan() -> Allocation:
    return planned()


def test_every_limit_is_kept(plan: Allocation) -> None:
    who, at = people(N), np.flatnonzero(plan.offered > 0)
    used = pd.crosstab(plan.offered[at], plan.office[at])
    room = offices().pivot(index="programme", columns="office", values="places").to_numpy()
    assert (used.to_numpy() <= room[used.index.to_numpy() - 1][:, used.columns]).all()
    assert programmes().unit_cost[plan.offered[at]].sum() <= 700_000
    assert who["licence"].to_numpy()[plan.offered == 1].all()
    north = (who["geo"] == "north").to_numpy()
    assert not (plan.office[north] == 2).any(), "out of reach"
    mean = gains(N).mean
    assert (mean[at, plan.offered[at]] > 0).all()
    assert (plan.offered[:20] == -1).all() and (plan.offered[20:] >= 0).all()
    minutes = travel().pivot(index="geo", columns="office", values="minutes")
    lost = 0.01 * minutes.to_numpy()[minutes.index.get_indexer(who["geo"])[at], plan.office[at]].sum()
    assert plan.total_gain == pytest.approx(mean[at, plan.offered[at]].sum() - lost)
    assert plan.gap <= 0.003


def test_it_says_what_it_is(plan: Allocation) -> None:
    assert plan.sentence.startswith("SYNTHETIC") and plan.provenance.synthetic
    assert "against no programme for anybody" in plan.sentence and "95%" in plan.sentence
    assert plan.low < plan.total_gain < plan.high
    assert {c.name for c in plan.checks} >= {
        "best plan",
        "displacement",
        "too little to say",
        "offers by sex",
    }
    assert plan.comparison.set_index("rule")["share_of_plan"].max() == 1.0
    assert plan.duals.set_index("limit").loc["budget", "value"] > 0
    assert plan.n_abstained == 20 and plan.left_out["people"].sum() == N - (plan.offered > 0).sum()
    assert set(plan.metrics()) <= {"total_gain", "gap", "cost_eur", "people", "offered"}
    assert not plan.failed
    bare = allocate(np.nan_to_num(gains(N).mean), programmes(), offices=offices(), unit="points")
    assert {c.name for c in bare.failed} == {"source", "intervals"} and bare.headline is None


def small_numbers(found: Allocation) -> list[float]:
    counts = [found.places["used"], found.programmes["offered"], found.groups["people"]]
    counts += [found.groups["offered"], found.groups["people"] - found.groups["offered"]]
    counts += [found.left_out["people"], found.comparison["offered"]]
    return [v for c in counts for v in c.dropna() if 0 < v < 10]


@pytest.mark.parametrize("places", [2, 6, 11, 40])
def test_no_count_of_fewer_than_ten_people(places: int) -> None:
    found = planned(offices=offices(places=places), budget=None, by=["sex", "age", "geo"])
    assert not small_numbers(found)
    rows = found.places
    away = rows["used"].isna()
    assert rows.loc[away, ["mean_gain", "cost_eur", "value_of_one_more"]].isna().all(axis=None)
    for _, line in [*rows.groupby("programme"), *rows.groupby("office")]:
        assert line["used"].isna().sum() != 1
    if away.any():
        exact = programmes().unit_cost[np.maximum(found.offered, 0)].sum()
        assert found.cost % 50_000 == 0 and abs(found.cost - exact) <= 25_000


def test_few_offers_are_not_summed() -> None:
    found = planned(
        offices=offices(m=1, places=1).assign(places=[1, 1, 1]),
        travel=None,
        people=people(N).drop(columns="geo"),
    )
    assert found.n_offered is None and np.isnan(found.total_gain) and np.isnan(found.upper)
    assert "fewer than 10" in found.sentence and not small_numbers(found)
    assert found.comparison["total_gain"].isna().all() and "offered" not in found.metrics()


def test_everybody_but_a_few_gives_nobody_away() -> None:
    used = np.array([[300.0, 200.0], [60.0, 35.0]])
    assert not hidden_places(used, np.ones((2, 2), dtype=bool), 200).any()
    assert hidden_places(used, np.ones((2, 2), dtype=bool), 5).any()
    table = left_out_table(np.repeat([0, 1, 2, 4], [62, 6, 104, 1287])).set_index("reason")["people"]
    assert table.tolist() == [62, 1287, 110] and table.index[-1] == "another reason"


def test_bounds_hold_and_are_priced() -> None:
    fair = [
        {"by": "sex", "group": "women", "min_share": 0.6},
        {"by": "age", "max_gap": 0.01},
        {"by": "sex", "group": "men", "min_gain": 0.5},
        {"by": "sex", "group": "men", "min_offered": 0.1, "programme": "course 1"},
    ]
    found, free = planned(fairness=fair, seconds=3), planned()
    who, has = people(N), found.offered > 0
    women, old = (who["sex"] == "women").to_numpy(), (who["age"] == "old").to_numpy()
    assert has[women].sum() >= 0.6 * has.sum() > (free.offered[women] > 0).sum()
    assert (found.offered[~women] == 2).mean() >= 0.1
    assert abs(has[old].mean() - has[~old].mean()) <= 0.01 + 1e-9
    assert (
        found.gap <= 0.01
        and found.total_gain <= free.total_gain
        and found.total_without_bounds >= found.total_gain
    )
    priced = found.duals[found.duals["limit"] == "fairness"]
    assert len(priced) == 5 and priced["value"].max() > 0


def test_crowding_spreads_people() -> None:
    steps = pd.DataFrame({"programme": ["course 1", "course 1"], "from_places": [20, 30], "loss": [3.0, 9.0]})
    found, free = planned(congestion=steps), planned()
    crowded, before = ((f.offered == 2).sum() for f in (found, free))
    assert crowded < before and found.total_gain < free.total_gain


def test_a_careful_plan_uses_the_low_end() -> None:
    found = planned(risk="low")
    at = np.flatnonzero(found.offered > 0)
    assert (gains(N).low[at, found.offered[at]] > 0).all()
    assert found.total_gain <= planned().total_gain * 1.003


def test_rows_and_labels_do_not_matter(plan: Allocation) -> None:
    order = np.random.default_rng(4).permutation(N)
    g = gains(N, silent=20)
    arrays = {f: getattr(g, f)[order] for f in ("mean", "se", "low", "high", "abstains", "reasons")}
    moved = allocate(
        type(g)(**{**{f: getattr(g, f) for f in g.__dataclass_fields__}, **arrays}),
        programmes(),
        people=people(N).iloc[order],
        offices=offices().sample(frac=1, random_state=1),
        travel=travel(),
        **FULL,
    )
    assert moved.total_gain == pytest.approx(plan.total_gain, rel=0.003)
    turned = [0, 3, 2, 1]
    menu = programmes()
    from almpo_kit.recommendation import menu as make

    other = make(menu.table.iloc[turned])
    arrays = {f: getattr(g, f)[:, turned] for f in ("mean", "se", "low", "high", "abstains", "reasons")}
    fields = {**{f: getattr(g, f) for f in g.__dataclass_fields__}, **arrays, "arms": other.names}
    again = allocate(type(g)(**fields), other, people=people(N), offices=offices(), travel=travel(), **FULL)
    assert again.total_gain == pytest.approx(plan.total_gain, rel=0.003)


def test_what_is_no_limit_does_not_matter(plan: Allocation) -> None:
    """Shuffling sex, which nothing bounds, or adding a useless column leaves every offer as it was; so does asking again."""
    who = people(N)
    who["sex"] = np.random.default_rng(1).permutation(who["sex"])
    same = planned(people=who.assign(useless=1.0))
    assert np.array_equal(same.offered, plan.offered) and np.array_equal(same.office, plan.office)
    assert same.sentence == plan.sentence


def test_nothing_to_give() -> None:
    closed = planned(offices=offices().assign(places=0))
    assert closed.n_offered == 0 and "no offer for anybody" in closed.sentence and closed.total_gain == 0
    assert planned(budget=0).n_offered == 0
    silent = planned(silent=N)
    assert silent.n_offered == 0 and (silent.offered == -1).all()
    assert [c for c in silent.failed if c.name == "too little to say"]
    nowhere = planned(people=people(N).assign(geo="elsewhere"))
    assert nowhere.n_offered == 0 and "within reach" in " ".join(nowhere.left_out["reason"])
    unpriced = allocate(
        gains(N), programmes(unit_cost_eur=[np.nan, 1.0, 1.0]), offices=offices(), source=INVENTED
    )
    assert np.isnan(unpriced.cost) and [c for c in unpriced.failed if c.name == "prices"]


def test_limits_that_collide_name_the_way_out() -> None:
    """The amounts that the error names are enough, and a little less is not."""
    ask = [{"by": "sex", "group": "women", "min_offered": 0.5}]
    with pytest.raises(DesignError, match="cannot hold together") as told:
        planned(200, 10, fairness=ask, budget=10_000.0)
    said = str(told.value)
    assert "the budget of €10\u202f000" in said and "raise the budget by €" in said
    more = float(said.split("raise the budget by €")[1].split(";")[0].split(".")[0].replace("\u202f", ""))
    dear = programmes().unit_cost[1:].max()
    assert planned(200, 10, fairness=ask, budget=10_000.0 + more + 2 * dear).n_offered
    with pytest.raises(DesignError, match="raise the budget"):
        planned(200, 10, fairness=ask, budget=10_000.0 + 0.9 * more)
    points = float(said.split("at least 50.0%” by ")[1].split(" ")[0])
    assert planned(
        200, 10, fairness=[ask[0] | {"min_offered": 0.5 - points / 100 - 0.01}], budget=10_000.0
    ).n_offered
    with pytest.raises(DesignError, match=r"\(1\) sex = women: mean gain[^(]*lower “sex"):
        planned(200, 10, fairness=[{"by": "sex", "group": "women", "min_gain": 50.0}], budget=None)
