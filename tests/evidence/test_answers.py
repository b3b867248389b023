"""Answers: when there is a number, when not, and what is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.vocabulary.errors import DesignError
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


def test_an_estimate_of_no_known_sample_is_listed_and_never_averaged(coded):
    frame = coded(8)
    frame.loc[3, ["sample_id", "study_id"]] = [" ", ""]
    a = evidence.answer(frame, **ASK)
    assert a.table["why_not"][3] == "sample not known"
    assert a.pooled.k == a.n_samples == 7 == a.tally["samples"].sum()
    assert a.rests_on.startswith("7 independent samples (7 estimates)")
    assert a.sentence.startswith("Across 7 independent samples")
    assert "left out: sample not known" in names(a, "informational")
    assert a.pooled.mean == evidence.answer(frame.drop(index=3), **ASK).pooled.mean


def test_each_row_has_its_own_interval(coded):
    table = evidence.answer(coded(6), **ASK).table
    assert table["low"].to_numpy() == pytest.approx(table["effect"] - 1.959964 * table["se"], rel=1e-6)
    assert table["high"].to_numpy() == pytest.approx(table["effect"] + 1.959964 * table["se"], rel=1e-6)


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (0.02, "by 0.02 points (95%: "),
        (0.002, "by about zero (95%: "),
        (0.4, "by 0.4 points (95%: "),
    ],
)
def test_no_effect_is_told_as_zero_point_zero(coded, mean, words):
    rng = np.random.default_rng(5)
    frame = coded(7, effect=mean * (1 + rng.uniform(-0.01, 0.01, 7)), se=mean / 10)
    sentence = evidence.answer(frame, **ASK).sentence
    assert words in sentence
    assert "by 0.0 " not in sentence


def test_band_follows_the_horizons(coded):
    asked = evidence.select(coded(7), band="medium")
    assert evidence.answer(asked, **ASK).band == "medium"
    asked["horizon_months"] = 30.0
    assert evidence.answer(asked, **ASK).band == "long"
    asked.loc[asked.index[0], "horizon_months"] = 6.0
    assert evidence.answer(asked, **ASK).band is None


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
