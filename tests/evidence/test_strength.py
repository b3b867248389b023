"""Strength of evidence: the published weight arithmetic, and an average that may disagree with the count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit import evidence, sources
from almpo_kit.evidence.grading.relevance import QUALITY
from almpo_kit.evidence.kernels.knowledge import contributions, stock
from almpo_kit.vocabulary.appraisal import INSTRUMENTS
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

ASK = {"programme_type": "training", "band": "medium"}


def appraised(studies, judgement="low", instrument="rob2", coders=("one", "two")):
    domains = INSTRUMENTS[instrument].domains
    rows = [(s, instrument, c, d, judgement) for s in studies for c in coders for d in domains]
    return pd.DataFrame(rows, columns=["study_id", "instrument", "coder", "domain", "judgement"])


def strong(coded, n=8, judgement="low", **columns):
    frame = coded(n, **({"country": "DE"} | columns))
    return frame, appraised(frame["study_id"].unique(), judgement)


def failed(finding):
    return {c.name for c in finding.failed}


def test_the_worked_example_of_jobeffekter():
    # Satisfactory 0.5, econometric 0.8, Denmark 1, no journal 0.5, no combination 1.
    weights = np.array([[0.5, 0.8, 1.0, 0.5, 1.0]])
    assert contributions(weights, np.array([0])) == pytest.approx([0.20])
    twice = np.repeat(weights, 2, axis=0)
    assert contributions(twice, np.array([0, 0])) == pytest.approx([0.10, 0.10])
    assert contributions(twice, np.array([0, 1])) == pytest.approx([0.20, 0.20])


def test_a_less_relevant_result_never_makes_a_study_count_for_less():
    weights = np.array([[1.0, 0.5], [1.0, 0.1]])
    assert contributions(weights[:1], np.array([0])).sum() == pytest.approx(0.5)
    both = contributions(weights, np.array([0, 0]))
    assert both.sum() == pytest.approx(0.5)
    assert both[0] == pytest.approx(5 * both[1])
    assert contributions(np.zeros((2, 2)), np.array([0, 0])) == pytest.approx([0, 0])


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 5), st.sampled_from([-1, 0, 1])),
        min_size=1,
        max_size=30,
    )
)
def test_laws_of_the_stock(rows):
    weights = np.array([r[:2] for r in rows])
    samples = pd.factorize(np.array([r[2] for r in rows]))[0]
    direction = np.array([r[3] for r in rows])
    found = contributions(weights, samples)
    assert (found >= 0).all() and (found <= weights.prod(axis=1) + 1e-12).all()
    s = stock(found, direction)
    assert 0 <= s.total <= samples.max() + 1 + 1e-9
    # Each result told twice: the same knowledge.
    again = contributions(np.vstack([weights, weights]), np.r_[samples, samples])
    assert again.sum() == pytest.approx(s.total, abs=1e-12)
    order = np.random.default_rng(1).permutation(len(rows))
    assert stock(found[order], direction[order]).directions == pytest.approx(s.directions)
    if s.total > 0:
        assert 1 / 3 - 1e-9 <= s.share <= 1 + 1e-9


def test_strong_where_count_and_average_agree(coded):
    s = evidence.strength(*strong(coded), **ASK)
    assert (s.level, s.direction, s.estimate_direction) == ("strong", "favourable", "favourable")
    assert (s.stock, s.share, s.n_samples) == (pytest.approx(8), 1, 8)
    assert s.sentence.startswith(
        "Strong evidence of a favourable effect: 100% of what is known points that way (8 independent samples"
    )
    assert s.estimate.sentence in s.sentence
    assert s.headline == s.estimate.headline and s.certainty == s.estimate.certainty
    assert "count and average" not in failed(s)
    assert s.directions.set_index("direction").loc["favourable", "samples"] == 8


@pytest.mark.parametrize(
    ("n", "judgement", "level"),
    [
        (6, "low", "strong"),
        (5, "some_concerns", "moderate"),
        (6, "some_concerns", "strong"),
        (5, "high", "indication"),
    ],
)
def test_the_levels_count_high_quality_studies(coded, n, judgement, level):
    frame, appraisals = strong(coded, n, judgement)
    frame["se"] = 1.0
    s = evidence.strength(frame, appraisals, **ASK)
    assert s.stock == pytest.approx(n * QUALITY[judgement])
    assert s.level == level


@pytest.mark.parametrize(("n", "judgement"), [(4, "low"), (3, "low")])
def test_below_five_samples_nothing_is_said(coded, n, judgement):
    s = evidence.strength(*strong(coded, n, judgement), **ASK)
    assert (s.level, s.direction, s.headline, s.certainty) == ("too few", None, None, "too little to say")
    assert s.stock >= 1
    assert s.sentence.startswith("Too few studies to say")


def test_a_stock_below_one_is_too_few(coded):
    frame, appraisals = strong(coded, 6, "high", country="PE", target_group="men")
    s = evidence.strength(frame, appraisals, **ASK, target_group="men")
    assert s.stock == pytest.approx(6 * 0.25 * 0.5)
    assert s.level == "too few" and s.n_samples == 6


def test_an_average_that_is_refused_leaves_an_indication(coded):
    frame, appraisals = strong(coded)
    frame["se"] = np.nan
    s = evidence.strength(frame, appraisals, **ASK)
    assert s.stock == pytest.approx(8)
    assert (s.level, s.estimate_direction, s.headline) == ("indication", None, None)
    assert "count and average" in failed(s)
    assert "from counting results and not from an average" in s.sentence
    assert s.certainty == "too little to say"


def test_count_and_average_that_disagree_are_flagged(coded):
    """Six of eight say that they saw something, the average does not."""
    frame, appraisals = strong(coded)
    frame["significance"] = ["positive"] * 6 + ["none"] * 2
    frame["effect"] = [3, -2, 3, -2, 3, -2, -0.4, 0.3]
    frame["se"] = 1.0
    s = evidence.strength(frame, appraisals, **ASK)
    assert s.share == pytest.approx(6 / 8)
    assert s.estimate_direction == "no significant effect"
    assert s.level == "indication"
    (said,) = [c for c in s.checks if c.name == "count and average"]
    assert said.status == "failed"
    assert "says a favourable effect and the average says no clear effect" in said.sentence


def test_conflict(coded):
    frame, appraisals = strong(coded, significance=["positive", "negative"] * 4)
    s = evidence.strength(frame, appraisals, **ASK)
    assert (s.level, s.direction, s.share) == ("conflicting", None, pytest.approx(0.5))
    assert s.certainty == "too little to say"
    assert "count and average" in failed(s)


def test_the_size_of_the_effect_counts(coded):
    frame, appraisals = strong(coded)
    tiny = evidence.strength(frame, appraisals, **ASK, matters=20.0)
    assert (tiny.level, tiny.estimate_direction) == ("indication", "no significant effect")
    assert evidence.strength(frame, appraisals, **ASK, matters=1.0).level == "strong"


def test_less_is_better_for_days_unemployed(coded):
    frame, appraisals = strong(coded, outcome="days_unemployed", unit="days")
    frame["effect"] *= -1
    s = evidence.strength(frame, appraisals, **ASK, outcome="days_unemployed", unit="days")
    assert (s.level, s.direction, s.estimate_direction) == ("strong", "favourable", "favourable")


@pytest.mark.parametrize(
    ("column", "value", "asked", "weight", "factor"),
    [
        ("target_group", "women", {"target_group": "women"}, "group", 1.0),
        ("target_group", "all", {"target_group": "women"}, "group", 0.5),
        ("target_group", "women", {"target_group": "all"}, "group", 0.5),
        ("country", "FR", {"country": "DE"}, "place", 0.75),
        ("country", "DE", {"country": "DE"}, "place", 1.0),
        ("country", "EL", {"country": "GR"}, "place", 1.0),
        ("country", "US", {}, "place", 0.5),
        ("country", "EU", {}, "place", 1.0),
        ("horizon_months", 30.0, {}, "horizon", 0.5),
        ("horizon_months", np.nan, {}, "horizon", 0.5),
        ("programme_type", "mixed", {}, "programme", 0.5),
    ],
)
def test_relevance(coded, column, value, asked, weight, factor):
    frame, appraisals = strong(coded, **{column: value})
    s = evidence.strength(frame, appraisals, **(ASK | asked))
    assert s.table[weight].eq(factor).all()
    assert s.stock == pytest.approx(8 * factor)


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("comparator", "other_programme", "not compared with no programme"),
        ("includes_subsidised_job", "included", "counts the subsidised job itself"),
    ],
)
def test_what_does_not_count_is_listed_with_the_reason(coded, column, value, why):
    frame, appraisals = strong(coded)
    frame.loc[2, column] = value
    s = evidence.strength(frame, appraisals, **ASK)
    assert s.table.loc[2, ["used", "why_not", "contribution"]].tolist() == [False, why, 0.0]
    assert s.stock == pytest.approx(7) and s.n_samples == 7


def test_another_programme_and_another_group_are_not_evidence(coded):
    frame, appraisals = strong(coded)
    frame.loc[0, "programme_type"] = "services"
    frame.loc[1, "target_group"] = "men"
    s = evidence.strength(frame, appraisals, **ASK, target_group="women")
    assert set(s.table["estimate_id"]) == set(frame["estimate_id"][2:])


def test_critical_risk_of_bias_does_not_count_and_no_information_counts_least(coded):
    frame, _ = strong(coded)
    s = evidence.strength(frame, appraised(frame["study_id"], "critical", "robins_i"), **ASK)
    assert (s.stock, s.level) == (0, "too few")
    assert set(s.table["why_not"]) == {"critical risk of bias"}
    s = evidence.strength(frame, appraised(frame["study_id"].head(3)), **ASK)
    assert s.stock == pytest.approx(3 + 5 * 0.25)
    assert "risk of bias" in failed(s)


def test_papers_on_one_sample_share_its_weight(coded):
    frame, appraisals = strong(coded)
    frame["sample_id"] = ["s0", "s0", "s0", "s1", "s1", "s2", "s3", "s4"]
    s = evidence.strength(frame, appraisals, **ASK)
    assert (s.stock, s.n_samples) == (pytest.approx(5), 5)
    assert s.table["contribution"].tolist() == pytest.approx([1 / 3] * 3 + [1 / 2] * 2 + [1] * 3)


@pytest.mark.parametrize(
    "options",
    [{"outcome": "benefit_payments"}, {"matters": -1.0}, {"country": "XX"}, {"target_group": "teens"}],
)
def test_unknown_words(coded, options):
    frame, appraisals = strong(coded)
    with pytest.raises((ParameterError, DesignError)):
        evidence.strength(frame.assign(unit="percentage_points"), appraisals, **(ASK | options))


def test_the_label_of_synthetic_data_stands_once(coded):
    frame, appraisals = strong(coded)
    s = evidence.strength(stamp(frame, DataVersion("effects", "1", kind="synthetic")), appraisals, **ASK)
    assert s.sentence.startswith("SYNTHETIC data. Strong evidence")
    assert s.sentence.count("SYNTHETIC") == 1


def test_our_own_base_never_says_more_than_an_indication():
    effects, appraisals = sources.effects(), sources.risk_of_bias()
    for kind in ("services", "training", "employment_incentives", "supported_employment"):
        s = evidence.strength(effects, appraisals, programme_type=kind)
        assert s.level in ("indication", "too few", "conflicting")
        assert s.headline is None and s.certainty == "too little to say"
        assert {"coders", "risk of bias", "count and average"} <= failed(s)
        assert {v.dataset for v in s.provenance.data} == {"effects", "studies", "risk_of_bias"} & {
            v.dataset for v in s.provenance.data
        }
        assert "risk_of_bias" in {v.dataset for v in s.provenance.data}


def inconclusive(coded, se=2.0):
    """Eight small studies of which none saw anything."""
    frame, appraisals = strong(coded, significance="none", se=se)
    frame["effect"] = [0.3, -0.2, 0.4, -0.5, 0.1, 0.2, -0.3, 0.2]
    return frame, appraisals


def test_no_effect_is_more_than_nothing_significant(coded):
    s = evidence.strength(*inconclusive(coded), **ASK)
    assert (s.level, s.direction) == ("indication", "no significant effect")
    assert "That average is inconclusive" in s.sentence and "count and average" in failed(s)
    # An interval that reaches beyond what matters shows too little as well.
    s = evidence.strength(*inconclusive(coded), **ASK, matters=1.0)
    assert s.estimate.pooled.high > 1.0 and s.level == "indication"
    assert "reaches beyond what matters" in next(
        c.sentence for c in s.failed if c.name == "count and average"
    )
    # One that lies inside says that nothing that matters is there.
    s = evidence.strength(*inconclusive(coded), **ASK, matters=3.0)
    assert (s.level, s.direction) == ("strong", "no significant effect")
    assert "inconclusive" not in s.sentence and "count and average" not in failed(s)


def test_a_clear_effect_below_what_matters_is_said(coded):
    s = evidence.strength(*strong(coded), **ASK, matters=9.0)
    assert (s.level, s.estimate_direction) == ("indication", "no significant effect")
    assert "The average effect is clear, and smaller than what matters (9.0 points)." in s.sentence
    assert "a clear effect smaller than what matters" in next(
        c.sentence for c in s.failed if c.name == "count and average"
    )
    assert "smaller than what matters" not in evidence.strength(*strong(coded), **ASK, matters=4.0).sentence


def test_where_nothing_can_be_said_no_average_is_told(coded):
    few = evidence.strength(*strong(coded, 7, "high", country="PE"), **ASK)
    conflict = evidence.strength(*strong(coded, significance=["positive", "negative"] * 4), **ASK)
    assert (few.level, conflict.level) == ("too few", "conflicting")
    for s in (few, conflict):
        assert s.estimate.headline is not None and s.headline is None
        assert "raised" not in s.sentence and s.certainty == "too little to say"


def test_critical_risk_of_bias_enters_no_average_either(coded):
    frame = coded(9, country="DE")
    frame.loc[8, "effect"] = 60.0
    worst = appraised(["s8"], "critical", "robins_i")
    s = evidence.strength(frame, pd.concat([appraised([f"s{i}" for i in range(8)]), worst]), **ASK)
    without = evidence.strength(frame[:8], appraised([f"s{i}" for i in range(8)]), **ASK)
    assert s.estimate.pooled.mean == without.estimate.pooled.mean < 10
    assert s.table["used"].sum() == 8
    told = next(c for c in s.checks if c.name == "not counted: critical risk of bias")
    assert told.sentence == "1 result left out of the count and of the average (critical risk of bias)."


@pytest.mark.parametrize(
    ("coders", "judgement", "level"),
    [
        (("one", "two"), "low", "strong"),
        (("machine_a", "one"), "low", "strong"),
        (("machine_a", "machine_b"), "low", "indication"),
        (("one", "two"), "no_information", "indication"),
    ],
)
def test_only_a_persons_appraisal_carries_more_than_an_indication(coded, coders, judgement, level):
    frame = coded(16, country="DE")
    s = evidence.strength(frame, appraised(frame["study_id"], judgement, coders=coders), **ASK)
    assert s.stock >= 3 and s.level == level
    assert ("appraised by people" in failed(s)) == (level == "indication")
    assert ("No counted study was appraised by a person" in s.sentence) == (level == "indication")


def test_without_any_appraisal_it_is_an_indication(coded):
    frame = coded(16, country="DE")
    s = evidence.strength(frame, appraised(["elsewhere"]), **ASK)
    assert (s.level, s.stock) == ("indication", pytest.approx(4))
    assert "appraised by people" in failed(s)


def test_a_share_that_reaches_its_limit_up_to_rounding_reaches_it(coded):
    """Eleven of twenty samples are 55%, in whatever order the tenths are added."""
    from almpo_kit.evidence.grading.average_readings import Reading
    from almpo_kit.evidence.grading.strengths import _grade

    tenths = np.array([0.1] * 11 + [0.1] * 9)
    s = stock(tenths, np.array([1] * 11 + [0] * 9))
    agreed = Reading("favourable", True, True)
    assert _grade(s, 20, "favourable", agreed, True) == "indication"
    just = type(s)(2.0, np.array([0.0, 0.9, 1.1]), 0.55 - 1e-16)
    assert _grade(just, 20, "favourable", agreed, True) == "indication"
    below = type(s)(2.0, np.array([0.0, 0.91, 1.09]), 0.545)
    assert _grade(below, 20, "favourable", agreed, True) == "conflicting"
    three = type(s)(3.0 - 1e-15, np.array([0.0, 0.0, 3.0 - 1e-15]), 1.0)
    assert _grade(three, 20, "favourable", agreed, True) == "strong"


@pytest.mark.parametrize(("spelling", "place"), [("GR", 1.0), ("gr", 1.0), ("GB", 0.5)])
def test_other_spellings_of_a_country_in_the_frame(coded, spelling, place):
    frame, appraisals = strong(coded, country=spelling)
    assert evidence.strength(frame, appraisals, **ASK).table["place"].eq(place).all()
    asked = "UK" if spelling == "GB" else "EL"
    assert evidence.strength(frame, appraisals, **ASK, country=asked).table["place"].eq(1.0).all()
