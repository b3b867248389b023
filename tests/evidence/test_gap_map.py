"""Gap maps: every cell counted as one would by hand, empty ones shown, averages only where an answer gives one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import evidence
from almpo_kit.evidence.gaps.gap_cells import DIMENSIONS, DIRECTIONS
from almpo_kit.evidence.tally import favour, tally
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS

ALL = len(PROGRAMME_TYPES) * len(TARGET_GROUPS)


def cell(found, row, column):
    t = found.table
    (one,) = t[t[found.rows].eq(row) & t[found.columns].eq(column)].to_dict("records")
    return one


def test_every_combination_has_a_row_and_one_of_three_states(coded):
    m = evidence.gap_map(coded(6))
    assert len(m.table) == m.n_cells == ALL
    assert not m.table.duplicated(["programme_type", "target_group"]).any()
    assert (m.n_empty, m.n_pooled) == (ALL - 1, 1)
    assert set(m.table["state"]) == {"nothing studied", "pooled"}
    assert m.sentence.startswith(
        f"{ALL - 1} of {ALL} combinations of programme type and target group were never"
    )
    empty = m.table[m.table["state"] == "nothing studied"]
    assert set(empty["certainty"]) == {""} and set(empty["reason"]) == {"no estimate in the base"}
    assert empty["mean"].isna().all()


def test_the_average_of_a_cell_is_the_answer_to_its_question(coded):
    frame = coded(6, 2)
    one = cell(evidence.gap_map(frame), "training", "all")
    a = evidence.answer(frame, question="?")
    assert (one["mean"], one["low"], one["high"]) == (a.pooled.mean, a.pooled.low, a.pooled.high)
    assert (one["certainty"], one["reason"]) == (a.certainty, "")
    assert (one["outcome"], one["unit"], one["band"]) == (
        "employment_probability",
        "percentage_points",
        "medium",
    )


def test_below_the_minimum_no_number_is_shown(coded):
    m = evidence.gap_map(coded(4, 3))
    one = cell(m, "training", "all")
    assert (one["state"], one["n_samples"], one["n_usable"]) == ("studied, too little to say", 4, 4)
    assert np.isnan(one["mean"]) and one["certainty"] == "too little to say"
    assert one["reason"] == "4 of 4 independent samples could enter one average; at least 5 are needed"
    assert "None of the 1 studied ones" in m.sentence


def test_five_samples_that_one_outweighs_carry_no_average(coded):
    frame = coded(5)
    frame["se"] = [0.01, 5, 5, 5, 5]
    one = cell(evidence.gap_map(frame), "training", "all")
    assert (one["n_usable"], one["state"]) == (5, "studied, too little to say")
    assert "degrees of freedom" in one["reason"]


def test_different_outcomes_units_and_horizons_never_make_up_one_average(coded):
    frame = coded(9)
    frame["outcome"] = ["earnings"] * 3 + ["employment_probability"] * 6
    frame["unit"] = ["eur_per_month"] * 3 + ["percentage_points"] * 6
    frame.loc[frame.index[6:], "horizon_months"] = 30.0
    one = cell(evidence.gap_map(frame), "training", "all")
    assert (one["n_samples"], one["n_usable"]) == (9, 3)
    assert one["state"] == "studied, too little to say"


def test_counts_of_origin_and_design(coded):
    frame = coded(5, country=["DE", "EU", "US", "UK", "FR"], design=["rct", "rct", "did", "rct", "rd"])
    one = cell(evidence.gap_map(frame), "training", "all")
    assert (one["n_samples"], one["n_samples_eu"], one["n_samples_randomised"]) == (5, 3, 3)
    assert one["countries"] == "DE, EU, FR, UK, US"


def test_the_biggest_gaps_are_empty_though_both_sides_are_studied(coded):
    parts = [
        coded(8).assign(target_group="youth"),
        coded(3).assign(target_group="women"),
        coded(6).assign(programme_type="services", target_group="older"),
        coded(1).assign(programme_type="mixed", target_group="youth"),
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["study_id"] = frame["sample_id"] = [f"s{i}" for i in range(len(frame))]
    m = evidence.gap_map(frame)
    assert (
        "studied otherwise: training for older people, job-search services for young people and job-search "
        "services for women."
    ) in m.sentence
    other = evidence.gap_map(frame, rows="target_group", columns="programme_type")
    assert other.sentence.split(" studied otherwise")[1] == m.sentence.split(" studied otherwise")[1]
    assert other.n_empty == m.n_empty


def test_a_map_of_countries_asks_the_eu_of_its_members_only(coded):
    m = evidence.gap_map(coded(6, country=["DE", "US"] * 3), rows="country", columns="programme_type")
    assert set(EU27) | {"US"} == set(m.table["country"])
    assert m.n_empty_eu == len(EU27) * len(PROGRAMME_TYPES) - 1
    assert f"{m.n_empty_eu} of its member states have no study from the EU-27" in m.sentence


def test_own_words_and_blanks_get_a_row(coded):
    m = evidence.gap_map(coded(3, target_group=["veterans", None, "youth"]))
    assert cell(m, "training", "veterans")["n_samples"] == 1
    assert cell(m, "training", "not_stated")["column_label"] == "not stated"


def test_an_empty_frame_is_all_gaps(coded):
    m = evidence.gap_map(coded(0))
    assert m.n_empty == m.n_empty_eu == ALL and m.n_pooled == 0
    assert "The base holds nothing of this." in m.sentence


def test_estimates_of_unknown_samples_count_as_estimates_only(coded):
    m = evidence.gap_map(coded(2, sample_id=None, study_id=None))
    one = cell(m, "training", "all")
    assert (one["n_estimates"], one["n_samples"], one["state"]) == (2, 0, "studied, too little to say")
    assert any("say nothing of the sample" in c.sentence for c in m.checks)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": "programme"},
        {"columns": "programme_type"},
        {"band": "1y"},
        {"outcome": "jobs"},
        {"unit": "pp"},
    ],
)
def test_wrong_words_name_the_right_ones(coded, wrong):
    with pytest.raises(ParameterError, match=r"Choose from|two different"):
        evidence.gap_map(coded(2), **wrong)


def test_a_missing_column_is_named(coded):
    with pytest.raises(DesignError, match="target_group"):
        evidence.gap_map(coded(2).drop(columns="target_group"))


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 60))
def test_cells_add_up_to_the_frame_and_agree_with_the_tally(seed, k):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "estimate_id": [f"e{i}" for i in range(k)],
            "study_id": [f"s{i}" for i in rng.integers(0, 12, k)],
            "programme_type": rng.choice(list(PROGRAMME_TYPES), k),
            "target_group": rng.choice(list(TARGET_GROUPS), k),
            "country": rng.choice(["DE", "US", "EL"], k),
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "horizon_months": rng.choice([6.0, 18.0, np.nan], k),
            "horizon_from": "start",
            "effect": rng.normal(0, 3, k),
            "se": rng.choice([1.0, np.nan], k),
            "design": rng.choice(["rct", "did"], k),
        }
    )
    m = evidence.gap_map(frame)
    assert m.table["n_estimates"].sum() == k
    directions = [f"samples_{d.replace(' ', '_')}" for d in DIRECTIONS]
    assert (m.table[directions].sum(axis=1) == m.table["n_samples"]).all()
    assert m.table["expected"].sum() == pytest.approx(m.table["n_samples"].sum())
    assert (m.table["n_usable"] <= m.table["n_samples"]).all()
    for one in m.table[m.table["n_estimates"] > 0].to_dict("records"):
        rows = frame[
            frame["programme_type"].eq(one["programme_type"]) & frame["target_group"].eq(one["target_group"])
        ]
        by_hand = tally(rows, favour(rows)["favour"]).set_index("direction")["samples"]
        assert [one[c] for c in directions] == [by_hand[d] for d in DIRECTIONS]
    shuffled = evidence.gap_map(frame.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(m.table, shuffled.table)


@pytest.mark.parametrize("columns", [c for c in DIMENSIONS if c != "programme_type"])
def test_on_the_base_itself(columns):
    sources = pytest.importorskip("almpo_kit.sources")
    effects = sources.effects()
    m = evidence.gap_map(effects, columns=columns)
    assert m.table["n_estimates"].sum() == len(effects)
    assert m.n_empty + int((m.table["n_estimates"] > 0).sum()) == m.n_cells
    pooled = m.table[m.table["state"] == "pooled"]
    assert (pooled["n_usable"] >= 5).all()


def test_the_whole_map_costs_less_than_one_profile(coded):
    import time

    sources = pytest.importorskip("almpo_kit.sources")
    effects = sources.effects()

    def seconds(work):
        start = time.perf_counter()
        work(effects)
        return time.perf_counter() - start

    evidence.gap_map(effects)
    assert min(seconds(evidence.gap_map) for _ in range(3)) < min(seconds(evidence.profile) for _ in range(2))


def test_an_average_is_labelled_with_the_estimand_it_is_of(coded):
    """Six samples each: the answer takes ITT, and the map must not say ATT, which the alphabet has first."""
    frame = coded(12, se=1.0, estimand=["itt"] * 6 + ["att"] * 6)
    frame["effect"] = [1.0, 1.2, 0.8, 1.1, 0.9, 1.0, 9.0, 9.2, 8.8, 9.1, 8.9, 9.0]
    one = cell(evidence.gap_map(frame), "training", "all")
    a = evidence.answer(frame, question="?")
    assert (one["mean"], one["estimand"]) == (a.pooled.mean, "itt") and a.estimand == "itt"
    few = cell(evidence.gap_map(frame.iloc[[0, 1, 6, 7]]), "training", "all")
    assert few["estimand"] == "itt", "also where there is none"


def test_averages_of_different_effects_in_one_map_are_told(coded):
    frame = coded(12, target_group=["all"] * 6 + ["youth"] * 6, estimand=["itt"] * 6 + ["att"] * 6)
    m = evidence.gap_map(frame)
    assert m.n_pooled == 2
    (check,) = [c for c in m.failed if c.name == "estimand"]
    assert "(ITT)" in check.sentence and "(ATT)" in check.sentence
    same = evidence.gap_map(frame.assign(estimand="itt"))
    assert "estimand" not in {c.name for c in same.checks}
