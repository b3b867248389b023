"""What it is worth to know more, and which trial to run first."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit.recommendation import Portfolio, portfolio, value_of_information
from almpo_kit.recommendation.portfolios.knapsack import best_mix
from almpo_kit.vocabulary.errors import ParameterError

from .offers import ASKED, gains, programmes, two


@pytest.fixture(scope="module")
def mix() -> Portfolio:
    return portfolio(programmes(), gains(), **(ASKED | {"draws": 2000}), cost_spread=0.2)


def test_no_part_is_worth_more_than_the_whole(mix: Portfolio) -> None:
    found = value_of_information(mix, trial_overhead=1e5)
    values = found.table.set_index("unknown")["value_a_year"]
    assert (values >= 0).all()
    assert values.max() <= found.everything * 1.05
    known = values.filter(like="effect of ")
    assert (known.to_numpy() <= values["effects of all programmes"] * 1.05).all()
    trials = found.trials.set_index("programme")
    for name in trials.index:
        assert trials.loc[name, "value_a_year"] <= values[f"effect of {name}"] + 1e-9
    assert (np.diff(found.trials["net_eur"]) <= 1e-6).all()
    assert found.first == (found.trials["programme"][0] if found.trials["net_eur"][0] > 0 else "")


def test_larger_trials_tell_more(mix: Portfolio) -> None:
    trials = [value_of_information(mix, per_arm=n).trials for n in (50, 5000)]
    worth = [t.loc[t["programme"] == "Subsidy", "value_a_year"].to_numpy(dtype=float)[0] for t in trials]
    assert worth[0] < worth[1]


def test_displacement_matters_where_it_differs_and_is_said_not_to_where_it_does_not() -> None:
    same = value_of_information(portfolio(programmes(), gains(), **ASKED))
    # Not nothing: where all is displaced only possible losses are left, and knowing so keeps the money.
    assert same.table.set_index("unknown").loc["displacement", "share_of_all"] < 0.005
    assert any(c.name == "role of displacement" for c in same.checks)
    offered, given = two((10.0, 8.0), (1.0, 1.0))
    apart = portfolio(
        offered,
        given,
        people=900,
        budget=5e5,
        displacement={"A": (0, 0.9), "B": 0.2},
        preferences={"jobs": 1},
    )
    assert value_of_information(apart).table.query("kind == 'displacement'")["value_a_year"].sum() > 0


def test_a_clear_choice_needs_no_trial() -> None:
    offered, given = two((20.0, 2.0), (0.5, 0.5))
    mix = portfolio(offered, given, people=900, budget=5e5, displacement=0.1, preferences={"jobs": 1})
    found = value_of_information(mix, trial_overhead=1e5)
    assert found.first == "" and "hardly change" in found.sentence


def test_a_trial_of_what_is_too_thin_may_open_it_and_says_so() -> None:
    thin = gains(
        abstains=[False, False, True, False, False, False], reason=["", "", "two studies", "", "", ""]
    )
    mix = portfolio(programmes(), thin, **ASKED, preferences={"jobs": 1})
    found = value_of_information(mix, per_arm=200, value_of_one=200_000, trial_overhead=1e5)
    row = found.trials.set_index("programme").loc["Subsidy"]
    assert row["of_which_opens"] > 0 and "two studies" in row["basis"]
    assert any(c.name == "thin numbers" and c.status == "failed" for c in found.checks)
    full = portfolio(programmes(), gains(), **ASKED, preferences={"jobs": 1})
    assert mix.problem is not None and full.problem is not None
    gap = np.diff(
        [float(p.mean_worth() @ best_mix(p.mean_worth(), p.room)[0]) for p in (mix.problem, full.problem)]
    )
    assert row["of_which_opens"] == pytest.approx(gap[0], rel=1e-6)


def test_bad_questions_are_refused(mix: Portfolio) -> None:
    for change in (
        {"per_arm": 3},
        {"years": 0},
        {"discount": -1},
        {"base_chance": 1.0},
        {"trial_overhead": -5},
    ):
        with pytest.raises(ParameterError):
            value_of_information(mix, **change)
    with pytest.raises(ParameterError, match="takes a mix"):
        value_of_information("mix")  # type: ignore[arg-type]


def test_the_label_of_invented_data_stays() -> None:
    made = portfolio(programmes(cost_source="SYNTHETIC"), gains(), **ASKED)
    assert value_of_information(made).sentence.startswith("SYNTHETIC")
