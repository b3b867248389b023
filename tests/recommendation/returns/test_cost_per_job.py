from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from almpo_kit.recommendation import JobCosts, costs_per_job
from almpo_kit.recommendation.returns.cost_per_job import cost_per_job
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Z = 1.959964


def accepted(price: float, e: float, s: float, c: float, cs: float, ec: float) -> bool:
    """Is a price not told from the ratio? The definition, without its algebra."""
    variance = cs**2 - 2 * price * ec + price**2 * s**2
    return bool((c - price * e) ** 2 <= Z**2 * variance)


@given(
    e=st.floats(-0.2, 0.4),
    s=st.floats(0.005, 0.2),
    c=st.floats(100, 20_000),
    cs=st.floats(0, 0.2),
    r=st.floats(-0.9, 0.9),
)
def test_limits_are_where_the_test_turns(e: float, s: float, c: float, cs: float, r: float) -> None:
    assume(abs(abs(e) - Z * s) > 1e-4)
    sd = cs * c
    found = cost_per_job(e, s, c, cost_se=sd, covariance=r * s * sd)
    low, high = float(found.low), float(found.high)
    if e + Z * s <= 0:
        assert math.isnan(low) and math.isnan(high)
        return
    asked = (e, s, c, sd, r * s * sd)
    assert accepted(low * (1 + 1e-6) + 1e-6, *asked)
    assert low == 0 or not accepted(low * (1 - 1e-5), *asked)
    assert bool(found.bounded) == (e - Z * s > 0)
    if found.bounded:
        assert accepted(high * (1 - 1e-6), *asked) and not accepted(high * (1 + 1e-5), *asked)
        assert low <= float(found.value) <= high
    else:
        assert high == math.inf and accepted(1e9, *asked)


def test_without_doubt_about_the_price_limits_are_those_of_the_effect() -> None:
    found = cost_per_job([0.05, 0.05, 0.0, -0.1], [0.01, 0.04, 0.02, 0.02], 3000)
    assert found.value[:2] == pytest.approx([60_000, 60_000]) and np.isnan(found.value[2:]).all()
    assert found.low[:3] == pytest.approx(
        3000 / (np.array([0.05, 0.05, 0.0]) + Z * np.array([0.01, 0.04, 0.02]))
    )
    assert found.high[0] == pytest.approx(3000 / (0.05 - Z * 0.01))
    assert found.high[1] == found.high[2] == math.inf and np.isnan(found.high[3])
    assert found.bounded.tolist() == [True, False, False, False]


def test_a_certain_effect_and_a_free_programme() -> None:
    assert cost_per_job(0.05, 0.0, 3000).high == pytest.approx(60_000)
    free = cost_per_job(0.05, 0.01, 0)
    assert (float(free.value), float(free.low), float(free.high)) == (0, 0, 0)
    nothing = cost_per_job(0.0, 0.0, 3000)
    assert math.isnan(nothing.value) and math.isnan(nothing.low) and not nothing.bounded


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.01, 0.03, 0.08])
def test_limits_cover(effect: float) -> None:
    """Unlimited ones included: of 20,000 pairs of estimates, 95% of sets hold the true price."""
    rng = np.random.default_rng(3)
    e, c = rng.normal(effect, 0.02, 20_000), rng.normal(3000, 300, 20_000)
    found = cost_per_job(e, 0.02, c, cost_se=300)
    true = 3000 / effect
    held = (found.low <= true) & (true <= found.high)
    # Where even the upper end of the effect is below zero the set lies among negative prices: a miss.
    assert held.mean() == pytest.approx(0.95, abs=0.01)


GAINS = pd.DataFrame(
    {
        "programme": ["Training", "Wage subsidy", "Coaching", "Workshop", "Course"],
        "gain": [6.0, 3.0, -2.0, np.nan, 4.0],
        "low": [2.0, -1.0, -4.0, np.nan, 3.0],
        "high": [10.0, 7.0, -1.0, np.nan, 5.5],
        "unit_cost_eur": [3000.0, 4000.0, 500.0, 500.0, np.nan],
        "cost_source": ["own accounts", "", "", "", ""],
    }
)


def ask(gains: Any = GAINS, **more: Any) -> JobCosts:
    return costs_per_job(gains, **({"unit": "points", "rate": 0.4} | more))


def test_prices_by_hand() -> None:
    rows = ask().table.set_index("programme")
    # Six points are 0.06 jobs, 0.036 of which are left: 3000 / 0.036.
    assert rows.loc["Training", ["cost", "cost_low", "cost_high"]].tolist() == pytest.approx(
        [83_333.33, 50_000, 250_000], rel=1e-5
    )
    assert rows.loc["Wage subsidy", "cost_low"] == pytest.approx(4000 / 0.042, rel=1e-5)
    assert rows.loc["Wage subsidy", "cost_high"] == math.inf
    assert rows["limits"].to_dict() == {
        "Training": "both",
        "Wage subsidy": "no upper limit",
        "Coaching": "none",
        "Workshop": "none",
        "Course": "none",
    }
    assert (
        rows.loc["Workshop", "reason"] == "no estimate that may be used"
        and rows.loc["Course", "reason"] == "no price"
    )
    assert "no upper limit" in rows.loc["Wage subsidy", "says"]
    assert "no additional job" in rows.loc["Coaching", "says"]
    assert ask().table["programme"].tolist()[:2] == ["Training", "Wage subsidy"]


def test_an_interval_that_leans_keeps_its_own_ends() -> None:
    leaning = GAINS.head(1).assign(low=5.0, high=20.0)
    row = ask(leaning, rate=0.0).table.iloc[0]
    assert (row["cost_low"], row["cost_high"]) == pytest.approx((3000 / 0.2, 3000 / 0.05), rel=1e-5)


def test_sentence_and_checks() -> None:
    found = ask()
    assert (
        "by Training costs €83\u202f333 (95%: €50\u202f000 to €250\u202f000) against no programme"
        in found.sentence
    )
    assert "if others lose 40%" in found.sentence
    assert [c.name for c in found.failed] == ["no upper limit"]
    assert "displacement assumed" in [c.name for c in ask(rate=0.0).failed]
    assert any("Wage subsidy" in c.sentence for c in found.checks if c.name == "source of the price")
    assert "no upper limit for any programme" in ask(GAINS.iloc[[1]]).sentence
    assert "No programme here brings" in ask(GAINS.iloc[[2]]).sentence
    assert "month in work" in ask(unit="months in work").sentence


def test_more_displacement_makes_dearer() -> None:
    prices = [ask(rate=r).table.loc[0, "cost"] for r in (0.0, 0.3, 0.6, 0.9)]
    assert prices == sorted(prices) and prices[3] == pytest.approx(10 * prices[0])


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"rate": 1.0}, ParameterError, "no additional job is left"),
        ({"rate": -0.2}, ParameterError, "from 0 to below 1"),
        ({"unit": "euro"}, ParameterError, "points"),
        ({"cost_share": 2.0}, ParameterError, "cost_share"),
        ({"gains": GAINS.drop(columns="unit_cost_eur")}, DesignError, "unit_costs"),
    ],
)
def test_what_is_refused(change: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ask(**change)
