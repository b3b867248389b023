"""Hostile input and questions that have no answer: a clear refusal, never a number."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.vocabulary.errors import DesignError, ParameterError

VERBS = [evidence.pool, evidence.multilevel]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("se", "words"),
    [
        (0.0, "zero"),
        (-1.0, "negative"),
        (np.inf, "infinite"),
        (np.nan, "no standard error"),
        (1e-300, "no study is that precise"),
        (1e-9, "no study is that precise"),
        (1e300, "no study is that precise"),
    ],
)
def test_unusable_standard_errors(coded, verb, se, words):
    frame = coded()
    frame.loc[2, "se"] = se
    with pytest.raises(DesignError, match=words) as error:
        verb(frame)
    if se != 1e300:
        assert "s2-2" in str(error.value)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("effect", [np.nan, np.inf, -np.inf])
def test_unusable_effects(coded, verb, effect):
    frame = coded()
    frame.loc[1, "effect"] = effect
    with pytest.raises(DesignError, match=r"no effect \(s1-1\)"):
        verb(frame)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("column", "value", "way_out"),
    [
        ("unit", "eur_per_month", "effects.query"),
        ("outcome", "earnings", "effects.query"),
        ("comparator", "other_programme", "effects.query"),
        ("includes_subsidised_job", "included", "includes_subsidised_job != 'included'"),
        ("horizon_months", 30.0, "band='medium'"),
        ("horizon_months", np.nan, "band='medium'"),
        ("horizon_from", "end", "band='medium'"),
    ],
)
def test_several_questions_in_one(coded, verb, column, value, way_out):
    frame = coded()
    frame.loc[0, column] = value
    with pytest.raises(DesignError) as error:
        verb(frame)
    assert way_out in str(error.value)


@pytest.mark.parametrize("verb", VERBS)
def test_the_way_out_works(coded, verb):
    frame = coded()
    frame.loc[0, "horizon_months"] = 30.0
    assert verb(evidence.select(frame, band="medium")).table["used"].all()
    assert verb(frame.drop(columns="horizon_months")).rests_on.startswith("6 independent samples")


@pytest.mark.parametrize("verb", VERBS)
def test_not_stated_beside_excluded_is_no_mixture(coded, verb):
    frame = coded()
    frame.loc[0, "includes_subsidised_job"] = "not_stated"
    verb(frame)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("n", [0, 1])
def test_too_few(coded, verb, n):
    with pytest.raises(DesignError, match="at least two"):
        verb(coded().head(n))


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_knows_which_are_independent(coded, verb):
    with pytest.raises(DesignError, match="study_id"):
        verb(coded().drop(columns=["study_id", "sample_id"]))


def test_pool_sends_dependent_estimates_to_multilevel(coded):
    with pytest.raises(DesignError, match=r"multilevel\(effects\)"):
        evidence.pool(coded(3, 2))


def test_shared_samples_count_although_studies_differ(coded):
    frame = coded()
    frame.loc[1, "sample_id"] = "s0"
    with pytest.raises(DesignError, match="s0: 2"):
        evidence.pool(frame)
    assert evidence.multilevel(frame).n_samples == 5


def test_blank_sample_is_its_study(coded):
    frame = coded(3, 2)
    frame["sample_id"] = None
    assert evidence.multilevel(frame).n_samples == 3


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("frame", ["few", "uneven"])
def test_below_the_minimum_numbers_are_a_computation(coded, verb, frame):
    f = coded(4) if frame == "few" else coded(6, se=[0.01, 5, 5, 5, 5, 5])
    p = verb(f)
    assert (p.headline, p.certainty) == (None, "too little to say")
    assert p.sentence.startswith("Too little to say: ")
    assert p.sentence.endswith("; this is a computation, not a conclusion.")
    assert "raised" not in p.sentence
    assert np.isfinite([p.mean, p.se, p.low, p.high, p.judged_df]).all()
    named = {"few": "independent samples", "uneven": "degrees of freedom"}[frame]
    assert named in {c.name for c in p.failed}
    assert ("1.00 degrees of freedom; at least 4" in p.sentence) == (frame == "uneven")


@pytest.mark.parametrize("verb", VERBS)
def test_at_the_minimum_there_is_a_conclusion(coded, verb):
    p = verb(coded(5, se=1.0))
    assert p.judged_df == pytest.approx(4)
    assert p.headline is not None
    assert p.certainty is None
    assert "raised" in p.sentence


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("columns", "name", "words"),
    [
        ({"comparator": "other_programme"}, "comparator", ", compared with another programme."),
        (
            {"comparator": "other_amount"},
            "comparator",
            ", compared with another amount of the same programme.",
        ),
        ({"comparator": "not_stated"}, "comparator", ", compared with something that is not stated."),
        ({"comparator": np.nan}, "comparator", ", compared with something that is not stated."),
        ({"includes_subsidised_job": "included"}, "subsidised job", ", counting the subsidised job itself."),
        ({"horizon_months": np.nan}, "horizon", "(horizon not stated, or not counted from entry)"),
    ],
)
def test_another_question_is_said(coded, verb, columns, name, words):
    p = verb(coded(7, **columns))
    assert words in p.sentence
    assert [c.name for c in p.failed] == [name]
    assert not verb(coded(7)).failed
    assert not verb(coded(7).drop(columns=list(columns))).failed


def test_a_comparison_not_stated_is_not_no_programme(coded):
    frame = coded(7)
    frame.loc[0, "comparator"] = None
    with pytest.raises(DesignError, match="not stated"):
        evidence.pool(frame)
    assert len(evidence.select(frame)) == 6
    bare = frame.drop(columns="comparator")
    assert len(evidence.select(bare)) == 7
    assert evidence.select(bare, comparator="other_programme").empty
    assert evidence.answer(bare, question="?").table["used"].all()


def test_single_sample(coded):
    with pytest.raises(DesignError, match="single sample"):
        evidence.multilevel(coded(1, 8))


def test_unknown_cluster_column(coded):
    with pytest.raises(DesignError, match="no column 'trial'"):
        evidence.multilevel(coded(), cluster="trial")
    with pytest.raises(DesignError, match="fill it in"):
        evidence.multilevel(coded().assign(trial=["a", None, "b", "c", "d", "e"]), cluster="trial")


def test_cluster_by_another_column(coded):
    whole = coded(6, 2, country=np.repeat(["DE", "FR", "AT"], 4))
    assert evidence.multilevel(whole, cluster="country").n_samples == 3
    # Clusters that split a sample would make estimates of the same persons independent.
    for split in (coded(2, 10).assign(trial=range(20)), coded(6, 2).assign(trial=lambda f: f["country"])):
        for formula in ("~ 1", "~ z"):
            frame = split.assign(z=np.arange(len(split)) % 7)
            with pytest.raises(DesignError, match=r"splits .* sample.*cluster by sample_id"):
                evidence.multilevel(frame, formula, cluster="trial")
        # Without a sample_id the column may be what tells samples apart.
        assert evidence.multilevel(split.drop(columns="sample_id"), cluster="trial").n_samples > 2


@pytest.mark.parametrize("option", [{"method": "reml"}, {"interval": "t"}, {"level": 95}, {"level": 0}])
def test_unknown_options(coded, option):
    with pytest.raises(ParameterError):
        evidence.pool(coded(), **option)


def test_identical_effects(coded):
    for method in ("REML", "DL", "PM", "ML", "HE", "SJ", "EB"):
        p = evidence.pool(coded(effect=3.0), method=method, interval="hksj_modified")
        assert p.tau2 == 0
        assert p.mean == pytest.approx(3)
        assert p.se > 0
    m = evidence.multilevel(coded(6, 3, effect=3.0))
    assert (m.sigma2_between, m.sigma2_within) == (0, 0)
    assert m.converged


def test_extreme_heterogeneity_converges(bare):
    rng = np.random.default_rng(0)
    y, study = rng.normal(0, 1, 12)[np.repeat(np.arange(12), 4)] * 1e6, np.repeat(np.arange(12), 4)
    m = evidence.multilevel(bare(y + rng.normal(0, 1, 48), np.ones(48), study))
    assert m.converged
    assert m.sigma2_between == pytest.approx(1e12, rel=1)
    assert m.sigma2_within < 10


def test_wildly_unequal_precision_converges(bare):
    rng = np.random.default_rng(1)
    se = 10.0 ** rng.uniform(-3, 3, 60)
    m = evidence.multilevel(bare(rng.normal(0, se), se**2, rng.integers(0, 12, 60)))
    assert m.converged
    assert np.isfinite(m.se)


def test_few_degrees_of_freedom_are_flagged(bare):
    # One sample carries nearly all the weight.
    m = evidence.multilevel(bare([1, 2, 3, 2, 1, 2.2], [1e-4, 9, 9, 9, 9, 9]))
    assert m.df < 4
    assert "degrees of freedom" in {c.name for c in m.failed}


def big(k: int, per_sample: int = 10) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    study = rng.integers(0, k // per_sample, k)
    se = rng.uniform(0.5, 2, k)
    y = 1 + rng.normal(0, 1, k // per_sample)[study] + rng.normal(0, 0.7, k) + rng.normal(0, se)
    return pd.DataFrame({"effect": y, "se": se, "study_id": study})


def seconds(frame: pd.DataFrame) -> float:
    start = time.perf_counter()
    evidence.multilevel(frame)
    return time.perf_counter() - start


def test_cost_is_linear_in_the_number_of_estimates():
    seconds(big(1_000))
    small, large = min(seconds(big(10_000)) for _ in range(2)), seconds(big(100_000))
    # Ten times the rows; quadratic cost would be a hundred times. A wide margin for a busy machine.
    assert large < 40 * small
    assert large < 20


def test_one_huge_sample_needs_no_square_matrix():
    frame = big(20_000).assign(study_id=lambda f: np.where(f.index < 15_000, -1, f["study_id"]))
    m = evidence.multilevel(frame)
    assert m.converged
    assert np.isfinite([m.se, m.df]).all()
