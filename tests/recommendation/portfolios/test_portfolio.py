"""The verb: what it promises, what must not change it, what it refuses."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import Portfolio, costs_per_job, displacement, portfolio, value_of_information
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

from .offers import ASKED, NAMES, gains, programmes, two


@pytest.fixture(scope="module")
def mix() -> Portfolio:
    return portfolio(programmes(), gains(), **ASKED)


@pytest.fixture(scope="module")
def jobs_only() -> Portfolio:
    return portfolio(programmes(), gains(), **ASKED, preferences={"jobs": 1})


def places(found: Portfolio) -> dict[str, float]:
    return dict(zip(found.table["programme"], found.table["places"], strict=True))


def test_it_stays_within_money_people_and_places(mix: Portfolio) -> None:
    table = mix.table
    assert mix.spent == pytest.approx(table["euro"].sum()) and mix.spent <= mix.budget
    assert mix.places <= mix.people
    capacity = programmes().table.set_index("programme")["capacity"]
    assert (table.set_index("programme")["places"] <= capacity[table["programme"]]).all()
    assert (table["places"] % 1 == 0).all()
    assert set(table["programme"]) == set(NAMES), "every programme has a row, funded or not"


def test_totals_are_the_sums_of_the_programmes(mix: Portfolio) -> None:
    for name in ("jobs", "months"):
        assert mix.table[name].sum() == pytest.approx(getattr(mix, name).value)
    by_hand = {
        n: p * g / 100 * (1 - 1.3 / 3)
        for n, p, g in zip(NAMES, [places(mix)[n] for n in NAMES], gains()["job_gain"], strict=True)
    }
    assert sum(by_hand.values()) == pytest.approx(mix.jobs.value)
    assert mix.cost_per_job.value == pytest.approx(mix.spent / mix.jobs.value)


def test_one_programme_has_one_number_in_every_answer() -> None:
    """Mix, price of a job and displacement: same gain net of displacement, same ends, also where the low end is a loss."""
    given = pd.DataFrame(
        {"programme": ["A"], "gain": [3.0], "low": [-1.0], "high": [7.0], "unit_cost_eur": [1000.0]}
    )
    offered, _ = two((3.0, 3.0), (1.0, 1.0))
    mix = portfolio(
        offered,
        given.rename(columns={"gain": "job_gain", "low": "job_low", "high": "job_high"}),
        people=500,
        budget=1e5,
        displacement=0.4,
        preferences={"jobs": 1},
    )
    net = displacement(given, rate=0.4, unit="points").table.iloc[0]
    price = costs_per_job(given, rate=0.4, unit="points").table.iloc[0]
    row = mix.table.iloc[0]
    assert row["places"] == 100 and row["jobs"] == pytest.approx(net["net"]) == pytest.approx(1.8)
    assert row["cost_per_job"] == pytest.approx(price["cost"])
    assert (row["jobs_low"], row["jobs_high"]) == pytest.approx((net["net_low"], net["net_high"]), abs=0.02)
    assert net["net_low"] == -1.0, "a loss is not made smaller by displacement"
    assert math.isinf(row["cost_per_job_high"]) and math.isinf(price["cost_high"])
    assert row["cost_per_job_low"] == pytest.approx(price["cost_low"], rel=0.002)


def test_what_loses_jobs_is_never_bought(mix: Portfolio) -> None:
    assert places(mix)["Public works"] == 0
    row = mix.table.set_index("programme").loc["Public works"]
    assert row["status"] == "not funded" and "not expected to bring" in row["reason"]


def test_the_sentence_names_comparison_interval_price_and_assumption(mix: Portfolio) -> None:
    said = mix.sentence
    for words in ("Against no programme", "95%", "displacement", "your assumption", "costs €"):
        assert words in said
    assert any(c.name == "preferences" and c.status == "failed" for c in mix.checks)
    assert mix.certainty in ("moderate", "low")


def test_among_mixes_shares_of_being_best_sum_to_one(mix: Portfolio) -> None:
    assert mix.options["chance_best"].sum() == pytest.approx(1)
    best = mix.options.iloc[0]
    assert best["option"] == "best on average"
    assert best["worth"] >= mix.options["worth"].max() - 0.02 * abs(best["worth"])
    named = mix.options.set_index("option")
    assert named["low_end"].idxmax() in ("best low end", "best on average", "least regret")
    if "least regret" in named.index:
        slack = 0.01 * named["largest_regret"].min() + 0.1
        assert named.loc["least regret", "largest_regret"] <= named["largest_regret"].min() + slack


def test_more_money_never_buys_less_and_each_job_costs_more(mix: Portfolio, jobs_only: Portfolio) -> None:
    only = jobs_only
    jobs, price = only.frontier["jobs"], only.frontier["next_job_eur"].dropna()
    assert (jobs.diff().dropna() >= -1e-9).all()
    assert (price.diff().dropna() >= -1e-6 * price.max()).all()
    assert mix.frontier["asked"].sum() == 1
    safe = mix.safety
    assert (safe["worth"].diff().dropna() <= 1e-6 * safe["worth"].abs().max()).all()
    assert (safe["low_end"].diff().dropna() >= -1e-4 * safe["worth"].abs().max()).all()


def test_same_seed_same_bytes_and_order_does_not_matter(mix: Portfolio) -> None:
    again = portfolio(programmes(), gains(), **ASKED)
    pd.testing.assert_frame_equal(mix.table, again.table)
    pd.testing.assert_frame_equal(mix.options, again.options)
    turned = portfolio(programmes(), gains().iloc[::-1], **ASKED)
    pd.testing.assert_frame_equal(mix.table, turned.table)


def test_names_do_not_matter(mix: Portfolio) -> None:
    renamed, here = [f"P{k}" for k in range(6)], mix
    there = portfolio(programmes(programme=renamed), gains(programme=renamed), **ASKED)
    back = there.table.replace(dict(zip(renamed, NAMES, strict=True)))
    pd.testing.assert_frame_equal(here.table, back)


def test_a_programme_that_abstains_is_left_out_unless_forced_with_a_reason() -> None:
    thin = gains(
        abstains=[False, False, True, False, False, False], reason=["", "", "two studies", "", "", ""]
    )
    out = portfolio(programmes(), thin, **ASKED)
    row = out.table.set_index("programme").loc["Subsidy"]
    assert row["status"] == "excluded" and row["reason"] == "two studies" and row["places"] == 0
    assert any("Subsidy: two studies" in c.sentence for c in out.failed)
    forced = portfolio(programmes(), thin, **ASKED, forced={"Subsidy": "the contract runs until 2028"})
    assert places(forced)["Subsidy"] > 0
    assert forced.failed[0].name == "forced" and "until 2028" in forced.failed[0].sentence
    assert forced.certainty == "low"
    with pytest.raises(ParameterError, match="reason"):
        portfolio(programmes(), thin, **ASKED, forced={"Subsidy": "yes"})


def test_nothing_usable_is_too_little_to_say() -> None:
    out = portfolio(programmes(), gains(abstains=True, reason="thin"), **ASKED)
    assert out.certainty == "too little to say" and out.headline is None
    assert out.places == 0 and "too little to say" in out.sentence
    assert "nan" not in out.sentence
    with pytest.raises(DesignError, match="nothing can be chosen"):
        value_of_information(out)


def test_what_is_forced_and_expected_to_bring_nothing_is_not_said_to_be_too_dear() -> None:
    offered, given = two((-1.0, -2.0), (1.0, 1.0))
    forced = {"A": "a contract runs until 2028", "B": "a contract runs until 2028"}
    out = portfolio(
        offered,
        given.assign(abstains=True),
        people=500,
        budget=1e5,
        displacement=0.2,
        forced=forced,
        draws=200,
    )
    assert out.places == 0 and "none is expected to bring anything" in out.sentence


def test_a_price_without_upper_bound_is_said() -> None:
    offered, given = two((1.0, 0.8), (3.0, 3.0))
    out = portfolio(offered, given, people=500, budget=1e5, displacement=0.0, preferences={"jobs": 1})
    assert math.isinf(out.cost_per_job.high) and "no upper bound" in out.sentence
    assert "not certain" in out.sentence and "cost_per_job_high" not in out.metrics()
    assert any(c.name == "gain" and c.status == "failed" for c in out.checks)


def test_full_displacement_buys_nothing() -> None:
    out = portfolio(programmes(), gains(), **(ASKED | {"displacement": 1.0}))
    assert out.places == 0 and "no programme is funded" in out.sentence


@pytest.mark.parametrize(("budget", "people"), [(0, 3000), (1e6, 0)])
def test_no_money_or_nobody(budget: float, people: int) -> None:
    out = portfolio(programmes(), gains(), **(ASKED | {"budget": budget, "people": people}))
    assert out.places == 0 and out.spent == 0
    assert ("no money" if budget == 0 else "nobody is eligible") in out.sentence


def test_preferences_turn_the_mix_and_what_cannot_count_is_told() -> None:
    reach = [0.1, 0.1, 0.1, 0.9, 0.1, 0.1]
    tight = ASKED | {"budget": 2e6}
    jobs = portfolio(programmes(), gains(reach=reach), **tight, preferences={"jobs": 1})
    fair = portfolio(programmes(), gains(reach=reach), **tight, preferences={"equity": 1})
    assert places(jobs)["Supported"] == 0 < places(fair)["Supported"]
    assert set(jobs.weights) == {"jobs"}
    without = portfolio(programmes(), gains(), **tight)
    assert "equity" in without.dropped
    sure = portfolio(programmes(), gains(), **tight, preferences={"certainty": 1})
    assert places(sure)["Start-up"] == 0
    keen = portfolio(programmes(), gains(), **tight, preferences={"jobs": 1, "saving": 3})
    assert keen.spent < jobs.spent


def test_crowding_spreads_the_money(jobs_only: Portfolio) -> None:
    plain = jobs_only
    crowded = portfolio(programmes(), gains(), **ASKED, preferences={"jobs": 1}, congestion=0.9)
    assert crowded.jobs.value < plain.jobs.value
    assert (crowded.table["places"] > 0).sum() >= (plain.table["places"] > 0).sum()
    none = portfolio(programmes(), gains(), **ASKED, preferences={"jobs": 1}, congestion=1e-9)
    assert none.jobs.value == pytest.approx(plain.jobs.value, rel=1e-3)


def test_least_and_most_places_hold_and_say_what_to_relax() -> None:
    out = portfolio(programmes(), gains(), **ASKED, at_least={"Public works": 50}, at_most={"Subsidy": 10})
    assert places(out)["Public works"] == 50 and places(out)["Subsidy"] == 10
    with pytest.raises(DesignError, match=r"450,000.*more than the budget|budget"):
        portfolio(programmes(), gains(), **(ASKED | {"budget": 1e5}), at_least={"Public works": 50})
    with pytest.raises(DesignError, match="room for 500"):
        portfolio(programmes(), gains(), **ASKED, at_least={"Public works": 900})
    with pytest.raises(DesignError, match="lower it by 100"):
        portfolio(programmes(), gains(), **(ASKED | {"people": 100}), at_least={"Search help": 200})
    thin = gains(abstains=[True] + [False] * 5)
    with pytest.raises(DesignError, match="forced"):
        portfolio(programmes(), thin, **ASKED, at_least={"Search help": 200})


@pytest.mark.parametrize("choose", ["regret", "low_end"])
def test_robust_choices_are_safer_and_worth_no_more(choose: Any, jobs_only: Portfolio) -> None:
    out = portfolio(programmes(), gains(), **ASKED, choose=choose, preferences={"jobs": 1})
    assert out.spent <= out.budget and out.places <= out.people
    assert out.jobs.value <= jobs_only.jobs.value + 1e-9
    told = jobs_only.options.set_index("option")
    name, column = {"regret": ("least regret", "largest_regret"), "low_end": ("best low end", "low_end")}.get(
        choose, ("best in the worst case", "worth")
    )
    if name in told.index and choose != "worst":
        better = told[column].min() if choose == "regret" else told[column].max()
        assert told.loc[name, column] == pytest.approx(better, rel=0.02)


def test_intervals_only_and_months_only() -> None:
    g = gains().drop(columns=["job_se", "months_gain", "months_se"])
    g = g.assign(job_low=g["job_gain"] - 1.96, job_high=g["job_gain"] + 1.96)
    out = portfolio(programmes(), g, **ASKED)
    assert out.candidates["job_se"].to_numpy() == pytest.approx(np.full(6, 0.01), rel=1e-3)
    assert math.isnan(out.months.value) and "months" in out.dropped
    only = portfolio(programmes(), gains().drop(columns=["job_gain", "job_se"]), **ASKED)
    assert only.base == "months" and math.isnan(only.jobs.value) and "month in work costs" in only.sentence


def test_synthetic_gains_or_costs_are_said() -> None:
    made = stamp(gains(), DataVersion("invented", "1", kind="synthetic"))
    assert portfolio(programmes(), made, **ASKED).sentence.startswith("SYNTHETIC")
    priced = programmes(cost_source="SYNTHETIC: invented")
    assert portfolio(priced, gains(), **ASKED).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"budget": -1}, ParameterError, "budget"),
        ({"budget": float("nan")}, ParameterError, "budget"),
        ({"people": 2.5}, ParameterError, "people"),
        ({"displacement": 1.4}, ParameterError, "displacement"),
        ({"displacement": (0.5, 0.1)}, ParameterError, "displacement"),
        ({"displacement": {"Nobody": 0.1}}, ParameterError, "unknown programme"),
        ({"displacement": {"Training": 0.1}}, ParameterError, "says nothing of"),
        ({"preferences": {"votes": 1}}, ParameterError, "unknown criterion"),
        ({"preferences": {"jobs": -1}}, ParameterError, "0 or more"),
        ({"preferences": {"saving": 1}}, ParameterError, "at least one"),
        ({"forced": {"Nobody": "a reason in words"}}, ParameterError, "unknown programme"),
        ({"at_least": {"Nobody": 3}}, ParameterError, "unknown programme"),
        ({"choose": "luck"}, ParameterError, "choose"),
        ({"draws": 10}, ParameterError, "draws"),
        ({"congestion": 1.5}, ParameterError, "congestion"),
    ],
)
def test_bad_options_are_refused(change: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)):
        portfolio(programmes(), gains(), **(ASKED | change))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (gains(programme=[*NAMES[:5], "Nobody"]), "unknown programme"),
        (gains(programme=[*NAMES[:5], NAMES[0]]), "twice"),
        (gains(job_gain=500.0), "percentage points"),
        (gains(job_se=-1.0), "negative"),
        (gains(job_gain=["2", "5", "nine", "8", "2", "6"]), "nine"),
        (gains(job_gain=float("inf")), "finite"),
        (gains(reach=2.0), "share from 0 to 1"),
        (gains().drop(columns=["job_gain", "months_gain"]), "job_gain"),
        ("no table", "is a str"),
    ],
)
def test_bad_gains_are_refused(table: Any, words: str) -> None:
    with pytest.raises(FrameError, match=words):
        portfolio(programmes(), table, **ASKED)


def test_unknown_costs_and_no_places_are_reasons_not_errors() -> None:
    offered = programmes(
        unit_cost_eur=[600, np.nan, 7000, 8000, 9000, 0], capacity=[2000, 800, 0, 200, 500, 150]
    )
    given = gains(job_se=[1, 2, 4, np.nan, 2, 4])
    out = portfolio(offered, given, **ASKED, preferences={"jobs": 1}).table.set_index("programme")["reason"]
    assert "cost" in out["Training"] and "cost" in out["Start-up"]
    assert "no places" in out["Subsidy"] and "standard error" in out["Supported"]
