"""Answers, profiles and coverage: when there is a number, when not, and what is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import DataVersion, stamp

ASK = {"question": "Does training help?"}


def names(finding, status):
    return {c.name for c in finding.checks if c.status == status}


def test_enough_evidence_gives_a_number(coded):
    a = evidence.answer(coded(7), **ASK)
    p = evidence.pool(coded(7), interval="hksj_modified")
    assert a.refusal is None
    assert (a.headline.value, a.headline.low, a.headline.high) == (p.mean, p.low, p.high)
    assert a.headline.scale == (-20, 20)
    assert a.sentence.startswith(
        "Across 7 independent samples, training raised the chance of being in work 1 to 2 years after entry by "
    )
    assert a.rests_on == "7 independent samples (7 estimates), 3 countries, 2001–2005"
    assert a.table["weight"].sum() == pytest.approx(1)
    assert (a.unit, a.outcome, a.band) == ("percentage_points", "employment_probability", "medium")


def test_several_estimates_of_a_sample_go_to_multilevel(coded):
    a = evidence.answer(coded(6, 3), **ASK)
    m = evidence.multilevel(coded(6, 3))
    assert isinstance(a.pooled, evidence.MultilevelEffect)
    assert (a.pooled.mean, a.pooled.df) == (m.mean, m.df)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_below_five_samples_there_is_no_number(coded, n):
    a = evidence.answer(coded(n, 3), **ASK)
    assert a.pooled is None
    assert a.headline is None
    assert a.certainty == "too little to say"
    assert a.sentence.startswith("Too little to say: ")
    assert "at least 5 are needed" in a.sentence
    assert a.table["weight"].isna().all()
    assert "minimum evidence" in names(a, "failed")
    assert any(f"{5 - n} more" in c.sentence for c in a.checks)


def test_minimum_is_an_option(coded):
    a = evidence.answer(coded(4, se=1.0), **ASK, minimum_samples=4, minimum_df=3)
    assert a.pooled.k == 4
    # A lower minimum gives the number; it does not lower what counts as enough to conclude.
    assert (a.certainty, a.headline) == ("too little to say", None)
    assert a.sentence.startswith(
        "Too little to say: 4 independent samples measured this; at least 5 are needed."
    )
    assert "a computation, not a conclusion" in a.sentence and "raised" not in a.sentence
    assert evidence.answer(coded(7), **ASK, minimum_samples=8).pooled is None


def test_too_few_degrees_of_freedom(coded):
    frame = coded(6, 2)
    frame.loc[:1, "se"] = 0.005
    frame["effect"] = 5.0
    a = evidence.answer(frame, **ASK)
    assert a.pooled is None
    assert "degrees of freedom" in a.refusal


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("se", np.nan, "no standard error"),
        ("se", 0.0, "no standard error"),
        ("comparator", "other_programme", "not compared with no programme"),
        ("comparator", "not_stated", "not compared with no programme"),
        ("includes_subsidised_job", "included", "counts the subsidised job itself"),
        ("horizon_from", "end", "horizon not stated, or not counted from entry"),
        ("horizon_months", np.nan, "horizon not stated, or not counted from entry"),
    ],
)
def test_what_may_not_enter_is_listed_with_the_reason(coded, column, value, why):
    frame = coded(8)
    frame.loc[3, column] = value
    a = evidence.answer(frame, **ASK)
    row = a.table.iloc[3]
    assert (row["used"], row["why_not"]) == (False, why)
    assert np.isnan(row["weight"])
    assert a.pooled.mean == evidence.answer(frame.drop(index=3), **ASK).pooled.mean
    assert a.table["used"].sum() == 7
    assert a.n_samples == 8


def test_several_reasons_are_all_said(coded):
    frame = coded(6)
    frame.loc[0, ["comparator", "includes_subsidised_job"]] = ["other_amount", "included"]
    why = evidence.answer(frame, **ASK).table["why_not"][0]
    assert why == "counts the subsidised job itself; not compared with no programme"


def test_excluded_estimates_can_leave_too_few(coded):
    a = evidence.answer(coded(7, se=[1, 1, 1, np.nan, np.nan, np.nan, np.nan]), **ASK)
    assert a.pooled is None
    assert "only 3 have an estimate that can enter an average" in a.sentence
    assert any("4 listed samples would count with a standard error" in c.sentence for c in a.checks)


def test_several_bands_are_refused_not_mixed(coded):
    frame = coded(12)
    frame.loc[:5, "horizon_months"] = 36.0
    a = evidence.answer(frame, **ASK)
    assert a.pooled is None
    assert "choose one horizon with enough of them" in a.refusal
    frame.loc[:8, "horizon_months"] = 36.0
    assert "(1 to 2 years after entry)" not in evidence.answer(frame, **ASK).refusal


def test_no_band_with_enough_is_said_with_the_counts(coded):
    frame = coded(8)
    frame.loc[:3, "horizon_months"] = 36.0
    refusal = evidence.answer(frame, **ASK).refusal
    assert refusal.startswith("no single horizon has 5 independent samples")
    assert "more than 2 years after entry: 4" in refusal


def test_an_outcome_without_a_good_direction_is_never_favourable(coded):
    frame = coded(6, outcome="benefit_payments", significance="positive")
    assert set(evidence.answer(frame, **ASK).table["favour"]) == {"not stated"}


def test_coverage_of_the_whole_base(coded):
    frame = coded(6)
    whole = evidence.coverage(frame)
    assert whole.country is None and whole.n_estimates == 6
    table = whole.table
    assert table["n_estimates"].sum() == 6
    directions = [c for c in table if c.startswith("samples_")]
    assert (table[directions].sum(axis=1) == table["n_samples"]).all()


@pytest.mark.parametrize(("column", "value"), [("unit", "percent"), ("outcome", "earnings")])
def test_several_questions_are_an_error(coded, column, value):
    frame = coded()
    frame.loc[0, column] = value
    with pytest.raises(DesignError, match=f"several {column}s"):
        evidence.answer(frame, **ASK)


def test_no_estimate_at_all(coded):
    a = evidence.answer(evidence.select(coded(), programme_type="services", band="long"), **ASK)
    assert a.sentence == "Too little to say: there is no estimate of this in the evidence base."
    assert (a.outcome, a.unit, a.band) == ("employment_probability", "percentage_points", "long")
    assert a.table.empty
    assert "used" in a.table
    assert a.tally["estimates"].sum() == 0


def test_repeated_index_is_harmless(coded):
    half = coded(4)
    twice = pd.concat([half, half.assign(sample_id=[f"t{i}" for i in range(4)], estimate_id=list("abcd"))])
    a = evidence.answer(twice, **ASK)
    assert a.pooled.k == 8
    assert a.table["used"].all()


def test_randomised_and_other_results_stand_side_by_side(coded):
    design = ["rct"] * 6 + ["matching"] * 3
    a = evidence.answer(coded(9, design=design), **ASK)
    (note,) = [c for c in a.checks if c.name == "design"]
    assert note.sentence.startswith("Randomised trials: ")
    assert "points (95%" in note.sentence
    assert "other designs: 3 independent samples, 3 estimates, too few" in note.sentence


def test_a_fall_is_told_as_a_fall(coded):
    frame = coded(8, outcome="days_unemployed", unit="days")
    frame["effect"] *= -1
    a = evidence.answer(frame, **ASK)
    assert "training lowered days unemployed 1 to 2 years after entry by 4." in a.sentence
    assert a.headline.value < 0


def test_an_interval_around_zero_is_not_told_as_an_effect(coded):
    frame = coded(8)
    frame["effect"] = np.linspace(-3, 3.2, 8)
    a = evidence.answer(frame, **ASK)
    assert "raised" not in a.sentence
    assert "no effect at all lies inside that interval" in a.sentence


def test_votes_never_become_a_conclusion(coded):
    a = evidence.answer(coded(4, 5), **ASK)
    assert "All 20 estimates were favourable." in a.sentence
    assert a.pooled is None
    assert "raised" not in a.sentence
    assert "works" not in a.sentence


def test_provenance_and_the_synthetic_label_travel(coded):
    version = DataVersion("effects", "1", kind="synthetic")
    frame = stamp(coded(7), version)
    for finding in (
        evidence.answer(evidence.select(frame), **ASK),
        evidence.pool(frame),
        evidence.multilevel(frame),
        evidence.profile(frame),
        evidence.coverage(frame, country="EL"),
    ):
        assert finding.provenance.data == (version,)
        assert finding.sentence.startswith("SYNTHETIC")
        assert not finding.sentence.startswith("SYNTHETIC data. SYNTHETIC")


def test_profile_has_every_programme_and_horizon(coded):
    p = evidence.profile(coded(7), country="GR")
    assert list(p.table["programme_type"].unique()) == list(PROGRAMME_TYPES)
    assert len(p.table) == len(PROGRAMME_TYPES) * 4 == len(p.answers)
    (cell,) = p.table[p.table["mean"].notna()].to_dict("records")
    assert (cell["programme_type"], cell["band"]) == ("training", "medium")
    assert cell["n_samples"] == cell["favourable"] == 7
    assert cell["reason"] == ""
    assert set(p.table.loc[p.table["n_estimates"] == 0, "reason"]) == {"no estimate in the base"}
    assert p.sentence.startswith("1 of 24 combinations")
    assert "No estimate of this outcome comes from Greece." in p.sentence
    assert p.n_pooled == 1


def test_profile_counts_local_estimates(coded):
    p = evidence.profile(coded(6), country="DE")
    assert p.table["n_local"].sum() == 2
    assert "2 estimates of 6 come from Germany" in p.sentence


def test_profile_tallies_what_it_may_not_pool(coded):
    p = evidence.profile(coded(6, comparator="other_programme"))
    assert p.table["n_estimates"].sum() == 6
    assert p.table["favourable"].sum() == 6
    assert p.n_pooled == 0


def test_coverage(coded):
    frame = coded(6)
    local = evidence.coverage(frame, country="de")
    assert (local.country, local.n_estimates, local.n_samples) == ("DE", 2, 2)
    assert local.table.set_index("programme_type").loc["training", "favourable"] == 2
    none = evidence.coverage(frame, country="GR")
    assert none.sentence == (
        "No estimate from Greece is in the evidence base; everything here comes from elsewhere."
    )
    assert len(none.table) == len(PROGRAMME_TYPES)
    with pytest.raises(ParameterError):
        evidence.coverage(frame, country="ZZ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"programme_type": "trainin"},
        {"target_group": "teens"},
        {"outcome": "jobs"},
        {"unit": "pp"},
        {"band": "1y"},
        {"country": "ZZ"},
        {"comparator": "nothing"},
    ],
)
def test_select_knows_its_words(coded, wrong):
    with pytest.raises(ParameterError, match="Choose from"):
        evidence.select(coded(), **wrong)


def test_select_filters_and_keeps_attributes(coded):
    frame = stamp(coded(6), DataVersion("effects", "1"))
    chosen = evidence.select(frame, country="de", band="medium")
    assert set(chosen["country"]) == {"DE"}
    assert chosen.attrs["data_versions"] == frame.attrs["data_versions"]
    assert "selection" not in frame.attrs
    assert len(evidence.select(frame.assign(comparator="other_amount"), comparator=None)) == 6


def test_on_the_base_itself():
    sources = pytest.importorskip("almpo_kit.sources")
    effects = sources.effects()
    p = evidence.profile(effects, country="EL")
    assert p.table["n_estimates"].sum() == len(evidence.select(effects, comparator=None))
    for cell, a in zip(p.table.to_dict("records"), p.answers, strict=True):
        assert (a.pooled is None) == np.isnan(cell["mean"])
        assert bool(cell["reason"]) == (a.pooled is None)
        if a.pooled is not None:
            assert a.table.loc[a.table["used"], "sample_id"].nunique() >= 5
            assert a.pooled.df >= 4
        assert not (a.table["used"] & (a.table["why_not"] != "")).any()
