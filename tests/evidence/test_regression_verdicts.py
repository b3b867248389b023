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
