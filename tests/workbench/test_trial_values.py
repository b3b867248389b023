"""Which trial next, for a mix: the same as the recommendation wing's own answer where it has one, and where nothing is funded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from almpo_kit.experiments import ProposedTrial, TrialValues
from almpo_kit.recommendation import Portfolio, first_trial, portfolio, value_of_information
from almpo_kit.recommendation.portfolios.information import of_all_effects
from almpo_kit.recommendation.portfolios.unknowns import draw
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.workbench.trial_values import trial_values
from tests.recommendation.portfolios.offers import ASKED, NAMES, gains, programmes


@pytest.fixture(scope="module")
def mix() -> Portfolio:
    return portfolio(programmes(), gains(), **(ASKED | {"draws": 4000}), cost_spread=0.2)


@pytest.fixture(scope="module")
def empty() -> Portfolio:
    return portfolio(
        programmes(), gains(abstains=True, reason="two studies"), **(ASKED | {"displacement": 0.25})
    )


def trials(names: Any = NAMES, **more: Any) -> list[ProposedTrial]:
    return [ProposedTrial(n, (n,), **({"per_arm": 500, "cost": 1e5} | more)) for n in names]


def quick(mix: Portfolio, proposed: Any, **more: Any) -> TrialValues:
    return trial_values(mix, proposed, **({"sizes": (1.0,), "states": 400} | more))


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, {}),
        ({"preferences": {"jobs": 1}}, {"value_of_one": 90_000.0, "base_chance": 0.3}),
        ({"preferences": {"months": 1}}, {"value_of_one": 900.0, "months_spread": 4.0}),
        ({"between": 0.5, "congestion": 0.3}, {"budget_years": 2.0, "discount": 0.0}),
    ],
)
def test_agrees_with_the_value_of_information(options: dict[str, Any], asked: dict[str, Any]) -> None:
    mix = portfolio(programmes(), gains(), **(ASKED | options))
    found = quick(mix, trials(years=4, delay_years=1.0), **asked)
    theirs = value_of_information(mix, years=4, delay_years=1.0, trial_overhead=1e5, **asked)
    ours, theirs_by = found.table.set_index("trial"), theirs.trials.set_index("programme").loc[list(NAMES)]
    for mine, other in (
        *(("value_a_year", "value_a_year"), ("value_eur", "value_eur"), ("cost_eur", "trial_cost_eur")),
        *(("net_eur", "net_eur"), ("chance_of_change", "chance_of_change")),
    ):
        wanted = theirs_by[other].to_numpy(dtype=float)
        room = (
            0.01 * float(np.abs(wanted).max())
            if "congestion" in options
            else 1e-6 * max(float(np.abs(wanted).max()), 1)
        )
        assert ours.loc[list(NAMES), mine].to_numpy(dtype=float) == pytest.approx(wanted, abs=room)
    assert found.first == theirs.first


def test_knowing_all_effects_is_the_same_within_simulation_error(mix: Portfolio) -> None:
    assert mix.problem is not None
    found = quick(mix, trials(NAMES[:2]), states=4000)
    theirs = of_all_effects(mix.problem, draw(mix.problem.unknowns, 20_000, 1))
    assert abs(found.everything - theirs) < 5 * found.everything_se


def test_a_trial_of_what_is_too_thin_opens_it() -> None:
    thin = gains(
        abstains=[False, False, True, False, False, False], reason=["", "", "two studies", "", "", ""]
    )
    mix = portfolio(programmes(), thin, **ASKED, preferences={"jobs": 1})
    found = quick(mix, trials(("Subsidy", "Training")), value_of_one=2e5)
    theirs = value_of_information(mix, per_arm=500, value_of_one=2e5, trial_overhead=1e5).trials.set_index(
        "programme"
    )
    ours = found.table.set_index("trial")
    assert theirs.loc["Subsidy", "of_which_opens"] > 0
    assert ours.loc["Training", "value_eur"] == pytest.approx(theirs.loc["Training", "value_eur"], rel=1e-9)
    # Theirs takes what it opens at its mean and only the rest at points.
    assert ours.loc["Subsidy", "value_eur"] == pytest.approx(theirs.loc["Subsidy", "value_eur"], rel=1e-3)
    assert any(c.name == "thin numbers" and c.status == "failed" for c in found.checks)


def test_where_nothing_can_be_funded_it_is_the_first_trial(empty: Portfolio) -> None:
    found = quick(empty, trials(), prior_sd=5.0, value_of_one=150_000.0)
    theirs = first_trial(empty, prior_sd=5.0, value_of_one=150_000.0, trial_overhead=1e5).table.set_index(
        "programme"
    )
    ours = found.table.set_index("trial")
    for mine, other in (
        ("value_eur", "value_eur"),
        ("cost_eur", "trial_cost_eur"),
        ("chance_of_change", "chance_funded"),
    ):
        wanted = theirs.loc[list(NAMES), other].to_numpy(dtype=float)
        assert ours.loc[list(NAMES), mine].to_numpy(dtype=float) == pytest.approx(wanted, rel=1e-6, abs=2e-3)
    for name in NAMES:
        assert ours.loc[name, "pays_from_eur"] == pytest.approx(theirs.loc[name, "pays_from_eur"], rel=2e-3)
    poor = quick(empty, trials(), prior_sd=5.0, value_of_one=1000.0)
    first = poor.table.nsmallest(1, "pays_from_eur")["trial"].iloc[0]
    assert poor.first == "" and f"{first} would be worth its cost from about €" in poor.sentence
    assert any(c.name == "assumed effects" and c.status == "failed" for c in found.checks)
    assert "no evidence" in found.rests_on
    with pytest.raises(ParameterError, match="prior_sd"):
        quick(empty, trials(), value_of_one=1e5)
    with pytest.raises(ParameterError, match="value_of_one"):
        quick(empty, trials(), prior_sd=5.0)


def test_what_is_not_known_at_all_can_be_tried_in_a_mix_that_funds_others() -> None:
    unknown = gains()
    unknown.loc[unknown["programme"] == "Start-up", ["job_gain", "job_se", "months_gain", "months_se"]] = (
        np.nan
    )
    mix = portfolio(programmes(), unknown, **ASKED)
    assert mix.problem is not None and "Start-up" not in mix.problem.names
    alone = quick(mix, trials(("Training",)))
    found = quick(mix, trials(("Training", "Start-up")), prior_sd=6.0)
    ours = found.table.set_index("trial")
    assert ours.loc["Start-up", "value_eur"] > 0 and ours.loc["Start-up", "note"] == ""
    # That another programme may be tried changes nothing for this one.
    assert ours.loc["Training", "value_a_year"] == pytest.approx(alone.table["value_a_year"][0], rel=1e-9)
    left = quick(mix, trials(("Training", "Start-up")))
    assert left.table["note"].tolist()[0] == "" and "nothing is known" in left.table["note"].tolist()[1]
    assert left.table["rank"].isna().tolist() == [False, True] and not left.table["worth_running"][1]
    assert left.failed[0].name == "not valued" and left._repr_html_()
    with pytest.raises(DesignError, match="no trial can be valued"):
        quick(mix, trials(("Start-up",)))


def test_places_that_the_mix_pays_are_not_charged_to_the_trial(mix: Portfolio) -> None:
    funded = mix.table.set_index("programme")
    name = str(funded["places"].idxmax())
    unit = float(mix.candidates.set_index("programme").loc[name, "unit_cost_eur"])
    free = int(funded.loc[name, "places"])
    costs = quick(mix, trials((name,), per_arm=free + 100)).table["cost_eur"][0]
    assert costs == pytest.approx(1e5 + unit * (free + 100 - float(funded.loc[name, "places"])))
    own = quick(mix, trials((name,), cost_per_person=10.0)).table["cost_eur"][0]
    row = quick(mix, trials((name,), cost=3e6), value_of_one=50_000.0).table.iloc[0]
    paid = quick(mix, trials((name,), cost=3e6), value_of_one=float(row["pays_from_eur"])).table.iloc[0]
    assert paid["value_eur"] == pytest.approx(paid["cost_eur"])
    assert own == 1e5 + 5000


def test_two_programmes_in_one_trial_and_two_trials(mix: Portfolio) -> None:
    both = ProposedTrial("both", ("Training", "Subsidy"), per_arm=500, cost=1e5)
    found = quick(mix, [both, *trials(("Training", "Subsidy"))], states=4000)
    ours = found.table.set_index("trial")
    assert ours.loc["both", "value_a_year"] > ours.loc[["Training", "Subsidy"], "value_a_year"].max()
    assert ours.loc["both", "value_a_year"] <= found.everything + 3 * found.everything_se
    assert len(found.together) == 3


def test_bad_questions(mix: Portfolio) -> None:
    with pytest.raises(ParameterError, match="takes a mix"):
        trial_values("mix", trials())  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="at least one"):
        quick(mix, [])
    with pytest.raises(ParameterError, match="no programme of the mix"):
        quick(mix, trials(("Dancing",)))
    with pytest.raises(ParameterError, match="prior_sd"):
        quick(mix, trials(), prior_sd=-1.0)
    with pytest.raises(ParameterError, match="continuous outcome"):
        quick(mix, [replace(trials()[0], outcome=TrialOutcome("pay", "continuous", 900, sd=300))])
    shares = portfolio(programmes(), gains(), **(ASKED | {"displacement": dict.fromkeys(NAMES, 0.2)}))
    assert quick(shares, trials()).first in (*NAMES, "")


def test_the_label_of_invented_data_stays() -> None:
    made = portfolio(programmes(cost_source="SYNTHETIC"), gains(), **ASKED)
    assert quick(made, trials()).sentence.startswith("SYNTHETIC")
