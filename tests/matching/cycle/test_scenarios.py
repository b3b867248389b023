"""Scenarios: arithmetic, laws, presets, the fan of a cycle, hostile input."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.matching import Scenarios, cycle, scenarios
from almpo_kit.matching.cycle.presets import PRESETS
from almpo_kit.matching.cycle.shocks import shocked
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

from .worlds import frame, market, stocks

TODAY = datetime.date(2026, 7, 1)


def _one(found: Scenarios, scenario: str) -> pd.DataFrame:
    return found.table[found.table["scenario"] == scenario].set_index(["geo", "occupation"])


def _shock(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({k: [v] for k, v in columns.items()})


def test_a_shock_reaches_what_begins_with_its_codes() -> None:
    found = scenarios(
        stocks(), _shock(geo="EL4", occupation="71", unemployed_change=0.5, vacancies_change=-0.4), presets=()
    )
    now, then = _one(found, "today"), _one(found, "own shocks")
    hit = ("EL41", "7112")
    assert then.loc[hit, "unemployed"] == pytest.approx(1.5 * now.loc[hit, "unemployed"])
    assert then.loc[hit, "vacancies"] == pytest.approx(0.6 * now.loc[hit, "vacancies"])
    rest = now.index != hit
    pd.testing.assert_series_equal(then.loc[rest, "unemployed"], now.loc[rest, "unemployed"])
    assert list(found.summary["scenario"]) == ["today", "own shocks"]


def test_absolute_shocks_are_shared_out_and_conserved() -> None:
    found = scenarios(stocks(), _shock(geo="EL30", unemployed_change=1000, kind="absolute"), presets=())
    now, then = _one(found, "today"), _one(found, "own shocks")
    own = now.index.get_level_values("geo") == "EL30"
    assert (then["unemployed"] - now["unemployed"]).sum() == pytest.approx(1000)
    share = then.loc[own, "unemployed"] / now.loc[own, "unemployed"]
    assert share.max() == pytest.approx(share.min())


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0, 1e4), min_size=2, max_size=8),
    st.lists(st.tuples(st.floats(-1, 3), st.booleans()), min_size=2, max_size=4),
    st.randoms(),
)
def test_order_does_not_matter_and_nothing_is_below_nothing(
    stock: list[float], changes: list[tuple[float, bool]], random: object
) -> None:
    x = np.array(stock)
    masks = [np.arange(len(x)) % (k + 1) == 0 for k in range(len(changes))]
    pairs = list(zip(masks, changes, strict=True))
    a, lost = shocked(x, masks, changes)
    random.shuffle(pairs)  # type: ignore[attr-defined]
    b, _ = shocked(x, [m for m, _ in pairs], [c for _, c in pairs])
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-6)
    assert (a >= 0).all() and lost >= 0


def test_what_scales_all_cells_alike_leaves_mismatch_alone_and_says_so() -> None:
    found = scenarios(stocks())
    assert found.summary["mismatch_change"].abs().max() < 1e-9
    assert any(c.name == "scaled_alike" for c in found.checks)
    uneven = scenarios(stocks(), presets=("construction_shock",))
    assert uneven.summary["mismatch_change"].iloc[1] != 0
    assert not any(c.name == "scaled_alike" for c in uneven.checks)


def test_mismatch_is_that_of_the_mismatch_room() -> None:
    from almpo_kit.matching import mismatch

    own = scenarios(stocks(), presets=("recovery",)).summary["mismatch"].iloc[0]
    theirs = mismatch(stocks(), interval=None, elasticity=0.5)
    assert own == pytest.approx(theirs.index, abs=1e-9)


def test_presets_and_sentence() -> None:
    found = scenarios(stocks(), presets=tuple(k for k in PRESETS if k != "tourism_shock"))
    deep = found.summary.set_index("scenario").loc["deep_recession"]
    assert deep["unemployed_change"] == pytest.approx(PRESETS["deep_recession"].unemployed_change)
    assert found.sentence.startswith("SYNTHETIC") and "conditions, not forecasts" in found.sentence
    assert found.summary["conditional"].tolist() == [False, True, True, True, True]
    assert set(found.metrics()) >= {"tightness_today", "mismatch_deep_recession"}


def test_the_cycle_gives_three_scenarios() -> None:
    of = cycle(frame(*market(60)), country="EL", today=TODAY, origins=9)
    found = scenarios(stocks(), presets=(), cycle=of)
    rows = found.summary.set_index("scenario")
    assert (
        rows.loc["cycle_slack", "tightness"]
        < rows.loc["cycle_middle", "tightness"]
        < rows.loc["cycle_tight", "tightness"]
    )
    end = of.table[of.table["horizon"] == 4].set_index("series")
    expected = end.loc["unemployment_rate", "high_80"] / end.loc["unemployment_rate", "last"] - 1
    assert rows.loc["cycle_slack", "unemployed_change"] == pytest.approx(expected)
    assert found.provenance.synthetic
    alone = cycle(frame(market(60)[0]), country="EL", today=TODAY, origins=9)
    with pytest.raises(DesignError, match="no forecast of vacancies"):
        scenarios(stocks(), cycle=alone)


def test_a_cycle_that_is_synthetic_makes_the_scenarios_so() -> None:
    real = stocks().assign(source="register")
    assert not scenarios(real).provenance.synthetic
    of = cycle(frame(*market(60)), country="EL", today=TODAY, origins=9)
    assert scenarios(real, cycle=of).sentence.startswith("SYNTHETIC")


def test_the_latest_period_is_used_and_suppressed_cells_are_told() -> None:
    old, new = stocks(1).assign(period="2023"), stocks(2).assign(period="2024", suppressed=False)
    new.loc[0, "unemployed"], new.loc[0, "suppressed"] = np.nan, True
    both = pd.concat([old.assign(suppressed=False), new], ignore_index=True)
    found = scenarios(both, presets=("recovery",))
    assert found.period == "2024" and found.summary["unemployed"].iloc[0] == new["unemployed"].sum()
    assert next(c for c in found.checks if c.name == "suppressed").status == "failed"


@pytest.mark.parametrize(
    ("given_shocks", "error", "says"),
    [
        (pd.DataFrame({"occupation": ["71"]}), FrameError, "must be a table with"),
        (pd.DataFrame({"unemployed_change": []}), FrameError, "no row"),
        (_shock(unemployed_change="a lot"), FrameError, "no finite number"),
        (_shock(unemployed_change=np.inf), FrameError, "no finite number"),
        (_shock(unemployed_change=-1.5), FrameError, "more than all there is"),
        (_shock(unemployed_change=40), FrameError, "Relative changes are shares"),
        (_shock(unemployed_change=0.1, kind="percent"), FrameError, "kind"),
        (_shock(unemployed_change=np.nan, vacancies_change=None), FrameError, "nothing changes"),
        (_shock(occupation="99", unemployed_change=0.1), DesignError, "no cell"),
        (_shock(geo="IT", unemployed_change=0.1), DesignError, "no cell"),
        (_shock(scenario="recovery", unemployed_change=0.1), ParameterError, "one name"),
        (_shock(scenario="today", unemployed_change=0.1), ParameterError, "today"),
    ],
)
def test_bad_shocks_are_refused_in_words(
    given_shocks: pd.DataFrame, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        scenarios(stocks(), given_shocks, presets=("recovery",))


@pytest.mark.parametrize(
    ("bad", "options", "error"),
    [
        (lambda d: d.iloc[:0], {}, DesignError),
        (lambda d: d.assign(unemployed=-1.0), {}, FrameError),
        (lambda d: d.assign(unemployed=0.0), {}, DesignError),
        (lambda d: d.drop(columns="vacancies"), {}, FrameError),
        (lambda d: pd.concat([d, d.iloc[[0]].assign(occupation="25")], ignore_index=True), {}, DesignError),
        (lambda d: pd.concat([d, d.iloc[[0]].assign(geo="EL3")], ignore_index=True), {}, DesignError),
        (lambda d: pd.concat([d, d.iloc[[0]].assign(geo="GR30")], ignore_index=True), {}, DesignError),
        (lambda d: d, {"presets": ("apocalypse",)}, ParameterError),
        (lambda d: d, {"presets": ()}, DesignError),
        (lambda d: d, {"elasticity": 1.0}, ParameterError),
    ],
)
def test_bad_stocks_and_options_are_refused(
    bad: object, options: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        scenarios(bad(stocks()), **options)  # type: ignore[operator,arg-type]


def test_no_vacancies_at_all_is_no_crash() -> None:
    found = scenarios(stocks().assign(vacancies=0.0), presets=("recovery",))
    assert np.isnan(found.summary["mismatch"]).all() and "mismatch not known" in found.sentence


def test_absolute_falls_beyond_what_there_is_are_cut_off_and_said() -> None:
    found = scenarios(stocks(), _shock(occupation="9", vacancies_change=-1e6, kind="absolute"), presets=())
    assert _one(found, "own shocks")["vacancies"].min() == 0
    assert next(c for c in found.checks if c.name == "cut_off").status == "failed"
