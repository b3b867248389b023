"""Parts of a strategy that are worked out without one: its trial to run first, its price of a job, its months in a year."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import recommendation
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.workbench import strategies, strategy_payback
from almpo_kit.workbench.strategies import _costs, _information
from almpo_kit.workbench.strategy_payback import payback_of
from almpo_kit.workbench.strategy_wishes import Wish

MENU = recommendation.menu(
    pd.DataFrame(
        {
            "programme": ["Courses", "Visits"],
            "programme_type": ["training", "services"],
            "unit_cost_eur": [3000.0, 500.0],
            "cost_source": "invented",
        }
    )
)
PLACE: Any = SimpleNamespace(name="Somewhere", unemployment_class="high", skill_class="low")


def rows(abstains: bool) -> pd.DataFrame:
    given = {"programme": ["Courses", "Visits"], "job_gain": [6.0, 2.0], "job_se": [1.0, 1.0]}
    return pd.DataFrame(given).assign(abstains=abstains, reason="two studies" if abstains else "")


def mix(abstains: bool, **asked: Any) -> recommendation.Portfolio:
    options = {"people": 500, "budget": 3e5, "displacement": 0.25, "draws": 200} | asked
    return recommendation.portfolio(MENU, rows(abstains), **options)


def test_where_nothing_can_be_funded_a_trial_is_named_on_an_assumption_and_told_so() -> None:
    found = _information(Wish(trial_size=800), mix(abstains=True))
    assert isinstance(found, recommendation.FirstTrial) and found.first in ("Courses", "Visits")
    assert "on no evidence" in found.sentence and "400 people in each arm" in found.sentence
    assert found.failed[0].name == "assumption in place of evidence"
    funded = _information(Wish(trial_size=20), mix(abstains=False))
    assert isinstance(funded, recommendation.ValueOfInformation), (
        "the smallest trial that may be asked for is worked out"
    )


def test_a_budget_for_three_years_is_not_counted_three_times() -> None:
    """€9 million over three years, the next three years: what knowing is worth is that of one such budget."""
    one, three = (
        _information(Wish(years=y), mix(abstains=False, displacement=(0.0, 0.5))) for y in (1.0, 3.0)
    )
    a, b = one.table.set_index("unknown"), three.table.set_index("unknown")
    assert (b["value_a_year"] * 3).to_numpy() == pytest.approx(a["value_a_year"].to_numpy())
    assert (b["value_over_years"] <= a["value_over_years"] + 1e-9).all(), "later years are discounted"
    assert isinstance(three, recommendation.ValueOfInformation) and "3 yearly budgets" not in three.sentence


def test_where_all_is_displaced_no_job_has_a_price() -> None:
    gains = Finding(question="", sentence="", table=pd.DataFrame(), provenance=Provenance(synthetic=True))
    expected = rows(abstains=False).rename(columns={"job_gain": "gain", "job_se": "se"})
    expected = expected.assign(low=1.0, high=9.0, unit_cost_eur=900.0)
    found = _costs(Wish(displacement=1.0), expected, gains, PLACE)
    assert "no additional job is left" in found.sentence and found.sentence.startswith("SYNTHETIC")
    assert "99%" in _costs(Wish(displacement=0.99), expected, gains, PLACE).sentence


def test_a_point_for_twelve_months_is_told_as_an_assumption(monkeypatch: pytest.MonkeyPatch) -> None:
    of_band = {"short": (-5.0, 1.0), "medium": (5.0, 1.0), "long": (10.0, 2.0)}

    def gains_in(_: Any, menu: Any, band: str, *__: Any) -> Any:
        mean, se = (np.array([[0.0, v, v]]) for v in of_band[band])
        told = SimpleNamespace(
            mean=mean, se=se, abstains=np.array([[False, True, False]]), reasons=mean.astype(str)
        )
        return SimpleNamespace(for_people=lambda *_: told)

    monkeypatch.setattr(strategy_payback, "gains_in", gains_in)
    asked = Wish(month_to_purse=900.0, displacement=0.25, forced={"Courses": "a contract until 2028"})
    found: Any = payback_of(asked, pd.DataFrame(), MENU, mix(abstains=False, at_least={"Courses": 90}), PLACE)
    assert found.table.loc[1:3, "months"].tolist() == pytest.approx([-0.6, 0.6, 1.2])
    names = [c.name for c in found.failed]
    assert names[:2] == ["forced", "months in a year"]
    # A loss in the first year is not made smaller, gains are: the cost, then what comes back in the middle of each year.
    back = [900 * m * 1.03 ** -(y + 0.5) for y, m in enumerate((-0.6, 0.6 * 0.75, 1.2 * 0.75))]
    assert found.net_cost == pytest.approx(3000 - sum(back))
    silent = payback_of(
        asked.but(forced={}), pd.DataFrame(), MENU, mix(abstains=False, at_least={"Courses": 90}), PLACE
    )
    assert "too little is known of Courses" in silent.sentence


def test_the_spread_that_is_assumed_is_no_claim_of_the_evidence() -> None:
    """Narrower than published effects, so that a trial is not made to look more worthwhile than a sceptic would say."""
    from almpo_kit import sources

    effects = sources.effects()
    points = effects.loc[effects["outcome"].eq("employment_probability"), "effect"]
    assert pd.to_numeric(points, errors="coerce").abs().median() > strategies._SCEPTICAL
