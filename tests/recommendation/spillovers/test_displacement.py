from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation import Displacement, Gains, displacement, published_displacement
from almpo_kit.recommendation.spillovers.net_of_displacement import break_even_rate, net_of_displacement
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import DataVersion, Provenance, stamp

GAINS = pd.DataFrame(
    {
        "programme": ["Training", "Wage subsidy", "Coaching", "Workshop"],
        "programme_type": ["training", "employment_incentives", "services", "training"],
        "gain": [2.0, 3.0, -0.5, np.nan],
        "low": [1.0, -1.0, -1.0, np.nan],
        "high": [3.0, 7.0, -0.1, np.nan],
        "unit_cost_eur": [900.0, 4000.0, 100.0, 500.0],
        "reason": ["", "", "", "two samples only"],
    }
)


def ask(gains: Any = GAINS, **more: Any) -> Displacement:
    return displacement(gains, **({"rate": 0.4, "unit": "months in work", "worth_eur": 900.0} | more))


def test_what_is_left_by_hand() -> None:
    rows = ask().table.set_index("programme")
    assert rows.loc["Training", ["net", "net_low", "net_high"]].tolist() == pytest.approx([1.2, 0.6, 1.8])
    # The low end is a loss: it is not made smaller.
    assert rows.loc["Wage subsidy", ["net", "net_low", "net_high"]].tolist() == pytest.approx([1.8, -1, 4.2])
    assert rows.loc["Coaching", ["net", "worst", "best"]].tolist() == [-0.5, -0.5, -0.5]
    # 900 euro are covered by 2 months at 900 until half of them is gone, by 1 month not at all, by 3 until a third is left.
    even = rows.loc["Training", ["break_even", "break_even_low", "break_even_high"]]
    assert even.tolist() == pytest.approx([0.5, 0.0, 2 / 3])
    assert rows.loc["Wage subsidy", "break_even"] < 0
    assert rows.loc["Coaching", "break_even"] == -math.inf
    assert rows["says"].to_dict() == {
        "Training": "price covered by the estimate, not throughout its interval",
        "Wage subsidy": "no gain shown",
        "Coaching": "no gain, with or without displacement",
        "Workshop": "too little to say",
    }
    assert rows.loc["Workshop", "reason"] == "two samples only"


def test_the_answer_is_of_a_gain_that_is_shown_and_names_its_assumption() -> None:
    found = ask()
    assert found.sentence.startswith(
        "If others lose 40% of the jobs that participants gain, Training brings 1.2 months"
    )
    assert "against no programme" in found.sentence
    assert "up to a displacement of 50%" in found.sentence
    thin = ask(GAINS.assign(low=-1.0, gain=1.0, high=2.0))
    assert thin.sentence.startswith("No gain by any of 4 programmes is shown")
    nothing = ask(GAINS.assign(gain=np.nan))
    assert nothing.certainty == "too little to say" and "too little to say" in nothing.sentence
    covered = ask(GAINS.head(1).assign(low=1.9, high=2.1))
    assert covered.headline is not None and covered.headline.value == pytest.approx(1.2)
    assert covered.table.loc[0, "says"] == "price covered"


def test_checks() -> None:
    failed = {c.name: c.sentence for c in ask().failed}
    assert list(failed) == ["published displacement"]
    assert "65%" in failed["published displacement"] and "Wage subsidy" in failed["published displacement"]
    assert ask(rate=0.0).failed[0].name == "displacement assumed"
    assert not ask(rate=0.7).failed
    # Full offset is reported of a roll-out to all: told, but no error to assume less.
    told = [
        c for c in ask(GAINS.assign(programme_type="services")).checks if c.name == "published displacement"
    ]
    assert told and all(c.status == "informational" for c in told)
    assert any(c.name == "left out" and "two samples only" in c.sentence for c in ask().checks)


def test_the_curve_ends_at_nothing_and_keeps_losses() -> None:
    curve = ask().curve
    ends = curve[curve["displacement"] == 1.0].set_index("programme")["net"]
    assert ends["Training"] == 0 and ends["Coaching"] == -0.5
    assert "Workshop" not in ends
    at = curve[np.isclose(curve["displacement"], 0.4)].set_index("programme")["net"]
    table = ask().table.set_index("programme")["net"].dropna()
    assert at[table.index].tolist() == pytest.approx(table.tolist())


numbers = st.floats(-1e4, 1e4)
rates = st.floats(0, 1)


@given(gain=numbers, other=numbers, rate=rates, more=rates)
def test_laws(gain: float, other: float, rate: float, more: float) -> None:
    net = float(net_of_displacement(gain, rate))
    assert float(net_of_displacement(gain, 0)) == gain
    assert net <= gain and (net <= float(net_of_displacement(gain, 0.5 * rate)) + 1e-9)
    if gain <= other:
        assert net <= float(net_of_displacement(other, rate)) + 1e-9
    assert gain < 0 or net >= 0
    # Two kinds of loss, one after the other, are one of 1 - (1 - a)(1 - b).
    both = net_of_displacement(net_of_displacement(gain, rate), more)
    assert float(both) == pytest.approx(
        float(net_of_displacement(gain, 1 - (1 - rate) * (1 - more))), abs=1e-8
    )


@given(gain=st.floats(0.01, 100), cost=st.floats(0, 1e5), worth=st.floats(1, 1e4))
def test_at_break_even_worth_is_cost(gain: float, cost: float, worth: float) -> None:
    rate = float(break_even_rate(gain, cost, worth))
    assert gain * (1 - rate) * worth == pytest.approx(cost, rel=1e-9, abs=1e-6)
    assert np.isnan(break_even_rate(gain, np.nan, worth))


@given(seed=st.integers(0, 50))
@settings(max_examples=8, deadline=None)
def test_order_of_rows_does_not_matter(seed: int) -> None:
    shuffled = ask(GAINS.sample(frac=1, random_state=seed))
    assert shuffled.sentence == ask().sentence
    keys = ["programme", "net", "break_even", "says"]
    assert_same = shuffled.table[keys].sort_values("programme", ignore_index=True)
    pd.testing.assert_frame_equal(assert_same, ask().table[keys].sort_values("programme", ignore_index=True))


@pytest.mark.parametrize(
    "marked",
    [
        {"says": "too little to say"},
        {"certainty": "too little to say"},
        {"refusal": "thin"},
        {"abstains": True},
    ],
)
def test_a_number_that_must_not_be_used_is_not_used(marked: dict[str, Any]) -> None:
    found = ask(GAINS.head(1).assign(**marked))
    assert found.certainty == "too little to say"
    assert found.table[["gain", "net", "net_low", "net_high"]].isna().all().all()
    assert found.table.loc[0, "reason"] and found.curve.empty


def gains(rows: int) -> Gains:
    shape = (rows, 2)
    mean = np.tile([0.0, 2.0], (rows, 1))
    return Gains(
        arms=("no programme", "Training"),
        mean=mean,
        se=np.full(shape, 0.5),
        low=mean - 1,
        high=mean + 1,
        abstains=np.zeros(shape, dtype=bool),
        reasons=np.full(shape, "", dtype=object),
        weight_evidence=np.ones(shape),
        weight_local=np.zeros(shape),
        distance=np.zeros(shape),
        unit="months in work",
        target_words="months in work",
    )


def test_gains_of_one_row_and_findings_are_taken_too() -> None:
    invented = Provenance(data=(DataVersion("made", "1", kind="synthetic"),), synthetic=True)
    found = ask(gains(1), of=invented)
    assert found.table["programme"].tolist() == ["Training"] and found.table.loc[0, "net"] == pytest.approx(
        1.2
    )
    assert found.sentence.startswith("SYNTHETIC") and found.provenance.data == invented.data
    with pytest.raises(DesignError, match="3 rows"):
        ask(gains(3))
    held = Finding(question="", sentence="", table=GAINS, provenance=invented)
    assert ask(held).sentence.startswith("SYNTHETIC")
    stamped = stamp(GAINS.copy(), DataVersion("effects", "2026-2"))
    assert [d.dataset for d in ask(stamped).provenance.data] == ["effects"]


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"rate": 1.1}, ParameterError, "from 0 to 1"),
        ({"rate": -0.1}, ParameterError, "from 0 to 1"),
        ({"rate": True}, ParameterError, "from 0 to 1"),
        ({"rate": float("nan")}, ParameterError, "from 0 to 1"),
        ({"span": (0.5, 1.0)}, ParameterError, "with 0.4 between"),
        ({"worth_eur": -1}, ParameterError, "more than 0"),
        ({"unit": ""}, ParameterError, "unit is missing"),
        ({"gains": GAINS.drop(columns="low")}, FrameError, "low"),
        ({"gains": GAINS.drop(columns="gain")}, FrameError, "gain"),
        ({"gains": GAINS.head(0)}, FrameError, "no programme"),
        ({"gains": pd.concat([GAINS, GAINS])}, FrameError, "stands twice"),
        ({"gains": GAINS.assign(low=5.0)}, FrameError, "between low and high"),
        ({"gains": GAINS.assign(unit_cost_eur=-5.0)}, FrameError, "negative"),
        ({"gains": [1, 2]}, FrameError, "list"),
    ],
)
def test_what_is_refused(change: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ask(**change)


def test_published_facts_can_be_traced() -> None:
    facts = published_displacement()
    assert facts["url"].str.startswith("https://").all()
    kinds = {k for row in facts["programme_types"] for k in row.split("; ")}
    assert kinds <= set(PROGRAMME_TYPES)
    stated = facts.dropna(subset="high")
    assert stated["high"].between(0, 1).all()
    assert stated["high"].max() == 1.0
