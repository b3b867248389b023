from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation import Payback, payback
from almpo_kit.recommendation.returns.fiscal import break_even_year, fiscal_return, mvpf
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

GAINS = pd.DataFrame({"year": [1, 2, 3], "months": [-1.0, 1.5, 2.0], "se": [0.2, 0.5, 0.6]})
SURE = GAINS.assign(se=0.0)


def ask(gains: Any = GAINS, **more: Any) -> Payback:
    asked = {
        "programme": "Training",
        "cost_eur": 3000,
        "public_gain_eur": 900,
        "displacement": 0.4,
        "income_gain_eur": 600,
        "draws": 1000,
    }
    return payback(gains, **(asked | more))


def test_net_cost_by_hand() -> None:
    found = fiscal_return([1.0, 2.0], 1000, public_gain=400, income_gain=300, discount=0.1, displacement=0.5)
    first, second = 1.1**-0.5, 1.1**-1.5
    back = [0.5 * 400 * first, 0.5 * 400 * first + 0.5 * 2 * 400 * second]
    assert found.net_cost[0] == pytest.approx([1000, 1000 - back[0], 1000 - back[1]])
    gained = 0.5 * 300 * first + 0.5 * 2 * 300 * second
    assert found.willingness[0] == pytest.approx(gained)
    assert found.mvpf[0] == pytest.approx(gained / (1000 - back[1]))
    assert found.break_even[0] == math.inf


def test_only_gains_are_displaced_and_one_kind_after_the_other() -> None:
    found = fiscal_return([-1.0, 2.0], 0, public_gain=100, discount=0, displacement=0.5, substitution=0.2)
    assert found.net_cost[0] == pytest.approx([0, 100, 100 - 2 * 0.8 * 0.5 * 100])


def test_break_even_is_the_year_from_which_it_stays() -> None:
    paths = np.array(
        [[10, 5, 0, -1], [10, -1, 2, -3], [10, 5, 4, 3], [0, 0, 0, 0], [10, -1, -2, 1]], dtype=float
    )
    assert break_even_year(paths).tolist() == [2, 3, math.inf, 0, math.inf]


def test_value_of_a_euro_at_its_corners() -> None:
    w, c = np.array([2.0, 2, 0, -1, -1, 2]), np.array([4.0, -1, -1, 4, -1, 0])
    got = mvpf(w, c)
    assert got[[0, 1, 3, 5]].tolist() == [0.5, math.inf, -0.25, math.inf]
    assert np.isnan(got[[2, 4]]).all()


def test_without_doubt_everything_is_the_estimate() -> None:
    found = ask(SURE)
    assert found.net_cost == found.net_cost_low == found.net_cost_high
    left = np.array([-1.0, 1.5 * 0.6, 2.0 * 0.6])
    value = 1.03 ** -(np.arange(3) + 0.5)
    assert found.net_cost == pytest.approx(3000 - 900 * (left * value).sum())
    assert found.mvpf == pytest.approx(600 * (left * value).sum() / found.net_cost)
    assert found.cost_per_month == pytest.approx(3000 / left.sum())
    assert found.cost_per_month_high == pytest.approx(found.cost_per_month)
    assert found.table["net_cost"].tolist()[3:] == [pytest.approx(found.net_cost)] * 8
    assert found.table["assumed"].tolist() == [False] * 4 + [True] * 7


def test_intervals_of_sums_against_their_closed_form() -> None:
    """Net cost is normal where nothing is displaced: its error is the sum of errors if years move together."""
    value = 900 * 1.03 ** -(np.arange(3) + 0.5)
    together, apart = (ask(displacement=0.0, correlation=r, draws=60_000) for r in (1.0, 0.0))
    for found, se in (
        (together, (value * GAINS["se"]).sum()),
        (apart, np.sqrt(((value * GAINS["se"]) ** 2).sum())),
    ):
        assert found.net_cost_high - found.net_cost == pytest.approx(1.96 * se, rel=0.03)
        assert found.net_cost - found.net_cost_low == pytest.approx(1.96 * se, rel=0.03)


def test_what_becomes_of_a_month_in_work() -> None:
    split = ask(gross_months=14, substitution=0.25).split.set_index("step")["months"]
    assert split.iloc[0] == 14 and split["deadweight: in work anyway"] == pytest.approx(11.5)
    assert split["additional for participants"] == pytest.approx(2.5)
    # Of 3.5 months gained in years 2 and 3 a quarter is substituted, then 40% of the rest displaced; the loss stays whole.
    assert split.iloc[3] == pytest.approx(0.875)
    assert split.iloc[4] == pytest.approx(0.4 * 2.625)
    assert split["net additional"] == pytest.approx(-1 + 0.6 * 2.625)
    assert split.iloc[0] == pytest.approx(split.iloc[1] + split.iloc[3:6].sum())
    assert len(ask().split) == 4


def test_words_carry_assumption_comparison_and_doubt() -> None:
    found = ask(years=8, fade=0.8, displacement=(0.2, 0.6))
    for part in (
        "against no programme",
        "20 to 60% of the gain lost by others",
        "95%",
        "below zero, more came back",
    ):
        assert part in found.sentence
    assert "The chance that it has paid back by then is" in found.sentence
    failed = [c.name for c in found.failed]
    assert failed == ["years without an estimate"]
    poor = ask(cost_eur=9000, displacement=0.0)
    assert "below 1%; it does not pay back within 10 years anywhere" in poor.sentence
    assert [c.name for c in poor.failed] == ["displacement assumed", "cost of a month in work"]
    assert poor.cost_per_month_high == math.inf and "no upper limit" in poor.failed[1].sentence
    rich = ask(SURE.assign(months=[3.0, 5.0, 6.0]))
    assert "people gain and the purse loses nothing" in rich.sentence and rich.mvpf == math.inf
    assert "above 99%" in rich.sentence
    assert "mvpf" not in rich.metrics() and math.isfinite(rich.metrics()["net_cost"])


def test_no_value_of_a_euro_without_incomes() -> None:
    found = ask(income_gain_eur=None)
    assert math.isnan(found.mvpf) and "marginal value" not in found.sentence
    assert "value of a euro" not in [c.name for c in found.checks]


def test_same_seed_same_bytes_and_streams_apart() -> None:
    first, again = ask(displacement=(0.2, 0.6), seed=7), ask(displacement=(0.2, 0.6), seed=7)
    pd.testing.assert_frame_equal(first.table, again.table)
    assert first.sentence == again.sentence
    other = ask(displacement=(0.2, 0.6), seed=8)
    assert other.net_cost_low != first.net_cost_low and other.net_cost == first.net_cost
    # A range of the price does not move the draws of the gains.
    pd.testing.assert_series_equal(ask(cost_eur=(2000, 4000)).table["months_low"], ask().table["months_low"])


@given(scale=st.floats(0.1, 50))
@settings(max_examples=6, deadline=None)
def test_another_currency_changes_no_ratio(scale: float) -> None:
    plain = ask(draws=200)
    scaled = ask(cost_eur=3000 * scale, public_gain_eur=900 * scale, income_gain_eur=600 * scale, draws=200)
    assert scaled.net_cost_low == pytest.approx(scale * plain.net_cost_low, abs=1e-6)
    for name in ("mvpf", "mvpf_low", "mvpf_high", "paid_back", "break_even_low"):
        assert getattr(scaled, name) == pytest.approx(getattr(plain, name))


def test_more_displacement_is_never_better() -> None:
    costs = [ask(displacement=d).net_cost for d in (0.0, 0.3, 0.6, 1.0)]
    assert costs == sorted(costs)


def test_a_fading_gain_but_no_fading_loss() -> None:
    assert ask(fade=0.5, years=5).table["months"].tolist() == pytest.approx([0, -1, 1.5, 2, 1, 0.5])
    worse = GAINS.assign(months=[1.0, 1.0, -1.0])
    assert ask(worse, fade=0.5, years=5).table["months"].tolist() == pytest.approx([0, 1, 1, -1, 0, 0])


def test_invented_gains_are_called_so() -> None:
    invented = stamp(GAINS.copy(), DataVersion("made", "1", kind="synthetic"))
    assert ask(invented).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"gains": GAINS.drop(columns="se")}, FrameError, "without its uncertainty"),
        ({"gains": GAINS.drop(columns="months")}, FrameError, "months"),
        ({"gains": GAINS.assign(year=[1, 2, 4])}, FrameError, "without a gap"),
        ({"gains": GAINS.head(0)}, FrameError, "years must be"),
        ({"gains": GAINS.assign(months=20.0)}, FrameError, "more than 12"),
        ({"gains": GAINS.assign(months="x")}, FrameError, "numbers"),
        ({"gains": GAINS.assign(se=-1.0)}, FrameError, "0 or more"),
        ({"cost_eur": -5}, ParameterError, "cost_eur=-5"),
        ({"cost_eur": (4000, 2000)}, ParameterError, "lowest and highest"),
        ({"displacement": 1.2}, ParameterError, "from 0 to 1"),
        ({"displacement": None}, ParameterError, "displacement=None"),
        ({"discount": -0.1}, ParameterError, "discount"),
        ({"years": 2}, ParameterError, "from 3"),
        ({"years": True}, ParameterError, "years"),
        ({"fade": 2.0}, ParameterError, "fade"),
        ({"draws": 10}, ParameterError, "200"),
        ({"programme": " "}, ParameterError, "its name"),
        ({"gross_months": 1.0}, ParameterError, "less than what the programme adds"),
        ({"gross_months": 99.0}, ParameterError, "gross_months"),
    ],
)
def test_what_is_refused(change: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ask(**change)


def test_low_and_high_will_do() -> None:
    ends = GAINS.assign(
        low=GAINS["months"] - 1.959964 * GAINS["se"], high=GAINS["months"] + 1.959964 * GAINS["se"]
    )
    assert ask(ends.drop(columns="se")).net_cost_low == pytest.approx(ask().net_cost_low)


@pytest.mark.slow
def test_intervals_cover_the_truth() -> None:
    """Estimates of a known truth with independent errors: 95% intervals of the net cost hold it at least as often."""
    rng = np.random.default_rng(11)
    truth, se = np.array([-1.0, 1.5, 2.0]), np.array([0.2, 0.5, 0.6])
    true = fiscal_return(truth, 3000, public_gain=900, displacement=0.4).net_cost[0, -1]
    held = 0
    for i in range(400):
        seen = pd.DataFrame({"year": [1, 2, 3], "months": truth + se * rng.standard_normal(3), "se": se})
        found = ask(seen, years=3, correlation=0.0, income_gain_eur=None, seed=i)
        held += found.net_cost_low <= true <= found.net_cost_high
    assert held / 400 >= 0.93
