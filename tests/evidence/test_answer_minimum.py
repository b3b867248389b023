"""The minimum of evidence and the certainty of an answer: no number below it, no certainty beyond it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence

ASK = {"question": "Does training help?"}


def names(finding, status):
    return {c.name for c in finding.checks if c.status == status}


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


def test_one_sample_that_carries_all_the_weight_is_refused(coded):
    """k - 1 would count five samples although one of them is the average."""
    a = evidence.answer(coded(5, se=[0.01, 5, 5, 5, 5]), **ASK)
    assert a.pooled is None
    assert "1.00 degrees of freedom and at least 4 are needed" in a.refusal
    assert "samples of similar precision" in a.refusal
    assert "what is missing" in {c.name for c in a.checks}


def test_five_samples_of_one_precision_are_enough(coded):
    a = evidence.answer(coded(5, se=1.0), **ASK)
    assert a.headline is not None
    assert a.metrics()["df"] == a.pooled.judged_df == pytest.approx(4)
    assert a.pooled.df == 4
    # Six of different precision: told and tracked is what is judged, not k - 1.
    b = evidence.answer(coded(6), **ASK)
    m = evidence.multilevel(coded(6))
    assert b.metrics()["df"] == pytest.approx(m.df, rel=1e-6)
    assert m.df < 4.9 < b.pooled.df


def test_nearly_enough_does_not_read_as_enough(coded):
    a = evidence.answer(coded(5, 3), **ASK)
    df = evidence.multilevel(coded(5, 3)).df
    assert 3.94 < df < 4
    assert f"{np.floor(df * 100) / 100:.2f} degrees" in a.refusal
    assert "uneven" not in a.refusal
    assert "Missing for a pooled number: more independent samples of similar precision." in {
        c.sentence for c in a.checks
    }


def test_designs_are_judged_by_the_same_degrees_of_freedom(coded):
    frame = coded(12, design=["rct"] * 6 + ["matching"] * 6)
    frame.loc[frame.index[6:], "se"] = [0.01, 5, 5, 5, 5, 5]
    # Trials that differ widely even out the weights of the whole, not those of the others by themselves.
    frame["effect"] = [*np.linspace(-5, 15, 6), *[5.0] * 6]
    (note,) = [c for c in evidence.answer(frame, **ASK).checks if c.name == "design"]
    assert note.sentence.startswith("Randomised trials: 5.0 points (95%")
    assert (
        "other designs: 6 independent samples, 6 estimates, too few for an average of their own (1."
        in note.sentence
    )


@pytest.mark.parametrize("level", [0.5, 0.9, 0.999999])
def test_certainty_does_not_depend_on_the_level(coded, level):
    for frame in (coded(12), coded(12, 2), coded(7, effect=np.linspace(-1, 5, 7))):
        a, usual = evidence.answer(frame, **ASK, level=level), evidence.answer(frame, **ASK)
        assert a.certainty == usual.certainty
        assert a.pooled.low != usual.pooled.low


def test_agreement_by_chance_does_not_narrow_the_interval(coded):
    f = coded(12, 2, effect=5.0)
    a = evidence.answer(f, **ASK)
    assert evidence.multilevel(f).se < 0.7 * a.pooled.model_se == 0.7 * a.pooled.se
    # The interval is the one that the studies' own precision gives, so nothing has to be taken off for it.
    assert names(a, "failed") == set() and a.certainty == "high"
    assert "precision" in names(a, "informational")
    rng = np.random.default_rng(8)
    spread = np.repeat(rng.normal(5, 1, 12), 2) + rng.normal(0, 1, 24)
    b = evidence.answer(coded(12, 2, effect=spread), **ASK)
    assert "precision" not in {c.name for c in b.checks}


@pytest.mark.parametrize(
    ("columns", "mixed"),
    [
        ({}, True),
        ({"country": "DE"}, False),
        ({"country": "DE", "start_year": [2000, 2004] * 6}, True),
        ({"country": "DE", "start_year": [2000, 2003] * 6}, False),
        ({"country": "DE", "start_year": np.nan}, False),
        ({"unit": "months"}, False),
    ],
)
def test_nominal_amounts_are_not_one_unit(coded, columns, mixed):
    frame = coded(12, **({"outcome": "earnings", "unit": "eur_per_month"} | columns))
    a = evidence.answer(frame, **ASK)
    assert ("certainty: money" in names(a, "failed")) == mixed
    assert "money" not in {c.name for c in a.checks}
    assert a.certainty == ("moderate" if mixed else "high")
    for verb in (evidence.pool, evidence.multilevel):
        assert ("money" in names(verb(frame), "failed")) == mixed


def test_weight_of_trials_decides_where_certainty_starts(coded):
    design = ["rct"] * 6 + ["matching"] * 6
    precise = np.r_[np.full(6, 0.5), np.full(6, 2.0)]
    most, least = (evidence.answer(coded(12, design=design, se=se), **ASK) for se in (precise, precise[::-1]))
    for a, certainty in ((most, "high"), (least, "moderate")):
        share = a.table.loc[a.table["design"] == "rct", "weight"].sum()
        assert (share >= 0.5) == (certainty == "high")
        assert a.certainty == certainty
        (start,) = [c for c in a.checks if c.name == "certainty: design"]
        assert f"carry {share:.0%} of the weight" in start.sentence


def test_a_search_without_solution_gives_no_number(coded, monkeypatch):
    from almpo_kit.evidence import pooling

    found = pooling.between

    def lost(*args):
        return dataclasses.replace(found(*args), converged=False)

    monkeypatch.setattr(pooling, "between", lost)
    a = evidence.answer(coded(7), **ASK)
    assert (a.pooled, a.headline) == (None, None)
    assert "found no solution" in a.refusal


def test_a_sample_that_already_counts_is_not_missing_a_standard_error(coded):
    frame = coded(4, 2)
    frame.loc[[1, 3], "se"] = np.nan
    frame.loc[[6, 7], "se"] = np.nan
    (needed,) = [c for c in evidence.answer(frame, **ASK).checks if c.name == "what is missing"]
    assert needed.sentence == (
        "Missing for a pooled number: 2 more independent samples. "
        "1 listed sample would count with a standard error."
    )


def test_what_is_missing_names_unknown_samples(coded):
    frame = coded(5, se=1.0)
    frame.loc[0, ["sample_id", "study_id"]] = None
    (needed,) = [c for c in evidence.answer(frame, **ASK).checks if c.name == "what is missing"]
    assert needed.sentence.endswith("1 listed estimate would count with a sample_id or study_id.")


def test_what_is_missing_is_counted_within_one_horizon(coded):
    frame = coded(6)
    frame.loc[:3, "horizon_months"] = 36.0
    said = [c.sentence for c in evidence.answer(frame, question="q").checks if c.name == "what is missing"]
    assert said == ["Missing for a pooled number: 1 more independent sample of one horizon."]


def agreeing():
    """Eight studies that agree more closely than their precision explains."""
    effect, se = [0.2, 0.5, 0.6, 0.5, 0.2, 0.8, 0.0, 0.6], [1, 0.9, 0.5, 0.5, 0.9, 1.1, 0.6, 0.6]
    plain = {"effect": effect, "se": se, "study_id": range(8)}
    return pd.DataFrame(plain).assign(outcome="earnings", unit="percentage_points")


def test_a_second_estimate_of_a_sample_does_not_make_an_effect():
    alone = agreeing()
    several = pd.concat([alone, alone[:1].assign(effect=0.3)])
    said = [evidence.answer(f, question="?") for f in (alone, several)]
    assert all("no effect at all lies inside that interval" in a.sentence for a in said)
    p = said[1].pooled
    assert p.se == p.model_se and p.high - p.low > 1
    assert p.df == p.judged_df and "never below the model's errors" in p.provenance.method
    assert said[0].certainty == said[1].certainty
    assert (said[1].strata.get("mean", pd.Series(dtype=float)) == p.mean).all()


def test_the_estimator_itself_stays_and_claims_no_direction():
    found = evidence.multilevel(pd.concat([agreeing(), agreeing()[:1].assign(effect=0.3)]))
    assert found.se < 0.7 * found.model_se and found.low > 0
    assert "no direction is read from it" in found.sentence and "raised" not in found.sentence
    assert found.headline is None
    assert "precision" in {c.name for c in found.failed}


def test_the_floor_changes_nothing_where_samples_differ():
    rng = np.random.default_rng(5)
    plain = {
        "effect": rng.normal(0, 1, 16),
        "se": rng.uniform(0.3, 3, 16),
        "study_id": np.repeat(range(8), 2),
    }
    frame = pd.DataFrame(plain).assign(outcome="earnings", unit="days")
    a, m = evidence.answer(frame, question="?").pooled, evidence.multilevel(frame)
    assert (a.mean, a.se, a.low, a.high) == (m.mean, m.se, m.low, m.high)
    assert m.se > m.model_se and m.headline == a.headline
