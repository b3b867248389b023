"""On what a regression and the verbs that read on may conclude nothing: one sample, errors that believe the
model, standard errors far below it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence


def studies(samples=12, per_sample=2, seed=3, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    k = samples * per_sample
    frame = pd.DataFrame(
        {
            "study_id": np.repeat([f"s{i}" for i in range(samples)], per_sample),
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "effect": 5 + np.repeat(rng.normal(0, 2, samples), per_sample) + rng.normal(0, 1, k),
            "se": rng.uniform(0.8, 1.2, k),
        }
    )
    return frame.assign(**columns)


def in_one_sample(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(x=np.where(frame["study_id"] == "s0", "b", "a"))


ALONE = "rests on one sample (s0)"


@pytest.mark.parametrize("robust", ["CR2", "CR1", "CR0", "model"])
def test_a_category_of_one_sample_gets_no_verdict_anywhere(robust):
    frame = in_one_sample(studies())
    frame.loc[frame["x"] == "b", "effect"] += 20
    got = evidence.multilevel(frame, "~ x", robust=robust)
    assert got.table["df"][1] > 4, "or degrees of freedom alone would tell"
    assert got.table["p"][1] < 0.001
    assert list(got.table["flag"]) == ["", ALONE]
    assert list(got.tests["flag"]) == [ALONE]
    assert got.fitted.judged[1] == 0
    assert got.certainty == "too little to say"
    assert got.sentence == f"Too little to say of x: {ALONE}."
    assert not any("F " in c.sentence for c in got.checks if c.name == "moderators together")
    test = evidence.wald(got, "x")
    assert test.certainty == "too little to say"
    assert ALONE in test.sentence
    assert test.failed
    over = evidence.sensitivity(frame, "~ x", robust=robust)
    assert over.certainty == "too little to say"
    assert set(over.table.loc[over.table["coefficient"] == "x[T.b]", "verdict"]) == {"too little to say"}
    assert ALONE in over.sentence


def test_a_category_of_one_sample_is_never_taken_for_a_difference():
    claims = 0
    for seed in range(30):
        got = evidence.multilevel(in_one_sample(studies(seed=seed)), "~ x")
        claims += "differ" in got.sentence or " by " in got.sentence
    assert claims == 0


def test_what_rests_on_one_sample_is_told_apart_from_what_does_not():
    frame = studies(14)
    group = np.resize(["a", "c"], 14)
    group[0] = "b"
    frame = frame.assign(g=np.repeat(group, 2), z=np.random.default_rng(0).normal(size=28))
    got = evidence.multilevel(frame, "~ g + z")
    assert list(got.table["flag"]) == ["", ALONE, "", ""]
    assert list(got.tests["flag"]) == [ALONE, ""]
    assert evidence.wald(got, "g[T.c]").certainty is None
    assert evidence.wald(got, {"g[T.c]": 1, "g[T.b]": -1}).certainty == "too little to say"
    # With the lone category as the reference everything is compared with it.
    frame["g"] = pd.Categorical(frame["g"], categories=["b", "a", "c"])
    got = evidence.multilevel(frame, "~ g + z")
    assert list(got.table["flag"]) == [ALONE, ALONE, ALONE, ""]
    assert evidence.wald(got, {"g[T.a]": 1, "g[T.c]": -1}).certainty is None


def test_errors_that_believe_the_model_are_judged_by_the_same_minimum():
    frame = studies().assign(x=lambda f: np.where(f["study_id"].isin(["s0", "s1"]), "b", "a"))
    frame.loc[frame["x"] == "b", "effect"] += 20
    got = evidence.multilevel(frame, "~ x", robust="model")
    assert np.isinf(got.tests["df_den"][0])
    assert got.tests["p"][0] < 1e-6
    assert list(got.tests["flag"]) == ["df below 4"]
    assert got.sentence == "Too little to say of x: fewer than 4 degrees of freedom."
    test = evidence.wald(got, "x")
    assert test.certainty == "too little to say"
    for finding in (got, test, evidence.sensitivity(frame, "~ x", robust="model")):
        said = [finding.sentence, *(c.sentence for c in finding.checks)]
        assert not any("inf" in s.replace("informat", "") for s in said), said


def test_errors_that_believe_the_model_may_conclude_where_samples_are_enough():
    frame = studies(30).assign(x=np.repeat(np.resize(["a", "b"], 30), 2))
    frame.loc[frame["x"] == "b", "effect"] += 20
    got = evidence.multilevel(frame, "~ x", robust="model")
    assert list(got.tests["flag"]) == [""]
    test = evidence.wald(got, "x")
    assert test.certainty is None
    assert "inf" not in test.checks[0].sentence


def agreeing(samples=6, per_sample=1) -> pd.DataFrame:
    return studies(samples, per_sample, effect=5.0)


@pytest.mark.parametrize("jitter", [0.0, 0.01])
def test_agreement_is_no_direction(jitter):
    """Six studies that happen to agree: the rescaled interval has no width, which is no evidence."""
    frame = agreeing()
    frame["effect"] += jitter * np.arange(6)
    for got in (evidence.pool(frame), evidence.multilevel(frame)):
        assert got.se < 0.7 * got.model_se
        assert got.headline is None
        assert "raised" not in got.sentence
        assert got.sentence.endswith("so no direction is read from it.")
        assert any(c.name == "precision" for c in got.failed)
    kept = evidence.pool(frame, interval="hksj_modified")
    assert kept.headline is not None
    assert kept.se == pytest.approx(kept.model_se, rel=1e-9)
    assert not any(c.name == "precision" for c in kept.checks)
    fit = evidence.multilevel(frame)
    over, left = evidence.sensitivity(frame, rhos=(0, 0.5)), evidence.influence(fit)
    assert set(over.table["verdict"]) == {"too narrow"}
    assert "above zero" not in over.sentence
    assert left.verdict == "too narrow"
    assert "above zero" not in left.sentence
    assert (left.turns, left.thins) == (0, 0)
    for got in (over, left):
        assert any(c.name == "precision" for c in got.failed)
        assert not any(
            c.name in ("conclusion", "assumed correlation") and c.status == "passed" for c in got.checks
        )


def test_agreement_is_no_difference_either():
    frame = agreeing(12, 2).assign(g=np.repeat(np.resize(["a", "b"], 12), 2))
    frame["effect"] += np.random.default_rng(0).normal(0, 0.001, 24) + 0.3 * (frame["g"] == "b")
    got = evidence.multilevel(frame, "~ g")
    assert got.table["p"][1] < 0.001
    assert list(got.table["flag"]) == ["", "narrower than precision allows"]
    assert got.sentence == "Too little to say of g: errors narrower than the studies' own precision allows."
    assert any(c.name == "precision" for c in got.failed)
    assert evidence.wald(got, "g").certainty == "too little to say"
    # Errors that believe the model are as wide as it says.
    assert list(evidence.multilevel(frame, "~ g", robust="model").table["flag"]) == ["", ""]


def test_one_sample_fewer_may_be_too_few():
    got = evidence.influence(evidence.multilevel(studies(6, seed=1)))
    assert set(got.table["verdict"]) == {"too little to say"}
    assert (got.turns, got.thins) == (0, 6)
    assert got.sentence.endswith("with one sample fewer there would be too little to say.")
    assert "changes" not in got.sentence
    assert [c.name for c in got.failed] == ["enough without each"]


def test_no_conclusion_is_no_check_passed():
    one = evidence.influence(evidence.multilevel(in_one_sample(studies()), "~ x"))
    few = evidence.influence(evidence.multilevel(studies(4)))
    for got in (one, few):
        assert got.verdict == "too little to say"
        assert got.certainty == "too little to say"
        assert not any(c.name == "conclusion" for c in got.checks)
        assert not got.table[["turns", "thins"]].any(axis=None)


@pytest.mark.parametrize("robust", ["CR0", "CR1", "model"])
def test_influence_judges_by_cr2_whatever_the_errors(robust):
    frame = studies(8)
    got = evidence.influence(evidence.multilevel(frame, robust=robust))
    plain = evidence.influence(evidence.multilevel(frame))
    assert list(got.table["df"]) == list(plain.table["df"])
    assert list(got.table["thins"]) == list(plain.table["thins"])


def test_sensitivity_judges_what_is_tested_and_names_what_is_silent():
    frame = studies(14).assign(z=np.random.default_rng(0).normal(size=28))
    frame["x"] = np.where(frame["study_id"].isin(["s0", "s1"]), 1.0, 0.0)
    alone = evidence.sensitivity(frame, "~ x", rhos=(0, 0.5))
    constant = alone.table[alone.table["coefficient"] == "Intercept"]
    assert "too little to say" not in set(constant["verdict"]), "or the constant could not hide it"
    assert alone.certainty == "too little to say"
    assert not any(c.name == "assumed correlation" and c.status == "passed" for c in alone.checks)
    both = evidence.sensitivity(frame, "~ x + z", rhos=(0, 0.5))
    assert both.silent == ("x",)
    assert both.certainty is None
    assert "no other coefficient changes its verdict" in both.sentence
    assert both.sentence.endswith("Too little to say, whatever is assumed, of x, per 1.")


def test_hier_knows_no_correlation():
    frame = studies(14)
    got = evidence.sensitivity(frame, working="HIER", rhos=(0, 0.9))
    (check,) = [c for c in got.checks if c.name == "assumed correlation"]
    assert check.status == "informational"
    assert "plays no part" in got.sentence
    assert got.table["estimate"].nunique() == 1
    fit = evidence.multilevel(frame, working="HIER", rho=0.8)
    for p in (got.provenance, fit.provenance):
        assert "rho" not in p.method
        assert not any("rho" in k for k in p.options)
    assert evidence.multilevel(frame, rho=0.8).provenance.options["rho"] == 0.8


@pytest.mark.parametrize("width", [720, 328])
def test_figures_claim_no_more_than_the_sentences(width):
    narrow = evidence.multilevel(agreeing(6, 2).assign(effect=lambda f: f["effect"] + 0.01 * np.arange(12)))
    thin = evidence.influence(evidence.multilevel(studies(6, seed=1)))
    rho = evidence.sensitivity(narrow.fitted.effects, rhos=(0, 0.5))
    drawn = {
        "too little to say": thin,
        "narrower than the": evidence.influence(narrow),
        "No direction is read from": rho,
    }
    for words, finding in drawn.items():
        figure = str(finding.plot(width=width).to_dict())
        assert words in figure
        assert "No single study decides" not in figure
        assert "the conclusion stays" not in figure
