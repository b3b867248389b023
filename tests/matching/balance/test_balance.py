"""Stocks and their balance: exact where exactness can be had, silent where it must be, and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from almpo_kit.matching.balance.local_balance import Balance, balance
from almpo_kit.matching.balance.ratio_intervals import (
    against_the_rest_p,
    discoveries,
    equality_p,
    ratio_interval,
)
from almpo_kit.matching.balance.small_cells import suppress
from almpo_kit.matching.balance.stock_counts import stocks
from almpo_kit.matching.mismatch.mismatch import mismatch
from almpo_kit.vocabulary.errors import DesignError, ParameterError

PINS = json.loads((Path(__file__).parents[2] / "reference" / "balance_pins.json").read_text())
CELLS = pd.DataFrame(PINS["cells"])


def cells(u: list[float], v: list[float], **more: object) -> pd.DataFrame:
    n = len(u)
    rows = {"geo": [f"EL{30 + i // 3}" for i in range(n)], "occupation": [f"{21 + i % 3}" for i in range(n)]}
    return pd.DataFrame(rows | {"unemployed": u, "vacancies": v, "source": "register"} | more)


def people(**change: object) -> pd.DataFrame:
    rows = {"id": list("abcdef"), "geo": ["EL301", "EL30", "GR3", None, "EL30", "EL301"]}
    rows |= {"occupation": ["2512.4", "25", "2512", "2512", None, "C2511"], "count": [1, 2, 4, 8, 16, 32.0]}
    return pd.DataFrame(rows | {"source": "register"} | change)


def test_intervals_and_tests_are_those_of_r() -> None:
    a, b = (CELLS[c].to_numpy(dtype=float) for c in ("above", "below"))
    low, high = ratio_interval(a, b)
    np.testing.assert_allclose(low, CELLS["low"], rtol=1e-9)
    np.testing.assert_allclose(high, CELLS["high"].astype(float), rtol=1e-9)
    np.testing.assert_allclose(equality_p(a, b), CELLS["equal"], rtol=1e-9)
    assert discoveries(np.array(PINS["bh_p"]), 0.05).tolist() == PINS["bh"]


def test_each_cell_against_the_rest_is_the_hypergeometric_test_of_r() -> None:
    for row in CELLS.to_dict("records"):
        a, b = row["above"], row["below"]
        p = against_the_rest_p(np.array([a, 800 - a]), np.array([b, 5000 - b]))
        assert p[0] == pytest.approx(row["fisher"], rel=1e-8)
        assert p[1] == pytest.approx(row["fisher"], rel=1e-6)


def test_the_interval_covers_the_true_ratio_at_least_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    for mean in (3.0, 30.0):
        v, u = rng.poisson(mean, 4000), rng.poisson(5 * mean, 4000)
        low, high = ratio_interval(v, u)
        assert 0.945 < np.mean((low <= 0.2) & (high >= 0.2)) < 0.995


def test_false_discoveries_are_held_where_nothing_differs() -> None:
    rng = np.random.default_rng(1)
    wrong = sum(
        discoveries(against_the_rest_p(rng.poisson(12, 90), rng.poisson(60, 90)), 0.05).any()
        for _ in range(300)
    )
    # With no true difference every discovery is false: the share of tables with one is held.
    assert wrong / 300 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_real_differences_are_found_and_called_by_their_name() -> None:
    table = cells([100] * 9, [20, 20, 20, 120, 20, 1, 20, 20, 20])
    found = balance(table)
    verdicts = found.full.set_index(["geo", "occupation"])["verdict"]
    assert verdicts["EL31", "21"] == "scarcer" and verdicts["EL31", "23"] == "more plentiful"
    exceeds = found.full.set_index(["geo", "occupation"])["exceeds"]
    assert (
        exceeds["EL31", "23"] == "fewer vacancies than people"
        and exceeds["EL31", "21"] == "too little to say"
    )
    assert found.full["geo"].iloc[0] == "EL31" and found.overall == pytest.approx(261 / 900)


def test_balanced_is_a_claim_that_needs_numbers() -> None:
    few, many = cells([20] * 6, [4] * 6), cells([20_000] * 6, [4_000] * 6)
    assert balance(few).counts["too little to say"] == 6 and balance(few).certainty == "too little to say"
    assert balance(many).counts["balanced"] == 6


def test_both_yardsticks_are_told_apart_in_the_sentence() -> None:
    sentence = balance(cells([100] * 6, [20, 20, 300, 20, 20, 20])).sentence
    assert (
        "Vacancies exceed unemployed people in 1 of 6" in sentence and "fall short of them in 5" in sentence
    )
    assert "Compared with the overall 0.67 vacancies per unemployed person" in sentence


def test_coverage_scales_the_absolute_and_leaves_the_relative() -> None:
    table = cells([100] * 6, [20, 20, 70, 20, 20, 20])
    whole, half = balance(table), balance(table, coverage=0.4)
    assert half.overall == pytest.approx(whole.overall / 0.4)
    assert half.full["verdict"].tolist() == whole.full["verdict"].tolist()
    assert (whole.n_more, half.n_more) == (0, 1)
    assert any("28% of all" in c.sentence for c in whole.checks)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=9), st.randoms())
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_is_nothing_and_swapping_sides_turns_it_round(
    counts: list[tuple[int, int]], random: object
) -> None:
    u, v = [float(a) for a, _ in counts], [float(b) for _, b in counts]
    # Below ten people in all nothing is told, on either side once they are swapped.
    assume(sum(u) >= 10 and sum(v) >= 10)
    table = cells(u, v)
    one, other = balance(table), balance(table.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one.table, other.table, check_like=False)
    turned = balance(table.rename(columns={"unemployed": "vacancies", "vacancies": "unemployed"}))
    swap = {"scarcer": "more plentiful", "more plentiful": "scarcer"}
    key = ["geo", "occupation"]
    both = one.full.merge(turned.full, on=key)
    assert [swap.get(x, x) for x in both["verdict_x"]] == both["verdict_y"].tolist()
    np.testing.assert_allclose(both["low_x"], np.where(both["high_y"] > 0, 1 / both["high_y"], np.inf))


# Small cells ---------------------------------------------------------------------------------------------------------


def lines_are_safe(table: pd.DataFrame, full: pd.DataFrame, minimum: int) -> bool:
    for column in ("geo", "occupation"):
        for _, rows in table.groupby(column):
            hidden = rows["suppressed"].to_numpy()
            people = full.loc[rows.index, "unemployed"].to_numpy()
            others = people[~hidden]
            if hidden.any() and (hidden.sum() < 2 or people[hidden].sum() < minimum) and (others > 0).any():
                return False
    return True


@given(st.lists(st.integers(0, 40), min_size=9, max_size=9))
@settings(max_examples=20, deadline=None)
def test_no_small_count_is_shown_nor_found_by_subtraction(u: list[int]) -> None:
    full = cells([float(x) for x in u], [5.0] * 9)
    safe = suppress(full, minimum=10)
    small = (full["unemployed"] > 0) & (full["unemployed"] < 10)
    assert safe.loc[small, "suppressed"].all() and safe.loc[safe["suppressed"], "unemployed"].isna().all()
    assert lines_are_safe(safe, full, 10)
    assert not safe.loc[full["unemployed"] == 0, "suppressed"].any()


def test_the_table_hides_and_the_verdict_uses_everything() -> None:
    table = cells([5, 100, 100, 100, 100, 100, 100, 100, 100], [60] + [20] * 8)
    found = balance(table)
    hidden = found.table[found.table["suppressed"]]
    assert hidden[["unemployed", "tightness", "low", "high"]].isna().all().all()
    row = hidden[(hidden["geo"] == "EL30") & (hidden["occupation"] == "21")].iloc[0]
    assert row["verdict"] == "scarcer" and row["exceeds"] == "more vacancies than people"
    assert len(hidden) >= 4 and found.unemployed == 805
    # The order of the hidden rows says nothing of what is in them.
    keys = hidden[["geo", "occupation"]].to_numpy().tolist()
    assert keys == sorted(keys)


def test_shown_rows_are_the_full_ones() -> None:
    rng = np.random.default_rng(2)
    table = cells(
        rng.integers(0, 30, 30).astype(float).tolist(), rng.integers(0, 30, 30).astype(float).tolist()
    )
    found = balance(table)
    shown = found.table[~found.table["suppressed"]].merge(table, on=["geo", "occupation"])
    assert (shown["unemployed_x"] == shown["unemployed_y"]).all()
    assert not ((shown["unemployed_x"] > 0) & (shown["unemployed_x"] < 10)).any()


# Counting ------------------------------------------------------------------------------------------------------------


def test_people_are_counted_once_or_told() -> None:
    table = stocks(people(), people(), nuts_level=2, isco_digits=2)
    assert table[["geo", "occupation", "unemployed", "vacancies"]].to_numpy().tolist() == [
        ["EL30", "25", 35.0, 35.0]
    ]
    told = {k: v for k, v in table.attrs["left_out"].items() if k.startswith("unemployed")}
    assert told == {
        "unemployed without a region": 8.0,
        "unemployed with a region of a coarser level": 4.0,
        "unemployed without an occupation code": 16.0,
    }
    assert table["unemployed"].sum() + sum(told.values()) == 63
    found = balance(table, minimum=1)
    assert any(c.name == "not counted" and c.status == "failed" for c in found.checks)


def test_levels_nest() -> None:
    fine = stocks(people(), people(), nuts_level=0, isco_digits=2)
    coarse = stocks(people(), people(), nuts_level=0, isco_digits=1)
    assert fine["unemployed"].sum() == coarse["unemployed"].sum() == 1 + 2 + 4 + 32
    assert coarse["occupation"].tolist() == ["2"]
    unknown = people(
        occupation=["2512", "9999", "2512", "x", "https://data.europa.eu/esco/occupation/1", "25"]
    )
    told = stocks(unknown, people(), nuts_level=0).attrs["left_out"]
    assert told["unemployed with an occupation code that is unknown"] == 2 + 16
    named = pd.DataFrame({"uri": ["https://data.europa.eu/esco/occupation/1"], "isco": ["2512"]})
    assert stocks(unknown, people(), nuts_level=0, occupations=named)["unemployed"].sum() == 1 + 4 + 16 + 32


def test_codes_that_are_no_regions_are_told() -> None:
    odd = people(geo=["EU27_2020", "EL30", "EL30", "EL30", "EL30", "EL30"])
    assert stocks(odd, people()).attrs["left_out"]["unemployed with a region code that is no NUTS code"] == 1


def test_two_periods_count_nobody_twice() -> None:
    twice = people(period=["2024"] * 3 + ["2025"] * 3)
    with pytest.raises(DesignError, match="period='2025'"):
        stocks(twice, people())
    assert stocks(twice, people(), period="2025", nuts_level=0)["unemployed"].sum() == 32


def test_what_cannot_be_compared_is_refused() -> None:
    for bad, words in (
        (cells([1, 2], [1, 2], geo=["EL3", "EL30"], occupation="25"), "part of it"),
        (cells([1, 2], [1, 2], geo="EL30", occupation=["2", "25"]), "part of it"),
        (cells([0, 0], [0, 0]), "nothing to compare"),
    ):
        with pytest.raises(DesignError, match=words):
            balance(bad)
    with pytest.raises(ParameterError, match="coverage=0"):
        balance(cells([1, 2], [1, 2]), coverage=0)
    with pytest.raises(ParameterError, match="minimum"):
        balance(cells([1, 2], [1, 2]), minimum=0)
    with pytest.raises(DesignError, match="code the texts first"):
        stocks(people(occupation=None), people(occupation=None))


def test_kept_back_by_the_source_is_told_and_in_no_total() -> None:
    table = cells([np.nan, 100, 100], [4, 20, 20], suppressed=[True, False, False])
    found = balance(table)
    assert found.unemployed == 200 and len(found.table) == 3
    assert found.checks[0].status == "failed" and any(
        c.name == "kept back by the source" for c in found.checks
    )


def test_the_latest_period_is_taken_and_synthetic_is_said() -> None:
    table = pd.concat([cells([100] * 3, [20] * 3, period=p) for p in ("2024", "2025")])
    found = balance(table.assign(source="SYNTHETIC world"))
    assert found.period == "2025" and found.unemployed == 300
    assert isinstance(found, Balance) and found.sentence.startswith("SYNTHETIC")
    with pytest.raises(DesignError, match="no period '2023'"):
        balance(table, period="2023")


def test_whole_regions_for_a_map_give_no_region_and_no_cell_away() -> None:
    # 7 people in one region: the overall number less the other regions would be them.
    three = cells([50, 60, 70, 40, 50, 60, 7, 0, 0], [9] * 9)
    shown = balance(three).by_region()
    assert shown["geo"].tolist() == ["EL30"]
    # One region whose only filled cell protects another region's: its total is that cell.
    d = cells([50, 0, 0, 5, 80, 90, 60, 70, 80], [9] * 9)
    found = balance(d)
    table = found.table.set_index(["geo", "occupation"])
    away = table["unemployed"].isna()
    for geo, people in found.by_region().set_index("geo")["unemployed"].items():
        hidden = away.loc[geo]
        assert hidden.sum() != 1, (geo, people)


def test_nobody_unemployed_is_said_in_plain_words() -> None:
    said = balance(cells([0, 0, 0], [30, 40, 50])).sentence
    assert "Nobody unemployed is counted at all" in said and "no unemployed people but" not in said


def test_so_few_people_in_all_are_not_answered_for() -> None:
    d = cells([2, 3, 1], [30, 40, 50])
    with pytest.raises(DesignError, match="fewer than 10 unemployed people"):
        balance(d)
    with pytest.raises(DesignError, match="fewer than 10 unemployed people"):
        mismatch(d)
    assert balance(d, minimum=1).unemployed == 6
    early = pd.concat([d.assign(period="2023"), cells([20, 30, 10], [3, 4, 5], period="2024")])
    assert mismatch(early, interval="delta").table["unemployed"].isna().tolist() == [True, False]
