"""What the small-study verbs say, refuse and survive."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.evidence import (
    bias,
    egger,
    funnel,
    pet_peese,
    selection_model,
    trim_and_fill,
    worst_case,
)
from almpo_kit.vocabulary.errors import DesignError, ParameterError

VERBS = [funnel, egger, pet_peese, trim_and_fill, selection_model, worst_case, bias]
ESTIMATORS = VERBS[1:-1]


def skewed(size: int = 30, slope: float = 1.5, seed: int = 5, **columns: object) -> pd.DataFrame:
    """Studies of which imprecise ones find more."""
    rng = np.random.default_rng(seed)
    se = np.linspace(0.5, 4.0, size)
    plain = {
        "effect": 1.0 + slope * se + rng.normal(0, 0.6 * se),
        "se": se,
        "study_id": [f"s{i}" for i in range(size)],
        "outcome": "employment_probability",
        "unit": "percentage_points",
    }
    return pd.DataFrame(plain | columns)


@pytest.mark.parametrize("verb", VERBS)
def test_a_bare_frame_is_enough(verb):
    f = skewed()[["effect", "se", "study_id"]]
    got = verb(f)
    assert (got.n_estimates, got.n_samples, got.unit) == (30, 30, "")
    assert got.sentence.endswith(".")
    assert "favourable side" in {c.name for c in got.checks}
    assert got.provenance.method


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("n", "of"), [(4, 1), (4, 5), (1, 9)])
def test_below_five_samples_there_is_no_number(verb, n, of):
    f = pd.concat(
        [skewed(n).assign(effect=lambda x, i=i: x["effect"] + i) for i in range(of)], ignore_index=True
    )
    f["se"] = np.linspace(0.5, 3, len(f))
    if len(f) < 2:
        return
    if verb in ESTIMATORS:
        with pytest.raises(DesignError, match=r"needs at least 5.*funnel\(effects\)"):
            verb(f)
        return
    got = verb(f)
    assert np.isnan(got.mean)
    assert got.headline is None
    if verb is bias:
        assert got.certainty == "too little to say"
        assert got.sentence.startswith("Too little to say: ")
        assert got.table.empty
        assert list(got.table.columns) == list(bias(skewed()).table.columns)


def test_a_single_precise_study_is_no_ground_either():
    f = skewed(8, se=[0.01, 9, 9, 9, 9, 9, 9, 9.5])
    got = bias(f)
    assert got.refusal is not None and "degrees of freedom" in got.refusal
    assert np.isnan(funnel(f).mean)
    for verb in (trim_and_fill, pet_peese, selection_model):
        got = verb(f.assign(effect=[3, 4, 2, 5, 1, 6, 3.5, 4.5]))
        assert got.certainty == "too little to say"
        assert got.sentence.startswith("Too little to say: the average has ")
        assert "has -" not in got.sentence
        assert got.sentence.endswith("; this is a computation, not a conclusion.")


def test_fewer_than_ten_samples_and_no_test_is_read():
    got = bias(skewed(8, se=np.linspace(1, 2, 8)))
    assert "no test is interpreted" in got.sentence
    assert "8 independent samples" in got.sentence
    assert got.table["p"].isna().all()
    assert "samples for a test" in {c.name for c in got.failed}
    assert "asymmetry" not in {c.name for c in got.checks}
    test = egger(skewed(8, se=np.linspace(1, 2, 8)))
    assert not test.interpreted
    assert test.sentence.startswith("Not interpreted: 8 independent samples")
    assert np.isfinite(test.p)
    assert egger(skewed(10)).interpreted


def test_the_summary_tells_how_far_the_conclusion_moves():
    got = bias(skewed())
    rows = got.table.set_index("key")
    assert list(rows.index) == [
        *("unadjusted", "egger", "pet_peese", "trim_and_fill", "selection_model", "worst_case")
    ]
    shown = rows[rows["kind"].eq("adjusted") & rows["estimate"].notna()]
    assert (got.lowest, got.highest) == (shown["estimate"].min(), shown["estimate"].max())
    assert rows["shift"].dropna().to_numpy() == pytest.approx(
        (rows["estimate"] - rows["own_estimate"])[rows["shift"].notna()].to_numpy()
    )
    assert got.lowest < got.mean
    assert (rows["assumes"].str.len() > 20).all()
    assert got.sentence.count(".  ") == 0 and got.sentence.startswith(
        "As published, the average effect on the chance"
    )
    assert got.moved == shown["conclusion"].ne("holds").sum()
    assert rows.loc["egger", "p"] < 0.05
    assert "more favourable" in next(c.sentence for c in got.failed if c.name == "asymmetry")


def test_rows_are_what_the_verbs_say():
    f = skewed()
    rows = bias(f).table.set_index("key")["estimate"]
    assert rows["pet_peese"] == pet_peese(f).estimate
    assert rows["trim_and_fill"] == trim_and_fill(f, interval="hksj_modified").mean
    assert rows["selection_model"] == selection_model(f).mean
    assert rows["worst_case"] == worst_case(f).worst
    f = f.assign(
        horizon_months=18.0, horizon_from="start", programme_type="training", comparator="no_programme"
    )
    for frame in (f, pd.concat([f, f[:9].assign(effect=lambda x: x["effect"] + 0.1)], ignore_index=True)):
        shown, got = evidence.answer(frame, question="?").pooled, bias(frame)
        assert (got.mean, got.low, got.high) == (shown.mean, shown.low, shown.high)
        assert (funnel(frame).mean, funnel(frame).low) == (shown.mean, shown.low)


def test_one_method_that_fails_sinks_no_other():
    f = skewed(se=1.0)
    f["effect"] = np.linspace(3, 9, 30)
    rows = bias(f).table.set_index("key")
    for key, why in (
        ("egger", "all the same"),
        ("pet_peese", "all the same"),
        ("trim_and_fill", "all the same"),
        ("selection_model", "no estimate with a p-value between 0.025 and 1"),
        ("worst_case", "no published result is other than favourable and significant; this cannot be"),
    ):
        assert why in rows.loc[key, "why"]
        assert np.isnan(rows.loc[key, "estimate"])
    assert np.isfinite(rows.loc["unadjusted", "estimate"])
    assert "no method could adjust it; no published result is other than" in bias(f).sentence
    assert "what total selection would look like" in bias(f).sentence
    assert np.isnan(bias(f).s_value)


@pytest.mark.parametrize(("outcome", "helps"), [("days_unemployed", -1), ("employment_probability", 1)])
def test_what_helps_the_person_decides_what_is_affirmative(outcome, helps):
    f = skewed(outcome=outcome, unit="days").assign(effect=lambda x: x["effect"] - 3.5)
    got = worst_case(f)
    z = f["effect"] / f["se"] * helps
    assert got.favourable == helps
    assert got.n_affirmative == (z > 1.959964).sum()
    model = selection_model(f, steps=(0.5,))
    assert model.alternative == ("greater" if helps > 0 else "less")
    assert "favourable side" not in {c.name for c in got.checks}


def test_sides_can_be_stated():
    f = skewed(outcome="days_unemployed", unit="days")
    assert worst_case(f, favourable="positive").favourable == 1
    with pytest.raises(ParameterError, match="'positive' or 'negative'"):
        worst_case(f, favourable="up")


def test_turning_everything_turns_everything():
    f = skewed()
    g = f.assign(effect=-f["effect"])
    a, b = worst_case(f, favourable="positive"), worst_case(g, favourable="negative")
    assert (a.s_value, a.s_value_limit) == pytest.approx((b.s_value, b.s_value_limit))
    assert (a.worst, a.worst_low, a.worst_high) == pytest.approx((-b.worst, -b.worst_high, -b.worst_low))
    p, q = selection_model(f), selection_model(g, favourable="negative")
    assert (p.mean, p.se, *p.delta, p.lrt) == pytest.approx((-q.mean, q.se, *q.delta, q.lrt))
    assert trim_and_fill(f).mean == pytest.approx(-trim_and_fill(g).mean)
    assert {trim_and_fill(f).side, trim_and_fill(g).side} == {"left", "right"}


def several() -> pd.DataFrame:
    f = pd.concat([skewed(12, seed=s) for s in (1, 2, 3)], ignore_index=True)
    f["se"] *= np.linspace(0.9, 1.1, len(f))
    return f


def test_several_estimates_of_a_sample():
    f = several()
    assert (f["effect"] / f["se"]).between(-1, 1.9).sum() > 3
    with pytest.raises(DesignError, match=r"36 of 12 samples.*combine=0\.6"):
        trim_and_fill(f)
    with pytest.raises(DesignError, match="model='multilevel'"):
        egger(f, model="classical")
    combined = trim_and_fill(f, combine=0.6)
    assert (combined.table["filled"] == False).sum() == 12  # noqa: E712
    model = selection_model(f)
    assert model.robust and model.df == 11
    assert "dependence" in {c.name for c in model.failed}
    assert np.isfinite(bias(f).table.set_index("key").loc["trim_and_fill", "estimate"])


def test_combining_is_its_formula():
    f = pd.concat([skewed(6), skewed(6, seed=9).assign(se=2.0)], ignore_index=True)
    got = trim_and_fill(f, combine=0.5).table.set_index("study_id")
    pair = f[f["study_id"].eq("s2")]
    a, b = pair["se"]
    assert got.loc["s2", "effect"] == pytest.approx(pair["effect"].mean())
    assert got.loc["s2", "se"] == pytest.approx(np.sqrt((a**2 + b**2 + 2 * 0.5 * a * b) / 4))
    with pytest.raises(ParameterError, match="between 0 and 1"):
        trim_and_fill(f, combine=60)


def test_an_empty_interval_names_the_steps_that_work():
    f = skewed()
    with pytest.raises(DesignError, match=r"no estimate with a p-value.*steps=\(") as error:
        selection_model(f, steps=(1e-12, 1e-11, 0.025, 0.4))
    offered = str(error.value).split("steps=(")[1].split(",)")[0]
    assert selection_model(f, steps=[float(x) for x in offered.split(", ")]).converged


@pytest.mark.parametrize("steps", [(), (0,), (1.5,), (-0.1,), (1,), (np.nan,)])
def test_steps_are_shares(steps):
    with pytest.raises(ParameterError, match="steps"):
        selection_model(skewed(), steps=steps)


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        (egger, {"model": "ols"}),
        (egger, {"predictor": "n"}),
        (trim_and_fill, {"estimator": "Q0"}),
        (trim_and_fill, {"model": "fixed"}),
        (trim_and_fill, {"side": "up"}),
        (selection_model, {"alternative": "both"}),
        (worst_case, {"model": "fixed"}),
        (worst_case, {"ratios": (0.5,)}),
        (worst_case, {"target": np.nan}),
        (pet_peese, {"alpha": 5}),
        *((v, {"level": 95}) for v in VERBS),
    ],
)
def test_unknown_options(verb, options):
    with pytest.raises(ParameterError):
        verb(skewed(), **options)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("se", 0.0, "zero"),
        ("se", np.nan, "no standard error"),
        ("se", 1e-300, "no study is that precise"),
        ("effect", np.inf, "no effect"),
        ("unit", "eur_per_year", "choose one"),
    ],
)
def test_hostile_rows_are_refused_as_in_pool(verb, column, value, words):
    f = skewed()
    f.loc[3, column] = value
    with pytest.raises(DesignError, match=words):
        verb(f)


@pytest.mark.parametrize("verb", VERBS)
def test_identical_effects_are_no_trouble(verb):
    got = verb(skewed(effect=3.0, se=np.linspace(1, 4, 30)))
    assert got.sentence


def test_inverse_root_n():
    f = skewed(n=(1000 / np.linspace(0.5, 4.0, 30) ** 2).round())
    assert egger(f, predictor="inverse_root_n").p < 0.05
    with pytest.raises(DesignError, match="needs a column n"):
        egger(skewed(), predictor="inverse_root_n")
    f.loc[3, "n"] = np.nan
    with pytest.raises(DesignError, match=r"1 estimate without n \(row 4"):
        egger(f, predictor="inverse_root_n")


def test_funnel_regions_are_p_values():
    got = funnel(skewed(slope=0.3))
    p = got.table["p"]
    for region, low, high in (
        ("p < 0.01", 0, 0.01),
        ("0.01 to 0.05", 0.01, 0.05),
        ("0.05 to 0.10", 0.05, 0.1),
        ("p > 0.10", 0.1, 1),
    ):
        assert p[got.table["region"].eq(region)].between(low, high).all()
    assert list(got.contours["z"].round(3)) == [2.576, 1.96, 1.645]
    assert got.low < got.mean < got.high


def test_synthetic_is_said():
    assert bias(skewed(source="SYNTHETIC made up")).sentence.startswith("SYNTHETIC")


def test_metrics_are_finite_numbers_that_can_be_tracked():
    for verb in VERBS:
        assert all(isinstance(v, float) for v in verb(skewed()).metrics().values())
    assert all(np.isfinite(v) for v in bias(skewed()).metrics().values())


def test_all_affirmative_or_none():
    every = worst_case(skewed(effect=np.linspace(9, 15, 30)))
    assert every.n_affirmative == 30
    assert np.isnan([every.worst, every.s_value, every.s_value_limit]).all()
    assert every.sentence == (
        "No published result is other than favourable and significant; this cannot be assessed, and is what total "
        "selection would look like."
    )
    none_frame = skewed(effect=np.linspace(-0.5, 1.9, 30), se=np.linspace(2, 4, 30))
    none = worst_case(none_frame)
    assert none.n_affirmative == 0
    assert np.isnan(none.s_value) and none.sentence.startswith("No result is favourable and significant, so")
    assert "no result is favourable and significant, so" in bias(none_frame).sentence
    ratios = none.table["estimate"]
    assert ratios.max() == pytest.approx(ratios.min())


def test_below_zero_nothing_has_to_be_explained_away():
    got = worst_case(skewed(effect=np.linspace(-3, -1, 30)))
    assert (got.s_value, got.s_value_limit) == (1, 1)
    assert "even without correction" in got.sentence


def rows_of(finding):
    return finding.table.set_index("key")


def test_a_method_is_judged_against_itself_without_adjustment():
    """Trim and fill that fills nothing changes nothing, whatever its interval is called."""
    rng, filled = np.random.default_rng(7), []
    for _ in range(12):
        se = rng.uniform(0.5, 2.5, 14)
        f = pd.DataFrame({"effect": 0.75 + rng.normal(0, np.hypot(se, 0.4)), "se": se})
        f["study_id"] = np.arange(14) // 2 if len(filled) % 2 else np.arange(14)
        got = bias(f)
        if got.refusal:
            continue
        row = rows_of(got).loc["trim_and_fill"]
        if row["statistic"] == 0:
            filled.append(row["conclusion"])
            assert (row["estimate"], row["low"], row["high"]) == (
                row["own_estimate"],
                row["own_low"],
                row["own_high"],
            )
            assert row["shift"] == 0
            assert "no longer clear by trim and fill" not in got.sentence
    assert len(filled) >= 3 and set(filled) == {"holds"}


def test_the_selection_model_without_selection_is_its_own_measure():
    f = skewed(40, slope=0.4)
    own = selection_model(f).before
    from almpo_kit.evidence import pool

    plain = pool(f, method="ML", interval="wald", threshold=None)
    assert own.estimate == pytest.approx(plain.mean, rel=1e-6)
    assert own.se == pytest.approx(plain.se, rel=0.02)
    assert np.isinf(own.df)


def at_the_bound():
    z, se = np.r_[np.linspace(1.2, 1.9, 19), 2.0], np.linspace(1, 3, 20)
    return pd.DataFrame({"effect": z * se, "se": se, "study_id": range(20)})


def test_a_likelihood_at_its_bound_leaves_no_number():
    model = selection_model(at_the_bound())
    assert model.at_bound and model.headline is None and model.certainty == "too little to say"
    assert "artefact of the bound" in model.sentence
    got = bias(at_the_bound())
    row = rows_of(got).loc["selection_model"]
    assert np.isnan(row[["estimate", "low", "high"]].astype(float)).all() and "artefact" in row["why"]
    assert {"selection_model: likelihood at its bound", "selection_model: estimates by interval"} <= {
        c.name for c in got.failed
    }


def one_precise():
    effect = [-0.3, 2, 3, 1.5, 4, 2.5, 3, 2, -1, 5]
    return pd.DataFrame({"effect": effect, "se": [0.02] + [1] * 9, "study_id": range(10)}).assign(
        outcome="benefit_payments"
    )


def test_the_side_of_an_unknown_outcome_is_that_of_the_average_shown():
    f = one_precise()
    got = worst_case(f)
    assert got.favourable == 1 == np.sign(evidence.answer(f, question="?").pooled.mean)
    assert "significantly positive" in next(c.sentence for c in got.checks if c.name == "favourable side")


def test_of_an_unknown_outcome_nothing_is_called_favourable():
    """The average becomes clear on a side; nobody can say whether that side helps."""
    rng, se = np.random.default_rng(1), np.linspace(0.4, 3, 25)
    effect = 1.0 - 0.9 * se + rng.normal(0, 0.25 * se)
    f = pd.DataFrame({"effect": effect, "se": se, "study_id": range(25)})
    for outcome, words in (
        ("benefit_payments", "now above zero"),
        ("employment_probability", "now favourable"),
    ):
        got = bias(f.assign(outcome=outcome))
        assert rows_of(got).loc["trim_and_fill", "conclusion"] == words
        assert f"the conclusion is {words} by trim and fill" in got.sentence


@pytest.mark.parametrize("value", [0.0, 3.0, -1e6])
@pytest.mark.parametrize("several_each", [False, True])
def test_identical_effects_are_no_asymmetry(value, several_each):
    f = skewed(effect=value, study_id=[f"s{i // 2}" if several_each else f"s{i}" for i in range(30)])
    test = egger(f)
    assert test.p > 0.99 and "do not clearly find other effects" in test.sentence
    assert "nothing left to judge by" in {c.name for c in test.checks}
    for verb in (pet_peese, bias):
        assert verb(f).sentence
    assert "asymmetry" not in {c.name for c in bias(f).failed}
    if not several_each:
        with pytest.raises(DesignError, match="exactly on a line"):
            egger(f, model="classical")


def test_one_sample_that_decides_is_named_and_not_believed():
    f = skewed(12, se=[0.001] + [4.0] * 10 + [5.0]).assign(effect=np.linspace(6, -2, 12))
    for verb in (pet_peese, selection_model):
        got = verb(f, **({"steps": (0.5,)} if verb is selection_model else {}))
        told = next(c for c in got.failed if c.name == "one sample decides")
        assert "(s0)" in told.sentence and "100.0%" not in told.sentence
        assert got.se >= got.model_se and got.certainty == "too little to say"
        assert "nan" not in got.sentence and "\u2013 to" not in got.sentence
    assert selection_model(f, steps=(0.5,)).judged_df < 1
    assert "without an interval" in pet_peese(f).sentence


def test_that_nothing_was_selected_cannot_be_ruled_out():
    rng = np.random.default_rng(1)
    se = rng.uniform(0.5, 2, 30)
    got = selection_model(skewed(se=se, effect=1.5 + rng.normal(0, se)))
    assert got.lrt_p > 0.05 and not got.at_bound
    assert "that nothing was selected cannot be ruled out (p = " in got.sentence
    assert "just as compatible" not in got.sentence


def test_one_level_for_all_that_is_judged():
    """Egger's p lies between 0.05 and 0.10: clear at 90% in both, at 95% in neither."""
    f = next(
        g
        for seed in range(200)
        if 0.055 < egger(g := skewed(20, slope=0.35, seed=seed)).p < 0.095 and not bias(g).refusal
    )
    for level, clear in ((0.90, True), (0.95, False)):
        assert egger(f, level=level).sentence.startswith("Less precise studies find") == clear
        assert ("asymmetry" in {c.name for c in bias(f, level=level).failed}) == clear


def test_results_that_are_all_the_same_are_not_without_error():
    f = skewed(effect=3.0, se=np.linspace(1, 4, 30))
    got = worst_case(f)
    assert 0 < got.n_affirmative < 30 and got.worst == pytest.approx(3.0)
    assert got.worst_high - got.worst_low > 1 and (got.table["se"] == got.table["model_se"]).all()
