"""Formulas: what may stand in one, what is refused, and what the columns become."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.evidence.regression.formulas import read
from almpo_kit.vocabulary.errors import AlmpoError, DesignError, ParameterError


@pytest.fixture
def study() -> pd.DataFrame:
    """60 estimates of 20 samples with a number, categories and years."""
    rng = np.random.default_rng(1)
    sample = np.r_[np.arange(20), rng.integers(0, 20, 40)]
    frame = pd.DataFrame(
        {
            "study_id": [f"s{i}" for i in sample],
            "x": rng.normal(size=60),
            "g": rng.choice(list("abc"), 60),
            "year": rng.integers(1990, 2015, 60),
            "se": rng.uniform(0.5, 2, 60),
        }
    )
    return frame.assign(effect=1 + 0.3 * frame["x"] + rng.normal(0, 1, 20)[sample])


@pytest.mark.parametrize(
    ("formula", "safe"),
    [
        ("~ 1", "~ 1"),
        ("a + b", "~ v0 + v1"),
        ("~a*b:c/d", "~ v0 * v1:v2 / v3"),
        ("~ -1 + (a + b)**2 - a:b", "~ -1 + (v0 + v1)**2 - v0:v1"),
        ("~ bs(log(n), df=4, knots=[1, -2.5])", "~ bs(log(v0), df=4, knots=[1.0, -2.5])"),
        ("~ cr(x, df=3)", "~ cr(v0, df=3, constraints='center')"),
        ("~ poly(year, 2) + C(g) + scale(x)", "~ poly(v0, degree=2) + v1 + scale(v2)"),
        ("~ exec + lambda_", "~ v0 + v1"),
    ],
)
def test_formulas_are_written_anew(formula, safe):
    assert read(formula, "multilevel").safe == safe


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("", "give moderators"),
        ("   ", "give moderators"),
        (None, "give moderators"),
        (3, "give moderators"),
        ("~", "ends too early"),
        ("~ 0", "names no column"),
        ("effect ~ x", "names a response"),
        ("~ x ~ y", "names a response"),
        ("~ x +", "ends too early"),
        ("~ (x", "misses"),
        ("~ x y", "should end"),
        ("~ 2*x", "number 2"),
        ("~ x | y", "holds '|'"),
        ("~ x**99", "raises to 99"),
        ("~ " + "*".join("abcdefghij"), "more than 300 terms"),
        ("~ ((a+b+c)**4 + d)**4", "more than 300 terms"),
        ("~ " + "(" * 60 + "x" + ")" * 60, "nested"),
        ("~ " + "x" * 3000, "characters"),
        ("~ bs(x, df=99)", "whole number from 1 to 20"),
        ("~ bs(x, foo=3)", "does not take"),
        ("~ bs(x, df=3, df=4)", "does not take"),
        ("~ bs(x, knots=[1e999])", "knots"),
        ("~ bs(2)", "no column"),
        ("~ bs(center(x), df=3)", "only log"),
        ("~ x + C(x)", "says the same twice"),
        ("~ z + estimand - estimand", "names estimand, which cancels out"),
        ("~ z - 1 + band - band", "names band, which cancels out"),
        ("~ z + 0*comparator", "cancels out"),
        ("~ z - z:estimand", "names estimand, which cancels out"),
        ("~ (z + estimand - estimand):x", "names estimand, which cancels out"),
        ("~ z - estimand", "names estimand, which cancels out"),
        ("~ x - x", "names x, which cancels out"),
        ("~ 0 + x - x", "names x, which cancels out"),
        ("~ x*1", "only columns multiply"),
        ("~ x:0", "only columns multiply"),
        ("~ (x + 1):z", "only columns multiply"),
        ("~ x**2", "write poly(x, 2)"),
        ("~ x:x", "write poly(x, 2)"),
        ("~ x*x", "write poly(x, 2)"),
        ("~ x:z:x", "write poly(x, 2)"),
    ],
)
def test_garbage_is_refused_in_words(formula, words):
    with pytest.raises(ParameterError, match="multilevel") as error:
        read(formula, "multilevel")
    assert words in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    "formula",
    [
        "~ __import__('os').system('echo')",
        "~ __import__(x)",
        "~ eval(x)",
        "~ x.__class__",
        "~ np.log(x)",
        "~ {x}",
        "~ {__import__('os')}",
        "~ `x`",
        "~ I(x)",
        "~ x[0]",
        "~ x @ x",
        "~ x if x else x",
        "~ (lambda: x)()",
        "~ C(x, contr.treatment)",
        '~ bs(x, df="3")',
        "~ bs(x, df=open(x))",
        "~ x\n__import__('os')",
        "~ x; x",
        "~ log(x)(x)",
        "~ hashed(x)",
        "~ x == x",
    ],
)
def test_no_code_passes(study, formula):
    with pytest.raises(ParameterError):
        evidence.multilevel(study, formula)


def test_a_column_may_be_called_like_a_transform(study):
    renamed = study.rename(columns={"x": "bs", "g": "C"})
    a, b = evidence.multilevel(study, "~ x + g"), evidence.multilevel(renamed, "~ bs + C")
    assert list(a.table["estimate"]) == list(b.table["estimate"])
    assert list(b.table["coefficient"]) == ["Intercept", "bs", "C[T.b]", "C[T.c]"]


@pytest.mark.parametrize(
    ("change", "formula", "words"),
    [
        ({}, "~ yeer", "did you mean 'year'"),
        ({}, "~ unemployment", "choose from study_id, x, g"),
        ({}, "~ band", "from horizon_months and horizon_from"),
        ({}, "~ log_n", "from n"),
        ({}, "~ effect", "cannot stand in its formula"),
        ({"b": 3.0}, "~ b", "the same for every estimate"),
        ({"b": "u"}, "~ x + b", "'b', which is the same for every estimate"),
        ({"b": np.nan}, "~ b", "no estimate that has a value of every moderator"),
        ({"b": np.inf}, "~ b", "infinite"),
        ({"b": pd.Timestamp("2020-01-01")}, "~ b", "dates"),
        ({"b": 1j}, "~ b", "dates or the like"),
        ({"b": [[1]] * 60}, "~ b", "neither words nor numbers"),
        ({"b": lambda f: 2 * f["x"] + 1}, "~ x + b", "'b' follows from 'Intercept' and 'x'"),
        (
            {"b": lambda f: f["g"].eq("c").map({True: "r", False: "q"})},
            "~ g + b",
            r"'b\[T.r\]' follows from 'g\[T.c\]'",
        ),
        ({"b": [1, 2] * 30}, "~ bs(b, df=5)", "fewer pieces"),
        ({}, "~ study_id", "20 independent samples .* at least 20 coefficients"),
        ({}, "~ log(x)", "log\\(\\) positive"),
        ({}, "~ log(g)", "transforms need numbers"),
        ({}, "~ cr(x, knots=[99])", "knots belong inside"),
        ({"study_id": "one"}, "~ x", "single sample"),
        ({"study_id": ["p", "q"] * 30}, "~ x", "2 independent samples"),
        ({"unit": ["pp", "eur"] * 30}, "~ unit", "2 units"),
        ({"outcome": ["e", "d"] * 30}, "~ outcome", "2 outcomes"),
    ],
)
def test_moderators_that_cannot_be(study, change, formula, words):
    with pytest.raises(DesignError, match=words):
        evidence.multilevel(study.assign(**change), formula)


@pytest.mark.parametrize("columns", ["~ c", "~ c:d", "~ c*d"])
def test_a_hundred_thousand_categories_are_refused_at_once(columns):
    k = 100_000
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "effect": rng.normal(size=k),
            "se": 1.0,
            "study_id": np.arange(k) // 2,
            "c": [f"c{i % (k if columns == '~ c' else 400)}" for i in range(k)],
            "d": [f"d{i % 399}" for i in range(k)],
        }
    )
    start = time.perf_counter()
    with pytest.raises(DesignError, match=r"categories of 'c'|independent samples|would need a table"):
        evidence.multilevel(frame, columns)
    assert time.perf_counter() - start < 10


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "kind",
    [
        lambda g: g.astype("category"),
        lambda g: pd.Categorical(g, categories=["z", "a", "b", "c"]),
        lambda g: g.astype("string"),
        lambda g: " " + g + " ",
    ],
)
def test_categories_of_any_kind(study, kind):
    plain = evidence.multilevel(study, "~ g")
    got = evidence.multilevel(study.assign(g=kind(study["g"])), "~ g")
    assert list(got.table["coefficient"]) == ["Intercept", "g[T.b]", "g[T.c]"]
    assert list(got.table["estimate"]) == list(plain.table["estimate"])


def test_the_reference_is_said_and_can_be_chosen(study):
    a = evidence.multilevel(study, "~ g")
    assert any("compared with a reference (g: a)" in c.sentence for c in a.checks)
    b = evidence.multilevel(study.assign(g=pd.Categorical(study["g"], categories=["b", "a", "c"])), "~ g")
    assert list(b.table["coefficient"]) == ["Intercept", "g[T.a]", "g[T.c]"]
    assert any("(g: b)" in c.sentence for c in b.checks)
    beta = dict(zip(a.table["coefficient"], a.table["estimate"], strict=True))
    assert b.table["estimate"][1] == pytest.approx(-beta["g[T.b]"], rel=1e-6)
    assert b.loglik == pytest.approx(a.loglik, rel=1e-9)


def test_words_of_the_vocabulary_keep_its_order(coded):
    frame = coded(24).assign(
        design=np.resize(["matching", "rct", "did"], 24),
        programme_type=np.resize(["training", "services"], 24),
    )
    table = evidence.multilevel(frame, "~ design + programme_type").table
    assert list(table["coefficient"]) == [
        "Intercept",
        "design[T.did]",
        "design[T.matching]",
        "programme_type[T.training]",
    ]
    assert list(table["label"][1:]) == [
        "design: difference-in-differences",
        "design: matching or weighting",
        "programme type: training",
    ]


@pytest.mark.parametrize("b", [[True, False, None], ["u", "v", None], ["u", "v", " "], [1.0, 2.0, np.nan]])
def test_rows_without_a_moderator_are_left_out_and_counted(study, b):
    frame = study.assign(b=b * 20)
    got = evidence.multilevel(frame, "~ b")
    kept = frame[[i % 3 != 2 for i in range(60)]]
    assert (got.n_estimates, got.n_dropped) == (40, 20)
    assert got.n_samples == kept["study_id"].nunique()
    (said,) = [c for c in got.checks if c.name == "moderators not known"]
    lost = frame.drop(kept.index)["study_id"].nunique()
    assert said.sentence.startswith(f"20 estimates of {lost} samples have no value of a moderator")
    again = evidence.multilevel(kept.reset_index(drop=True), "~ b")
    assert list(got.table["estimate"]) == list(again.table["estimate"])


def test_columns_far_from_zero_cost_no_digits(study):
    far, near = (evidence.multilevel(study.assign(t=study["year"] - shift), "~ g * t") for shift in (0, 2000))
    for name, rel in (("estimate", 1e-7), ("se", 1e-7), ("df", 1e-5)):
        assert list(far.table[name][-2:]) == pytest.approx(list(near.table[name][-2:]), rel=rel), name
    big = evidence.multilevel(study.assign(t=(study["year"] - 2000) * 1e9), "~ g * t")
    assert list(big.table["estimate"][-2:] * 1e9) == pytest.approx(
        list(near.table["estimate"][-2:]), rel=1e-9
    )
    assert list(big.table["df"]) == pytest.approx(list(near.table["df"]), rel=1e-6)


@pytest.mark.parametrize(
    "formula", ["~ bs(x, df=4) + g", "~ cr(x, df=3)", "~ poly(x, 2) + center(year)", "~ g * x"]
)
def test_other_rows_get_the_same_columns(study, formula):
    made = evidence.multilevel(study, formula).fitted.moderators
    some = [3, 17, 41]
    assert made.rows(study.iloc[some]) == pytest.approx(made.x[some], rel=1e-12, abs=1e-12)
    assert made.rows(study.iloc[[5]]) == pytest.approx(made.x[[5]], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"x": 99.0, "g": "a"}, "inside the range"),
        ({"x": 0.1, "g": "z"}, "'z', which no estimate behind the regression has; choose from a, b, c"),
        ({"x": np.nan, "g": "a"}, "misses a value of x"),
        ({"g": "a"}, "no column 'x'"),
    ],
)
def test_other_rows_that_cannot_be_placed(study, new, words):
    made = evidence.multilevel(study, "~ bs(x, df=4) + g").fitted.moderators
    with pytest.raises(DesignError, match=words):
        made.rows(pd.DataFrame([new]))


def test_knots_are_said(study):
    got = evidence.multilevel(study, "~ cr(year, knots=[2000, 2005])")
    assert any("spline of year bends at 2000 and 2005" in c.sentence for c in got.checks)


def horizons(coded, **columns):
    months = np.resize([6.0, 12.0, 18.0, 20.0, 30.0, 40.0], 36)
    return coded(18, 2, horizon_months=months, **columns)


@pytest.mark.parametrize(
    "formula", ["~ band", "~ horizon_months", "~ 0 + band", "~ bs(horizon_months, df=3)"]
)
def test_a_modelled_horizon_may_differ(coded, formula):
    frame = horizons(coded)
    with pytest.raises(DesignError, match="horizons"):
        evidence.multilevel(frame)
    with pytest.raises(DesignError, match="horizons"):
        evidence.multilevel(frame.assign(x=np.arange(36.0)), "~ x")
    got = evidence.multilevel(frame, formula)
    assert got.n_estimates == 36
    assert not any(c.name == "horizon" for c in got.failed)


def test_horizons_on_another_clock_are_left_out_and_said(coded):
    frame = horizons(coded)
    frame.loc[[0, 1], "horizon_from"] = "end"
    frame.loc[2, "horizon_months"] = np.nan
    for formula in ("~ band", "~ horizon_months"):
        got = evidence.multilevel(frame, formula)
        assert (got.n_estimates, got.n_dropped) == (33, 3)
        assert any(c.sentence.startswith("3 estimates of 2 samples have") for c in got.checks)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("comparator", ["no_programme", "other_programme"]),
        ("estimand", ["itt", "att"]),
        ("includes_subsidised_job", ["excluded", "included"]),
    ],
)
def test_another_question_may_differ_only_where_it_is_modelled(coded, column, values):
    frame = coded(18, 2, **{column: np.resize(values, 36), "x": np.arange(36.0)})
    with pytest.raises(DesignError):
        evidence.multilevel(frame)
    with pytest.raises(DesignError):
        evidence.multilevel(frame, "~ x")
    got = evidence.multilevel(frame, f"~ {column}")
    assert got.n_estimates == 36
    assert not {c.name for c in got.failed} & {"comparator", "estimand", "subsidised job"}


def test_designs_beside_each_other_are_said(coded):
    frame = coded(18, 2, design=np.repeat(["rct", "did"], 18), x=np.arange(36.0) % 5)
    counts = "Randomised trials: 9 independent samples, 18 estimates; other designs: 9 independent samples"
    ignored, told = (evidence.multilevel(frame, f) for f in ("~ x", "~ x + design"))
    (warned,) = [c for c in ignored.checks if c.name == "design"]
    assert warned.status == "failed"
    assert counts in warned.sentence
    (noted,) = [c for c in told.checks if c.name == "design"]
    assert noted.status == "informational"
    assert counts in noted.sentence
    (beside,) = [c for c in evidence.multilevel(frame).checks if c.name == "design"]
    trials = evidence.multilevel(frame[frame["design"] == "rct"])
    assert beside.sentence.startswith(f"Randomised trials: {trials.mean:.1f} points (95%:")
    assert "from 9 independent samples, 18 estimates" in beside.sentence


def test_what_cancels_out_lets_nothing_pass(coded):
    """A formula that names the estimand and takes it out again explains no effects by it."""
    from almpo_kit import evidence

    frame = coded(12, 2).assign(z=np.random.default_rng(0).normal(size=24))
    frame["estimand"] = np.resize(["itt", "att"], 24)
    for formula in ("~ z + estimand - estimand", "~ z + 0*estimand", "~ z - estimand"):
        with pytest.raises(ParameterError, match="cancels out"):
            evidence.multilevel(frame, formula)
        with pytest.raises(ParameterError, match="cancels out"):
            evidence.predict(frame, programme_type="training", band="medium", formula=formula)
    assert read("~ z + estimand - estimand + estimand", "predict").variables == ("z", "estimand")


def test_errors_are_the_workbenchs_own(study):
    """Whatever a formula is made of, it is understood or refused in words; never a traceback of a library."""
    rng = np.random.default_rng(0)
    pieces = [
        "x",
        "g",
        "year",
        "+",
        "*",
        ":",
        "(",
        ")",
        "bs(",
        "cr(",
        ", df=3)",
        "log(",
        "1",
        "0",
        "-",
        "~",
        "C(",
    ]
    seen = {"understood": 0, "refused": 0}
    for _ in range(400):
        formula = "~ " + " ".join(rng.choice(pieces, rng.integers(1, 6)))
        try:
            evidence.multilevel(study.iloc[:40], formula)
            seen["understood"] += 1
        except AlmpoError:
            seen["refused"] += 1
    assert min(seen.values()) > 10
