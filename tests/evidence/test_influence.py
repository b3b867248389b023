"""Leaving samples out, and shrinking them: what is known by hand, what is said, laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import evidence
from almpo_kit.vocabulary.errors import DesignError, ParameterError

quick = settings(max_examples=20, deadline=None, derandomize=True)


def studies(samples=12, per_sample=3, seed=1, outlier=0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sample = np.repeat(np.arange(samples), per_sample)
    frame = pd.DataFrame({"study_id": [f"s{i}" for i in sample], "se": rng.uniform(0.5, 1.5, len(sample))})
    x = rng.normal(size=len(sample))
    effect = 1.5 + 0.5 * x + rng.normal(0, 1, samples)[sample] + rng.normal(0, 1, len(sample)) * frame["se"]
    return frame.assign(x=x, effect=effect + outlier * (sample == 4))


@pytest.mark.parametrize("formula", ["~ 1", "~ x"])
def test_without_a_sample_is_the_fit_of_the_others(formula):
    frame = studies(8)
    got = evidence.influence(evidence.multilevel(frame, formula), exact=True)
    for name in ("s0", "s5"):
        other = evidence.multilevel(frame[frame["study_id"] != name], formula)
        row = got.table.set_index("sample_id").loc[name]
        if formula == "~ 1":
            expected = (other.mean, other.se, other.df, other.low, other.high)
        else:
            expected = tuple(
                other.table.set_index("coefficient").loc["x", ["estimate", "se", "df", "low", "high"]]
            )
        assert tuple(row[["estimate", "se", "df", "low", "high"]]) == pytest.approx(expected, rel=1e-6)


def test_at_fixed_variances_it_is_the_weighted_mean_of_the_others():
    frame = studies(9, 1)
    fit = evidence.multilevel(frame)
    table = evidence.influence(fit).table
    w = 1 / (frame["se"] ** 2 + fit.sigma2_between)
    for i in range(9):
        kept = frame.index != i
        mean = (w * frame["effect"])[kept].sum() / w[kept].sum()
        assert table["estimate"][i] == pytest.approx(mean, rel=1e-9)
        # Cook: the squared change of the mean over its variance. Leverage: the
        # sample's share.
        assert table["cook"][i] == pytest.approx((mean - fit.mean) ** 2 * w.sum(), rel=1e-8)
        assert table["leverage"][i] == pytest.approx(w[i] / w.sum(), rel=1e-9)
        assert table["dfbetas"][i] == pytest.approx((fit.mean - mean) * np.sqrt(w.sum()), rel=1e-8)
    assert list(table["change"]) == pytest.approx(list(table["estimate"] - fit.mean), rel=1e-9)


def test_the_outlier_is_named_and_the_conclusion_said():
    frame = studies(12, 3, outlier=25.0)
    got = evidence.influence(evidence.multilevel(frame), exact=True)
    assert got.table.loc[got.table["cook"].idxmax(), "sample_id"] == "s4"
    assert got.sentence.startswith("Leaving out s4 moves the average most, from ")
    assert got.table.set_index("sample_id").loc["s4", "turns"]
    assert "changes without s4" in got.sentence
    assert any(c.name == "conclusion" and c.status == "failed" for c in got.checks)
    calm = evidence.influence(evidence.multilevel(studies(12, 3)))
    assert calm.turns == 0
    assert calm.sentence.endswith("the conclusion does not change.")
    assert any(c.name == "conclusion" and c.status == "passed" for c in calm.checks)


def test_a_coefficient_can_be_chosen():
    fit = evidence.multilevel(studies(), "~ x")
    slope, constant = evidence.influence(fit), evidence.influence(fit, coefficient="Intercept")
    assert (slope.coefficient, constant.coefficient) == ("x", "Intercept")
    assert list(slope.table["estimate"]) == list(slope.estimates["x"])
    assert list(constant.table["estimate"]) == list(slope.estimates["Intercept"])
    assert list(slope.table["cook"]) == list(constant.table["cook"])
    with pytest.raises(ParameterError, match="choose from Intercept, x"):
        evidence.influence(fit, coefficient="y")


@pytest.mark.parametrize("working", ["CHE", "CORR", "HIER"])
@pytest.mark.parametrize("exact", [False, True])
def test_every_working_model(working, exact):
    fit = evidence.multilevel(studies(), "~ x", working=working, rho=0.5)
    got = evidence.influence(fit, exact=exact)
    assert np.isfinite(got.table[["leverage", "cook", "dfbetas", "estimate", "se", "low", "high"]]).all(
        axis=None
    )
    assert got.table["leverage"].sum() == pytest.approx(2, rel=1e-9)


def test_a_coefficient_that_rests_on_one_sample():
    frame = studies().assign(one=lambda f: np.where(f["study_id"] == "s3", "yes", "no"))
    got = evidence.influence(evidence.multilevel(frame, "~ one"))
    row = got.table.set_index("sample_id").loc["s3"]
    assert np.isnan(row["estimate"])
    assert got.certainty == "too little to say"
    assert any("rests on s3 alone" in c.sentence for c in got.failed)


def test_thin_evidence_gets_no_conclusion():
    got = evidence.influence(evidence.multilevel(studies(4)))
    assert got.certainty == "too little to say"
    assert got.sentence.startswith("Too little to say: 4 independent samples")
    with pytest.raises(DesignError, match="two samples"):
        evidence.influence(evidence.multilevel(studies(2)))


@pytest.mark.parametrize("verb", [evidence.influence, evidence.study_effects, evidence.likelihood_profile])
@pytest.mark.parametrize("what", [3, None, "fit"])
def test_only_fitted_models(verb, what):
    with pytest.raises(DesignError, match="give it the result of multilevel"):
        verb(what)


def test_progress_is_told():
    seen = []
    evidence.influence(evidence.multilevel(studies(6)), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(i, 6) for i in range(1, 7)]


def test_many_samples_cost_next_to_nothing(monkeypatch):
    from almpo_kit.evidence.regression import leave_one_out

    monkeypatch.setattr(leave_one_out, "_AFFORDABLE", 100)
    got = evidence.influence(evidence.multilevel(studies()))
    assert got.table["se"].isna().all()
    assert np.isfinite(got.table["estimate"]).all()
    assert "intervals without each were not computed" in got.sentence
    assert "No single study decides" not in str(got.plot().to_dict())
    assert not any(c.name == "conclusion" for c in got.checks)


@quick
@given(
    st.lists(st.floats(0.1, 10), min_size=5, max_size=12, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_shrinkage_of_a_study_grows_with_its_error(se, seed):
    effect = np.random.default_rng(seed).normal(0, 10, len(se))
    frame = pd.DataFrame({"effect": effect, "se": se, "study_id": range(len(se))})
    fit = evidence.multilevel(frame)
    table = evidence.study_effects(fit).table
    tau2 = fit.sigma2_between
    assert list(table["shrinkage"]) == pytest.approx(list(np.square(se) / (np.square(se) + tau2)), rel=1e-9)
    order = np.argsort(se)
    assert (np.diff(table["shrinkage"].to_numpy()[order]) >= 0).all()
    assert table["shrinkage"].between(0, 1).all()
    # Pulled towards what is expected, never past it, by just that share.
    assert list(table["effect"]) == pytest.approx(
        list(table["own"] + table["shrinkage"] * (table["expected"] - table["own"])), abs=1e-9
    )


@quick
@given(st.integers(0, 500), st.floats(0, 0.9))
def test_shrunken_effects_lie_between_own_and_expected(seed, rho):
    table = evidence.study_effects(evidence.multilevel(studies(8, 3, seed), "~ x", rho=rho)).table
    low = np.minimum(table["own"], table["expected"]) - 1e-9
    high = np.maximum(table["own"], table["expected"]) + 1e-9
    assert table["effect"].between(low, high).all()
    assert list(table["deviation"]) == pytest.approx(list(table["effect"] - table["expected"]), abs=1e-9)
    assert (table["se"] >= 0).all()
    assert list(table["high"] - table["low"]) == pytest.approx(list(2 * 1.959963984540054 * table["se"]))


def test_no_variance_between_samples_leaves_one_effect():
    frame = pd.DataFrame({"effect": [1.0, 1.1, 0.9, 1.05, 0.95, 1.0], "se": 1.0, "study_id": range(6)})
    got = evidence.study_effects(evidence.multilevel(frame))
    assert list(got.table["effect"]) == pytest.approx([1.0] * 6)
    assert (got.table["shrinkage"] == 1).all()
    assert got.sentence.endswith("nothing beyond chance sets the samples apart.")
    assert any(c.name == "variance between samples" for c in got.checks)


def test_shrunken_effects_of_too_few_samples_are_a_computation():
    got = evidence.study_effects(evidence.multilevel(studies(4)))
    assert got.certainty == "too little to say"
    assert got.sentence.startswith("Too little to say: 4 independent samples")


@pytest.mark.parametrize("width", [720, 328])
def test_figures(width):
    fit = evidence.multilevel(studies(12, 3, outlier=25.0))
    drawn = evidence.influence(fit).plot(width=width).to_dict()
    said = str(drawn)
    assert "taken one at a time" in " ".join(drawn["title"]["text"])
    assert all(f"'s{i}'" in said for i in range(12))
    drawn = evidence.sensitivity(studies(), "~ x").plot(width=width).to_dict()
    assert "assumed correlation of sampling errors within a sample" in str(drawn)
    assert "Intercept" not in str(drawn)
    thin = evidence.influence(evidence.multilevel(studies(4))).plot(width=width).to_dict()
    assert "Nothing to draw" in str(thin)
    assert "Nothing to draw" in str(evidence.sensitivity(studies(4)).plot(width=width).to_dict())
